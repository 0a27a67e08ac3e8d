"""Whether somebody takes what a Python call gives, so that a coroutine may still be awaited: read from the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from tools.facts import source as sources
from tools.facts.model import Call

_THROUGH = frozenset(
    ["parenthesized_expression", "conditional_expression", "boolean_operator", "as_pattern", "with_item", "with_clause"]
)
"""What stands around a value and passes it on."""
_USES = frozenset(["comparison_operator", "not_operator", "binary_operator", "unary_operator", "interpolation"])
_LOOPS = frozenset(["for_statement", "for_in_clause", "with_statement"])
"""They await their value themselves when ``async`` stands before them."""
_READING = frozenset(
    ["list", "len", "tuple", "set", "dict", "sorted", "print", "str", "repr", "bool", "int", "float", "next", "iter"]
    + ["any", "all", "sum", "min", "max", "enumerate", "zip", "map", "filter"]
)
"""Functions that look at their argument here and now."""
_SCOPES = frozenset(["function_definition", "module"])


def drops(path: Path, call: Call) -> bool:
    """True when the source at `path` uses the result of `call` as it is, or not at all.

    False when it goes elsewhere (awaited, returned, given to a function, put in a list or in an attribute), and
    when nobody can tell.
    """
    try:
        root = sources.parse(sources.readable(path.read_bytes(), "python"), "python").root_node
    except (OSError, sources.Unreadable):
        return False
    method = call.name.rpartition(".")[2].encode()
    return any(_is_dropped(node) for node in _calls(root, call.line - 1, method))


def _calls(node: Node, row: int, method: bytes) -> Iterator[Node]:
    """The calls of `method` that begin in `row`."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.start_point[0] <= row <= node.end_point[0]:
            function = node.child_by_field_name("function") if node.type == "call" else None
            name = function.child_by_field_name("attribute") if function is not None else None
            if name is not None and name.text == method and node.start_point[0] == row:
                yield node
            stack.extend(node.named_children)


def _is_dropped(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type in _THROUGH:
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "assignment":
        return _is_forgotten(parent)
    return _is_used(node, parent)


def _is_used(node: Node, parent: Node) -> bool:
    """Whether `parent` treats the value `node` as something else than a coroutine."""
    kind = parent.type
    if kind == "attribute" or kind in _USES or kind == "expression_statement":
        return True
    if kind == "subscript":
        return parent.child_by_field_name("value") == node
    if kind in _LOOPS:
        return parent.children[0].type != "async"
    if kind in ("if_statement", "while_statement", "elif_clause"):
        return parent.child_by_field_name("condition") == node
    if kind == "argument_list" and parent.parent is not None:
        function = parent.parent.child_by_field_name("function")
        return function is not None and (function.text or b"").decode() in _READING
    return False


def _is_forgotten(assignment: Node) -> bool:
    """Whether no later use of the name that is assigned takes the value elsewhere."""
    left = assignment.child_by_field_name("left")
    if left is None or left.type in ("attribute", "subscript"):
        return False
    if left.type != "identifier":
        return True
    scope = assignment.parent
    while scope is not None and scope.type not in _SCOPES:
        scope = scope.parent
    return scope is not None and all(_is_no_way_out(name) for name in _named(scope, left, assignment.end_byte))


def _is_no_way_out(name: Node) -> bool:
    node, parent = name, name.parent
    while parent is not None and parent.type in _THROUGH:
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == node:
        return True
    if parent.type == "assignment" and parent.child_by_field_name("left") == node:
        return True
    return _is_used(node, parent)


def _named(scope: Node, name: Node, after: int) -> Iterator[Node]:
    """The places behind `after` where the name stands."""
    stack = [scope]
    while stack:
        node = stack.pop()
        if node.end_byte > after:
            if node.type == "identifier" and node.start_byte >= after and node.text == name.text:
                yield node
            stack.extend(node.named_children)
