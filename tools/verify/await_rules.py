"""Coroutines of a session or connection that nobody awaits: the statement never reaches the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule

_INSTANCE = "()"
_OPENING = frozenset(["connection", "connect", "begin", "begin_nested"])
"""Awaited methods whose result is again asynchronous."""


class _Awaited(NamedTuple):
    """What must be awaited."""

    modules: dict[str, frozenset[str]]
    """Module (or name) that means asynchronous use of an ORM -> methods that return coroutines."""
    types: dict[str, frozenset[str]]
    """Type of a driver -> methods that return coroutines."""
    methods: frozenset[str]
    """All of them."""
    names: tuple[str, ...]
    """What code imports that uses any of this: modules, classes and functions."""
    heads: frozenset[str]
    """The import names that `names` begin with."""


def missing_await(context: Context) -> Iterator[Finding]:
    """Calls on a receiver known to be an asynchronous session or connection that are not awaited.

    Only receivers whose type the facts know count; a coroutine that goes elsewhere (returned, given to a scheduler
    such as ``gather``, kept in a name that is awaited later) is no finding.
    """
    # Types come from imports: where no file at all imports what is asynchronous, all calls stay packed.
    if any(True for _ in context.summaries(_is_asynchronous)):
        for _, found in context.summaries(_in_file):
            yield from found


def _is_asynchronous(context: Context, path: str) -> bool:
    facts, awaited = context.project.files[path], context.table(_awaited)
    if facts.language != "python":
        return False
    for fact in facts.imports:
        if fact.external in awaited.heads:
            for name in (fact.module, *(f"{fact.module}.{there}" for there, _ in fact.names)):
                if (name != fact.module or not fact.names) and _is_near(name, awaited.names):
                    return True
    return False


def _is_near(name: str, known: tuple[str, ...]) -> bool:
    """Whether `name` lies in one of the names `known`, or holds it."""
    return any(name == other or name.startswith(other + ".") or other.startswith(name + ".") for other in known)


def _in_file(context: Context, path: str) -> tuple[Finding, ...]:
    facts = context.project.files[path]
    return tuple(_findings(context, path)) if facts.language == "python" else ()


def _findings(context: Context, path: str) -> Iterator[Finding]:
    awaited = context.table(_awaited)
    for call in context.project.files[path].calls:
        if call.awaited or call.returned or call.resolved is None:
            continue
        head, _, method = call.name.rpartition(".")
        if not head or method not in awaited.methods:
            continue
        owner = context.project.receiver(call)
        if method in _methods(owner, awaited):
            from tools.facts.python.handed import drops  # few files come so far, and the parser takes time to load

            if drops(context.project.root / path, call):
                yield _finding(path, call.line, call.name, owner)


def _awaited(context: Context) -> _Awaited:
    modules: dict[str, frozenset[str]] = {}
    for orm in context.profiles.orms.values():
        mode = orm.modes.get("async")
        for name in mode.imports if mode is not None and orm.awaited_methods else ():
            modules[name] = frozenset(orm.awaited_methods)
    types: dict[str, frozenset[str]] = {}
    for database in context.profiles.databases.values():
        for part in database.asynchronous:
            types.update(dict.fromkeys(part.types, frozenset(part.methods)))
    methods = frozenset(name for some in (*modules.values(), *types.values()) for name in some)
    names = tuple(dict.fromkeys((*modules, *(name.partition(_INSTANCE)[0] for name in types))))
    return _Awaited(modules, types, methods, names, frozenset(name.partition(".")[0] for name in names))


def _methods(owner: str, awaited: _Awaited) -> frozenset[str]:
    """The methods of the type `owner` that return coroutines."""
    known = awaited.types.get(owner)
    return known if known is not None else awaited.modules.get(_package(owner, awaited.modules), frozenset())


def _package(owner: str, modules: Mapping[str, frozenset[str]]) -> str:
    """The module in the table that the type comes from; what opens a session or connection counts as one.

    What a query gives back (``AsyncSession.execute()``) has methods of the same names that need no await.
    """
    plain = owner.replace(_INSTANCE, "")
    name = next((name for name in modules if plain == name or plain.startswith(name + ".")), "")
    called = {part.removesuffix(_INSTANCE) for part in owner.split(".") if part.endswith(_INSTANCE)}
    return "" if name and called & (modules[name] - _OPENING) else name


def _finding(path: str, line: int, name: str, owner: str) -> Finding:
    return Finding(
        rule="missing-await",
        severity=Severity.ERROR,
        path=path,
        line=line,
        message=f"{name}() on {_shown(owner)} is not awaited: nothing is sent to the database",
        hint=f"write `await {name}(...)`",
    )


def _shown(owner: str) -> str:
    """``an AsyncSession``; ``what begin() gives``."""
    kind = owner.rpartition(".")[2]
    if kind.endswith(_INSTANCE):
        return f"what {kind.partition(_INSTANCE)[0]}() gives"
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"


RULES = (
    Rule(
        id="missing-await",
        summary="Coroutines of an asynchronous session or connection are awaited.",
        check=missing_await,
    ),
)
