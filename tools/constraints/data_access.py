"""Where code queries the database, opens sessions or ends transactions: read from facts, by the profiles' words."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, NamedTuple

from framework_profiles.loader import Profiles
from framework_profiles.model import OrmProfile
from tools.facts.model import Call, FileFacts, Project

UseKind = Literal["query", "raw", "open", "transaction"]

_QUERY_SQL = re.compile(
    r"^\s*(?:--[^\n]*\n\s*)*\(?\s*(?:select\b.*?\bfrom\s+[\w\"`\[{.$]|insert\s+(?:or\s+\w+\s+|ignore\s+)?into\s"
    r"|replace\s+into\s|merge\s+into\s|update\s+.*?\bset\b|delete\s+from\s|with\s.*?\bas\s+.*?\()",
    re.IGNORECASE | re.DOTALL,
)
_STATEMENT = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:select|show|set|pragma|analyze|vacuum|create|alter|drop|comment|grant"
    r"|revoke|begin|commit|rollback|savepoint|release|lock|listen|notify|use|attach|detach)\s+[^\s{]",
    re.IGNORECASE,
)
"""SQL text that begins like this and is no query reads and changes no rows of a table."""
_CATALOGUE = re.compile(
    r"\b(?:from|join)\s+[\w.\"`{}$-]*(?:\bpg_|\binformation_schema\b|\bsqlite_|\bmysql\.|\bsys\.|\bsystem\."
    r"|\bsysibm\b|\bsyscat\b|\bdual\b|\ball_tab|\bexa_all_)",
    re.IGNORECASE,
)
"""What a database says of itself."""

_TRANSACTION = frozenset(
    [
        "begin",
        "begin_nested",
        "commit",
        "rollback",
        "flush",
        "close",
        "aclose",
        "transaction",
        "$transaction",
        "run_sync",
        "sync",
        "authenticate",
        "connect",
        "$connect",
        "$disconnect",
        "disconnect",
        "dispose",
        "end",
        "release",
        "initialize",
        "destroy_pool",
        "pragma",
        "cursor",
    ]
)
"""Methods that open, end or set up; what they carry is judged where it is written."""
_OPENING = frozenset(
    [
        "connect",
        "connection",
        "cursor",
        "begin",
        "begin_nested",
        "acquire",
        "session",
        "objects",
        "getConnection",
        "promise",
        "define",
        "model",
        "Model",
        "manager",
        "getRepository",
        "extend",
        "$extends",
        "default",
        "Session",
        "AsyncSession",
    ]
)
"""Members of a session, connection or model that are again one."""
_SURE = frozenset(
    [
        "execute",
        "executemany",
        "executescript",
        "scalar",
        "scalars",
        "scalar_one",
        "scalar_one_or_none",
        "add_all",
        "bulk_save_objects",
        "bulk_insert_mappings",
        "stream_scalars",
        "exec_driver_sql",
        "fetchrow",
        "fetchval",
        "fetchone",
        "fetchall",
        "query",
        "findMany",
        "findUnique",
        "findUniqueOrThrow",
        "findFirst",
        "findFirstOrThrow",
        "createMany",
        "updateMany",
        "deleteMany",
        "upsert",
        "groupBy",
        "findAll",
        "findByPk",
        "findAndCountAll",
        "findOrCreate",
        "bulkCreate",
        "$queryRaw",
        "$queryRawUnsafe",
        "$executeRaw",
        "$executeRawUnsafe",
        "createQueryBuilder",
        "getRepository",
        "refresh",
        "merge",
    ]
)
"""Methods that mean a query even when only the receiver's usual name is known, not its type."""


class Use(NamedTuple):
    """One use of the data layer."""

    line: int
    kind: UseKind
    """query: through an ORM or driver · raw: SQL text · open: makes a session or connection · transaction."""
    what: str
    """As written: ``session.execute``, or the beginning of the SQL."""
    scope: str
    orm: str | None
    """The ORM whose words these are; None for drivers and SQL text."""
    held: bool
    """Through a session, connection, client or model; False for query expressions and SQL text alone."""
    owner: str = ""
    """The first-party file of the class whose method it is (a model, a repository that derives from the ORM's)."""
    names_table: bool = False
    """The receiver is a model or a table of its own (``Article.findAll``, ``prisma.order.findMany``)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of all ORMs and drivers of one runtime."""

    orms: tuple[OrmProfile, ...]
    functions: dict[str, str] = field(default_factory=dict)
    raw_functions: dict[str, str] = field(default_factory=dict)
    openers: dict[str, str | None] = field(default_factory=dict)
    holders: dict[str, str | None] = field(default_factory=dict)
    """Types of sessions, connections, clients and models -> ORM (None: a driver)."""
    model_bases: dict[str, str] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)


