"""wrong-orm: all data access goes through the ORM that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from framework_profiles.model import OrmProfile
from tools.constraints.data_access import Use
from tools.constraints.model import NONE, Constraint
from tools.facts.model import Import
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, severity_of

_NEUTRAL = frozenset(
    [
        "execute",
        "scalar",
        "scalars",
        "stream",
        "stream_scalars",
        "begin",
        "connect",
        "run_sync",
        "commit",
        "rollback",
        "flush",
    ]
)
"""Methods that run whatever they are given: the argument tells whether it is the ORM's or plain SQL."""
_PLUMBING = ("Error", "Warning", "transaction", "connection", "connections")
"""Ends of names that an ORM's package offers for plain SQL too."""


def other(context: Context) -> Iterator[Finding]:
    """Imports of another ORM, or of any where none is wanted."""
    asked = context.constraints.one("orm")
    if asked is None:
        return
    wanted = context.profiles.orms.get(asked.value)
    for path, facts in context.project.files.items():
        if is_aside(path):
            continue
        for fact in facts.imports:
            orm = _orm_of(context, fact)
            if orm is None or _fits(orm, wanted) or _is_plumbing(fact, orm):
                continue
            yield _finding(
                asked,
                path,
                fact.line,
                f"import of {fact.module} uses {orm.title}; {_demand(wanted)}.",
                f"Write it with {wanted.title}." if wanted else "Write the query as SQL through the database driver.",
            )


def unused(context: Context) -> Iterator[Finding]:
    """The ORM that is asked for is not what the data access uses; another one is declared."""
    asked = context.constraints.one("orm")
    if asked is None:
        return
    wanted = context.profiles.orms.get(asked.value)
    yield from _declared(context, asked, wanted)
    if wanted is None or asked.value == NONE or asked.binding != "stated":
        return
    files = [p for p in context.project.files if not is_aside(p)]
    if not any(context.project.files[p].definitions or context.project.files[p].calls for p in files):
        return
    if not _is_imported(context, wanted, files):
        yield _never_used(context, asked, wanted)
        return
    yield from _only_sql(context, asked, wanted, files)


def _orm_of(context: Context, fact: Import) -> OrmProfile | None:
    if fact.external is None or fact.type_only:
        return None
    names = {fact.module, fact.external, ".".join(fact.module.split(".")[:2])}
    names.update(f"{fact.module}.{name}" for name, _ in fact.names)
    return next((o for o in context.profiles.orms.values() if not names.isdisjoint(o.marks.imports)), None)


def _is_plumbing(fact: Import, orm: OrmProfile) -> bool:
    """``from django.db import connection``: the package's plain-SQL side, not its mapper."""
    names = [name for name, _ in fact.names]
    return (
        bool(names)
        and all(n.endswith(_PLUMBING) or f"{fact.module}.{n}" in orm.session_types for n in names)
        and (fact.module.split(".")[0] not in orm.marks.imports)
    )


def _fits(found: OrmProfile, wanted: OrmProfile | None) -> bool:
    if wanted is None:
        return False
    return found.name == wanted.name or found.name in wanted.builds_on or wanted.name in found.builds_on


def _declared(context: Context, asked: Constraint, wanted: OrmProfile | None) -> Iterator[Finding]:
    for manifest in context.project.manifests:
        if manifest.is_lock:
            continue
        for orm in context.profiles.orms.values():
            if _fits(orm, wanted) or orm.runtime != manifest.ecosystem:
                continue
            names = [n for n in orm.marks.dependencies if n in manifest.dependencies]
            for name in names[:1]:
                if not manifest.dependencies[name].dev:
                    yield _finding(
                        asked,
                        manifest.path,
                        manifest.dependencies[name].line,
                        f"{name} is declared; {_demand(wanted)}.",
                        f"Remove {name}.",
                        Severity.WARNING,
                    )


def _is_imported(context: Context, wanted: OrmProfile, files: Sequence[str]) -> bool:
    used = context.access.orms
    related = {o.name for o in context.profiles.orms.values() if _fits(o, wanted)}
    inside = set(files)
    if any(path in inside for name in related for path, _ in used.get(name, ())):
        return True
    # A generated client has a path of its own; its schema file tells.
    return any(mark for mark in wanted.marks.text if _in_configuration(context, mark))


def _in_configuration(context: Context, mark: str) -> bool:
    return any(re.search(mark, text, re.IGNORECASE | re.MULTILINE) for text in context.configuration.values())


def _never_used(context: Context, asked: Constraint, wanted: OrmProfile) -> Finding:
    declared = [
        m.path for m in context.project.manifests if any(n in m.dependencies for n in wanted.marks.dependencies)
    ]
    said = f"{wanted.title} is declared in {declared[0]} but" if declared else f"{wanted.title} is asked for, but"
    hint = f"Define the models with {wanted.title} and let the repositories query through it."
    return _finding(asked, declared[0] if declared else "", 0, f"{said} no code imports it.", hint)


def _only_sql(context: Context, asked: Constraint, wanted: OrmProfile, files: Sequence[str]) -> Iterator[Finding]:
    plain = {*_NEUTRAL, *wanted.raw_sql_methods} - set(wanted.query_functions)
    raw: list[tuple[str, Use]] = []
    mapped = 0
    for path in files:
        uses = context.access.uses(path)
        sql_scopes = {u.scope for u in uses if u.kind == "raw"}
        raw += [(path, u) for u in uses if u.kind == "raw"]
        mapped += len({u.scope for u in uses if _is_mapped(u, plain)} - sql_scopes)
    if raw and len({(path, use.scope) for path, use in raw}) > mapped:
        path, first = raw[0]
        count = "only runs SQL text" if not mapped else "runs SQL text more often than queries of its own"
        yield _finding(
            asked,
            path,
            first.line,
            f"{wanted.title} {count} here; data access has to go through mapped models.",
            f"Map the tables as models and write {first.what.split(' ')[0]} as a query of {wanted.title}.",
        )


def _is_mapped(use: Use, plain: set[str]) -> bool:
    if use.kind != "query" or use.orm is None:
        return False
    return not use.held or use.what.rsplit(".", 1)[-1] not in plain


def _demand(wanted: OrmProfile | None) -> str:
    return f"the ORM here is {wanted.title}" if wanted is not None else "no ORM is to be used here"


def _finding(
    asked: Constraint, path: str, line: int, message: str, hint: str, severity: Severity | None = None
) -> Finding:
    return Finding(
        rule="wrong-orm",
        severity=severity or severity_of(asked),
        path=path,
        line=line,
        message=message,
        hint=hint,
    )


RULES = (
    Rule(
        id="wrong-orm",
        summary="All data access goes through the ORM that is asked for, and through no other.",
        check=other,
        gate=unused,
        kinds=("orm",),
    ),
)
