"""Python expressions in a tree: dotted chains, literal strings, annotations."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.nodes import child_at
from tools.facts.python import kinds
from tools.facts.scopes import MAX_CHAIN, Names, Scope

_SIMPLE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_QUOTED = re.compile(r"[rRbBuU]*(?:'''|\"\"\"|'|\")\s*(?:Optional\[)?\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)")
_CLASS_LIKE = re.compile(r"(?:.*[.:|])?[A-Z]\w*[a-z]\w*")
_TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Union"}
)
"""Type constructors whose first argument is the type of the value."""
_GENERATORS_TEXT = (
    "Generator AsyncGenerator Iterator AsyncIterator Iterable AsyncIterable ContextManager "
    "AsyncContextManager AbstractContextManager AbstractAsyncContextManager Awaitable Coroutine"
)
_GENERATORS = frozenset(_GENERATORS_TEXT.split())
_BARE = re.compile(r"""\"[^\"\n]+\"|'[^'\n]+'""")
"""A string without prefix; it may hold backslashes, since the source text is what counts."""
_WRITTEN = frozenset({kinds.STRING, kinds.CONCATENATED})
_STRINGS = _WRITTEN | {kinds.PARENTHESES, kinds.BINARY, kinds.CALL}
_NAMED = frozenset({kinds.CALL, kinds.IDENTIFIER, kinds.ATTRIBUTE})
_WRAPPED = frozenset({kinds.AWAIT, kinds.PARENTHESES})
NAMED = _NAMED | _WRAPPED
"""Expressions of which `Expressions.type_of` may know something."""


MAX_REMEMBERED = 50_000
"""Dotted names that a process keeps in mind; a repository uses a few thousand over and over."""
_plain: set[str] = set()
"""Texts of expressions that were seen to be nothing but dotted names."""


