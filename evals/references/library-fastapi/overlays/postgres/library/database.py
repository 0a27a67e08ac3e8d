"""The Postgres database: its engine, its transactions, and what its dialect has of its own."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from sqlalchemy import (
    Index,
    MetaData,
    SQLColumnExpression,
    UniqueConstraint,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

_SCHEMA_LOCK = 20_260_301
"""Any number that nothing else in this database takes an advisory lock on."""


class Database:
    """One pool of connections, for units that write and for those that only read."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            isolation_level="READ COMMITTED",
            pool_size=10,
            max_overflow=10,
        )
        reader = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._writing = async_sessionmaker(self._engine, expire_on_commit=False)
        self._reading = async_sessionmaker(reader, expire_on_commit=False)

    async def create_schema(self, metadata: MetaData) -> None:
        """Create what is missing. Of processes that start at once, one creates, others wait."""
        async with self._engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            await connection.run_sync(metadata.create_all)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in a transaction in which each statement sees what was committed before it."""
        return self._writing.begin()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in a transaction that sees one state of the database."""
        return self._reading.begin()

    async def close(self) -> None:
        await self._engine.dispose()


def only_where(condition: SQLColumnExpression[bool]) -> dict[str, Any]:
    """Options of an index that holds only some of the rows."""
    return {"postgresql_where": condition}


def breaks(error: DBAPIError, rule: UniqueConstraint | Index) -> bool:
    """Whether it was this rule of uniqueness that refused a row."""
    return getattr(error.driver_exception, "constraint_name", None) == rule.name
