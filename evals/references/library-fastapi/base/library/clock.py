"""The current time and day, as the library writes them down: UTC, in whole seconds."""

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    return now().date()
