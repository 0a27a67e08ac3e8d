"""Coroutines of a session or connection that nobody awaits: the statement never reaches the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tools.facts.model import Call, FileFacts
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule

_SCHEDULERS = frozenset(
    [
        "gather",
        "create_task",
        "ensure_future",
        "wait_for",
        "shield",
        "run",
        "run_until_complete",
        "run_coroutine_threadsafe",
        "start_soon",
        "as_completed",
        "wait",
    ]
)
_NEAR = 6
"""A call that takes coroutines may span so many lines above its argument."""
_INSTANCE = "()"
_OPENING = frozenset(["connection", "connect", "begin", "begin_nested"])
"""Awaited methods whose result is again asynchronous."""


def missing_await(context: Context) -> Iterator[Finding]:
    """Calls on a receiver known to be an asynchronous session or connection that are not awaited.

    Only receivers whose type the facts know count; a coroutine that is returned, or given to a scheduler
    such as ``gather`` nearby, is no finding.
    """
    awaited = _awaited_methods(context)
    for path, facts in context.project.files.items():
        if facts.language != "python":
            continue
        for call in facts.calls:
            if call.awaited or call.returned or "." not in call.name or call.receiver_type is None:
                continue
            owner = context.project.canonical(call.receiver_type)
            method = call.name.rpartition(".")[2]
            if method in awaited.get(_package(owner, awaited), frozenset()) and not _scheduled(facts, call):
                yield _finding(path, call, owner)


def _awaited_methods(context: Context) -> Mapping[str, frozenset[str]]:
    """Module (or name) that means asynchronous use -> its methods that return coroutines."""
    table: dict[str, frozenset[str]] = {}
    for orm in context.profiles.orms.values():
        mode = orm.modes.get("async")
        for name in mode.imports if mode is not None and orm.awaited_methods else ():
            table[name] = frozenset(orm.awaited_methods)
    return table


def _package(owner: str, awaited: Mapping[str, frozenset[str]]) -> str:
    """The module in the table that the type comes from; what opens a session or connection counts as one.

    What a query gives back (``AsyncSession.execute()``) has methods of the same names that need no await.
    """
    plain = owner.replace(_INSTANCE, "")
    name = next((name for name in awaited if plain == name or plain.startswith(name + ".")), "")
    called = {part.removesuffix(_INSTANCE) for part in owner.split(".") if part.endswith(_INSTANCE)}
    return "" if name and called & (awaited[name] - _OPENING) else name


def _scheduled(facts: FileFacts, call: Call) -> bool:
    return any(
        other.name.rpartition(".")[2] in _SCHEDULERS
        and other.scope == call.scope
        and 0 <= call.line - other.line <= _NEAR
        for other in facts.calls
    )


def _finding(path: str, call: Call, owner: str) -> Finding:
    kind = owner.replace(_INSTANCE, "").rpartition(".")[2]
    return Finding(
        rule="missing-await",
        severity=Severity.ERROR,
        path=path,
        line=call.line,
        message=f"{call.name}() on an {kind} is not awaited: nothing is sent to the database",
        hint=f"write `await {call.name}(...)`",
    )


RULES = (
    Rule(
        id="missing-await",
        summary="Coroutines of an asynchronous session or connection are awaited.",
        check=missing_await,
    ),
)
