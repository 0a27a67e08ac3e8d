"""Python expressions in a tree: dotted chains, literal strings, annotations."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.nodes import child_at
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


class Expressions:
    """Reads expressions of one file; `names` may be set later, chains need none."""

    names: Names

    def __init__(self, source: bytes) -> None:
        """Take the UTF-8 source of the file that all nodes come from."""
        self.source = source
        self._chains: dict[tuple[int, int], str] = {}

    def text(self, node: Node) -> str:
        """The source text of `node`."""
        start, end = node.byte_range
        return self.source[start:end].decode("utf-8", "replace")

    def chain(self, node: Node) -> str:
        """The dotted form of an expression: ``session.query().filter``; ``?`` for what has none."""
        parts: list[str] = []
        current: Node | None = node
        while current is not None:
            current = self._link(current, parts)
        joined = "".join(reversed(parts))
        return joined if len(joined) <= MAX_CHAIN else "?" + joined[-MAX_CHAIN:]

    def remember(self, call: Node, chain: str) -> None:
        """Keep the chain of a call's function, so that calls around it need not walk through it again."""
        self._chains[call.byte_range] = chain

    def _link(self, node: Node, parts: list[str]) -> Node | None:
        """Append one part of a chain (last part first) and give the node that stands before it."""
        kind = node.type
        if kind == "identifier":
            parts.append(self.text(node))
            return None
        if kind == "attribute":
            text = self.text(node)
            if _SIMPLE.fullmatch(text):
                parts.append(text)
                return None
            name = node.child_by_field_name("attribute")
            parts.append("." + (self.text(name) if name else "?"))
            return node.child_by_field_name("object")
        if kind == "call":
            known = self._chains.get(node.byte_range)
            parts.append("()" if known is None else known + "()")
            return node.child_by_field_name("function") if known is None else None
        if kind == "subscript":
            parts.append("[]")
            return node.child_by_field_name("value")
        if kind in ("await", "parenthesized_expression") and node.named_child_count == 1:
            return child_at(node)
        parts.append("?")
        return None

    def literal(self, node: Node | None) -> tuple[str, bool] | None:
        """The text of a string expression and whether something is put into it; ``None`` for no string."""
        kind = node.type if node is not None else ""
        if node is None:
            return None
        if kind == "string":
            return self._string(node)
        if kind == "concatenated_string":
            pieces = [self._string(child) for child in node.named_children if child.type == "string"]
            return "".join(text for text, _ in pieces), any(formatted for _, formatted in pieces)
        if kind == "parenthesized_expression":
            return self.literal(child_at(node)) if node.named_child_count else None
        if kind == "binary_operator":
            return self._joined(node)
        if kind == "call":
            function = node.child_by_field_name("function")
            if function is not None and function.type == "attribute":
                inner = function.child_by_field_name("object")
                found = self.literal(inner) if inner is not None and "string" in inner.type else None
                return (found[0], True) if found else None
        return None

    def _joined(self, node: Node) -> tuple[str, bool] | None:
        # Iterative: a sum of a thousand strings nests a thousand deep on its left side.
        pieces: list[str] = []
        current: Node | None = node
        while current is not None and current.type == "binary_operator":
            right = current.child_by_field_name("right")
            found = self.literal(right) if right is not None and "string" in right.type else None
            pieces.append(found[0] if found else "{}" if _operator(current) == "+" else "")
            current = current.child_by_field_name("left")
        first = self.literal(current) if current is not None and "string" in current.type else None
        if first is None:
            return None
        return first[0] + "".join(reversed(pieces)), True

    def _string(self, node: Node) -> tuple[str, bool]:
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
        if node.type == "await" or node.type == "parenthesized_expression":
            return self.type_of(child_at(node), scope) if node.named_child_count == 1 else None
        if node.type in ("call", "identifier", "attribute"):
            return self.names.resolve(self.chain(node), scope, node.start_byte)
        return None

    def annotation(self, node: Node | None, scope: Scope, through: frozenset[str] = _TRANSPARENT) -> str | None:
        """The ref of the type that an annotation names; ``Optional``, ``Annotated`` and the like are opened."""
        while node is not None:
            kind = node.type
            if kind in ("identifier", "attribute"):
                return self.names.resolve(self.chain(node), scope, node.start_byte)
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
            elif kind == "type" and node.named_child_count:
                node = child_at(node)
            else:
                return None
        return None

    def result(self, node: Node | None, scope: Scope, decorators: tuple[str, ...]) -> str | None:
        """The ref of what calling a function gives, by its return annotation."""
        managed = any(name.endswith("contextmanager") for name in decorators)
        return self.annotation(node, scope, _TRANSPARENT | _GENERATORS if managed else _TRANSPARENT)

    def alias(self, node: Node, scope: Scope) -> str | None:
        """The ref that a right side stands for when it is a name or a type expression, not a value."""
        if node.type in ("identifier", "attribute", "type"):
            return self.annotation(node, scope)
        if node.type == "subscript":
            head, _ = _generic(node)
            name = self.chain(head) if head is not None else ""
            return self.annotation(node, scope) if _CLASS_LIKE.fullmatch(name) else None
        if node.type == "binary_operator" and _operator(node) == "|":
            return self.annotation(node, scope)
        return None


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
