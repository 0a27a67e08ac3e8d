"""wrong-database: drivers, addresses and dialects of another engine than the one that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from framework_profiles.loader import Profiles
from framework_profiles.model import DatabaseProfile
from tools.constraints.model import Constraint
from tools.facts.model import Dependency, FileFacts
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, severity_of

_ADDRESS = re.compile(r"\b([a-z][a-z0-9]*)(?:\+([a-z0-9_]+))?://(?=[^\s\"'`,)])")
_BARE = re.compile(r"[a-z0-9+]+:(?://)?")
_COMMENT = re.compile(r"^\s*(?:#|//|;|\*|/\*)")
_CONFIGURED = re.compile(r"(?:settings|config|database|datasource|data-source|ormconfig|knexfile|(?:^|/)db)[\w.-]*$")


class _Evidence(NamedTuple):
    database: DatabaseProfile
    path: str
    line: int
    what: str
    """``import asyncpg``, ``address sqlite:///app.db``."""
    in_code: bool
    driver: str = ""
    """The driver that an address names (``asyncpg`` in ``postgresql+asyncpg``)."""


def wrong(context: Context) -> Iterator[Finding]:
    """Every sign of another engine in code and configuration; what a README says does not count."""
    asked = context.constraints.one("database")
    if asked is None:
        return
    wanted = context.profiles.databases.get(asked.value)
    reported: set[tuple[str, str]] = set()
    for sign in _evidence(context):
        if _fits(sign.database, wanted) or (sign.path, sign.what) in reported:
            continue
        reported.add((sign.path, sign.what))
        yield Finding(
            rule="wrong-database",
            severity=severity_of(asked),
            path=sign.path,
            line=sign.line,
            message=f"{sign.what} is {sign.database.title}; the database here is {_title(wanted)}.",
            hint=_instead(context, wanted),
        )
    yield from _declared(context, asked, wanted)


def unused(context: Context) -> Iterator[Finding]:
    """Nothing uses the engine that is asked for, or its driver is not declared."""
    asked = context.constraints.one("database")
    wanted = context.profiles.databases.get(asked.value) if asked is not None else None
    if asked is None or wanted is None or asked.binding != "stated":
        return
    if not any(f.definitions or f.calls for p, f in context.project.files.items() if not is_aside(p)):
        return
    everything = list(_evidence(context))
    signs = [s for s in everything if _fits(s.database, wanted)]
    drivers = set(wanted.marks.driver_names)
    declared = any(not drivers.isdisjoint(m.dependencies) for m in context.project.manifests if not m.is_lock)
    if not signs and not declared:
        if not everything:  # another engine in its place is named by `wrong`
            yield _nothing_uses(context, asked, wanted)
        return
    yield from _missing_driver(context, asked, wanted, signs, declared)


def _evidence(context: Context) -> Iterator[_Evidence]:
    for path, facts in context.project.files.items():
        if not is_aside(path) or ".config." in path:
            yield from _imports(context.profiles, path, facts)
            yield from _addresses(context.profiles, path, facts)
    for path in sorted(_configured(context)):
        yield from _dialects(context.profiles, path, _source(context, path), code=True)
    for path, text in context.configuration.items():
        yield from _dialects(context.profiles, path, text, code=False)


def _imports(profiles: Profiles, path: str, facts: FileFacts) -> Iterator[_Evidence]:
    runtime = "python" if facts.language == "python" else "node"
    drivers = _drivers(_Key(profiles), runtime)
    for fact in facts.imports:
        database = None if fact.type_only else drivers.get(fact.module) or drivers.get(fact.external or "")
        if database is not None:
            yield _Evidence(database, path, fact.line, f"import of {fact.external or fact.module}", True)


def _addresses(profiles: Profiles, path: str, facts: FileFacts) -> Iterator[_Evidence]:
    opened = {c.first_string for c in facts.calls if c.first_string}
    for text in facts.strings:
        if text.kind != "url" or (_BARE.fullmatch(text.text) and text.text not in opened):
            continue  # `url.startswith("sqlite")` asks, it does not choose
        scheme, _, _ = text.text.partition(":")
        database = profiles.database_of_scheme(scheme)
        if database is not None and database.store == "primary":
            driver = scheme.partition("+")[2]
            yield _Evidence(database, path, text.line, f"address {_masked(text.text)}", True, driver)


def _configured(context: Context) -> set[str]:
    importers = {path for places in context.access.orms.values() for path, _ in places}
    named = {p for p in context.project.files if _CONFIGURED.search(p.rsplit(".", 1)[0])}
    return {p for p in importers | named if p in context.project.files and (not is_aside(p) or ".config." in p)}


def _dialects(profiles: Profiles, path: str, text: str, *, code: bool) -> Iterator[_Evidence]:
    """Signs in plain text; in code only those that are no addresses, which facts know better."""
    compose = "compose" in path.rsplit("/", 1)[-1]
    every = () if compose else _patterns(_Key(profiles), code)
    patterns = [(database, pattern) for database, pattern in every if pattern.search(text)]
    if code and not patterns:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if _COMMENT.match(line):
            continue
        if not code:
            for match in _ADDRESS.finditer(line):
                database = profiles.database_of_scheme(match[1])
                if database is not None and database.store == "primary":
                    what = f"address {match[0]}..."
                    yield _Evidence(database, path, number, what, False, match[2] or "")
        for database, pattern in patterns:
            sign = pattern.search(line)
            if sign and "://" not in sign[0]:
                yield _Evidence(database, path, number, sign[0].strip(), code)


