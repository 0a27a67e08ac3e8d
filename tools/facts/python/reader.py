"""Reads one Python file into facts: one parse, one query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import attrgetter

from tree_sitter import Node, Query, QueryCursor

from tools.facts import source as sources
from tools.facts.finds import Known, parse_errors, read_ignores, read_references, read_strings
from tools.facts.model import FileFacts, Import
from tools.facts.packing import Reading
from tools.facts.python.bindings import Bindings
from tools.facts.python.calls import read_calls
from tools.facts.python.context import Context
from tools.facts.python.definitions import make_scopes, read_classes, read_decorators, read_functions
from tools.facts.python.expressions import Expressions
from tools.facts.python.imports import read_import
from tools.facts.scopes import Scope

_QUERY = """
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
(class_definition) @definition
(function_definition) @definition
(decorated_definition) @decorated
(assignment) @assignment
(type_alias_statement) @type_alias
(as_pattern) @as
(named_expression) @walrus
(for_statement left: (_) @bound)
(for_in_clause left: (_) @bound)
(call) @call
(await (call) @awaited)
(return_statement (call) @returned)
(return_statement (await (call) @returned))
(yield (call) @returned)
"""
_START, _LINE = attrgetter("start_byte"), attrgetter("line")
_AROUND = frozenset({"concatenated_string", "binary_operator", "parenthesized_expression"})


@cache
def _query() -> Query:
    return Query(sources.grammar("python"), _QUERY)


def read(path: str, source: bytes) -> Reading:
    """What is to be known of a Python file, names as refs (see `tools.facts.scopes`).

    `source` is UTF-8 as `tools.facts.source.readable` gives it. Raises Unreadable when parsing takes too long.
    """
    root = sources.parse(source, "python").root_node
    captures = QueryCursor(_query()).captures(root)
    facts = FileFacts(path, "python", lines=source.count(b"\n") + 1)
    expressions = Expressions(source)
    names, opened = make_scopes(root, captures, expressions)
    expressions.names, names.type_of = names, expressions.type_of
    context = Context(root, captures, facts, expressions, names)
    imports = sorted(captures.get("import", ()), key=_START)
    _read_imports(imports, context)
    read_decorators(context, opened)
    read_classes(context, opened)
    bindings = Bindings(context)
    bindings.read(functions=False)
    read_functions(context, opened)
    bindings.read(functions=True)
    names.settle()
    calls = read_calls(context)
    facts.definitions.sort(key=_LINE)
    facts.strings = read_strings(source, root, names, lambda node: _literal_at(node, expressions))
    known = Known(context.taken, imports)
    facts.ignores = read_ignores(source, root)
    facts.parse_errors = parse_errors(root) if root.has_error else ()
    references = read_references(source, root, names, facts.imports, known)
    names.forget()
    return Reading(facts, calls, references)


def _read_imports(nodes: Sequence[Node], context: Context) -> None:
    for node in nodes:
        scope = context.names.at(node.start_byte)
        for fact in read_import(node, context.expressions):
            fact.scope = scope.name
            _bind_import(fact, scope, context)


def _bind_import(fact: Import, scope: Scope, context: Context) -> None:
    index = len(context.facts.imports)
    context.facts.imports.append(fact)
    if fact.kind == "star":
        context.names.stars.append(index)
    for number, (_, here) in enumerate(fact.names):
        if here not in scope.bindings:
            scope.bind(here, 0, f"@{index}:{number}|")
    if fact.kind == "import" and fact.alias not in scope.bindings:
        # `import a.b` binds a, and a.b.c is looked up from a; `import a.b as x` binds the module itself.
        whole = fact.alias == fact.module.partition(".")[0]
        scope.bind(fact.alias, 0, f"@{index}:{-1 if whole else -2}|")


def _literal_at(node: Node, expressions: Expressions) -> tuple[str, bool] | None:
    """The whole text of the string expression around a string node; ``None`` for a docstring."""
    top, parent = node, node.parent
    while parent is not None and parent.type in _AROUND:
        top, parent = parent, parent.parent
    if parent is None or parent.type in ("expression_statement", "comparison_operator"):
        return None
    found = expressions.literal(top) or expressions.literal(node)
    if found is None:
        return None
    return found[0], found[1] or (parent.type == "attribute" and expressions.text(parent).endswith(".format"))
