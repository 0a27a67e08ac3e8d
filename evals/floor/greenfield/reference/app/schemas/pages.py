"""Parameters and answers of lists that come in pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator

from app.paging import decode, encode
from app.schemas.fields import Answer


def customer_position(cursor: str) -> int:
    """The id to go on after."""
    return decode(cursor, 1)[0]


def job_position(cursor: str) -> tuple[datetime, int]:
    """Due instant and id to go on after."""
    seconds, row_id = decode(cursor, 2)
    try:
        return datetime.fromtimestamp(seconds, UTC), row_id
    except (OverflowError, OSError) as error:
        raise ValueError("not a cursor") from error


def _readable(position: Callable[[str], object]) -> AfterValidator:
    def check(cursor: str) -> str:
        position(cursor)
        return cursor

    return AfterValidator(check)


def customer_cursor(row_id: int) -> str:
    return encode(row_id)


def job_cursor(due_at: datetime, row_id: int) -> str:
    return encode(int(due_at.timestamp()), row_id)


Limit = Annotated[int, Query(ge=1, le=100)]
CustomerCursor = Annotated[str, _readable(customer_position)]
JobCursor = Annotated[str, _readable(job_position)]


Item = TypeVar("Item", bound=Answer)


class PageOut(Answer, Generic[Item]):
    items: list[Item]
    next_cursor: str | None
