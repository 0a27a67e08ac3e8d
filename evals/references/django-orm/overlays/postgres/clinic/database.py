"""The Postgres database: how Django connects to it, and how it tells a broken constraint."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError, connection
from django.db.models import Model, UniqueConstraint
from psycopg.errors import DeadlockDetected, UniqueViolation


def configured(url: str, connections: int) -> dict[str, Any]:
    """Django's settings of the database behind a URL, with a pool of up to so many connections."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 2, "max_size": connections}},
    }


def breaks(error: DatabaseError, model: type[Model], rule: UniqueConstraint) -> bool:
    """Whether it was this rule of uniqueness that refused a row."""
    cause = error.__cause__
    # Rows that want each other's value at once wait in a circle, of which one is chosen to fail.
    # Whatever the order, none could have had its wish: the other's value was not free yet.
    if isinstance(cause, DeadlockDetected):
        return True
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == rule.name


def close() -> None:
    connection.close_pool()
