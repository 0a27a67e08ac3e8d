"""Signs of a database engine in code and configuration: drivers, addresses, dialects; others judge what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from framework_profiles.loader import Profiles
from framework_profiles.model import DatabaseProfile
from tools.constraints.data_access import Keyed
from tools.facts.model import FileFacts, Import
from tools.verify.rule import Context, is_aside

SignKind = Literal["driver", "dialect", "address", "setting"]

_ADDRESS = re.compile(r"\b([a-z][a-z0-9]*)(?:\+([a-z0-9_]+))?://(?=[^\s\"'`,)])")
_BARE = re.compile(r"[a-z0-9+]+:/{0,3}")
_ASKING = frozenset(
    ["startswith", "endswith", "removeprefix", "replace", "split", "partition", "count", "find", "index"]
    + ["startsWith", "endsWith", "includes", "indexOf", "replaceAll", "match", "test"]
)
"""Methods that ask what an address is, or take it apart: no choice of an engine."""
_COMMENT = re.compile(r"^\s*(?:#|//|;|\*|/\*)")
_CONFIGURED = re.compile(r"(?:settings|config|database|datasource|data-source|ormconfig|knexfile|(?:^|/)db)[\w.-]*$")
_TRANSIENT = re.compile(r":memory:|mode=memory|^\w+(?:\+\w+)?:(?://)?$")
"""Addresses of a file that is none: the database lives as long as its connection."""


class Sign(NamedTuple):
    """One sign of an engine."""

    database: DatabaseProfile
    path: str
    line: int
    kind: SignKind
    """driver: imports it · dialect: imports what an ORM has for this engine alone · address · setting: a line of
    configuration that names the engine."""
    what: str
    """``import of asyncpg``, ``address sqlite:///app.db``."""
    in_code: bool = True
    driver: str = ""
    """The driver that an address names (``asyncpg`` in ``postgresql+asyncpg``)."""
    optional: bool = False
    """Imported under a condition: the program runs without it."""
    transient: bool = False
    """In memory: gone with the connection."""


def signs_of_file(context: Context, path: str) -> tuple[Sign, ...]:
    """The signs in a source file, by line; none in tests, migrations and scripts."""
    if is_aside(path) and ".config." not in path:
        return ()
    facts = context.project.files[path]
    found = [*_imports(context.profiles, path, facts), *_addresses(context.profiles, path, facts)]
    if _is_configured(context.profiles, path, facts):
        found += _settings(context.profiles, path, _source(context, path), code=True)
    return tuple(sorted(found, key=lambda sign: sign.line))


def signs_of_configuration(context: Context) -> Iterator[Sign]:
    """The signs in configuration files."""
    for path, text in context.configuration.items():
        yield from _settings(context.profiles, path, text, code=False)


def _imports(profiles: Profiles, path: str, facts: FileFacts) -> Iterator[Sign]:
    drivers = _drivers(Keyed(profiles), "python" if facts.language == "python" else "node")
    for fact in facts.imports:
        database, name = (None, "") if fact.type_only or fact.external is None else _imported(drivers, fact)
        if database is None or _is_for_errors(facts, fact):
            continue
        kind: SignKind = "driver" if name == fact.external else "dialect"
        yield Sign(database, path, fact.line, kind, f"import of {name}", optional=fact.conditional)


def _imported(drivers: Mapping[str, DatabaseProfile], fact: Import) -> tuple[DatabaseProfile | None, str]:
    """``from sqlalchemy.dialects import postgresql`` and ``sqlalchemy.dialects.postgresql`` are the same."""
    named = [f"{fact.module}.{name}" for name, _ in fact.names]
    for name in (fact.external or "", fact.module, *named):
        if name in drivers:
            return drivers[name], name
    parts = fact.module.split(".")
    above = [".".join(parts[:end]) for end in range(len(parts) - 1, 1, -1)]
    name = next((name for name in above if name in drivers), "")
    return drivers.get(name), name


def _is_for_errors(facts: FileFacts, fact: Import) -> bool:
    """What is imported serves to tell errors apart (``except sqlite3.IntegrityError``): nothing is opened with it."""
    if fact.names:
        return all(name.endswith(("Error", "Exception")) for name, _ in fact.names)
    bound = fact.alias or fact.module
    used = [r.name for r in facts.references if r.name == bound or r.name.startswith(fact.module + ".")]
    called = any(call.name.startswith(bound + ".") for call in facts.calls)
    return bool(used) and not called and all(name.endswith(("Error", "Exception", "Warning")) for name in used)


