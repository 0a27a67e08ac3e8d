from typing import Generic, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Taken
from app.models import Base

UNIQUE_VIOLATION = "23505"
Row = TypeVar("Row", bound=Base)


class Repository(Generic[Row]):
    model: type[Row]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, row_id: int) -> Row | None:
        return await self.session.get(self.model, row_id)

    async def add(self, row: Row) -> Row:
        self.session.add(row)
        await self.flush()
        return row

    async def flush(self) -> None:
        """Write what has changed; raises Taken when a value must be unique and is not."""
        try:
            await self.session.flush()
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise Taken from error
