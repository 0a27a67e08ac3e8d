"""Instants and days: how requests write them, how answers show them."""

import re
from datetime import date, datetime

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def show_instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_day(text: object) -> date:
    """The day that a text names; ValueError for another form, or out of 2000 to 2099."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("must look like 2026-03-01")
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"must be from {FIRST_DAY} to {LAST_DAY}")
    return day
