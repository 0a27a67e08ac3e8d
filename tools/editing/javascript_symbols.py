"""Symbols of a JavaScript or TypeScript file.

Named are functions, classes and their members, arrow functions and objects assigned to names, members of
such objects, ``module.exports``, ``export default``, and TypeScript's interfaces, types, enums, namespaces.
"""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from tools.editing.languages import Neighbours, Place, Slot, Symbol, is_doubtful, one_line, text_of

_DECLARATIONS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "interface",
    "type_alias_declaration": "type",
    "enum_declaration": "enum",
    "internal_module": "namespace",
    "module": "namespace",
}
_VALUES = {
    "arrow_function": "function",
    "function_expression": "function",
    "generator_function": "function",
    "class": "class",
    "object": "object",
}
_MEMBERS = {
    "method_definition": "method",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "field_definition": "field",
    "public_field_definition": "field",
    "property_signature": "field",
}
_WRAPPERS = {
    "as_expression",
    "satisfies_expression",
    "parenthesized_expression",
    "await_expression",
    "assignment_expression",
}
_LISTS = {"program", "statement_block", "switch_case", "switch_default"}
_OUTER = {"export_statement", "ambient_declaration"}


@dataclass(frozen=True, slots=True)
class _Scope:
    prefix: str = ""
    function: bool = False
    """Inside a function body: plain local variables are no symbols."""

    def inner(self, name: str, *, function: bool = False) -> _Scope:
        return _Scope(f"{self.prefix}{name}.", function or self.function)


def javascript_symbols(root: Node) -> list[Symbol]:
    """Return the symbols below ``root`` in the order of the text, outer before inner."""
    collector = _Collector(root.has_error)
    collector.run(root)
    return sorted(collector.found, key=lambda s: (s.start_byte, -s.end_byte))