class _Key:
    """Makes profiles a cache key by identity."""

    __slots__ = ("profiles",)

    def __init__(self, profiles: Profiles) -> None:
        self.profiles = profiles

    def __hash__(self) -> int:
        return id(self.profiles)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.profiles is self.profiles


@cache
def _drivers(key: _Key, runtime: str) -> dict[str, DatabaseProfile]:
    return {
        name: database
        for database in key.profiles.databases.values()
        if database.store == "primary"
        for name in database.marks.driver_imports.get(runtime, ())
    }


@cache
def _patterns(key: _Key, code: bool) -> tuple[tuple[DatabaseProfile, re.Pattern[str]], ...]:
    found: list[tuple[DatabaseProfile, re.Pattern[str]]] = []
    for database in key.profiles.databases.values():
        texts = [t for t in database.marks.text if "://" not in t and not (code and t.startswith("image:"))]
        if database.store == "primary":
            found += [(database, re.compile(text, re.IGNORECASE)) for text in texts]
    return tuple(found)


def _declared(context: Context, asked: Constraint, wanted: DatabaseProfile | None) -> Iterator[Finding]:
    """Drivers of another server in a manifest: not used perhaps, but not right either."""
    for manifest in context.project.manifests:
        if manifest.is_lock:
            continue
        for name, dependency in manifest.dependencies.items():
            owners = [d for d in context.profiles.databases_of_driver(name) if d.store == "primary"]
            foreign = owners and not any(_fits(d, wanted) for d in owners)
            if foreign and owners[0].server and not dependency.dev:
                yield Finding(
                    rule="wrong-database",
                    severity=Severity.WARNING,
                    path=manifest.path,
                    line=dependency.line,
                    message=f"{name} is a driver of {owners[0].title}; the database here is {_title(wanted)}.",
                    hint=f"Remove {name}.",
                )


def _nothing_uses(context: Context, asked: Constraint, wanted: DatabaseProfile) -> Finding:
    message = f"No code, configuration or manifest uses {wanted.title}, which is asked for."
    hint = _instead(context, wanted)
    return Finding(rule="wrong-database", severity=severity_of(asked), path="", line=0, message=message, hint=hint)


def _missing_driver(
    context: Context, asked: Constraint, wanted: DatabaseProfile, signs: list[_Evidence], declared: bool
) -> Iterator[Finding]:
    manifests = [m for m in context.project.manifests if not m.is_lock and m.dependencies and not m.problems]
    if not manifests:
        return
    names: dict[str, Dependency] = {n: d for m in manifests for n, d in m.dependencies.items()}
    for sign in signs:
        driver = sign.driver.replace("_", "-")
        known = driver in wanted.marks.driver_names
        if known and not any(n == driver or n.startswith(driver + "-") for n in names):
            yield _undeclared(asked, sign.path, sign.line, driver, manifests[0].path)
            return
    bundled = any(
        context.profiles.orms[name].commands.generate or not wanted.relational for name in context.access.orms
    )
    own = any(s.in_code and s.what.startswith("import of") for s in signs)
    if wanted.server and not declared and not bundled and not own:
        runtime = manifests[0].ecosystem
        choices = wanted.marks.drivers.get(runtime, ())
        if choices:
            yield _undeclared(asked, manifests[0].path, 0, " or ".join(choices[:2]), manifests[0].path)


def _undeclared(asked: Constraint, path: str, line: int, driver: str, manifest: str) -> Finding:
    return Finding(
        rule="wrong-database",
        severity=severity_of(asked),
        path=path,
        line=line,
        message=f"The driver {driver} is declared in no manifest.",
        hint=f"Add {driver.split(' or ')[0]} to {manifest}.",
    )


def _fits(found: DatabaseProfile, wanted: DatabaseProfile | None) -> bool:
    if wanted is None:
        return False
    return found.name == wanted.name or found.name in wanted.same_as or wanted.name in found.same_as


def _title(wanted: DatabaseProfile | None) -> str:
    return wanted.title if wanted is not None else "none"


def _instead(context: Context, wanted: DatabaseProfile | None) -> str:
    if wanted is None:
        return "Keep the data without a database, as the request says."
    for orm in context.access.orms:
        for mode in context.profiles.orms[orm].modes.values():
            used = any(i in _imported(context) for i in mode.imports)
            if used and wanted.name in mode.urls:
                return f"Use an address like {mode.urls[wanted.name]}."
    python = any(f.language == "python" for f in context.project.files.values())
    drivers = wanted.marks.driver_imports.get("python" if python else "node", ())
    return f"Use {wanted.title} (driver {drivers[0]})." if drivers else f"Use {wanted.title}."


def _imported(context: Context) -> set[str]:
    names: set[str] = set()
    for facts in context.project.files.values():
        for fact in facts.imports:
            names.add(fact.module)
            names.update(f"{fact.module}.{name}" for name, _ in fact.names)
    return names


def _masked(address: str) -> str:
    """The address without a password."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", address)[:80]


def _source(context: Context, path: str) -> str:
    try:
        return (context.project.root / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


RULES = (
    Rule(
        id="wrong-database",
        summary="Drivers, addresses and dialects are those of the database that is asked for.",
        check=wrong,
        gate=unused,
        kinds=("database",),
    ),
)
