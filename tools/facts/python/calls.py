"""Calls of Python as facts, and the imports that are made by calling."""

from __future__ import annotations

from operator import attrgetter

from tree_sitter import Node

from tools.facts.model import Import
from tools.facts.packing import CallRow
from tools.facts.python import kinds
from tools.facts.python.context import Context
from tools.facts.python.imports import is_dynamic_import
from tools.facts.scopes import Scope
from tools.facts.texts import clip

MAX_ARGUMENTS = 8
_PLACE = attrgetter("byte_range")
_NAMED = frozenset({kinds.IDENTIFIER, kinds.ATTRIBUTE})
_VALUES = _NAMED | {kinds.CALL, kinds.LAMBDA}
_Arguments = tuple[int, str | None, bool, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Positional arguments, first string, whether it is formatted, names given, keywords, names given to these."""
_NOTHING: _Arguments = (0, None, False, (), (), ())
_ONE: _Arguments = (1, None, False, (), (), ())


def read_calls(context: Context) -> list[CallRow]:
    """All calls in the order of the source, the outer before the inner."""
    return _Reader(context).read()


class _Reader:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._expressions = context.expressions
        self._chars = context.expressions.chars
        self._awaited = {node.id for node in context.captures.get("awaited", ())}
        self._returned = {node.id for node in context.captures.get("returned", ())}
        self._by_name = any(fact.module.startswith("importlib") for fact in context.facts.imports)

    def read(self) -> list[CallRow]:
        names, chars, expressions, by_name = self._context.names, self._chars, self._expressions, self._by_name
        decorating, taken = self._context.decorating, self._context.taken
        chain_of, resolve, scope_at, awaited, returned = (
            expressions.chain,
            names.resolve,
            names.at,
            self._awaited,
            self._returned,
        )
        rows: list[CallRow] = []
        line, before, group = 1, 0, 0
        # Inner calls first: the chain of an outer call then finds theirs ready, whatever the length of the chain.
        for node in sorted(self._context.captures.get("call", ()), key=_PLACE):
            function = node.child_by_field_id(kinds.F_FUNCTION)
            if function is None:
                continue
            start, number = node.start_byte, node.id
            chain = chain_of(function)
            expressions.remember(node, chain)
            if start != before or not rows:
                line += chars.count("\n", before, start)
                before, group = start, len(rows)
                scope = scope_at(start)
            resolved = resolve(chain, scope, start)
            given = self._arguments(node, function.end_byte)
            rows.insert(
                group,
                (
                    chain,
                    line,
                    scope.name,
                    resolved,
                    given[0],
                    number in awaited,
                    number in returned,
                    *given[1:-1],
                    decorating.get(start, ""),
                    False,
                    given[-1],
                    function.end_point[0] + 1 - line if ")" in chain else 0,
                ),
            )
            taken.add(start)
            if by_name or chain == "__import__":
                self._import(rows[group], node, scope)
        return rows

    def _arguments(self, node: Node, end: int) -> _Arguments:
        # `()` straight behind the function, as in every fifth call.
        if node.end_byte - end == 2:
            return _NOTHING
        arguments = node.child_by_field_id(kinds.F_ARGUMENTS)
        if arguments is None or arguments.kind_id != kinds.ARGUMENT_LIST:
            return _NOTHING if arguments is None else _ONE
        expressions = self._expressions
        first: tuple[str, bool] | None = None
        args = 0
        names: list[str] = []
        keywords: list[str] = []
        values: list[str] = []
        for child in arguments.named_children:
            kind = child.kind_id
            if kind == kinds.KEYWORD:
                name = child.child_by_field_id(kinds.F_NAME)
                keywords.append(expressions.text(name) if name is not None else "")
                values.append(self._value(child.child_by_field_id(kinds.F_VALUE)))
            elif kind != kinds.COMMENT:
                if not args:
                    first = expressions.literal(child)
                args += 1
                names.append(expressions.chain(child) if kind in _NAMED else "")
        named = tuple(names[:MAX_ARGUMENTS]) if any(names) else ()
        valued = tuple(values) if any(values) else ()
        if first is None:
            return args, None, False, named, tuple(keywords), valued
        return args, clip(first[0]), first[1], named, tuple(keywords), valued

    def _value(self, node: Node | None) -> str:
        kind = node.kind_id if node is not None else 0
        if node is None or kind not in _VALUES:
            return ""
        return "lambda" if kind == kinds.LAMBDA else self._expressions.chain(node)

    def _import(self, row: CallRow, node: Node, scope: Scope) -> None:
        """Add the import that a call may be."""
        chain, line, resolved = row[0], row[1], row[3]
        arguments = node.child_by_field_id(kinds.F_ARGUMENTS)
        if arguments is None or not is_dynamic_import(chain, _qualified(resolved, self._context)):
            return
        first = next((child for child in arguments.named_children if child.kind_id != kinds.COMMENT), None)
        module = self._expressions.constant(first) or ""
        written = module or clip(self._expressions.text(arguments))[:200]
        fact = Import(written, line, "dynamic", unknown=not module)
        fact.scope = scope.name
        fact.local = scope.kind == "function"
        self._context.facts.imports.append(fact)


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