class _Collector:
    """Walks with a stack of its own: expressions in generated code nest deeper than Python recurses."""

    def __init__(self, faulty: bool) -> None:
        self._faulty = faulty
        self._neighbours = Neighbours()
        self.found: list[Symbol] = []
        self._stack: list[tuple[Node, _Scope]] = []

    def run(self, root: Node) -> None:
        self._stack.append((root, _Scope()))
        while self._stack:
            node, scope = self._stack.pop()
            self._visit(node, scope)

    def _visit(self, node: Node, scope: _Scope) -> None:
        kind = node.type
        if kind in _DECLARATIONS:
            self._declaration(node, scope)
        elif kind in ("lexical_declaration", "variable_declaration"):
            self._variables(node, scope)
        elif kind == "expression_statement":
            self._expression(node, scope)
        elif kind == "export_statement" and node.child_by_field_name("value") is not None:
            self._default(node, scope)
        elif kind in _MEMBERS and node.parent is not None:
            self._member(node, scope)
        elif kind in ("arrow_function", "function_expression", "generator_function"):
            self._push_children(node, _Scope(scope.prefix, True))
        else:
            self._push_children(node, scope)

    def _push_children(self, node: Node, scope: _Scope) -> None:
        self._stack.extend((child, scope) for child in node.named_children)

    def _body(self, node: Node, scope: _Scope) -> None:
        """Go on below a declaration: into its body only."""
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        if body is None:
            return
        if body.type == "enum_body":
            self._enum(body, scope)
        else:
            self._push_children(body, scope)

    def _declaration(self, node: Node, scope: _Scope) -> None:
        kind = _DECLARATIONS[node.type]
        outer = _outermost(node)
        name = text_of(node.child_by_field_name("name")) or ("default" if _is_default(outer) else "")
        if not name:
            self._push_children(node, scope)
            return
        self._add(outer, node, scope.prefix + name.strip("\"'"), kind, _statement_slot(outer, self._neighbours))
        self._body(node, scope.inner(name.strip("\"'"), function=kind == "function"))

    def _variables(self, node: Node, scope: _Scope) -> None:
        declarators = [c for c in node.named_children if c.type == "variable_declarator"]
        in_head = node.parent is not None and node.parent.type in ("for_statement", "for_in_statement")
        outer = _outermost(node)
        for declarator in declarators:
            name = declarator.child_by_field_name("name")
            value = _unwrap(declarator.child_by_field_name("value"))
            kind = _VALUES.get(value.type, "variable") if value is not None else "variable"
            named = name is not None and name.type == "identifier" and not in_head
            if not named or (scope.function and kind == "variable"):
                self._push_children(declarator, scope)
                continue
            single = len(declarators) == 1
            slot = (
                _statement_slot(outer, self._neighbours)
                if single
                else _listed(declarator, Place.DECLARATOR, outer, self._neighbours)
            )
            label = text_of(name)
            self._add(outer if single else declarator, declarator, scope.prefix + label, kind, slot)
            self._value(value, scope.inner(label, function=kind == "function"))

    def _value(self, value: Node | None, scope: _Scope) -> None:
        """Go on below the value of a name: what is nested in it is named after it."""
        if value is None:
            return
        if value.type in _VALUES and value.type != "object":
            self._body(value, scope)
        elif value.type == "object":
            self._object(value, scope)
        elif value.type in ("call_expression", "new_expression"):
            self._call(value, scope)
        else:
            self._push_children(value, scope)

    def _call(self, call: Node, scope: _Scope) -> None:
        """``const store = define({list() {}})``: the object's members are the store's."""
        arguments = call.child_by_field_name("arguments")
        for child in call.named_children:
            if arguments is None or child.id != arguments.id:
                self._stack.append((child, scope))
        for argument in arguments.named_children if arguments is not None else ():
            if argument.type == "object":
                self._object(argument, scope)
            else:
                self._stack.append((argument, scope))

    def _object(self, node: Node, scope: _Scope) -> None:
        for child in node.named_children:
            if child.type == "pair":
                self._pair(child, scope)
            else:
                self._stack.append((child, scope))

    def _pair(self, node: Node, scope: _Scope) -> None:
        value = _unwrap(node.child_by_field_name("value"))
        name = text_of(node.child_by_field_name("key")).strip("\"'")
        kind = _VALUES.get(value.type) if value is not None else None
        if kind is None:
            self._push_children(node, scope)
            return
        kind = "method" if kind == "function" else kind
        self._add(node, node, scope.prefix + name, kind, _listed(node, Place.ITEM, node, self._neighbours))
        self._value(value, scope.inner(name, function=kind == "method"))

    def _expression(self, node: Node, scope: _Scope) -> None:
        """``module.exports = ...``, ``Thing.prototype.run = function ...``, also chained."""
        inner = node.named_child(0) if node.named_child_count else None
        if inner is None or inner.type != "assignment_expression":
            self._push_children(node, scope)
            return
        names: list[str] = []
        value: Node | None = inner
        while value is not None and value.type == "assignment_expression":
            left = value.child_by_field_name("left")
            if left is not None and left.type == "member_expression" and len(text_of(left)) < 120:
                names.append("".join(text_of(left).split()))
            value = value.child_by_field_name("right")
        value = _unwrap(value)
        kind = _VALUES.get(value.type) if value is not None else None
        names = [n for n in names if kind is not None or n in ("module.exports", "exports.default")]
        if scope.function:
            names = [n for n in names if kind in ("function", "class") and not n.startswith("this.")]
        for name in names:
            self._add(node, inner, scope.prefix + name, kind or "variable", _statement_slot(node, self._neighbours))
        label = names[-1] if names else ""
        below = scope.inner(label, function=kind == "function") if label else scope
        self._value(value, below)

    def _default(self, node: Node, scope: _Scope) -> None:
        value = _unwrap(node.child_by_field_name("value"))
        kind = _VALUES.get(value.type, "variable") if value is not None else "variable"
        name = text_of(value.child_by_field_name("name")) if value is not None and kind != "object" else ""
        name = name or "default"
        if value is not None and value.type != "identifier":
            self._add(node, value, scope.prefix + name, kind, _statement_slot(node, self._neighbours))
            self._value(value, scope.inner(name, function=kind == "function"))

    def _member(self, node: Node, scope: _Scope) -> None:
        name_node = node.child_by_field_name("name") or node.child_by_field_name("property")
        name = text_of(name_node).strip("\"'")
        parent = node.parent
        in_object = parent is not None and parent.type == "object"
        value = _unwrap(node.child_by_field_name("value"))
        kind = _MEMBERS[node.type]
        if value is not None and value.type in _VALUES and value.type != "object":
            kind = "method"
        start = _with_decorators(node)
        slot = (
            _listed(node, Place.ITEM, node, self._neighbours)
            if in_object
            else _member_slot(node, start, self._neighbours)
        )
        end = node if in_object else _with_separator(node)
        self._add(node, node, scope.prefix + name, kind, slot, extent=(start, end))
        below = scope.inner(name, function=kind == "method")
        if node.type == "method_definition":
            self._body(node, below)
        else:
            self._value(value, below)

    def _enum(self, body: Node, scope: _Scope) -> None:
        for child in body.named_children:
            if child.type != "comment":
                name = child.child_by_field_name("name") if child.type == "enum_assignment" else child
                slot = _listed(child, Place.ITEM, child, self._neighbours)
                self._add(child, child, scope.prefix + text_of(name).strip("\"'"), "member", slot)

    def _add(
        self,
        node: Node,
        head: Node,
        name: str,
        kind: str,
        slot: Slot,
        extent: tuple[Node, Node] | None = None,
    ) -> None:
        """Record a symbol: ``node`` is all of it, or ``extent`` its first and last node; ``head`` holds the name."""
        start, end = extent or (node, node)
        self.found.append(
            Symbol(
                name=name,
                kind=kind,
                start_line=start.start_point.row + 1,
                end_line=end.end_point.row + 1,
                start_byte=start.start_byte,
                end_byte=end.end_byte,
                signature=_signature(node, head),
                head_line=head.start_point.row + 1,
                alias="default" if _is_default(node) else "",
                doubtful=self._faulty and is_doubtful(start, end),
                slot=slot,
            )
        )


