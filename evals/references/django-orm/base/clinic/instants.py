"""Instants and days: how requests write them, how answers show them. A day is one of UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:00)(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(2099, 12, 31, 23, 59, tzinfo=UTC)
FIRST_DAY, LAST_DAY = FIRST.date(), LAST.date()


def parse_instant(text: object) -> datetime:
    """The moment that a text names, in UTC; ValueError for another form, or out of 2000 to 2099."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("must look like 2026-03-01T09:30:00+02:00")
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:  # an offset that leads out of the calendar
        instant = datetime.min.replace(tzinfo=UTC)
    if not FIRST <= instant <= LAST:
        raise ValueError(f"must be from {show_instant(FIRST)} to {show_instant(LAST)}")
    return instant


def show_instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_day(text: object, first: date = FIRST_DAY) -> date:
    """The day that a text names; ValueError for another form, before the first or after 2099."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("must look like 2026-03-01")
    day = date.fromisoformat(text)
    if not first <= day <= LAST_DAY:
        raise ValueError(f"must be from {first} to {LAST_DAY}")
    return day


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def end_of(day: date) -> datetime:
    """The first instant that does not belong to the day."""
    return start_of(day + timedelta(days=1))