@cache
def vocabulary(profiles_id: Keyed, runtime: str) -> Vocabulary:
    """The words of one runtime (``python`` or ``node``)."""
    profiles = profiles_id.profiles
    words = Vocabulary(tuple(o for o in profiles.orms.values() if o.runtime == runtime))
    for database in profiles.databases.values():
        if database.store == "primary":
            words.holders.update((_plain(t), None) for t in database.connection_types)
            words.openers.update((_plain(c), None) for c in database.connect_calls)
            words.methods.update(database.query_methods)
    for orm in words.orms:
        words.functions.update((_plain(f), orm.name) for f in orm.query_functions)
        words.raw_functions.update((_plain(f), orm.name) for f in orm.raw_sql_functions)
        words.openers.update((_plain(f), orm.name) for f in orm.engine_factories)
        words.model_bases.update((_plain(b), orm.name) for b in orm.model_bases)
        words.holders.update((_plain(t), orm.name) for t in orm.session_types)
        words.methods.update((*orm.query_methods, *orm.raw_sql_methods))
    words.holders.update(words.openers)
    words.holders.update(words.model_bases)
    return words


class Keyed:
    """Makes profiles a cache key by identity."""

    __slots__ = ("profiles",)

    def __init__(self, profiles: Profiles) -> None:
        self.profiles = profiles

    def __hash__(self) -> int:
        return id(self.profiles)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and other.profiles is self.profiles


def is_query(sql: str) -> bool:
    """True for SQL text that reads or changes rows of a table; False for DDL, PRAGMA, ``SELECT 1``, catalogues."""
    return _QUERY_SQL.match(sql) is not None and not _CATALOGUE.search(sql)


def _is_harmless(sql: str) -> bool:
    return _STATEMENT.match(sql) is not None and not is_query(sql)