def _addresses(profiles: Profiles, path: str, facts: FileFacts) -> Iterator[Sign]:
    given = [(c.first_string, c.name.rpartition(".")[2] in _ASKING) for c in facts.calls if c.first_string]
    opened = {text for text, asks in given if not asks}
    compared = {text for text, asks in given if asks} - opened
    for text in facts.strings:
        bare = _BARE.fullmatch(text.text) is not None and text.text not in opened
        if text.kind != "url" or bare or text.text in compared:
            continue
        scheme, _, _ = text.text.partition(":")
        database = profiles.database_of_scheme(scheme)
        if database is not None and database.store == "primary":
            what = f"address {_masked(text.text)}"
            transient = not database.server and _TRANSIENT.search(text.text) is not None
            yield Sign(database, path, text.line, "address", what, driver=scheme.partition("+")[2], transient=transient)


def _is_configured(profiles: Profiles, path: str, facts: FileFacts) -> bool:
    """Whether engines are named in plain words here: settings, and files that speak to an ORM."""
    if _CONFIGURED.search(path.rsplit(".", 1)[0]):
        return True
    marks = _orm_marks(Keyed(profiles))
    return any(i.external in marks or i.module in marks for i in facts.imports if not i.type_only)


def _settings(profiles: Profiles, path: str, text: str, *, code: bool) -> Iterator[Sign]:
    """Signs in plain text; in code only those that are no addresses, which facts know better."""
    compose = "compose" in path.rsplit("/", 1)[-1]
    every = () if compose else _patterns(Keyed(profiles), code)
    lowered = text.lower() if every else ""
    patterns = [(p.database, p.pattern) for p in every if p.needs in lowered and p.pattern.search(text)]
    if code and not patterns:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if _COMMENT.match(line):
            continue
        if not code:
            yield from _configured_addresses(profiles, path, number, line)
        for database, pattern in patterns:
            sign = pattern.search(line)
            if sign and "://" not in sign[0]:
                yield Sign(database, path, number, "setting", sign[0].strip(), code)


def _configured_addresses(profiles: Profiles, path: str, number: int, line: str) -> Iterator[Sign]:
    for match in _ADDRESS.finditer(line):
        database = profiles.database_of_scheme(match[1])
        if database is not None and database.store == "primary":
            transient = not database.server and _TRANSIENT.search(line) is not None
            what = f"address {match[0]}..."
            yield Sign(database, path, number, "address", what, False, match[2] or "", transient=transient)


@cache
def _drivers(key: Keyed, runtime: str) -> dict[str, DatabaseProfile]:
    return {
        name: database
        for database in key.profiles.databases.values()
        if database.store == "primary"
        for name in database.marks.driver_imports.get(runtime, ())
    }


@cache
def _orm_marks(key: Keyed) -> frozenset[str]:
    return frozenset(name for orm in key.profiles.orms.values() for name in orm.marks.imports)


class _Pattern(NamedTuple):
    """A pattern of an engine's settings."""

    database: DatabaseProfile
    pattern: re.Pattern[str]
    needs: str
    """What every text that it matches holds, in lower case: looking for that first takes a tenth of the time."""


@cache
def _patterns(key: Keyed, code: bool) -> tuple[_Pattern, ...]:
    found: list[_Pattern] = []
    for database in key.profiles.databases.values():
        texts = [t for t in database.marks.text if "://" not in t and not (code and t.startswith("image:"))]
        if database.store == "primary":
            found += [_Pattern(database, re.compile(text, re.IGNORECASE), _needed(text)) for text in texts]
    return tuple(found)


def _needed(pattern: str) -> str:
    """The longest word that stands in whatever `pattern` matches; empty when that cannot be told."""
    # Groups may be optional or alternatives, sets are one of many, and a quantifier may mean none.
    plain, before = pattern, ""
    while plain != before:
        before, plain = plain, re.sub(r"\((?:[^()\\]|\\.)*\)|\[(?:[^]\\]|\\.)*\]", " ", plain)
    if "|" in plain:
        return ""
    words = re.findall(r"[a-z]+(?![a-z?*{])", re.sub(r"\\.|[a-z][?*{]", " ", plain.lower()))
    return max(words, key=len, default="")


def _masked(address: str) -> str:
    """The address without a password."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", address)[:80]


def _source(context: Context, path: str) -> str:
    try:
        return (context.project.root / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
