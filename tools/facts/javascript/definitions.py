"""Classes, functions, methods and named objects of JavaScript: their scopes and the facts about them."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from tools.facts.javascript.context import Context
from tools.facts.javascript.expressions import Expressions
from tools.facts.javascript.kinds import CLASSES, FUNCTIONS
from tools.facts.model import Definition
from tools.facts.nodes import child_at
from tools.facts.scopes import Names, Scope

_EXPORTS = ("module.exports", "exports")
_WHOLE = "module.exports"
_KEY = "key:"
"""Before a name that a function has as a value in an object literal: it counts only if the object is named."""
_OBJECT_SAMPLE = 200
"""Members of an object literal that are looked at to see whether it holds functions."""


@dataclass(slots=True, eq=False)
class Opened:
    """A node that opens a scope, and what it is called."""

    node: Node
    scope: Scope
    named: bool
    """False for callbacks: they are no definition and their scope carries the name of the one around it."""
    member: bool
    """Stands in a class or a named object."""


def make_scopes(root: Node, captures: dict[str, list[Node]], expressions: Expressions) -> tuple[Names, list[Opened]]:
    """The scopes of a file; every named definition is bound in the scope around it."""
    given = _given_names(captures, expressions)
    module = Scope("", "module", 0, root.end_byte)
    stack = [module]
    opened: list[Opened] = []
    nodes = [*captures.get("class", ()), *captures.get("function", ()), *captures.get("object", ())]
    for node in sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)):
        start, end = node.byte_range
        while len(stack) > 1 and stack[-1].end <= start:
            stack.pop()
        found = _open(node, stack[-1], given.get((start, end)), expressions)
        if found is not None:
            stack.append(found.scope)
            opened.append(found)
    names = Names([module, *(found.scope for found in opened)])
    for found in opened:
        if found.scope.kind == "class" and found.scope.name:
            names.classes[found.scope.name] = ()
    return names, opened


def _open(node: Node, around: Scope, given: str | None, expressions: Expressions) -> Opened | None:
    start, end = node.byte_range
    if node.type == "object":
        if given is None or not _has_functions(node):
            return None
        # The members of `module.exports = {...}` are the module's own names.
        name = "" if given == _WHOLE else _dotted(around, given)
        return Opened(node, Scope(name, "class", start, end), False, False)
    if given == _WHOLE:
        given = "default"
    own = expressions.text(node.child_by_field_name("name")).strip("\"'[]`")
    short = own if node.type not in FUNCTIONS and own else given
    member = around.kind == "class"
    if short is not None and short.startswith(_KEY):
        short = short.removeprefix(_KEY) if member else None
    name = around.name if short is None else _dotted(around, short)
    scope = Scope(name, "class" if node.type in CLASSES else "function", start, end)
    if short is not None and not member and "." not in short:
        around.bind(short, 0, ":" + scope.name)
    return Opened(node, scope, short is not None, member and bool(around.name))


def _dotted(around: Scope, short: str) -> str:
    return f"{around.name}.{short}" if around.name and short else around.name or short


def _has_functions(node: Node) -> bool:
    for child in node.named_children[:_OBJECT_SAMPLE]:
        if child.type == "method_definition":
            return True
        value = child.child_by_field_name("value") if child.type == "pair" else None
        if value is not None and value.type in FUNCTIONS:
            return True
    return False


def _given_names(captures: dict[str, list[Node]], expressions: Expressions) -> dict[tuple[int, int], str]:
    """Byte range of a function, class or object expression -> the name it is given by what stands around it."""
    given: dict[tuple[int, int], str] = {}
    for capture, key in (("variable", "name"), ("pair", "key"), ("field", "name"), ("assignment", "left")):
        for node in captures.get(capture, ()):
            value = node.child_by_field_name("right" if capture == "assignment" else "value")
            if value is None or (value.type not in FUNCTIONS and value.type not in CLASSES and value.type != "object"):
                continue
            name = node.child_by_field_name(key) or node.child_by_field_name("property")
            if name is None or name.type.endswith("_pattern"):
                continue
            if capture == "assignment":
                given[value.byte_range] = _assigned(expressions.chain(name))
            else:
                key_mark = _KEY if capture == "pair" else ""
                given[value.byte_range] = key_mark + expressions.text(name).strip("\"'[]`")
    for node in captures.get("export", ()):
        value = node.child_by_field_name("value") or node.child_by_field_name("declaration")
        if value is not None and value.child_by_field_name("name") is None and value.type != "lexical_declaration":
            given[value.byte_range] = "default"
    return given


def _assigned(name: str) -> str:
    if name in _EXPORTS:
        return _WHOLE
    for prefix in _EXPORTS:
        name = name.removeprefix(prefix + ".")
    return name.replace(".prototype.", ".").removeprefix("this.")


def read_decorators(context: Context, opened: list[Opened]) -> None:
    """Note which decorators stand before which definition, and which calls are decorators."""
    scopes = {found.node.start_byte: found.scope.name for found in opened if found.named}
    for node in context.captured("decorator"):
        inner = child_at(node)
        target = _decorated(node)
        if inner is None or target is None:
            continue
        function = inner.child_by_field_name("function") if inner.type == "call_expression" else inner
        context.decorators.setdefault(target.start_byte, []).append(context.expressions.chain(function))
        if inner.type == "call_expression":
            name = scopes.get(target.start_byte)
            if name is None:
                field = target.child_by_field_name("name")
                owner = context.names.at(target.start_byte).name
                name = f"{owner}.{context.expressions.text(field)}" if field is not None else ""
            context.decorating[inner.start_byte] = name


def _decorated(node: Node) -> Node | None:
    parent = node.parent
    if parent is None:
        return None
    if parent.type == "export_statement":
        return parent.child_by_field_name("declaration")
    if parent.type == "class_body":
        sibling = node.next_named_sibling
        while sibling is not None and sibling.type in ("decorator", "comment"):
            sibling = sibling.next_named_sibling
        return sibling
    return parent


def read_classes(context: Context, opened: list[Opened]) -> None:
    """Add the facts of all classes; interfaces, enumerations and type aliases are among them."""
    for found in opened:
        if found.scope.kind == "class" and found.named:
            context.facts.definitions.append(_class(found, context))
    for node in context.captured("type"):
        name = context.expressions.text(node.child_by_field_name("name"))
        scope = context.names.at(node.start_byte)
        scope.bind(name, 0, ":" + _dotted(scope, name))
        fact = Definition(_dotted(scope, name), "class", node.start_point[0] + 1, node.end_point[0] + 1)
        if node.type == "type_alias_declaration":
            fact.kind = "variable"
            fact.type = context.expressions.annotation(node.child_by_field_name("value"), scope)
            fact.is_alias = fact.type is not None
        context.facts.definitions.append(fact)


def _class(found: Opened, context: Context) -> Definition:
    node, scope = found.node, found.scope
    fact = Definition(scope.name, "class", node.start_point[0] + 1, node.end_point[0] + 1)
    fact.decorators = tuple(context.decorators.get(node.start_byte, ()))
    fact.body_size = _size(node.child_by_field_name("body"))
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    clauses = heritage.named_children if heritage is not None else []
    written, refs = [], []
    for clause in clauses:
        values = clause.children_by_field_name("value") if clause.type == "extends_clause" else [clause]
        if clause.type == "implements_clause":
            values = clause.named_children
        for value in values:
            written.append(context.expressions.chain(value))
            ref = context.names.resolve(written[-1], scope.parent or scope, node.start_byte)
            if ref is not None and ref != ":" + scope.name:
                refs.append(ref)
    fact.bases = tuple(written)
    context.names.classes[scope.name] = tuple(refs)
    return fact


def read_functions(context: Context, opened: list[Opened]) -> None:
    """Add the facts of all named functions and methods; the parameters of all are bound in their scopes."""
    for found in opened:
        if found.scope.kind != "function":
            continue
        fact = _function(found, context)
        if found.named:
            context.facts.definitions.append(fact)


def _function(found: Opened, context: Context) -> Definition:
    node, scope = found.node, found.scope
    member = found.member or (found.named and node.type in FUNCTIONS and "." in scope.name)
    fact = Definition(scope.name, "method" if member else "function", node.start_point[0] + 1, node.end_point[0] + 1)
    fact.decorators = tuple(context.decorators.get(node.start_byte, ()))
    fact.is_async = any(child.type == "async" for child in node.children[:4])
    fact.body_size = _size(node.child_by_field_name("body"))
    fact.params = _params(node, scope, context)
    owner = scope.parent
    if owner is not None and owner.kind == "class" and owner.name:
        scope.bind("this", 0, ":" + owner.name)
    returns = node.child_by_field_name("return_type")
    if returns is not None:
        fact.returns = context.expressions.text(returns).removeprefix(":").strip()
        fact.type = context.expressions.annotation(returns, scope)
        if fact.type is not None and found.named:
            context.names.returns[scope.name] = fact.type
    return fact


def _params(node: Node, scope: Scope, context: Context) -> tuple[tuple[str, str], ...]:
    parameters = node.child_by_field_name("parameters")
    children = parameters.named_children if parameters is not None else []
    single = node.child_by_field_name("parameter")
    if single is not None:
        children = [single]
    found: list[tuple[str, str]] = []
    for child in children:
        if child.type == "comment":
            continue
        target = child.child_by_field_name("pattern") or child.child_by_field_name("left") or child
        if target.type == "rest_pattern":
            target = child_at(target) or target
        annotation = child.child_by_field_name("type")
        ref = context.expressions.annotation(annotation, scope.parent or scope)
        written = context.expressions.text(annotation).removeprefix(":").strip()
        found.append((_bind_param(target, ref, scope, context), written))
        if any(part.type in ("accessibility_modifier", "readonly") for part in child.children[:3]):
            _property(child, found[-1], ref, scope, context)
    return tuple(found)


def _bind_param(target: Node, ref: str | None, scope: Scope, context: Context) -> str:
    name = context.expressions.text(target)
    if target.type == "identifier":
        scope.bind(name, 0, ref)
    elif target.type in ("object_pattern", "array_pattern"):
        for child in target.named_children:
            if child.type == "shorthand_property_identifier_pattern":
                key = context.expressions.text(child)
                scope.bind(key, 0, f"{ref}.{key}" if ref is not None else None)
            elif child.type == "identifier":
                scope.bind(context.expressions.text(child), 0, None)
    return name if len(name) <= 200 else name[:200]


def _property(node: Node, param: tuple[str, str], ref: str | None, scope: Scope, context: Context) -> None:
    """A constructor parameter with ``private`` or ``readonly`` is an attribute of the class (TypeScript)."""
    owner = scope.parent
    if owner is None or owner.kind != "class":
        return
    dotted = f"{owner.name}.{param[0]}"
    line = node.start_point[0] + 1
    context.facts.definitions.append(Definition(dotted, "attribute", line, line, returns=param[1], type=ref))
    if ref is not None:
        context.names.members[dotted] = ref


def _size(body: Node | None) -> int:
    """Statements or members directly in a body; an arrow function's expression is one."""
    if body is None:
        return 0
    if body.type not in ("statement_block", "class_body"):
        return 1
    count = body.named_child_count
    return count if count > 4 else sum(c.type not in ("comment", "decorator") for c in body.named_children)
