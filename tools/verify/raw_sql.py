"""SQL text that an ORM could say as well: which functions run nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from framework_profiles.model import OrmProfile
from tools.constraints.data_access import Use, is_query
from tools.verify.rule import Context, is_aside

_PLAIN = re.compile(
    r"^\s*(?:select\b.*?\bfrom\s+|insert\s+into\s+|update\s+|delete\s+from\s+)"
    r"(?P<table>[\"`\[]?[A-Za-z_]\w*[\"`\]]?(?:\.[\"`\[]?[A-Za-z_]\w*[\"`\]]?)?)(?=[\s(;]|$)",
    re.IGNORECASE | re.DOTALL,
)
"""One statement on a table that is named in it."""
_BEYOND = re.compile(
    r"\bover\s*\(|\bwindow\b|\bgroup\s+by\b|\bfor\s+(?:no\s+key\s+)?(?:update|share)\b|\bskip\s+locked\b|@@|@>|<@"
    r"|\bto_ts(?:vector|query)\b|\bmatch\s*\(|\bagainst\s*\(|\bon\s+conflict\b|\bon\s+duplicate\b|\blateral\b|\bdistinct\s+on\b"
    r"|\bunion\b|\bctid\b|\bfilter\s*\(|\bcase\s+when\b|\bextract\s*\(|\bdate_trunc\b|\bgenerate_series\b|\bjson\w*_\w+\s*\("
    r"|\(\s*select\b|\bunnest\s*\(|\busing\b|\bnextval\b|\bpg_\w+\s*\(|\btablesample\b|\bsimilarity\s*\(|\bst_\w+\s*\(",
    re.IGNORECASE,
)
"""What mappers say in their own words badly or not at all: there SQL is the right tool."""
_BOOKKEEPING = re.compile(r"(?:version|migrations?(?:_\w+)?|meta|schemata)$", re.IGNORECASE)
"""Tables of migration tools: nobody maps them."""
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
_MODEL = re.compile(r"^\s*model\s+(\w+)\s*\{", re.MULTILINE)
_SQL_SAID = 60


class Raw(NamedTuple):
    """A function that runs SQL text and nothing of the ORM's own."""

    line: int
    scope: str
    what: str
    """The beginning of the statement."""
    tables: tuple[str, ...]
    """The tables of its statements where a mapper could say all of them; empty otherwise."""


class Access(NamedTuple):
    """How a file goes to the database."""

    raw: tuple[Raw, ...] = ()
    mapped: int = 0
    """Functions that query through mapped models."""


def access_of(context: Context, path: str, wanted: OrmProfile) -> Access:
    """What the functions of a file run: SQL text, or queries of `wanted`."""
    if is_aside(path):
        return Access()
    uses = [use for use in context.access.uses(path) if use.kind in ("query", "raw")]
    if not uses:
        return Access()
    scopes = dict.fromkeys(use.scope for use in uses)
    by_scope = {scope: [use for use in uses if use.scope == scope] for scope in scopes}
    neutral = (_NEUTRAL | set(wanted.raw_sql_methods)) - set(wanted.query_functions)
    texts: dict[str, list[str]] = {}
    for fact in context.project.files[path].strings:
        if fact.kind == "sql":
            texts.setdefault(fact.scope, []).append(fact.text)
    raw: list[Raw] = []
    mapped = 0
    for scope, used in by_scope.items():
        if not any(use.kind == "raw" for use in used):
            mapped += any(_is_mapped(use, neutral) for use in used)
        elif _is_run(used) and not any(_is_mapped(use, neutral) for use in used):
            said = texts.get(scope, ())
            if not said or not all(_is_upkeep(text) for text in said):
                raw.append(_raw(used, said))
    return Access(tuple(raw), mapped)


def _is_mapped(use: Use, neutral: frozenset[str]) -> bool:
    if use.kind != "query" or use.orm is None:
        return False
    return not use.held or use.what.rsplit(".", 1)[-1] not in neutral


def _is_run(used: Sequence[Use]) -> bool:
    """SQL that is only written down is run elsewhere, by another program, or as a part of a mapped query."""
    return any(use.held for use in used)


def _raw(used: Sequence[Use], texts: Sequence[str]) -> Raw:
    first = next(use for use in used if use.kind == "raw")
    tables = [plain_table(text) for text in texts]
    shown = " ".join((texts[0] if texts else first.what).split())
    known = tuple(table for table in tables if table is not None)
    return Raw(first.line, first.scope, _shortened(shown), known if len(known) == len(tables) else ())


def _shortened(text: str) -> str:
    return text if len(text) <= _SQL_SAID else text[:_SQL_SAID].rstrip() + "..."


def plain_table(sql: str) -> str | None:
    """The table whose rows SQL text reads or changes in a way that every mapper can say.

    None for DDL, health checks, catalogues, locks, full-text search, window functions, reports, and where the name of
    the table is put in.
    """
    found = _PLAIN.match(sql)
    if found is None or _BEYOND.search(sql):
        return None
    table = found["table"].split(".")[-1].strip('"`[]')
    return None if _is_upkeep(sql) else table


def _is_upkeep(sql: str) -> bool:
    """Whether a statement asks the engine or a migration tool about itself."""
    found = _PLAIN.match(sql)
    if found is None:
        return not is_query(sql)
    schema, _, table = found["table"].replace('"', "").replace("`", "").rpartition(".")
    catalogue = (schema or table).lower().startswith(("pg_", "sqlite_", "information_schema", "sys", "mysql"))
    return catalogue or _BOOKKEEPING.search(table) is not None


def model_names(context: Context, path: str) -> frozenset[str]:
    """The classes and mapped tables that a file defines, in the form of `is_modelled`."""
    if is_aside(path):
        return frozenset()
    bases = context.table(_table_makers)
    models = [d for d in context.project.files[path].definitions if d.kind == "class" or _plain(d.type) in bases]
    return frozenset(_key(d.name) for d in models)


def schema_names(context: Context) -> frozenset[str]:
    """The models of schema files (``model Article {``)."""
    return frozenset(_key(name) for text in context.configuration.values() for name in _MODEL.findall(text))


def _table_makers(context: Context) -> frozenset[str]:
    return frozenset(base for orm in context.profiles.orms.values() for base in orm.model_bases)


def is_modelled(table: str, names: AbstractSet[str]) -> bool:
    """Whether a model stands for a table: ``blog_articles`` for ``Article``, ``RateLimit`` for itself."""
    words = table.split("_")
    return any(not names.isdisjoint(_forms("".join(words[start:]))) for start in range(len(words)))


def _plain(name: str | None) -> str:
    return (name or "").removesuffix("()")


def _forms(word: str) -> tuple[str, ...]:
    plain = _key(word)
    ending = plain[:-3] + "y" if plain.endswith("ies") else plain.removesuffix("es")
    return (plain, plain.removesuffix("s"), ending, plain + "s")


def _key(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").lower()
