"""Classes and functions of Python: the scopes they open and the facts about them."""

from __future__ import annotations

from tree_sitter import Node

from tools.facts.model import Definition
from tools.facts.nodes import child_at
from tools.facts.python.context import Context
from tools.facts.python.expressions import Expressions
from tools.facts.scopes import Names, Scope

_NOT_PARAMETERS = frozenset({"keyword_separator", "positional_separator", "comment", "ERROR"})
Opened = list[tuple[Node, Scope]]
"""Each class or function with the scope it opens, in the order of the source."""


def make_scopes(root: Node, captures: dict[str, list[Node]], expressions: Expressions) -> tuple[Names, Opened]:
    """The scopes of a file; every definition is bound in the scope around it."""
    module = Scope("", "module", 0, root.end_byte)
    opened: Opened = []
    stack = [module]
    for node in sorted(captures.get("definition", ()), key=lambda n: (n.start_byte, -n.end_byte)):
        start, end = node.byte_range
        while len(stack) > 1 and stack[-1].end <= start:
            stack.pop()
        name = node.child_by_field_name("name")
        short = expressions.text(name) if name is not None else "?"
        dotted = f"{stack[-1].name}.{short}" if stack[-1].name else short
        scope = Scope(dotted, "class" if node.type == "class_definition" else "function", start, end)
        stack[-1].bind(short, end if stack[-1].kind == "class" else 0, ":" + dotted)
        stack.append(scope)
        opened.append((node, scope))
    names = Names([module, *(scope for _, scope in opened)])
    names.classes = {scope.name: () for _, scope in opened if scope.kind == "class"}
    return names, opened


def read_classes(context: Context, opened: Opened) -> None:
    """Add the facts of all classes."""
    for node, scope in opened:
        if scope.kind == "class":
            _add(_class(node, scope, scope.parent or context.names.module, context), scope, context)


def read_functions(context: Context, opened: Opened) -> None:
    """Add the facts of all functions; parameters are bound in their scopes.

    Module and class level must be bound before: annotations use aliases that are defined there.
    """
    for node, scope in opened:
        if scope.kind == "function":
            _add(_function(node, scope, scope.parent or context.names.module, context), scope, context)


def _add(fact: Definition, scope: Scope, context: Context) -> None:
    fact.exported = "." not in scope.name and not scope.name.startswith("_")
    context.facts.definitions.append(fact)


def read_decorators(context: Context, opened: Opened) -> None:
    """Note which decorators stand before which definition, and which calls are decorators."""
    scopes = {node.start_byte: scope for node, scope in opened}
    for node in context.captures.get("decorated", ()):
        target = node.child_by_field_name("definition")
        scope = scopes.get(target.start_byte) if target is not None else None
        if target is None or scope is None:
            continue
        written = []
        for child in node.named_children:
            inner = child_at(child) if child.type == "decorator" else None
            function = inner.child_by_field_name("function") if inner is not None and inner.type == "call" else inner
            if inner is None or function is None:
                continue
            written.append(context.expressions.chain(function))
            if inner.type == "call":
                context.decorating[inner.start_byte] = scope.name
        context.decorators[target.start_byte] = tuple(written)


def _class(node: Node, scope: Scope, parent: Scope, context: Context) -> Definition:
    decorators = context.decorators.get(node.start_byte, ())
    fact = Definition(scope.name, "class", node.start_point[0] + 1, node.end_point[0] + 1, decorators)
    fact.body_size = _body_size(node)
    superclasses = node.child_by_field_name("superclasses")
    if superclasses is None:
        return fact
    written, refs = [], []
    for child in superclasses.named_children:
        if child.type in ("keyword_argument", "comment"):
            continue
        head = child.child_by_field_name("value") if child.type == "subscript" else child
        chain = context.expressions.chain(head or child)
        written.append(chain)
        ref = context.names.resolve(chain, parent, node.start_byte)
        if ref is not None and ref != ":" + scope.name:
            refs.append(ref)
    fact.bases = tuple(written)
    context.names.classes[scope.name] = tuple(refs)
    return fact


def _function(node: Node, scope: Scope, parent: Scope, context: Context) -> Definition:
    decorators = context.decorators.get(node.start_byte, ())
    method = parent.kind == "class"
    fact = Definition(
        scope.name, "method" if method else "function", node.start_point[0] + 1, node.end_point[0] + 1, decorators
    )
    fact.is_async = node.children[0].type == "async"
    fact.body_size = _body_size(node)
    fact.params = _params(node, scope, context)
    if method and fact.params and "staticmethod" not in decorators:
        scope.bindings[fact.params[0][0]] = [(0, ":" + parent.name)]
    returns = node.child_by_field_name("return_type")
    if returns is not None:
        fact.returns = context.expressions.text(returns)
        fact.type = context.expressions.result(returns, parent, decorators)
    if method and any(name.rpartition(".")[2] in ("property", "cached_property") for name in decorators):
        if fact.type is not None:
            context.names.members[scope.name] = fact.type
    elif fact.type is not None:
        context.names.returns[scope.name] = fact.type
    return fact


def _params(node: Node, scope: Scope, context: Context) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    parameters = node.child_by_field_name("parameters")
    outer = scope.parent or scope
    for child in parameters.named_children if parameters is not None else ():
        if child.type in _NOT_PARAMETERS:
            continue
        named = child.child_by_field_name("name")
        if named is None:
            named = child if child.type == "identifier" else child_at(child)
        if named is None:
            continue
        name = context.expressions.text(named).lstrip("*")
        annotation = child.child_by_field_name("type")
        scope.bind(name, 0, context.expressions.annotation(annotation, outer))
        found.append((name, context.expressions.text(annotation) if annotation is not None else ""))
    return tuple(found)


def _body_size(node: Node) -> int:
    """Statements directly in the body that do something."""
    body = node.child_by_field_name("body")
    if body is None:
        return 0
    count = body.named_child_count
    if count > 4:
        # Comments and a docstring do not matter for the size of what is long.
        return count
    return sum(_does_something(child) for child in body.named_children)


def _does_something(statement: Node) -> bool:
    if statement.type in ("pass_statement", "comment"):
        return False
    if statement.type == "expression_statement" and statement.named_child_count == 1:
        only = child_at(statement)
        return only is None or only.type not in ("string", "concatenated_string", "ellipsis")
    return True
