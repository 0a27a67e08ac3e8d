"""Who owns session and transaction: a unit of work, which a service opens for one block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from library.database import Database
from library.repositories.books import BookRepository
from library.repositories.loans import LoanRepository
from library.repositories.reports import ReportRepository
from library.repositories.users import UserRepository


class UnitOfWork:
    """The repositories of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self.users = UserRepository(session)
        self.books = BookRepository(session)
        self.loans = LoanRepository(session)
        self.reports = ReportRepository(session)


class Work:
    """Opens units of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[UnitOfWork]:
        """A unit that writes: committed at the end of the block, rolled back on an error."""
        async with self._database.writing() as session:
            yield UnitOfWork(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """A unit that only reads: all its queries see the same state."""
        async with self._database.reading() as session:
            yield UnitOfWork(session)
