"""wrong-database: drivers, addresses and dialects of another engine than the one that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from framework_profiles.model import DatabaseProfile
from tools.constraints.model import Constraint
from tools.facts.model import Dependency, Manifest
from tools.findings import Finding, Severity
from tools.verify.database_signs import Sign, signs_of_configuration, signs_of_file
from tools.verify.rule import Context, Rule, is_aside, listed, severity_of

_CONNECTORS = 3
"""A folder whose files speak to so many other engines holds connectors: their data is not the application's own."""
_DIALECTS = 5
"""So many files with words of another engine are reported one by one."""


def wrong(context: Context) -> Iterator[Finding]:
    """Every file that shows another engine, and drivers of one that are declared; what a README says does not count."""
    asked = context.constraints.one("database")
    if asked is None:
        return
    wanted = context.profiles.databases.get(asked.value)
    signs = _signs(context)
    foreign = list(_foreign(context, signs, wanted))
    seen: set[tuple[str, str]] = set()
    for sign in foreign:
        if (sign.path, sign.database.name) not in seen:
            seen.add((sign.path, sign.database.name))
            yield _wrong(context, asked, wanted, sign)
    yield from _only_dialects(context, asked, wanted, signs)
    yield from _declared(context, wanted, {sign.database.name for sign in foreign if sign.kind == "driver"})


def unused(context: Context) -> Iterator[Finding]:
    """Nothing uses the engine that is asked for, or its driver is not declared."""
    asked = context.constraints.one("database")
    wanted = context.profiles.databases.get(asked.value) if asked is not None else None
    if asked is None or wanted is None or asked.binding != "stated":
        return
    if not any(has_code for _, has_code in context.summaries(_has_code)):
        return
    signs = _signs(context)
    fitting = [s for s in signs if _fits(s.database, wanted)]
    declared = _is_declared(context, wanted)
    if not fitting and not declared:
        if any(not s.optional for s in signs):
            return  # another engine in its place is named by `wrong`
        if not _orms(context):
            yield _nothing_uses(context, asked, wanted)
            return
    yield from _missing_driver(context, asked, wanted, fitting, declared)


def _signs(context: Context) -> list[Sign]:
    found = [sign for _, signs in context.summaries(signs_of_file) for sign in signs]
    return [*found, *signs_of_configuration(context)]


def _has_code(context: Context, path: str) -> bool:
    facts = context.project.files[path]
    return not is_aside(path) and bool(facts.definitions or facts.calls)


def _foreign(context: Context, signs: Sequence[Sign], wanted: DatabaseProfile | None) -> Iterator[Sign]:
    """The signs that another engine is used as the application's database."""
    known = any(_fits(s.database, wanted) for s in signs) or (wanted is not None and _is_declared(context, wanted))
    connectors = _connectors(signs, wanted)
    for sign in signs:
        if _fits(sign.database, wanted) or not _is_strong(sign) or sign.path.rpartition("/")[0] in connectors:
            continue
        # Beside the real one: a driver that may be missing serves an extra, and a database in memory keeps nothing.
        if not (known and (sign.optional or sign.transient)):
            yield sign


def _is_strong(sign: Sign) -> bool:
    return sign.kind != "dialect"


def _connectors(signs: Sequence[Sign], wanted: DatabaseProfile | None) -> set[str]:
    """Folders whose files import the drivers of several other engines."""
    engines: dict[str, set[str]] = {}
    for sign in signs:
        if sign.kind == "driver" and not _fits(sign.database, wanted):
            engines.setdefault(sign.path.rpartition("/")[0], set()).add(sign.database.name)
    return {folder for folder, names in engines.items() if len(names) >= _CONNECTORS}


def _only_dialects(
    context: Context, asked: Constraint, wanted: DatabaseProfile | None, signs: Sequence[Sign]
) -> Iterator[Finding]:
    """Words of another engine where nothing else shows it: one finding for a whole repository that is full of them."""
    strong = {s.database.name for s in signs if _is_strong(s) and not s.optional}
    portable = {s.path for s in signs if _fits(s.database, wanted)}
    files: dict[str, dict[str, Sign]] = {}
    for sign in signs:
        apart = sign.database.name in strong or sign.path in portable or _fits(sign.database, wanted)
        if not _is_strong(sign) and not sign.optional and not apart:
            files.setdefault(sign.database.name, {}).setdefault(sign.path, sign)
    for found in files.values():
        first, *others = found.values()
        if len(found) > _DIALECTS:
            yield _wrong(context, asked, wanted, first, f" The same in {listed([s.path for s in others])}.")
        else:
            yield from (_wrong(context, asked, wanted, sign) for sign in found.values())


def _wrong(context: Context, asked: Constraint, wanted: DatabaseProfile | None, sign: Sign, more: str = "") -> Finding:
    return Finding(
        rule="wrong-database",
        severity=severity_of(asked),
        path=sign.path,
        line=sign.line,
        message=f"{sign.what} is {sign.database.title}; the database here is {_title(wanted)}.",
        hint=_instead(context, wanted) + more,
    )


def _declared(context: Context, wanted: DatabaseProfile | None, imported: set[str]) -> Iterator[Finding]:
    """Drivers of another server in a manifest that no code imports: not used perhaps, but not right either."""
    for manifest in context.project.manifests:
        found = {} if manifest.is_lock else dict(_foreign_drivers(context, manifest, wanted))
        if len({database.name for database, _, _ in found.values()}) >= _CONNECTORS:
            continue
        for name, (database, dependency, known) in found.items():
            if not known.isdisjoint(imported) or dependency.dev:
                continue
            yield Finding(
                rule="wrong-database",
                severity=Severity.WARNING,
                path=manifest.path,
                line=dependency.line,
                message=f"{name} is a driver of {database.title}; the database here is {_title(wanted)}.",
                hint=f"Remove {name}.",
            )


