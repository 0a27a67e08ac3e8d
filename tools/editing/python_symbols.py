"""Symbols of a Python file: classes, functions, methods, module and class variables, however nested."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from tools.editing.languages import Neighbours, Place, Slot, Symbol, is_doubtful, one_line, text_of

_DEFINITIONS = {"class_definition", "function_definition", "decorated_definition"}


@dataclass(frozen=True, slots=True)
class _Scope:
    prefix: str = ""
    kind: str = "module"
    """module, class or function."""
    neighbours: Neighbours = field(default_factory=Neighbours)

    def inner(self, name: str, kind: str) -> _Scope:
        return _Scope(f"{self.prefix}{name}.", kind, self.neighbours)


def python_symbols(root: Node) -> list[Symbol]:
    """Return the symbols below ``root`` in the order of the text."""
    found: list[Symbol] = []
    _walk(root, _Scope(), found)
    return found


def _walk(body: Node, scope: _Scope, found: list[Symbol]) -> None:
    for child in body.named_children:
        if child.type in _DEFINITIONS:
            _definition(child, scope, found)
        elif child.type == "expression_statement":
            _variable(child, scope, found)
        elif child.type == "type_alias_statement":
            name = text_of(child.child_by_field_name("left")).partition("[")[0].strip()
            found.append(_symbol(child, child, scope, name, "type"))
        elif child.type != "comment" and child.named_child_count:
            _walk(child, scope, found)  # if, try, with, and what the grammar could not read


def _definition(node: Node, scope: _Scope, found: list[Symbol]) -> None:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    if inner is None:
        return
    name = text_of(inner.child_by_field_name("name"))
    is_class = inner.type == "class_definition"
    kind = "class" if is_class else "method" if scope.kind == "class" else "function"
    found.append(_symbol(node, inner, scope, name, kind))
    body = inner.child_by_field_name("body")
    if body is not None:
        _walk(body, scope.inner(name, "class" if is_class else "function"), found)


def _variable(node: Node, scope: _Scope, found: list[Symbol]) -> None:
    """Record ``name = ...`` and ``name: type`` of modules and classes; locals of functions are no symbols."""
    assignment = node.named_child(0) if node.named_child_count else None
    if scope.kind == "function" or assignment is None or assignment.type != "assignment":
        return
    left = assignment.child_by_field_name("left")
    if left is not None and left.type == "identifier":
        kind = "field" if scope.kind == "class" else "variable"
        found.append(_symbol(node, node, scope, text_of(left), kind))


def _symbol(node: Node, head: Node, scope: _Scope, name: str, kind: str) -> Symbol:
    body = head.child_by_field_name("body")
    raw = head.text or b""
    signature = raw[: body.start_byte - head.start_byte] if body is not None else raw
    return Symbol(
        name=scope.prefix + name,
        kind=kind,
        start_line=node.start_point.row + 1,
        end_line=node.end_point.row + 1,
        start_byte=node.start_byte,
        end_byte=node.end_byte,
        signature=one_line(signature.decode("utf-8", "replace").partition("\n#")[0]).rstrip(": "),
        head_line=head.start_point.row + 1,
        doubtful=node.parent is not None and node.parent.has_error and is_doubtful(node, node),
        slot=_slot(node, scope.neighbours),
    )


def _slot(node: Node, neighbours: Neighbours) -> Slot:
    parent = node.parent
    siblings, index = neighbours.of(node)
    first = last = index
    while first > 0 and siblings[first - 1].end_point.row == siblings[first].start_point.row:
        first -= 1  # statements joined by semicolons are one anchor
    while last + 1 < len(siblings) and siblings[last + 1].start_point.row == siblings[last].end_point.row:
        last += 1
    return Slot(
        place=Place.STATEMENT,
        anchor_start=siblings[first].start_byte,
        anchor_end=siblings[last].end_byte,
        container=parent.type if parent is not None else "module",
        has_previous=index > 0,
        has_next=index + 1 < len(siblings),
    )
