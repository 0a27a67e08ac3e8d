"""Calls of JavaScript as facts: ``new`` and tagged templates among them."""

from __future__ import annotations

from operator import attrgetter

from tree_sitter import Node

from tools.facts.javascript.context import Context
from tools.facts.packing import CallRow
from tools.facts.texts import clip

MAX_ARGUMENTS = 8
MAX_KEYS = 30
_PLACE = attrgetter("byte_range")
_Arguments = tuple[int, str | None, bool, tuple[str, ...], tuple[str, ...]]
"""Positional arguments, first string, whether it is formatted, names given, keys of objects given."""
_NOTHING: _Arguments = (0, None, False, (), ())


def read_calls(context: Context) -> list[CallRow]:
    """All calls in the order of the source, the outer before the inner."""
    return _Reader(context).read()


class _Reader:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._expressions = context.expressions
        self._kinds = context.expressions.kinds
        self._awaited = {node.id for node in context.captures.get("awaited", ())}
        self._returned = {node.id for node in context.captures.get("returned", ())}

    def read(self) -> list[CallRow]:
        context, kinds, expressions = self._context, self._kinds, self._expressions
        chars, names, requires, taken = expressions.chars, context.names, context.requires, context.taken
        awaited, returned, decorating = self._awaited, self._returned, context.decorating
        rows: list[CallRow] = []
        line, before, group = 1, 0, 0
        # Inner calls first: the chain of an outer call then finds theirs ready, whatever the length of the chain.
        for node in sorted(context.captures.get("call", ()), key=_PLACE):
            start, number = node.start_byte, node.id
            if number in requires:
                taken.add(start)
                continue
            new = node.kind_id == kinds.new
            function = node.child_by_field_id(kinds.f_constructor if new else kinds.f_function)
            if function is None:
                continue
            chain = expressions.chain(function)
            expressions.remember(node, chain + "()")
            if start != before or not rows:
                line += chars.count("\n", before, start)
                before, group = start, len(rows)
            scope = names.at(start)
            resolved = names.resolve(chain, scope, start)
            given = self._arguments(node, function.end_byte)
            taken.add(function.start_byte)
            if chain[:1] == "#":
                chain = _spoken(chain, context)
            below = function.end_point[0] + 1 - line if ")" in chain else 0
            marks = (decorating.get(start, ""), new, (), below)
            is_awaited, is_returned = number in awaited, number in returned
            row = (chain, line, scope.name, resolved, given[0], is_awaited, is_returned, *given[1:], *marks)
            rows.insert(group, row)
        return rows

    def _arguments(self, node: Node, end: int) -> _Arguments:
        kinds, expressions = self._kinds, self._expressions
        # `()` straight behind the function.
        if node.end_byte - end == 2 and expressions.chars[end] == "(":
            return _NOTHING
        arguments = node.child_by_field_id(kinds.f_arguments)
        if arguments is None:
            return _NOTHING
        if arguments.kind_id == kinds.template_string:
            text, formatted = expressions.literal(arguments) or ("", False)
            return 1, clip(text), formatted, (), ()
        first: tuple[str, bool] | None = None
        args = 0
        names: list[str] = []
        keys: list[str] = []
        for child in arguments.named_children:
            kind = child.kind_id
            if kind == kinds.comment:
                continue
            if not args:
                first = expressions.literal(child)
            args += 1
            names.append(expressions.chain(child) if kind == kinds.identifier or kind == kinds.member else "")
            if kind == kinds.object:
                self._read_keys(child, keys)
        named = tuple(names[:MAX_ARGUMENTS]) if any(names) else ()
        if first is None:
            return args, None, False, named, tuple(keys)
        return args, clip(first[0]), first[1], named, tuple(keys)

    def _read_keys(self, node: Node, keys: list[str]) -> None:
        for child in node.named_children[:MAX_KEYS]:
            kind = child.type
            if kind == "shorthand_property_identifier":
                keys.append(self._expressions.text(child))
            elif kind in ("pair", "method_definition"):
                key = child.child_by_field_name("key") or child.child_by_field_name("name")
                keys.append(self._expressions.text(key).strip("\"'"))


def _spoken(name: str, context: Context) -> str:
    """The written form of a chain that begins with a ``require`` call."""
    head, dot, rest = name.partition(".")
    kind = context.facts.imports[int(head[1:].removesuffix("()"))].kind
    called = "()()" if head.endswith("()") else "()"
    return ("import" if kind == "dynamic" else "require") + called + dot + rest
