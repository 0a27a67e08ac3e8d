"""The SQLite database: its engines, how transactions begin, what its dialect has of its own."""

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Index,
    MetaData,
    UniqueConstraint,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

_LOCK_SECONDS = 20


class Database:
    """One connection to write, for which writers of this process queue, and some to read."""

    def __init__(self, url: str) -> None:
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
        self._reader = _engine(url, begin="BEGIN", pool_size=5)
        self._writing = sessionmaker(self._writer, expire_on_commit=False)
        self._reading = sessionmaker(self._reader, expire_on_commit=False)

    def create_schema(self, metadata: MetaData) -> None:
        """Create what is missing. Of processes that start at once, one creates, the others wait."""
        with self._writer.begin() as connection:
            metadata.create_all(connection)

    def writing(self) -> AbstractContextManager[Session]:
        """A session in a transaction that no other can write beside."""
        return self._writing.begin()

    def reading(self) -> AbstractContextManager[Session]:
        """A session in a transaction that sees one state of the database."""
        return self._reading.begin()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def only_where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Options of an index that holds only some of the rows."""
    return {"sqlite_where": condition}


def breaks(error: DBAPIError, rule: UniqueConstraint | Index) -> bool:
    """Whether it was this rule of uniqueness that refused a row; SQLite tells columns, no name."""
    columns = ", ".join(f"{column.table.name}.{column.name}" for column in rule.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"


def _engine(url: str, *, begin: str, pool_size: int) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="sqlite+pysqlite"),
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"timeout": _LOCK_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver likes
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
