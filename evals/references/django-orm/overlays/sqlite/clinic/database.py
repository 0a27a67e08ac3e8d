"""The SQLite database: how Django connects to it, and how it tells a broken constraint."""

from typing import Any

from django.db import DatabaseError, connections
from django.db.models import Model, UniqueConstraint

_LOCK_SECONDS = 20


def configured(url: str, connections: int) -> dict[str, Any]:
    """Django's settings of the database behind a URL; as many connections as threads ask for."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.removeprefix("sqlite:///"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": _LOCK_SECONDS,
            # Who is going to write waits before it reads, and never finds that what it read is old.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
        },
    }


def breaks(error: DatabaseError, model: type[Model], rule: UniqueConstraint) -> bool:
    """Whether it was this rule of uniqueness that refused a row; SQLite tells columns, no name."""
    table, field = model._meta.db_table, model._meta.get_field
    columns = ", ".join(f"{table}.{field(name).column}" for name in rule.fields)
    return str(error) == f"UNIQUE constraint failed: {columns}"


def close() -> None:
    connections.close_all()