def _foreign_drivers(
    context: Context, manifest: Manifest, wanted: DatabaseProfile | None
) -> Iterator[tuple[str, tuple[DatabaseProfile, Dependency, set[str]]]]:
    for name, dependency in manifest.dependencies.items():
        owners = [d for d in context.profiles.databases_of_driver(name) if d.store == "primary"]
        if owners and owners[0].server and not any(_fits(d, wanted) for d in owners):
            yield name, (owners[0], dependency, {d.name for d in owners})


def _nothing_uses(context: Context, asked: Constraint, wanted: DatabaseProfile) -> Finding:
    message = f"No code, configuration or manifest uses {wanted.title}, which is asked for."
    hint = _instead(context, wanted)
    return Finding(rule="wrong-database", severity=severity_of(asked), path="", line=0, message=message, hint=hint)


def _missing_driver(
    context: Context, asked: Constraint, wanted: DatabaseProfile, signs: Sequence[Sign], declared: bool
) -> Iterator[Finding]:
    manifests = [m for m in context.project.manifests if not m.is_lock and m.dependencies and not m.problems]
    if not manifests:
        return
    place = _home(context, manifests)
    names = {name for m in manifests for name in m.dependencies}
    for sign in signs:
        driver = sign.driver.replace("_", "-")
        known = driver in wanted.marks.driver_names
        if known and not any(n == driver or n.startswith(driver + "-") for n in names):
            yield _undeclared(asked, sign.path, sign.line, driver, place.path)
            return
    own = any(s.kind == "driver" for s in signs)
    if wanted.server and not declared and not own and not _brings_its_own(context, wanted):
        choices = wanted.marks.drivers.get(place.ecosystem, ())
        if choices:
            yield _undeclared(asked, place.path, 0, " or ".join(choices[:2]), place.path)


def _home(context: Context, manifests: Sequence[Manifest]) -> Manifest:
    """The manifest that the driver belongs into: the one with the ORM, then that of a backend application."""
    orms = {n for name in _orms(context) for n in context.profiles.orms[name].marks.dependencies}
    roots = {place.folder.removeprefix(".") for place in context.scope.roots}

    def rank(manifest: Manifest) -> tuple[bool, bool]:
        return (orms.isdisjoint(manifest.dependencies), manifest.path.rpartition("/")[0] not in roots)

    return min(manifests, key=rank)


def _brings_its_own(context: Context, wanted: DatabaseProfile) -> bool:
    """Some ORMs come with an engine of their own."""
    orms = [context.profiles.orms[name] for name in _orms(context)]
    return any(orm.commands.generate or not wanted.relational for orm in orms)


def _undeclared(asked: Constraint, path: str, line: int, driver: str, manifest: str) -> Finding:
    return Finding(
        rule="wrong-database",
        severity=severity_of(asked),
        path=path,
        line=line,
        message=f"The driver {driver} is declared in no manifest.",
        hint=f"Add {driver.split(' or ')[0]} to {manifest}.",
    )


def _is_declared(context: Context, wanted: DatabaseProfile) -> bool:
    drivers = set(wanted.marks.driver_names)
    return any(not drivers.isdisjoint(m.dependencies) for m in context.project.manifests if not m.is_lock)


def _orms(context: Context) -> list[str]:
    """The ORMs in use: by import, or by a schema file, when their client is generated under a name of its own."""
    texts = context.configuration.values()
    found = list(context.access.orms)
    for orm in context.profiles.orms.values():
        marks = orm.marks.text if orm.commands.generate else ()
        if orm.name not in found and marks and any(_has_all(marks, text) for text in texts):
            found.append(orm.name)
    return found


def _has_all(marks: Sequence[str], text: str) -> bool:
    return all(re.search(mark, text, re.IGNORECASE | re.MULTILINE) for mark in marks)


def _fits(found: DatabaseProfile, wanted: DatabaseProfile | None) -> bool:
    if wanted is None:
        return False
    return found.name == wanted.name or found.name in wanted.same_as or wanted.name in found.same_as


def _title(wanted: DatabaseProfile | None) -> str:
    return wanted.title if wanted is not None else "none"


def _instead(context: Context, wanted: DatabaseProfile | None) -> str:
    if wanted is None:
        return "Keep the data without a database, as the request says."
    imported = context.table(_imported)
    for orm in context.access.orms:
        for mode in context.profiles.orms[orm].modes.values():
            if wanted.name in mode.urls and not imported.isdisjoint(mode.imports):
                return f"Use an address like {mode.urls[wanted.name]}."
    python = any(f.language == "python" for f in context.project.files.values())
    drivers = wanted.marks.driver_imports.get("python" if python else "node", ())
    return f"Use {wanted.title} (driver {drivers[0]})." if drivers else f"Use {wanted.title}."


def _imported(context: Context) -> frozenset[str]:
    names: set[str] = set()
    for facts in context.project.files.values():
        for fact in facts.imports:
            names.add(fact.module)
            names.update(f"{fact.module}.{name}" for name, _ in fact.names)
    return frozenset(names)


RULES = (
    Rule(
        id="wrong-database",
        summary="Drivers, addresses and dialects are those of the database that is asked for.",
        check=wrong,
        gate=unused,
        kinds=("database",),
    ),
)
