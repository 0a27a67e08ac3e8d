"""JavaScript and TypeScript expressions in a tree: dotted chains, literal strings, type annotations."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.nodes import child_at
from tools.facts.scopes import MAX_CHAIN, Names, Scope

_SIMPLE = re.compile(r"(?:this\.#?)?[^\W\d]?[\w$]+(?:\.#?[\w$]+)*")
_WRAPPERS_TEXT = (
    "await_expression parenthesized_expression non_null_expression as_expression satisfies_expression type_assertion"
)
_WRAPPERS = frozenset(_WRAPPERS_TEXT.split())
_TRANSPARENT = frozenset({"Promise", "Readonly", "NonNullable", "Partial", "Required", "Awaited"})
"""Type constructors whose argument is the type of the value, as far as its members go."""
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


class Expressions:
    """Reads expressions of one file; `names` is set when the scopes are known, chains need none."""

    names: Names

    def __init__(self, source: bytes) -> None:
        """Take the UTF-8 source of the file that all nodes come from."""
        self.source = source
        self._chains: dict[tuple[int, int], str] = {}

    def text(self, node: Node | None) -> str:
        """The source text of `node`, empty for none."""
        if node is None:
            return ""
        start, end = node.byte_range
        return self.source[start:end].decode("utf-8", "replace")

    def chain(self, node: Node | None) -> str:
        """The dotted form of an expression: ``db.select().from``; ``new X()`` is ``X()``; ``?`` for none."""
        parts: list[str] = []
        while node is not None:
            node = self._link(node, parts)
        joined = "".join(reversed(parts))
        return joined if len(joined) <= MAX_CHAIN else "?" + joined[-MAX_CHAIN:]

    def remember(self, call: Node, chain: str) -> None:
        """Keep what a call is called in chains, so that calls around it need not walk through it again."""
        self._chains[call.byte_range] = chain

    def _link(self, node: Node, parts: list[str]) -> Node | None:
        kind = node.type
        if kind in ("identifier", "this", "type_identifier", "super"):
            parts.append(self.text(node))
            return None
        if kind in ("member_expression", "nested_type_identifier", "nested_identifier"):
            return self._member(node, parts)
        if kind in ("call_expression", "new_expression"):
            known = self._chains.get(node.byte_range)
            parts.append("()" if known is None else known)
            if known is not None:
                return None
            return node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if kind == "subscript_expression":
            parts.append("[]")
            return node.child_by_field_name("object")
        if kind in _WRAPPERS and node.named_child_count:
            return child_at(node, node.named_child_count - 1 if kind == "type_assertion" else 0)
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
        if node is None:
            return None
        if node.type == "string":
            return self.text(node)[1:-1], False
        if node.type == "template_string":
            return self._template(node)
        if node.type == "binary_expression":
            return self._joined(node)
        if node.type == "parenthesized_expression" and node.named_child_count:
            return self.literal(child_at(node))
        return None

    def _template(self, node: Node) -> tuple[str, bool]:
        pieces: list[str] = []
        position, formatted = node.start_byte + 1, False
        for child in node.named_children:
            if child.type == "template_substitution":
                pieces.append(self.source[position : child.start_byte].decode("utf-8", "replace") + "{}")
                position, formatted = child.end_byte, True
        pieces.append(self.source[position : max(position, node.end_byte - 1)].decode("utf-8", "replace"))
        return "".join(pieces), formatted

    def _joined(self, node: Node) -> tuple[str, bool] | None:
        # Iterative: a sum of a thousand strings nests a thousand deep on its left side.
        pieces: list[str] = []
        current: Node | None = node
        while current is not None and current.type == "binary_expression":
            right = current.child_by_field_name("right")
            found = self.literal(right) if right is not None and "string" in right.type else None
            pieces.append(found[0] if found else "{}")
            current = current.child_by_field_name("left")
        first = self.literal(current) if current is not None and "string" in current.type else None
        return (first[0] + "".join(reversed(pieces)), True) if first is not None else None

    def type_of(self, node: Node | None, scope: Scope) -> str | None:
        """The ref of what the value of an expression is: a name's type, or what a call gives."""
        if node is None:
            return None
        if node.type in _WRAPPERS or node.type in ("call_expression", "new_expression", "identifier"):
            return self.names.resolve(self.chain(node), scope, node.start_byte)
        if node.type == "member_expression":
            return self.names.resolve(self.chain(node), scope, node.start_byte)
        return None

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
