"""Classes and functions of Python: the scopes they open and the facts about them."""

from __future__ import annotations

from operator import attrgetter

from tree_sitter import Node

from tools.facts.model import Definition
from tools.facts.nodes import child_at
from tools.facts.python import kinds
from tools.facts.python.context import Context
from tools.facts.python.expressions import Expressions
from tools.facts.scopes import Names, Scope

_NOT_PARAMETERS = frozenset({"keyword_separator", "positional_separator", "comment", "ERROR"})
_PROPERTIES = frozenset({"property", "cached_property"})
_START = attrgetter("start_byte")
Opened = list[tuple[Node, Scope]]
"""Each class or function with the scope it opens, in the order of the source."""


def make_scopes(root: Node, captures: dict[str, list[Node]], expressions: Expressions) -> tuple[Names, Opened]:
    """The scopes of a file; every definition is bound in the scope around it."""
    module = Scope("", "module", 0, root.end_byte)
    opened: Opened = []
    stack = [module]
    for node in sorted(captures.get("definition", ()), key=_START):
        start, end = node.start_byte, node.end_byte
        while len(stack) > 1 and stack[-1].end <= start:
            stack.pop()
        around = stack[-1]
        name = node.child_by_field_id(kinds.F_NAME)
        short = expressions.text(name) if name is not None else "?"
        dotted = f"{around.name}.{short}" if around.name else short
        scope = Scope(dotted, "class" if node.kind_id == kinds.CLASS else "function", start, end)
        around.bind(short, end if around.kind == "class" else 0, ":" + dotted)
        stack.append(scope)
        opened.append((node, scope))
    names = Names([module, *[scope for _, scope in opened]])
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
    decorated = context.captures.get("decorated", ())
    scopes = {scope.start: scope for _, scope in opened} if decorated else {}
    for node in decorated:
        target = node.child_by_field_id(kinds.F_DEFINITION)
        scope = scopes.get(target.start_byte) if target is not None else None
        if target is None or scope is None:
            continue
        written = []
        for child in node.named_children:
            inner = child_at(child) if child.kind_id == kinds.DECORATOR else None
            if inner is None:
                continue
            called = inner.kind_id == kinds.CALL
            function = inner.child_by_field_id(kinds.F_FUNCTION) if called else inner
            if function is None:
                continue
            written.append(context.expressions.chain(function))
            if called:
                context.decorating[inner.start_byte] = scope.name
        context.decorators[target.start_byte] = tuple(written)


def _class(node: Node, scope: Scope, parent: Scope, context: Context) -> Definition:
    fact = Definition(scope.name, "class", node.start_point[0] + 1, node.end_point[0] + 1)
    fact.decorators = context.decorators.get(scope.start, ())
    fact.body_size = _body_size(node)
    superclasses = node.child_by_field_id(kinds.F_SUPERCLASSES)
    if superclasses is None:
        return fact
    written, refs = [], []
    for child in superclasses.named_children:
        kind = child.kind_id
        if kind == kinds.KEYWORD or kind == kinds.COMMENT:
            continue
        head = child.child_by_field_id(kinds.F_VALUE) if kind == kinds.SUBSCRIPT else child
        chain = context.expressions.chain(head or child)
        written.append(chain)
        ref = context.names.resolve(chain, parent, scope.start)
        if ref is not None and ref != ":" + scope.name:
            refs.append(ref)
    fact.bases = tuple(written)
    context.names.classes[scope.name] = tuple(refs)
    return fact


def _function(node: Node, scope: Scope, parent: Scope, context: Context) -> Definition:
    decorators = context.decorators.get(scope.start, ())
    method = parent.kind == "class"
    fact = Definition(
        scope.name, "method" if method else "function", node.start_point[0] + 1, node.end_point[0] + 1, decorators
    )
    fact.is_async = context.expressions.chars.startswith("async", scope.start)
    fact.body_size = _body_size(node)
    fact.params = _params(node, scope, context)
    if method and fact.params and "staticmethod" not in decorators:
        scope.bindings[fact.params[0][0]] = [(0, ":" + parent.name)]
    returns = node.child_by_field_id(kinds.F_RETURN)
    if returns is not None:
        fact.returns = context.expressions.text(returns)
        fact.type = context.expressions.result(returns, parent, decorators)
        if fact.type is not None:
            getter = method and any(name.rpartition(".")[2] in _PROPERTIES for name in decorators)
            (context.names.members if getter else context.names.returns)[scope.name] = fact.type
    return fact


def _params(node: Node, scope: Scope, context: Context) -> tuple[tuple[str, str], ...]:
    parameters = node.child_by_field_id(kinds.F_PARAMETERS)
    if parameters is None:
        return ()
    found: list[tuple[str, str]] = []
    outer = scope.parent or scope
    expressions = context.expressions
    for child in parameters.named_children:
        if child.kind_id == kinds.IDENTIFIER:
            name, written, ref = expressions.text(child), "", None
        elif child.type in _NOT_PARAMETERS:
            continue
        else:
            named = child.child_by_field_id(kinds.F_NAME) or child_at(child)
            if named is None:
                continue
            name = expressions.text(named).lstrip("*")
            annotation = child.child_by_field_id(kinds.F_TYPE)
            written = expressions.text(annotation) if annotation is not None else ""
            ref = expressions.annotation(annotation, outer) if annotation is not None else None
        scope.bind(name, 0, ref)
        found.append((name, written))
    return tuple(found)


def _body_size(node: Node) -> int:
    """Statements directly in the body that do something."""
    body = node.child_by_field_id(kinds.F_BODY)
    if body is None:
        return 0
    count = body.named_child_count
    if count > 4:
        # Comments and a docstring do not matter for the size of what is long.
        return count
    return sum([_does_something(child) for child in body.named_children])


def _does_something(statement: Node) -> bool:
    kind = statement.kind_id
    if kind == kinds.EXPRESSION and statement.named_child_count == 1:
        only = child_at(statement)
        return only is None or only.type not in ("string", "concatenated_string", "ellipsis")
    return kind != kinds.PASS and kind != kinds.COMMENT
