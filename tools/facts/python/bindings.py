"""Assignments and other bindings of Python: what names mean, and the variables worth a definition."""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from tree_sitter import Node

from tools.facts.model import Definition, DefinitionKind
from tools.facts.nodes import child_at
from tools.facts.python import kinds
from tools.facts.python.context import Context
from tools.facts.python.expressions import NAMED
from tools.facts.scopes import Scope

_TUPLES = frozenset({"pattern_list", "tuple_pattern", "tuple", "list_pattern", "expression_list"})
_START = itemgetter(0)
_CAPTURES = ("assignment", "type_alias", "as", "walrus", "bound")


class _Value(NamedTuple):
    """The right side of an assignment."""

    ref: str | None
    alias: bool
    annotation: Node | None
    right: Node | None


class Bindings:
    """Binds every assigned name in its scope and adds the definitions of variables and attributes."""

    def __init__(self, context: Context) -> None:
        """Sort the captured nodes by what they are bound in; nothing is read yet."""
        found = context.captures
        nodes = [(node.start_byte, kind, node) for kind in _CAPTURES if kind in found for node in found[kind]]
        nodes.sort(key=_START)
        self._inner: list[tuple[str, Node, Scope]] = []
        self._outer: list[tuple[str, Node, Scope]] = []
        at = context.names.at
        for start, kind, node in nodes:
            scope = at(start)
            (self._inner if scope.kind == "function" else self._outer).append((kind, node, scope))
        self._expressions = context.expressions
        self._names = context.names
        self._facts = context.facts
        self._known: dict[str, Definition] = {}

    def read(self, *, functions: bool) -> None:
        """Read what is bound inside functions, or what is bound at module and class level."""
        for kind, node, scope in self._inner if functions else self._outer:
            if kind == "assignment":
                children = node.children
                if functions and len(children) == 3 and children[0].kind_id == kinds.IDENTIFIER:
                    self._local(children[0], children[2], scope)
                else:
                    self._assign(node, scope)
            elif kind == "type_alias":
                self._assign(node, scope)
            elif kind == "bound":
                self._bind(node, scope, None)
            else:
                target, value = (1, 0) if kind == "as" else (0, 1)
                ref = self._expressions.type_of(child_at(node, value), scope)
                self._bind(child_at(node, target), scope, ref)

    def _local(self, left: Node, right: Node, scope: Scope) -> None:
        """Take ``name = value`` in a function: most assignments are that."""
        value: Node | None = right
        while value is not None and value.kind_id == kinds.ASSIGNMENT:
            value = value.child_by_field_id(kinds.F_RIGHT)
        name = self._expressions.text(left)
        if value is not None and value.kind_id in NAMED:
            scope.bind_later(name, right.end_byte, value)
        else:
            scope.bind(name, right.end_byte, None)

    def _bind(self, target: Node | None, scope: Scope, ref: str | None) -> None:
        """Bind a target that is a name or a tuple of names; others bind nothing."""
        if target is not None and target.kind_id == kinds.AS_TARGET:
            target = child_at(target)
        if target is None:
            return
        if target.kind_id == kinds.IDENTIFIER:
            scope.bind(self._expressions.text(target), target.end_byte, ref)
        elif target.type in _TUPLES:
            for child in target.named_children:
                self._bind(child, scope, None)

    def _assign(self, node: Node, scope: Scope) -> None:
        """Take one assignment or ``type X = ...``."""
        left, right = node.child_by_field_id(kinds.F_LEFT), node.child_by_field_id(kinds.F_RIGHT)
        if left is not None and left.kind_id == kinds.TYPE:
            left = child_at(left)
        if left is None:
            return
        kind = left.kind_id
        if kind != kinds.IDENTIFIER and kind != kinds.ATTRIBUTE:
            self._bind(left, scope, None)
            return
        name = self._expressions.text(left)
        if kind == kinds.ATTRIBUTE:
            self._attribute(node, name, right, scope)
            return
        value = self._value(node.child_by_field_id(kinds.F_TYPE), right, scope)
        if scope.kind == "function":
            scope.bind(name, node.end_byte, value.ref)
        else:
            dotted = f"{scope.name}.{name}" if scope.name else name
            scope.bind(name, node.end_byte, value.ref or ":" + dotted)
            self._define(node, dotted, "variable", value)
            if name == "__all__" and scope.kind == "module":
                self._read_all(right)

    def _value(self, annotation: Node | None, right: Node | None, scope: Scope) -> _Value:
        value = right
        while value is not None and value.kind_id == kinds.ASSIGNMENT:
            value = value.child_by_field_id(kinds.F_RIGHT)
        ref = self._expressions.annotation(annotation, scope)
        named = None
        if ref is None and value is not None:
            if annotation is None and scope.kind != "function":
                named = self._expressions.alias(value, scope)
            ref = named or self._expressions.type_of(value, scope)
        return _Value(ref, named is not None, annotation, right)

    def _attribute(self, node: Node, name: str, right: Node | None, scope: Scope) -> None:
        owner, _, attribute = name.partition(".")
        ref = self._names.bound(owner, scope, node.start_byte) if scope.kind == "function" else None
        if ref is not None and ref[0] == ":" and ref[1:] in self._names.classes and "." not in attribute:
            value = self._value(node.child_by_field_id(kinds.F_TYPE), right, scope)
            self._define(node, f"{ref[1:]}.{attribute}", "attribute", value)

    def _define(self, node: Node, dotted: str, kind: DefinitionKind, value: _Value) -> None:
        # The first assignment that says what the value is wins: `self.session = None` may stand before it.
        known = self._known.get(dotted)
        if known is not None:
            if known.type is None and value.ref is not None:
                known.type, known.is_alias = value.ref, value.alias
                self._names.members[dotted] = value.ref
            return
        fact = Definition(dotted, kind, node.start_point[0] + 1, node.end_point[0] + 1)
        fact.returns = self._expressions.text(value.annotation) if value.annotation is not None else ""
        fact.exported = "." not in dotted and not dotted.startswith("_")
        fact.type, fact.is_alias = value.ref, value.alias
        if value.ref is not None and value.ref != ":" + dotted:
            self._names.members[dotted] = value.ref
        self._known[dotted] = fact
        self._facts.definitions.append(fact)

    def _read_all(self, right: Node | None) -> None:
        for child in right.named_children if right is not None and right.type in ("list", "tuple") else ():
            found = self._expressions.literal(child)
            if found is not None:
                self._facts.exports[found[0]] = found[0]
