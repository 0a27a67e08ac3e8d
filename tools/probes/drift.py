"""Differences between models and tables, in words that say what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.findings import Finding, Severity

_MIGRATION = "missing-migration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What must be known to judge a difference."""

    migrated: bool
    existing: Sequence[str]
    """Tables that are there."""
    place: Callable[[str], str]
    """Absolute path -> path relative to the workspace, empty when it lies elsewhere."""
    is_new: Callable[[str], bool]
    """Was the file added by the change?"""


def explain(differences: Iterable[Mapping[str, Any]], drift: Drift) -> list[Finding] | None:
    """Findings for the differences; None when no table was made and nobody promised that one would be."""
    differences = list(differences)
    missing = [entry for entry in differences if entry["kind"] == "missing-table"]
    if missing and not drift.migrated and not drift.existing:
        if not all(drift.is_new(drift.place(entry["file"])) for entry in missing):
            return None
        return [_not_created(missing, drift)]
    return [finding for entry in differences if (finding := _finding(entry, drift)) is not None]


def _not_created(missing: Sequence[Mapping[str, Any]], drift: Drift) -> Finding:
    names = ", ".join(entry["table"] for entry in missing)
    return Finding(
        rule="schema-not-created",
        severity=Severity.ERROR,
        path=drift.place(missing[0]["file"]),
        line=int(missing[0]["line"]),
        message=f"no table exists after the start of the application: {names}",
        hint="create the schema in the start-up hook that the real server reaches, or add migrations",
    )


def _finding(entry: Mapping[str, Any], drift: Drift) -> Finding | None:
    kind, table, column = str(entry["kind"]), str(entry["table"]), str(entry["column"])
    words = _WORDS.get(kind)
    if words is None:
        return None
    severity, rule, message, hint = words
    if rule == _MIGRATION and not drift.migrated:
        rule = "table-differs"
        hint = "import every model before the tables are created; an existing table is not altered by itself"
    name = str(entry.get("class") or table)
    values = {
        "table": table,
        "column": column,
        "model": name,
        "detail": str(entry.get("detail") or ""),
        "operation": str(entry.get("operation") or ""),
        "columns": ", ".join(entry.get("columns") or ()),
        "after": "after the migrations" if drift.migrated else "after the start",
    }
    return Finding(
        rule=rule,
        severity=severity,
        path=drift.place(str(entry["file"])),
        line=int(entry["line"] or 0),
        message=message.format(**values).strip(),
        hint=hint.format(**values)[:600],
    )


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_WORDS: Mapping[str, tuple[Severity, str, str, str]] = {
    "missing-table": (
        _ERROR,
        _MIGRATION,
        "table {table} of model {model} does not exist {after}",
        "write a migration: op.create_table('{table}', {columns})",
    ),
    "missing-column": (
        _ERROR,
        _MIGRATION,
        "column {table}.{column} of model {model} does not exist {after}",
        "write a migration: op.add_column('{table}', {operation}); rows that exist need a server_default",
    ),
    "nullable-in-model": (
        _ERROR,
        _MIGRATION,
        "column {table}.{column} may be empty in model {model} but is NOT NULL in the table",
        "write a migration: op.alter_column('{table}', '{column}', nullable=True), or make the model agree",
    ),
    "nullable-in-table": (
        _WARNING,
        _MIGRATION,
        "column {table}.{column} is required in model {model} but may be NULL in the table",
        "write a migration: op.alter_column('{table}', '{column}', nullable=False), or make the model agree",
    ),
    "unmapped-required-column": (
        _ERROR,
        "unknown-column",
        "column {table}.{column} is required by the table but model {model} does not have it",
        "add it to the model, or drop it in a migration",
    ),
    "unmapped-column": (
        _WARNING,
        "unknown-column",
        "column {table}.{column} exists but model {model} does not have it",
        "add it to the model, or drop it in a migration",
    ),
    "type": (
        _WARNING,
        _MIGRATION,
        "the type of {table}.{column} differs: {detail}",
        "write a migration: op.alter_column('{table}', '{column}', type_=...)",
    ),
    "missing-constraint": (
        _WARNING,
        _MIGRATION,
        "the unique constraint on {table}({column}) of model {model} does not exist in the table",
        "write a migration: op.create_unique_constraint(...)",
    ),
    "missing-fk": (
        _WARNING,
        _MIGRATION,
        "the foreign key on {table}({column}) of model {model} does not exist in the table",
        "write a migration: op.create_foreign_key(...)",
    ),
    "missing-index": (
        _WARNING,
        _MIGRATION,
        "the index on {table}({column}) of model {model} does not exist in the table",
        "write a migration: op.create_index(...)",
    ),
}
