from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sqlalchemy import Index, Select, UniqueConstraint, func, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from library.cursors import Page
from library.database import breaks
from library.errors import Conflict
from library.models import Base

Model = TypeVar("Model", bound=Base)


class Repository(Generic[Model]):
    """Queries of one kind of thing, in a session of the unit of work: nothing here commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def save(self, thing: Model) -> None:
        """Write what is new or changed, so that it has its id and the database has judged it."""
        self._session.add(thing)
        await self._session.flush()

    async def _page(
        self,
        matching: Select[Model],
        order: Sequence[InstrumentedAttribute[Any]],
        after: Sequence[Any] | None,
        limit: int,
    ) -> Page[Model]:
        """The matching rows behind a key, in an order of columns that leaves no ties."""
        total = await self._session.scalar(
            matching.with_only_columns(func.count(), maintain_column_froms=True)
        )
        rest = matching if after is None else matching.where(tuple_(*order) > tuple_(*after))
        # One row more than asked for tells whether there is a next page.
        rows = (await self._session.scalars(rest.order_by(*order).limit(limit + 1))).all()
        items = rows[:limit]
        more = len(rows) > limit
        key = tuple(getattr(items[-1], column.key) for column in order) if more else None
        return Page(items=items, total=total or 0, next=key)


@contextmanager
def conflict_when_broken(rule: UniqueConstraint | Index, code: str, message: str) -> Iterator[None]:
    """Tell a row that breaks a rule of uniqueness as the contract does."""
    try:
        yield
    except DBAPIError as error:
        if breaks(error, rule):
            raise Conflict(code, message) from error
        raise
