"""Assignments and other bindings of Python: what names mean, and the variables worth a definition."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from tools.facts.model import Definition, DefinitionKind
from tools.facts.nodes import child_at
from tools.facts.python.context import Context
from tools.facts.scopes import Scope

_TUPLES = frozenset({"pattern_list", "tuple_pattern", "tuple", "list_pattern", "expression_list"})
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
        nodes = [(node.start_byte, kind, node) for kind in _CAPTURES for node in context.captures.get(kind, ())]
        nodes.sort(key=lambda entry: entry[0])
        self._nodes = [(kind, node, context.names.at(start)) for start, kind, node in nodes]
        self._expressions = context.expressions
        self._names = context.names
        self._facts = context.facts
        self._known: dict[str, Definition] = {}

    def read(self, *, functions: bool) -> None:
        """Read what is bound inside functions, or what is bound at module and class level."""
        for kind, node, scope in self._nodes:
            if (scope.kind == "function") is not functions:
                continue
            if kind in ("assignment", "type_alias"):
                self._assign(node, scope)
            elif kind == "bound":
                self._bind(node, scope, None)
            else:
                target, value = (1, 0) if kind == "as" else (0, 1)
                ref = self._expressions.type_of(child_at(node, value), scope)
                self._bind(child_at(node, target), scope, ref)

    def _bind(self, target: Node | None, scope: Scope, ref: str | None) -> None:
        """Bind a target that is a name or a tuple of names; others bind nothing."""
        if target is not None and target.type == "as_pattern_target":
            target = child_at(target)
        if target is None:
            return
        if target.type == "identifier":
            scope.bind(self._expressions.text(target), target.end_byte, ref)
        elif target.type in _TUPLES:
            for child in target.named_children:
                self._bind(child, scope, None)

    def _assign(self, node: Node, scope: Scope) -> None:
        """Take one assignment or ``type X = ...``."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and left.type == "type":
            left = child_at(left)
        if left is None:
            return
        if left.type not in ("identifier", "attribute"):
            self._bind(left, scope, None)
            return
        value = self._value(node.child_by_field_name("type"), right, scope)
        name = self._expressions.text(left)
        if left.type == "attribute":
            self._attribute(node, name, scope, value)
        elif scope.kind == "function":
            scope.bind(name, node.end_byte, value.ref)
        else:
            dotted = f"{scope.name}.{name}" if scope.name else name
            scope.bind(name, node.end_byte, value.ref or ":" + dotted)
            self._define(node, dotted, "variable", value)
            if name == "__all__" and scope.kind == "module":
                self._read_all(right)

    def _value(self, annotation: Node | None, right: Node | None, scope: Scope) -> _Value:
        value = right
        while value is not None and value.type == "assignment":
            value = value.child_by_field_name("right")
        ref = self._expressions.annotation(annotation, scope)
        named = None
        if ref is None and value is not None:
            if annotation is None and scope.kind != "function":
                named = self._expressions.alias(value, scope)
            ref = named or self._expressions.type_of(value, scope)
        return _Value(ref, named is not None, annotation, right)

    def _attribute(self, node: Node, name: str, scope: Scope, value: _Value) -> None:
        owner, _, attribute = name.partition(".")
        ref = self._names.bound(owner, scope, node.start_byte) if scope.kind == "function" else None
        if ref is not None and ref[0] == ":" and ref[1:] in self._names.classes and "." not in attribute:
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
