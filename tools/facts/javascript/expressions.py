"""JavaScript and TypeScript expressions in a tree: dotted chains, literal strings, type annotations."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.javascript.kinds import Kinds
from tools.facts.nodes import child_at
from tools.facts.scopes import MAX_CHAIN, Names, Scope

_SIMPLE = re.compile(r"(?:this\.#?)?[^\W\d]?[\w$]+(?:\.#?[\w$]+)*")
_TRANSPARENT = frozenset({"Promise", "Readonly", "NonNullable", "Partial", "Required", "Awaited"})
"""Type constructors whose argument is the type of the value, as far as its members go."""
MAX_REMEMBERED = 50_000
"""Dotted names that a process keeps in mind; a repository uses a few thousand over and over."""
_plain: dict[str, str] = {}
"""Texts of expressions that were seen to be nothing but dotted names -> these."""


class Expressions:
    """Reads expressions of one file; `names` is set when the scopes are known, chains need none."""

    names: Names

    def __init__(self, source: bytes, kinds: Kinds) -> None:
        """Take the UTF-8 source of the file that all nodes come from, and the numbers of its grammar."""
        self.source = source
        self.kinds = kinds
        # One character a byte: what nodes say of bytes holds for this text, and slicing it gives text at once.
        self.chars = source.decode("latin-1")
        self._chains: dict[int, str] = {}

    def text(self, node: Node | None) -> str:
        """The source text of `node`, empty for none."""
        return self.span(node.start_byte, node.end_byte) if node is not None else ""

    def span(self, start: int, end: int) -> str:
        """The source text between two bytes."""
        found = self.chars[start:end]
        return found if found.isascii() else found.encode("latin-1").decode("utf-8", "replace")

    def chain(self, node: Node | None) -> str:
        """The dotted form of an expression: ``db.select().from``; ``new X()`` is ``X()``; ``?`` for none."""
        if node is None:
            return ""
        text = self.chars[node.start_byte : node.end_byte]
        known = _plain.get(text)
        if known is not None:
            return known
        parts: list[str] = []
        current: Node | None = node
        while current is not None:
            current = self._link(current, parts)
        joined = parts[0] if len(parts) == 1 else "".join(reversed(parts))
        if len(joined) > MAX_CHAIN:
            return "?" + joined[-MAX_CHAIN:]
        if joined == text.replace("?.", ".") and joined != "?" and text.isascii() and len(_plain) < MAX_REMEMBERED:
            _plain[text] = joined
        return joined

    def remember(self, call: Node, chain: str) -> None:
        """Keep what a call is called in chains, so that calls around it need not walk through it again."""
        self._chains[call.id] = chain

    def _link(self, node: Node, parts: list[str]) -> Node | None:
        kind, kinds = node.kind_id, self.kinds
        if kind in kinds.names:
            parts.append(self.text(node))
            return None
        if kind in kinds.members:
            return self._member(node, parts)
        if kind == kinds.call or kind == kinds.new:
            known = self._chains.get(node.id)
            parts.append("()" if known is None else known)
            if known is not None:
                return None
            return node.child_by_field_id(kinds.f_function) or node.child_by_field_id(kinds.f_constructor)
        if kind == kinds.subscript:
            parts.append("[]")
            return node.child_by_field_id(kinds.f_object)
        if kind in kinds.wrappers and node.named_child_count:
            return child_at(node, node.named_child_count - 1 if kind == kinds.assertion else 0)
        parts.append("?")
        return None

    def _member(self, node: Node, parts: list[str]) -> Node | None:
        text = self.text(node).replace("?.", ".")
        if _SIMPLE.fullmatch(text):
            parts.append(text)
            return None
        last = node.child_by_field_name("property") or node.child_by_field_name("name")
        parts.append("." + (self.text(last) or "?"))
        return node.child_by_field_name("object") or node.child_by_field_name("module")

    def literal(self, node: Node | None) -> tuple[str, bool] | None:
        """The text of a string expression and whether something is put into it; ``None`` for no string."""
        kinds = self.kinds
        kind = node.kind_id if node is not None else 0
        if node is None or kind not in kinds.literals:
            return None
        if kind == kinds.string:
            return self.text(node)[1:-1], False
        if kind == kinds.template_string:
            return self._template(node)
        if kind == kinds.binary:
            return self._joined(node)
        return self.literal(child_at(node)) if node.named_child_count else None

    def _template(self, node: Node) -> tuple[str, bool]:
        pieces: list[str] = []
        position, formatted = node.start_byte + 1, False
        for child in node.named_children:
            if child.kind_id == self.kinds.template:
                pieces.append(self.span(position, child.start_byte) + "{}")
                position, formatted = child.end_byte, True
        pieces.append(self.span(position, max(position, node.end_byte - 1)))
        return "".join(pieces), formatted

    def _joined(self, node: Node) -> tuple[str, bool] | None:
        # Iterative: a sum of a thousand strings nests a thousand deep on its left side.
        pieces: list[str] = []
        current: Node | None = node
        while current is not None and current.kind_id == self.kinds.binary:
            right = current.child_by_field_name("right")
            found = self.literal(right) if right is not None and "string" in right.type else None
            pieces.append(found[0] if found else "{}")
            current = current.child_by_field_name("left")
        first = self.literal(current) if current is not None and "string" in current.type else None
        return (first[0] + "".join(reversed(pieces)), True) if first is not None else None

    def constant(self, node: Node | None) -> str | None:
        """The text of a string that nothing unknown is put into; strings added up count as one."""
        pieces: list[str] = []
        left = [node]
        while left:
            current = left.pop()
            kind = current.kind_id if current is not None else 0
            if current is not None and kind == self.kinds.parentheses:
                left.append(child_at(current))
            elif current is not None and kind == self.kinds.binary:
                if not _adds(current):
                    return None
                # Taken from the end: the right side is looked at last.
                left += (current.child_by_field_name("right"), current.child_by_field_name("left"))
            else:
                found = self.literal(current)
                if found is None or found[1]:
                    return None
                pieces.append(found[0])
        return "".join(pieces)

    def type_of(self, node: Node | None, scope: Scope) -> str | None:
        """The ref of what the value of an expression is: a name's type, or what a call gives."""
        if node is None or node.kind_id not in self.kinds.valued:
            return None
        return self.names.resolve(self.chain(node), scope, node.start_byte)

    def annotation(self, node: Node | None, scope: Scope) -> str | None:
        """The ref of the type that an annotation names; ``Promise``, ``X | null`` and the like are opened."""
        while node is not None:
            kind = node.type
            if kind in ("type_identifier", "nested_type_identifier", "identifier", "member_expression"):
                return self.names.resolve(self.chain(node), scope, node.start_byte)
            if kind == "generic_type":
                head = child_at(node)
                arguments = node.child_by_field_name("type_arguments")
                opened = self.text(head) in _TRANSPARENT and arguments is not None
                node = child_at(arguments) if opened and arguments is not None else head
            elif kind == "union_type":
                left, right = child_at(node), child_at(node, 1)
                node = right if left is not None and self.text(left) in ("null", "undefined") else left
            elif kind in ("type_annotation", "parenthesized_type", "readonly_type") and node.named_child_count:
                node = child_at(node)
            else:
                return None
        return None


def _adds(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type == "+"
