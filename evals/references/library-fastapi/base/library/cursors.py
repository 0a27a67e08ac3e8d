"""Pages of a list, and the cursors that lead from one to the next.

A list has an order without ties. The key of a row is its place in that order; a cursor is the key
of a page's last row, so that rows added or gone meanwhile move nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from library.instants import FIRST_DAY, LAST_DAY

IdKey = tuple[int]
DayKey = tuple[date, int]
Row = TypeVar("Row")

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    total: int
    next: IdKey | DayKey | None
    """The key of the last item when more follow."""


def write(key: IdKey | DayKey) -> str:
    return _encode([part.toordinal() if isinstance(part, date) else part for part in key])


def read_id(cursor: object) -> IdKey:
    """The key in a list by id; ValueError when `write` cannot have made the cursor."""
    (row_id,) = _decode(cursor, 1)
    return (_within(row_id, 1, LARGEST_ID),)


def read_day(cursor: object) -> DayKey:
    """The key in a list by day; ValueError when `write` cannot have made the cursor."""
    number, row_id = _decode(cursor, 2)
    day = _within(number, FIRST_DAY.toordinal(), LAST_DAY.toordinal())
    return date.fromordinal(day), _within(row_id, 1, LARGEST_ID)


def _within(number: int, first: int, last: int) -> int:
    if not first <= number <= last:
        raise ValueError("is no cursor of this list")
    return number


def _encode(numbers: Sequence[int]) -> str:
    return urlsafe_b64encode(".".join(map(str, numbers)).encode()).decode().rstrip("=")


def _decode(cursor: object, count: int) -> list[int]:
    try:
        text = str(cursor)
        parts = urlsafe_b64decode(text + "=" * (-len(text) % 4)).split(b".")
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    # Decoding forgives a lot: only what encodes to the same cursor again is one.
    if len(numbers) != count or _encode(numbers) != cursor:
        raise ValueError("is no cursor of this list")
    return numbers