def _is_default(node: Node) -> bool:
    return node.type == "export_statement" and any(c.type == "default" for c in node.children)


def _signature(node: Node, head: Node) -> str:
    """The head of a declaration: what stands before its body."""
    holder = _unwrap(head.child_by_field_name("value") or head.child_by_field_name("right"))
    while holder is not None and holder.type == "assignment_expression":
        holder = _unwrap(holder.child_by_field_name("right"))
    body = (holder if holder is not None and holder.type in _VALUES else head).child_by_field_name("body")
    if body is None and holder is not None and holder.type == "object":
        body = holder
    start = next((c.start_byte for c in node.children if c.type not in ("decorator", "comment")), 0)
    raw = (node.text or b"")[start - node.start_byte : body.start_byte - node.start_byte if body else None]
    return one_line(raw.decode("utf-8", "replace")).rstrip("{ ")


def _unwrap(node: Node | None) -> Node | None:
    """Return the value inside ``(...)``, ``... as T``, ``await ...`` and ``a = ...``."""
    while node is not None and node.type in _WRAPPERS:
        inner = node.child_by_field_name("right") or next((c for c in node.named_children if c.type != "comment"), None)
        node = inner
    return node


def _outermost(node: Node) -> Node:
    """Return the statement that holds a declaration: with ``export``, ``declare`` and decorators."""
    while node.parent is not None and (
        node.parent.type in _OUTER or (node.parent.type == "expression_statement" and node.type == "internal_module")
    ):
        node = node.parent
    return node


def _with_decorators(node: Node) -> Node:
    while (before := node.prev_sibling) is not None and before.type == "decorator":
        node = before
    return node


def _with_separator(node: Node) -> Node:
    after = node.next_sibling
    if node.type != "method_definition" and after is not None and after.type in (";", ","):
        return after
    return node


def _statement_slot(node: Node, neighbours: Neighbours) -> Slot:
    """The slot of a statement; one without braces around it is anchored at the statement it belongs to."""
    anchor = node
    while anchor.parent is not None and anchor.parent.type not in _LISTS:
        anchor = anchor.parent
    siblings, index = neighbours.of(anchor)
    holder = anchor.parent
    return Slot(
        place=Place.STATEMENT if anchor.id == node.id else Place.EMBEDDED,
        anchor_start=anchor.start_byte,
        anchor_end=anchor.end_byte,
        container=holder.type if holder is not None else "program",
        has_previous=index > 0,
        has_next=index + 1 < len(siblings),
    )


def _member_slot(node: Node, start: Node, neighbours: Neighbours) -> Slot:
    siblings, index = neighbours.of(node)
    return Slot(
        place=Place.MEMBER,
        anchor_start=start.start_byte,
        anchor_end=_with_separator(node).end_byte,
        container=node.parent.type if node.parent is not None else "class_body",
        has_previous=index > 0,
        has_next=index + 1 < len(siblings),
    )


def _listed(node: Node, place: Place, anchor: Node, neighbours: Neighbours) -> Slot:
    before, after = node.prev_sibling, node.next_sibling
    while before is not None and before.type == "comment":
        before = before.prev_sibling
    while after is not None and after.type == "comment":
        after = after.next_sibling
    siblings, index = neighbours.of(node)
    outer = _statement_slot(anchor, neighbours) if place is Place.DECLARATOR else None
    return Slot(
        place=place,
        anchor_start=outer.anchor_start if outer else node.start_byte,
        anchor_end=outer.anchor_end if outer else node.end_byte,
        comma_before=before.start_byte if before is not None and before.type == "," else None,
        comma_after=after.start_byte if after is not None and after.type == "," else None,
        container=node.parent.type if node.parent is not None else "object",
        has_previous=index > 0,
        has_next=index + 1 < len(siblings),
    )
