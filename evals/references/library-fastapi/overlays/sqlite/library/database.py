"""The SQLite database: its engines, its transactions, and what its dialect has of its own."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from sqlalchemy import (
    Connection,
    Index,
    MetaData,
    SQLColumnExpression,
    UniqueConstraint,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

_LOCK_SECONDS = 20


class Database:
    """One connection that writes, for which the writers queue, and several that read."""

    def __init__(self, url: str) -> None:
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
        self._reader = _engine(url, begin="BEGIN", pool_size=5)
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)

    async def create_schema(self, metadata: MetaData) -> None:
        """Create what is missing. Of processes that start at once, one creates, others wait."""
        async with self._writer.begin() as connection:
            await connection.run_sync(metadata.create_all)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in a transaction that no other can write beside."""
        return self._writing.begin()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in a transaction that sees one state of the database."""
        return self._reading.begin()

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def only_where(condition: SQLColumnExpression[bool]) -> dict[str, Any]:
    """Options of an index that holds only some of the rows."""
    return {"sqlite_where": condition}


def breaks(error: DBAPIError, rule: UniqueConstraint | Index) -> bool:
    """Whether it was this rule of uniqueness that refused a row: SQLite tells its columns."""
    columns = ", ".join(f"{column.table.name}.{column.name}" for column in rule.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"


def _engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        make_url(url).set(drivername="sqlite+aiosqlite"),
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"timeout": _LOCK_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        # Transactions begin below, not where the driver thinks best.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