class DataAccess:
    """Reads the uses of the data layer, file by file; remembers what it read."""

    def __init__(self, project: Project, profiles: Profiles) -> None:
        """Read from `project` with the words of `profiles`."""
        self.project = project
        self._key = Keyed(profiles)
        self._marks = {name: orm.name for orm in profiles.orms.values() for name in orm.marks.imports}
        self._imported: dict[str, tuple[tuple[str, int], ...]] = {}
        self._read: dict[str, tuple[list[Use], frozenset[str]]] = {}

    def renewed(self, project: Project, stale: Iterable[str]) -> DataAccess:
        """The same for `project`, a later state of which only the files `stale` are other or gone.

        A file is stale as well when what it depends on (`Project.note`) is; where `orms` then has other names,
        every file is: start anew.
        """
        other = copy.copy(self)
        other.__dict__.pop("orms", None)
        other.project = project
        gone = set(stale)
        other._imported = {path: found for path, found in self._imported.items() if path not in gone}
        other._read = {path: found for path, found in self._read.items() if path not in gone}
        return other

    @cached_property
    def orms(self) -> dict[str, list[tuple[str, int]]]:
        """ORM -> the places (path, line) where first-party code imports it, type-only imports not counted."""
        for path, facts in self.project.files.items():
            if path not in self._imported:
                self._imported[path] = tuple(_orms_of(facts, self._marks))
        found: dict[str, list[tuple[str, int]]] = {}
        for path, known in sorted((path, known) for path, known in self._imported.items() if known):
            for orm, line in known:
                found.setdefault(orm, []).append((path, line))
        return found

    def uses(self, path: str) -> list[Use]:
        """All uses in a file, by line; a statement counts once."""
        known = self._read.get(path)
        if known is None:
            with self.project.recording() as needs:
                found = self._uses(self.project.files[path])
            self._read[path] = (found, frozenset(needs))
            return found
        self.project.note(known[1])
        return known[0]

    def _uses(self, facts: FileFacts) -> list[Use]:
        found: dict[tuple[int, str], Use] = {}
        for use in (*self._by_calls(facts), *_by_strings(facts)):
            group = "data" if use.kind in ("query", "raw") else use.kind
            known = found.get((use.line, group))
            if known is None:
                found[(use.line, group)] = use
            elif use.held != known.held or use.kind != known.kind:
                # `session.execute(text("SELECT"))` is SQL text, and it goes through a session.
                whole, part = (use, known) if use.held else (known, use)
                kind = "raw" if "raw" in (whole.kind, part.kind) else whole.kind
                found[(use.line, group)] = whole._replace(kind=kind)
        return sorted(found.values())

    def _by_calls(self, facts: FileFacts) -> Iterator[Use]:
        words = vocabulary(self._key, "python" if facts.language == "python" else "node")
        for index, call in enumerate(facts.calls):
            name = self.project.callee(call)
            use = self._by_name(call, name, words) or self._by_receiver(call, name, words)
            if use is None and ":" in (name or ":"):
                use = self._by_custom(call, words)
            if use is not None and not (use.kind == "query" and self._is_probe(facts.calls, index, words)):
                yield use

    def _is_probe(self, calls: Sequence[Call], index: int, words: Vocabulary) -> bool:
        """Whether a call is given SQL text that is no query: ``execute("SELECT 1")``, ``scalar(text("SELECT 1"))``."""
        call = calls[index]
        if call.first_string is not None or not call.args or (call.arg_names and call.arg_names[0]):
            return call.first_string is not None and _is_harmless(call.first_string)
        # What is written inside a call follows it, behind the calls that the call itself is made on.
        inner = next((c for c in calls[index + 1 : index + 8] if not call.name.startswith(c.name + "()")), None)
        if inner is None or inner.first_string is None or inner.scope != call.scope or inner.line > call.line + 1:
            return False
        made = _plain(self.project.callee(inner)) in words.raw_functions
        return made and _is_harmless(inner.first_string)

    def _by_name(self, call: Call, name: str, words: Vocabulary) -> Use | None:
        """Functions known by their full name: ``sqlalchemy.select``, ``sqlite3.connect``."""
        plain = _plain(name)
        if plain in words.functions:
            return Use(call.line, "query", call.name, call.scope, words.functions[plain], False)
        if plain in words.raw_functions:
            harmless = call.first_string is not None and not is_query(call.first_string)
            orm = words.raw_functions[plain]
            return None if harmless else Use(call.line, "raw", call.name, call.scope, orm, False)
        if plain in words.holders and plain not in words.model_bases:
            return Use(call.line, "open", call.name, call.scope, words.holders[plain], True)
        return None

    def _by_receiver(self, call: Call, name: str, words: Vocabulary) -> Use | None:
        """Methods of something whose type is known to be a session, a connection or a model."""
        if "." not in call.name:
            return None
        method = call.name.rsplit(".", 1)[-1]
        receiver = name.rpartition(".")[0] if ":" not in name else self.project.receiver(call)
        known, members = _holder(receiver, words.holders)
        if known is None:
            return None
        orm = words.holders[known]
        if method in _TRANSACTION:
            return Use(call.line, "transaction", call.name, call.scope, orm, True)
        if method not in words.methods:
            return None
        own, colon, _ = self.project.receiver(call).partition(":")
        table = members > 0 or known in words.model_bases
        return Use(call.line, "query", call.name, call.scope, orm, True, own if colon else "", table)

    def _by_custom(self, call: Call, words: Vocabulary) -> Use | None:
        """Methods of something that only its usual name tells, when its ORM is in use in this project."""
        *receivers, method = call.name.split(".")
        if not receivers:
            return None
        near = {part.removesuffix("()").lstrip("_") for part in receivers[-2:]}
        for orm in words.orms:
            if orm.name not in self.orms or near.isdisjoint(r.lstrip("_") for r in orm.receivers):
                continue
            manager = receivers[-1] in orm.query_methods  # Article.objects.filter
            if method in _SURE or (manager and method in orm.query_methods):
                return Use(call.line, "query", call.name, call.scope, orm.name, True, "", manager)
        return None


def _orms_of(facts: FileFacts, marks: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """(ORM, line) of the imports of a file that an ORM's profile knows."""
    for fact in facts.imports:
        if fact.external is None or fact.type_only:
            continue
        names = [fact.module, fact.external, ".".join(fact.module.split(".")[:2])]
        names += [f"{fact.module}.{name}" for name, _ in fact.names]
        orm = next((marks[n] for n in names if n in marks), None)
        if orm is not None:
            yield orm, fact.line


def _by_strings(facts: FileFacts) -> Iterator[Use]:
    for text in facts.strings:
        if text.kind == "sql" and is_query(text.text):
            yield Use(text.line, "raw", " ".join(text.text.split())[:60], text.scope, None, False)


def _plain(name: str) -> str:
    return name.removeprefix("node:").replace("()", "")


def _holder(name: str, words: Mapping[str, str | None]) -> tuple[str | None, int]:
    """The session, connection or model that `name` is or was opened from, and how many members lie between.

    ``sqlite3.connect().cursor()`` -> ``sqlite3.connect``; ``PrismaClient.order`` is a part of the client. What a
    query gives back (``Session.execute().all``) is no session any more.
    """
    parts = name.removeprefix("node:").split(".")
    members = 0
    while parts:
        prefix = ".".join(parts).replace("()", "")
        if prefix in words:
            return prefix, members
        last = parts.pop()
        if last.removesuffix("()") not in _OPENING:
            members += 1
            if last.endswith("()") or members > 1:
                break
    return None, 0
