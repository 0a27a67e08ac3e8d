"""Variables, fields and assignments of JavaScript: what names mean, and the definitions worth keeping."""

from __future__ import annotations

from tree_sitter import Node

from tools.facts.javascript.context import Context
from tools.facts.javascript.imports import destructured
from tools.facts.javascript.kinds import CLASSES, FUNCTIONS
from tools.facts.model import Definition, DefinitionKind
from tools.facts.scopes import Scope

_CAPTURES = ("variable", "field", "assignment", "bound")


class Bindings:
    """Binds every declared name in its scope and adds the definitions of variables and attributes."""

    def __init__(self, context: Context) -> None:
        """Sort the captured nodes by what they are bound in; nothing is read yet."""
        self._context = context
        self._expressions = context.expressions
        self._names = context.names
        self._known: dict[str, Definition] = {}
        nodes = [(node.start_byte, kind, node) for kind in _CAPTURES for node in context.captures.get(kind, ())]
        nodes.sort(key=lambda entry: entry[0])
        self._nodes = [(kind, node, context.names.at(start)) for start, kind, node in nodes]

    def read(self, *, functions: bool) -> None:
        """Read what is bound inside functions, or what is bound at module and class level."""
        for kind, node, scope in self._nodes:
            if (scope.kind == "function") is not functions:
                continue
            if kind == "variable":
                self._variable(node, scope)
            elif kind == "field":
                self._field(node, scope)
            elif kind == "assignment":
                self._assignment(node, scope)
            elif node.type == "identifier":
                scope.bind(self._expressions.text(node), node.start_byte, None)

    def _variable(self, node: Node, scope: Scope) -> None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None:
            return
        if target.type == "object_pattern":
            ref = self._expressions.type_of(value, scope)
            imported = self._expressions.chain(value).startswith("#")
            for key, name in destructured(target, self._context):
                if imported and scope.bindings.get(name):
                    continue
                member = self._names.member(ref, "." + key) if ref is not None else None
                scope.bind(name, target.end_byte, member)
                if scope.kind == "module" and not imported:
                    self._define(node, name, "variable", member)
            return
        if target.type != "identifier" or (value is not None and value.type in (FUNCTIONS | CLASSES)):
            return
        name = self._expressions.text(target)
        annotation = node.child_by_field_name("type")
        if scope.kind == "function":
            self._local(name, node, scope)
            return
        ref = self._expressions.annotation(annotation, scope) or self._expressions.type_of(value, scope)
        dotted = f"{scope.name}.{name}" if scope.name else name
        scope.bind(name, 0, ref or ":" + dotted)
        if self._expressions.chain(value).startswith("#"):
            return
        fact = self._define(node, dotted, "variable", ref)
        fact.is_alias = value is not None and value.type in ("identifier", "member_expression") and ref is not None
        fact.returns = self._expressions.text(annotation).removeprefix(":").strip()

    def _local(self, name: str, node: Node, scope: Scope) -> None:
        """Bind a variable of a function."""
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        ref = self._expressions.annotation(annotation, scope)
        if ref is None and value is not None and value.kind_id in self._expressions.kinds.valued:
            scope.bind_later(name, node.end_byte, value)
        else:
            scope.bind(name, node.end_byte, ref)

    def _field(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        value = node.child_by_field_name("value")
        if name is None or scope.kind != "class" or (value is not None and value.type in FUNCTIONS):
            return
        annotation = node.child_by_field_name("type")
        ref = self._expressions.annotation(annotation, scope) or self._expressions.type_of(value, scope)
        fact = self._define(node, f"{scope.name}.{self._expressions.text(name)}", "variable", ref)
        fact.returns = self._expressions.text(annotation).removeprefix(":").strip()
        fact.decorators = tuple(self._context.decorators.get(node.start_byte, ()))

    def _assignment(self, node: Node, scope: Scope) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type == "identifier":
            if right.type not in FUNCTIONS:
                name = self._expressions.text(left)
                scope.bind(name, node.end_byte, self._expressions.type_of(right, scope))
            return
        if left.type != "member_expression":
            return
        chain = self._expressions.chain(left)
        if chain.startswith("this.") and chain.count(".") == 1:
            owner = self._names.bound("this", scope, node.start_byte)
            if owner is not None and right.type not in FUNCTIONS:
                ref = self._expressions.type_of(right, scope)
                self._define(node, f"{owner[1:]}.{chain[5:]}", "attribute", ref)
        elif chain in ("module.exports", "exports"):
            self._export_all(right)
        elif chain.startswith(("module.exports.", "exports.")):
            self._export(chain.removeprefix("module.").removeprefix("exports."), right)

    def _export_all(self, right: Node) -> None:
        exports = self._context.facts.exports
        if right.type in ("identifier", "member_expression"):
            exports["="] = self._expressions.chain(right)
        elif right.type == "object":
            for child in right.named_children:
                if child.type == "shorthand_property_identifier":
                    self._export(self._expressions.text(child), child)
                elif child.type == "pair":
                    key = self._expressions.text(child.child_by_field_name("key")).strip("\"'")
                    self._export(key, child.child_by_field_name("value"))
                elif child.type == "method_definition":
                    self._export(self._expressions.text(child.child_by_field_name("name")), None)
        else:
            exports["="] = "default"
            ref = self._expressions.type_of(right, self._names.module)
            if right.type not in FUNCTIONS and right.type not in CLASSES:
                self._define(right, "default", "variable", ref)

    def _export(self, name: str, value: Node | None) -> None:
        local = name
        if value is not None and value.type in ("identifier", "member_expression"):
            local = self._expressions.chain(value)
        elif value is not None and value.type not in FUNCTIONS and value.type != "shorthand_property_identifier":
            self._define(value, name, "variable", self._expressions.type_of(value, self._names.module))
        self._context.facts.exports[name] = local

    def _define(self, node: Node, dotted: str, kind: DefinitionKind, ref: str | None) -> Definition:
        known = self._known.get(dotted)
        if ref == ":" + dotted:
            ref = None
        if known is None:
            known = Definition(dotted, kind, node.start_point[0] + 1, node.end_point[0] + 1)
            self._known[dotted] = known
            self._context.facts.definitions.append(known)
        if known.type is None and ref is not None:
            known.type = ref
            self._names.members.setdefault(dotted, ref)
        return known
