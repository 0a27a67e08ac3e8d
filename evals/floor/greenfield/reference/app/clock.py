"""The time, as the workshop keeps it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
