"""Calls of Python as facts, and the imports that are made by calling."""

from __future__ import annotations

from tree_sitter import Node

from tools.facts.model import Call, Import
from tools.facts.python.context import Context
from tools.facts.python.imports import dynamic_import
from tools.facts.scopes import Scope
from tools.facts.texts import clip

MAX_ARGUMENTS = 8


def read_calls(context: Context) -> None:
    """Add all calls to the facts, in the order of the source."""
    awaited = {node.byte_range for node in context.captures.get("awaited", ())}
    returned = {node.byte_range for node in context.captures.get("returned", ())}
    calls: list[Call] = []
    context.by_name = any(fact.module.startswith("importlib") for fact in context.facts.imports)
    # Inner calls first: the chain of an outer call then finds theirs ready, whatever the length of the chain.
    for node in sorted(context.captures.get("call", ()), key=_inner_first):
        fact = _call(node, context)
        if fact is not None:
            fact.awaited = node.byte_range in awaited
            fact.returned = node.byte_range in returned
            calls.append(fact)
    calls.reverse()
    context.facts.calls = calls


def _inner_first(node: Node) -> tuple[int, int]:
    start, end = node.byte_range
    return -start, end


def _call(node: Node, context: Context) -> Call | None:
    function = node.child_by_field_name("function")
    if function is None:
        return None
    expressions = context.expressions
    chain = expressions.chain(function)
    expressions.remember(node, chain)
    start = node.start_byte
    scope = context.names.at(start)
    fact = Call(chain, node.start_point[0] + 1, scope.name)
    fact.resolved = context.names.resolve(chain, scope, start)
    fact.decorates = context.decorating.get(start, "") if context.decorating else ""
    context.taken.add(start)
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "argument_list":
        _read_arguments(arguments, fact, context)
    elif arguments is not None:
        fact.args = 1
    literal = None if fact.first_formatted else fact.first_string
    if context.by_name or chain == "__import__":
        imported, module = dynamic_import(chain, _qualified(fact.resolved, context), literal)
        if imported and arguments is not None:
            _add_import(fact, module, expressions.text(arguments), scope, context)
    return fact


def _read_arguments(arguments: Node, fact: Call, context: Context) -> None:
    keywords: list[str] = []
    names: list[str] = []
    for child in arguments.named_children:
        kind = child.type
        if kind == "keyword_argument":
            name = child.child_by_field_name("name")
            keywords.append(context.expressions.text(name) if name is not None else "")
        elif kind != "comment":
            if not fact.args:
                found = context.expressions.literal(child)
                if found is not None:
                    fact.first_string, fact.first_formatted = clip(found[0]), found[1]
            fact.args += 1
            names.append(context.expressions.chain(child) if kind in ("identifier", "attribute") else "")
    fact.keywords = tuple(keywords)
    if any(names):
        fact.arg_names = tuple(names[:MAX_ARGUMENTS])


def _qualified(ref: str | None, context: Context) -> str | None:
    """The module-qualified name behind a ref to an import; good enough to know the standard library's."""
    if ref is None or ref[0] != "@":
        return None
    head, _, rest = ref[1:].partition("|")
    index, _, number = head.partition(":")
    fact = context.facts.imports[int(index)]
    position = int(number)
    if position >= 0:
        return f"{fact.module}.{fact.names[position][0]}{rest}"
    return fact.module + rest


def _add_import(call: Call, module: str, arguments: str, scope: Scope, context: Context) -> None:
    fact = Import(module or clip(arguments)[:200], call.line, "dynamic", unknown=not module)
    fact.scope = scope.name
    fact.local = scope.kind == "function"
    context.facts.imports.append(fact)
