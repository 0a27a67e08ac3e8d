"""Pages of a list that is read in a fixed order, and the cursors that lead from one to the next."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LARGEST = 2**63 - 1
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    more: bool

    @property
    def last(self) -> Row | None:
        """The row to go on after; None when nothing follows."""
        return self.items[-1] if self.more else None


def cut(rows: Sequence[Row], limit: int) -> Page[Row]:
    """A page of rows that were asked for with one more than the limit."""
    return Page(items=rows[:limit], more=len(rows) > limit)


def encode(*position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def decode(cursor: str, length: int) -> tuple[int, ...]:
    """The position that was encoded; ValueError for anything that `encode` cannot have made."""
    try:
        position = tuple(json.loads(base64.urlsafe_b64decode(cursor.encode())))
    except (binascii.Error, UnicodeError, TypeError) as error:
        raise ValueError("not a cursor") from error
    whole = all(type(number) is int and abs(number) <= LARGEST for number in position)
    if not whole or len(position) != length or encode(*position) != cursor:
        raise ValueError("not a cursor")
    return position
