"""Calls of JavaScript as facts: ``new`` and tagged templates among them."""

from __future__ import annotations

from tree_sitter import Node

from tools.facts.javascript.context import Context
from tools.facts.model import Call
from tools.facts.texts import clip

MAX_ARGUMENTS = 8
MAX_KEYS = 30


def read_calls(context: Context) -> None:
    """Add all calls to the facts, in the order of the source."""
    awaited = {node.byte_range for node in context.captures.get("awaited", ())}
    returned = {node.byte_range for node in context.captures.get("returned", ())}
    calls: list[Call] = []
    # Inner calls first: the chain of an outer call then finds theirs ready, whatever the length of the chain.
    for node in sorted(context.captures.get("call", ()), key=_inner_first):
        if node.byte_range in context.requires:
            context.taken.add(node.start_byte)
            continue
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
    new = node.type == "new_expression"
    function = node.child_by_field_name("constructor" if new else "function")
    if function is None:
        return None
    expressions = context.expressions
    chain = expressions.chain(function)
    expressions.remember(node, chain + "()")
    start = node.start_byte
    scope = context.names.at(start)
    fact = Call(chain, node.start_point[0] + 1, scope.name, is_new=new)
    fact.resolved = context.names.resolve(chain, scope, start)
    fact.decorates = context.decorating.get(start, "") if context.decorating else ""
    context.taken.add(function.start_byte)
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "template_string":
        found = expressions.literal(arguments)
        fact.args = 1
        if found is not None:
            fact.first_string, fact.first_formatted = clip(found[0]), found[1]
    elif arguments is not None:
        _read_arguments(arguments, fact, context)
    if fact.name.startswith("#"):
        fact.name = _spoken(fact.name, context)
    return fact


def _read_arguments(arguments: Node, fact: Call, context: Context) -> None:
    names: list[str] = []
    keys: list[str] = []
    for child in arguments.named_children:
        kind = child.type
        if kind == "comment":
            continue
        if not fact.args:
            found = context.expressions.literal(child)
            if found is not None:
                fact.first_string, fact.first_formatted = clip(found[0]), found[1]
        fact.args += 1
        names.append(context.expressions.chain(child) if kind in ("identifier", "member_expression") else "")
        if kind == "object":
            _read_keys(child, keys, context)
    fact.keywords = tuple(keys)
    if any(names):
        fact.arg_names = tuple(names[:MAX_ARGUMENTS])


def _read_keys(node: Node, keys: list[str], context: Context) -> None:
    for child in node.named_children[:MAX_KEYS]:
        if child.type == "shorthand_property_identifier":
            keys.append(context.expressions.text(child))
        elif child.type in ("pair", "method_definition"):
            key = child.child_by_field_name("key") or child.child_by_field_name("name")
            keys.append(context.expressions.text(key).strip("\"'"))


def _spoken(name: str, context: Context) -> str:
    """The written form of a chain that begins with a ``require`` call."""
    head, dot, rest = name.partition(".")
    kind = context.facts.imports[int(head[1:].removesuffix("()"))].kind
    called = "()()" if head.endswith("()") else "()"
    return ("import" if kind == "dynamic" else "require") + called + dot + rest
