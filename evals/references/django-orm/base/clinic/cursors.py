"""Cursors, which lead from one page of a list to the next: the key of a page's last row, as text.

The key is the row's place in an order without ties, so that rows added or deleted move nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from clinic.instants import FIRST, LAST

IdKey = tuple[int]
InstantKey = tuple[datetime, int]

LARGEST_ID = 2**31 - 1


def write(key: IdKey | InstantKey) -> str:
    return _encode([int(part.timestamp()) if isinstance(part, datetime) else part for part in key])


def read_id(cursor: object) -> IdKey:
    """The key in a list by id; ValueError when `write` cannot have made the cursor."""
    (row_id,) = _decode(cursor, 1)
    return (_id(row_id),)


def read_instant(cursor: object) -> InstantKey:
    """The key in a list by instant; ValueError when `write` cannot have made the cursor."""
    seconds, row_id = _decode(cursor, 2)
    if not FIRST.timestamp() <= seconds <= LAST.timestamp():
        raise ValueError("is no cursor of this list")
    return datetime.fromtimestamp(seconds, UTC), _id(row_id)


def _id(number: int) -> int:
    if not 1 <= number <= LARGEST_ID:
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
