"""wrong-orm: all data access goes through the ORM that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from framework_profiles.model import OrmProfile
from tools.constraints.model import NONE, Constraint
from tools.facts.model import Import
from tools.findings import Finding, Severity
from tools.verify.raw_sql import Access, Raw, access_of, is_modelled, model_names, schema_names
from tools.verify.rule import Context, Rule, is_aside, listed, severity_of

_PLUMBING = ("Error", "Warning", "transaction", "connection", "connections")
"""Ends of names that an ORM's package offers for plain SQL too."""


def other(context: Context, path: str) -> Iterator[Finding]:
    """Imports of another ORM, or of any where none is wanted; each ORM once in a file."""
    asked = context.constraints.one("orm")
    if asked is None or is_aside(path):
        return
    wanted = context.profiles.orms.get(asked.value)
    seen: set[str] = set()
    for fact in context.project.files[path].imports:
        orm = _orm_of(context, fact)
        if orm is None or orm.name in seen or _fits(orm, wanted) or _is_plumbing(fact, orm):
            continue
        seen.add(orm.name)
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
    if not any(has_code for _, has_code in context.summaries(_has_code)):
        return
    if not _is_imported(context, wanted):
        yield _never_used(context, asked, wanted)
        return
    yield from _raw_sql(context, asked, wanted)


def _has_code(context: Context, path: str) -> bool:
    facts = context.project.files[path]
    return not is_aside(path) and bool(facts.definitions or facts.calls)


def _orm_of(context: Context, fact: Import) -> OrmProfile | None:
    if fact.external is None or fact.type_only:
        return None
    marks = context.table(_marks)
    names = [fact.module, fact.external, ".".join(fact.module.split(".")[:2])]
    names += [f"{fact.module}.{name}" for name, _ in fact.names]
    return next((marks[name] for name in names if name in marks), None)


def _marks(context: Context) -> Mapping[str, OrmProfile]:
    return {name: orm for orm in context.profiles.orms.values() for name in orm.marks.imports}


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
    """Other ORMs in manifests that no code imports; those that code imports are blamed there."""
    imported = {name for name, places in context.access.orms.items() if not all(is_aside(p) for p, _ in places)}
    for manifest in context.project.manifests:
        if manifest.is_lock:
            continue
        for orm in context.profiles.orms.values():
            if _fits(orm, wanted) or orm.name in imported or orm.runtime != manifest.ecosystem:
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


def _is_imported(context: Context, wanted: OrmProfile) -> bool:
    used = context.access.orms
    related = {o.name for o in context.profiles.orms.values() if _fits(o, wanted)}
    if any(not is_aside(path) for name in related for path, _ in used.get(name, ())):
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


def _raw_sql(context: Context, asked: Constraint, wanted: OrmProfile) -> Iterator[Finding]:
    """An ORM that is a mere pipe for SQL text; or else each function with SQL that the ORM could say as well."""
    found = {path: access for path, access in context.summaries(_access) if access.raw or access.mapped}
    raw = [(path, each) for path, access in found.items() for each in access.raw]
    mapped = sum(access.mapped for access in found.values())
    counted = [each for _, each in raw if each.tables or not mapped]
    if len(counted) > mapped and wanted.name in context.access.orms:  # calls of a generated client are not seen
        yield _mere_pipe(asked, wanted, raw, mapped)
        return
    plain = [(path, each) for path, each in raw if each.tables]
    names = {name for _, some in context.summaries(model_names) for name in some} if plain else set()
    names |= schema_names(context)
    for path, each in plain:
        if all(is_modelled(table, names) for table in each.tables):
            yield _finding(
                asked,
                path,
                each.line,
                f"SQL text ({each.what}) that {wanted.title} can say: data access goes through mapped models here.",
                f"Write it as a query of {wanted.title} on the model of that table.",
                Severity.WARNING,
            )


def _access(context: Context, path: str) -> Access:
    asked = context.constraints.one("orm")
    wanted = context.profiles.orms.get(asked.value) if asked is not None else None
    return access_of(context, path, wanted) if wanted is not None else Access()


def _mere_pipe(asked: Constraint, wanted: OrmProfile, raw: Sequence[tuple[str, Raw]], mapped: int) -> Finding:
    (path, first), *others = raw
    count = "runs SQL text more often than queries of its own" if mapped else "only runs SQL text"
    places = [f"{where}:{each.line}" for where, each in others]
    more = f" The same at {listed(places)}." if places else ""
    return _finding(
        asked,
        path,
        first.line,
        f"{wanted.title} {count} here; data access has to go through mapped models.",
        f"Map the tables as models and write {first.what.split(' ')[0]} as a query of {wanted.title}.{more}",
    )


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
        file=other,
        gate=unused,
        kinds=("orm",),
    ),
)
