"""Reads one JavaScript or TypeScript file into facts: one parse, one query."""

from __future__ import annotations

from functools import cache

from tree_sitter import Node, Query, QueryCursor

from tools.facts import source as sources
from tools.facts.finds import Known, parse_errors, read_ignores, read_references, read_strings
from tools.facts.javascript.bindings import Bindings
from tools.facts.javascript.calls import read_calls
from tools.facts.javascript.context import Context
from tools.facts.javascript.definitions import make_scopes, read_classes, read_decorators, read_functions
from tools.facts.javascript.expressions import Expressions
from tools.facts.javascript.imports import read_exports, read_imports
from tools.facts.javascript.kinds import kinds_of
from tools.facts.model import FileFacts
from tools.facts.packing import Reading

_COMMON = """
(import_statement) @import
(export_statement) @export
(class_declaration) @class
(class) @class
(function_declaration) @function
(generator_function_declaration) @function
(function_expression) @function
(generator_function) @function
(arrow_function) @function
(method_definition) @function
(variable_declarator) @variable
(assignment_expression) @assignment
(pair value: [(arrow_function) (function_expression) (generator_function)]) @pair
(variable_declarator value: (object) @object)
(assignment_expression right: (object) @object)
(export_statement value: (object) @object)
(for_in_statement left: (_) @bound)
(call_expression) @call
(new_expression) @call
(await_expression (call_expression) @awaited)
(return_statement (call_expression) @returned)
(return_statement (await_expression (call_expression) @returned))
(arrow_function body: (call_expression) @returned)
(arrow_function body: (await_expression (call_expression) @returned))
(decorator) @decorator
"""
_OWN = {
    "javascript": "(field_definition) @field",
    "typescript": """
(public_field_definition) @field
(abstract_class_declaration) @class
(interface_declaration) @type
(enum_declaration) @type
(type_alias_declaration) @type
""",
}
_NEWLINE, _BLANK = ord("\n"), ord(" ")
_MAX_TYPES = 4_000
"""Bytes of type arguments that are looked through for their beginning."""
_AROUND = frozenset({"binary_expression", "parenthesized_expression"})


@cache
def _query(grammar: str) -> Query:
    own = _OWN["javascript" if grammar == "javascript" else "typescript"]
    return Query(sources.grammar(grammar), _COMMON + own)


def read(path: str, source: bytes) -> Reading:
    """What is to be known of a JavaScript or TypeScript file, names as refs (see `tools.facts.scopes`).

    `source` is UTF-8 as `tools.facts.source.readable` gives it. Raises Unreadable when parsing takes too long.
    """
    grammar = sources.grammar_of(path) or "javascript"
    root, source = _parsed(source, grammar)
    captures = QueryCursor(_query(grammar)).captures(root)
    facts = FileFacts(path, sources.language_of(path) or "javascript", lines=source.count(b"\n") + 1)
    expressions = Expressions(source, kinds_of(grammar))
    names, opened = make_scopes(root, captures, expressions)
    expressions.names, names.type_of = names, expressions.type_of
    context = Context(root, captures, facts, expressions, names)
    read_imports(context)
    read_decorators(context, opened)
    read_classes(context, opened)
    bindings = Bindings(context)
    bindings.read(functions=False)
    read_functions(context, opened)
    bindings.read(functions=True)
    names.settle()
    calls = read_calls(context)
    read_exports(context)
    _finish(facts)
    facts.strings = read_strings(source, root, names, lambda node: _literal_at(node, expressions))
    known = Known(context.taken, context.captured("import"))
    facts.ignores = read_ignores(source, root)
    facts.parse_errors = parse_errors(root) if root.has_error else _fence(source)
    references = read_references(source, root, names, facts.imports, known)
    names.forget()
    return Reading(facts, calls, references)


def _parsed(source: bytes, grammar: str) -> tuple[Node, bytes]:
    """The tree, and the source that it is of.

    The grammar of TypeScript cannot read a tagged template with type arguments (``sql<Row[]>`...` ``): where a
    file does not parse, it is tried without them, every byte in its place.
    """
    root = sources.parse(source, grammar).root_node
    if root.has_error and grammar != "javascript" and b">`" in source:
        plain = without_template_types(source)
        again = sources.parse(plain, grammar).root_node if plain != source else root
        if len(parse_errors(again)) < len(parse_errors(root)):
            return again, plain
    return root, source


def without_template_types(source: bytes) -> bytes:
    """`source` with blanks for the type arguments of tagged templates; lines and lengths stay."""
    pieces: list[bytes] = []
    done = 0
    end = source.find(b">`")
    while end >= 0:
        start = _opening(source, end, done)
        if start is not None:
            blank = bytes(byte if byte == _NEWLINE else _BLANK for byte in source[start : end + 1])
            pieces += [source[done:start], blank]
            done = end + 1
        end = source.find(b">`", end + 1)
    return b"".join([*pieces, source[done:]])


def _opening(source: bytes, end: int, first: int) -> int | None:
    """Where the ``<`` stands that belongs to the ``>`` at `end`, right behind a name or a call."""
    depth = 0
    for place in range(end, max(first, end - _MAX_TYPES) - 1, -1):
        byte = source[place : place + 1]
        if byte == b">" and source[place - 1 : place] != b"=":
            depth += 1
        elif byte == b"<":
            depth -= 1
            if depth == 0:
                before = source[place - 1 : place]
                return place if before.isalnum() or before in (b"_", b"$", b")", b"]") else None
    return None


def _fence(source: bytes) -> tuple[tuple[int, str], ...]:
    """A fence of Markdown around the whole file: the grammar takes it for templates, and the code for their text."""
    text = source.lstrip()
    if not text.startswith(b"```"):
        return ()
    return ((source[: len(source) - len(text)].count(b"\n") + 1, "a Markdown fence"),)


def _finish(facts: FileFacts) -> None:
    """Sort, and mark what the exports name."""
    facts.definitions.sort(key=lambda fact: fact.line)
    exported = {local.partition(".")[0] for local in facts.exports.values()}
    for fact in facts.definitions:
        fact.exported = fact.name in exported


def _literal_at(node: Node, expressions: Expressions) -> tuple[str, bool] | None:
    """The whole text of the string expression around a string node; ``None`` for a bare statement."""
    top, parent = node, node.parent
    while parent is not None and parent.type in _AROUND:
        top, parent = parent, parent.parent
    if parent is None or parent.type in ("expression_statement", "import_statement", "literal_type"):
        return None
    return expressions.literal(top) or expressions.literal(node)