class Expressions:
    """Reads expressions of one file; `names` may be set later, chains need none."""

    names: Names

    def __init__(self, source: bytes) -> None:
        """Take the UTF-8 source of the file that all nodes come from."""
        self.source = source
        # One character a byte: what nodes say of bytes holds for this text, and slicing it gives text at once.
        self.chars = source.decode("latin-1")
        self._chains: dict[int, str] = {}

    def text(self, node: Node) -> str:
        """The source text of `node`."""
        found = self.chars[node.start_byte : node.end_byte]
        return found if found.isascii() else found.encode("latin-1").decode("utf-8", "replace")

    def chain(self, node: Node) -> str:
        """The dotted form of an expression: ``session.query().filter``; ``?`` for what has none."""
        text = self.chars[node.start_byte : node.end_byte]
        if text in _plain:
            return text
        parts: list[str] = []
        current: Node | None = node
        while current is not None:
            current = self._link(current, parts)
        joined = parts[0] if len(parts) == 1 else "".join(reversed(parts))
        if len(joined) > MAX_CHAIN:
            return "?" + joined[-MAX_CHAIN:]
        if joined == text and text.isascii() and text != "?" and len(_plain) < MAX_REMEMBERED:
            _plain.add(text)
        return joined

    def remember(self, call: Node, chain: str) -> None:
        """Keep the chain of a call's function, so that calls around it need not walk through it again."""
        self._chains[call.id] = chain

    def _link(self, node: Node, parts: list[str]) -> Node | None:
        """Append one part of a chain (last part first) and give the node that stands before it."""
        kind = node.kind_id
        if kind == kinds.IDENTIFIER:
            parts.append(self.text(node))
            return None
        if kind == kinds.ATTRIBUTE:
            text = self.text(node)
            if _SIMPLE.fullmatch(text):
                parts.append(text)
                return None
            name = node.child_by_field_id(kinds.F_ATTRIBUTE)
            parts.append("." + (self.text(name) if name else "?"))
            return node.child_by_field_id(kinds.F_OBJECT)
        if kind == kinds.CALL:
            known = self._chains.get(node.id)
            parts.append("()" if known is None else known + "()")
            return node.child_by_field_id(kinds.F_FUNCTION) if known is None else None
        if kind == kinds.SUBSCRIPT:
            parts.append("[]")
            return node.child_by_field_id(kinds.F_VALUE)
        if kind in _WRAPPED and node.named_child_count == 1:
            return child_at(node)
        parts.append("?")
        return None

    def literal(self, node: Node | None) -> tuple[str, bool] | None:
        """The text of a string expression and whether something is put into it; ``None`` for no string."""
        kind = node.kind_id if node is not None else 0
        if node is None or kind not in _STRINGS:
            return None
        if kind == kinds.STRING:
            return self._string(node)
        if kind == kinds.CONCATENATED:
            pieces = [self._string(child) for child in node.named_children if child.kind_id == kinds.STRING]
            return "".join(text for text, _ in pieces), any(formatted for _, formatted in pieces)
        if kind == kinds.PARENTHESES:
            return self.literal(child_at(node)) if node.named_child_count else None
        if kind == kinds.BINARY:
            return self._joined(node)
        function = node.child_by_field_id(kinds.F_FUNCTION)
        if function is not None and function.kind_id == kinds.ATTRIBUTE:
            inner = function.child_by_field_id(kinds.F_OBJECT)
            found = self.literal(inner) if inner is not None and inner.kind_id in _WRITTEN else None
            return (found[0], True) if found else None
        return None

    def _joined(self, node: Node) -> tuple[str, bool] | None:
        # Iterative: a sum of a thousand strings nests a thousand deep on its left side.
        pieces: list[str] = []
        current: Node | None = node
        while current is not None and current.kind_id == kinds.BINARY:
            right = current.child_by_field_id(kinds.F_RIGHT)
            found = self.literal(right) if right is not None and right.kind_id in _WRITTEN else None
            pieces.append(found[0] if found else "{}" if _operator(current) == "+" else "")
            current = current.child_by_field_id(kinds.F_LEFT)
        first = self.literal(current) if current is not None and current.kind_id in _WRITTEN else None
        if first is None:
            return None
        return first[0] + "".join(reversed(pieces)), True

    def constant(self, node: Node | None) -> str | None:
        """The text of a string that nothing unknown is put into; strings added up count as one."""
        pieces: list[str] = []
        left = [node]
        while left:
            current = left.pop()
            kind = current.kind_id if current is not None else 0
            if current is not None and kind == kinds.PARENTHESES:
                left.append(child_at(current))
            elif current is not None and kind == kinds.BINARY:
                if _operator(current) != "+":
                    return None
                # Taken from the end: the right side is looked at last.
                left += (current.child_by_field_id(kinds.F_RIGHT), current.child_by_field_id(kinds.F_LEFT))
            else:
                found = self.literal(current)
                if found is None or found[1]:
                    return None
                pieces.append(found[0])
        return "".join(pieces)

    def _string(self, node: Node) -> tuple[str, bool]:
        text = self.text(node)
        if _BARE.fullmatch(text):
            return text[1:-1], False
        pieces: list[str] = []
        formatted = False
        for child in node.named_children:
            if child.type == "string_content":
                pieces.append(self.text(child))
            elif child.type == "interpolation":
                pieces.append("{}")
                formatted = True
        return "".join(pieces), formatted

    def type_of(self, node: Node | None, scope: Scope) -> str | None:
        """The ref of what the value of an expression is: a name's type, or what a call gives."""
        if node is None:
            return None
        kind = node.kind_id
        if kind in _NAMED:
            return self.names.resolve(self.chain(node), scope, node.start_byte)
        if kind in _WRAPPED:
            return self.type_of(child_at(node), scope) if node.named_child_count == 1 else None
        return None

    def annotation(self, node: Node | None, scope: Scope, through: frozenset[str] = _TRANSPARENT) -> str | None:
        """The ref of the type that an annotation names; ``Optional``, ``Annotated`` and the like are opened."""
        while node is not None:
            number = node.kind_id
            if number == kinds.TYPE and node.named_child_count:
                node = child_at(node)
                continue
            if number == kinds.IDENTIFIER or number == kinds.ATTRIBUTE:
                return self.names.resolve(self.chain(node), scope, node.start_byte)
            kind = node.type
            if kind == "string":
                match = _QUOTED.match(self.text(node))
                return self.names.resolve(match[1], scope, node.start_byte) if match else None
            if kind in ("generic_type", "subscript"):
                head, first = _generic(node)
                if head is None:
                    return None
                last = self.chain(head).rpartition(".")[2]
                node = first if last in through else head
            elif kind == "binary_operator" or kind == "union_type":
                left, right = child_at(node), child_at(node, 1)
                node = right if left is not None and self.text(left) == "None" else left
            else:
                return None
        return None

    def result(self, node: Node | None, scope: Scope, decorators: tuple[str, ...]) -> str | None:
        """The ref of what calling a function gives, by its return annotation."""
        managed = any(name.endswith("contextmanager") for name in decorators)
        return self.annotation(node, scope, _TRANSPARENT | _GENERATORS if managed else _TRANSPARENT)

    def alias(self, node: Node, scope: Scope) -> str | None:
        """The ref that a right side stands for when it is a name or a type expression, not a value."""
        kind = node.kind_id
        if kind in (kinds.IDENTIFIER, kinds.ATTRIBUTE, kinds.TYPE):
            return self.annotation(node, scope)
        if kind == kinds.SUBSCRIPT:
            head, _ = _generic(node)
            name = self.chain(head) if head is not None else ""
            return self.annotation(node, scope) if _CLASS_LIKE.fullmatch(name) else None
        if kind == kinds.BINARY and _operator(node) == "|":
            return self.annotation(node, scope)
        if kind == kinds.CALL:
            return self._new_type(node, scope)
        return None

    def _new_type(self, node: Node, scope: Scope) -> str | None:
        """``NewType("UserId", int)`` is an ``int`` under a name of its own."""
        function, given = node.child_by_field_id(kinds.F_FUNCTION), node.child_by_field_id(kinds.F_ARGUMENTS)
        if function is None or given is None or self.text(function).rpartition(".")[2] != "NewType":
            return None
        return self.annotation(child_at(given, 1), scope)


def _operator(node: Node) -> str:
    found = node.child_by_field_name("operator")
    return found.type if found is not None else ""


def _generic(node: Node) -> tuple[Node | None, Node | None]:
    """Head and first argument of ``X[Y, ...]`` as a type or as a subscript."""
    head = child_at(node)
    first = child_at(node, 1)
    if first is not None and first.type == "type_parameter":
        first = child_at(first)
    return head, first
