"""The Postgres database: its engine, how transactions begin, what its dialect has of its own."""

from contextlib import AbstractContextManager
from typing import Any

from psycopg.errors import DeadlockDetected, UniqueViolation
from sqlalchemy import (
    ColumnElement,
    Index,
    MetaData,
    UniqueConstraint,
    create_engine,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

_SCHEMA_LOCK = 20_260_301
"""Any number that nothing else in this database takes an advisory lock on."""


class Database:
    """One pool of connections, for units that write and for those that only read."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            pool_size=10,
            max_overflow=10,
        )
        reader = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._writing = sessionmaker(self._engine, expire_on_commit=False)
        self._reading = sessionmaker(reader, expire_on_commit=False)

    def create_schema(self, metadata: MetaData) -> None:
        """Create what is missing. Of processes that start at once, one creates, the others wait."""
        with self._engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            metadata.create_all(connection)

    def writing(self) -> AbstractContextManager[Session]:
        """A session in a transaction in which each statement sees what was committed before it."""
        return self._writing.begin()

    def reading(self) -> AbstractContextManager[Session]:
        """A session in a transaction that sees one state of the database."""
        return self._reading.begin()

    def close(self) -> None:
        self._engine.dispose()


def only_where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Options of an index that holds only some of the rows."""
    return {"postgresql_where": condition}


def breaks(error: DBAPIError, rule: UniqueConstraint | Index) -> bool:
    """Whether it was this rule of uniqueness that refused a row."""
    # Rows that want each other's value at once wait in a circle, of which one is chosen to fail.
    # Whatever the order, none could have had its wish: the other's value was not free yet.
    if isinstance(error.orig, DeadlockDetected):
        return True
    return isinstance(error.orig, UniqueViolation) and error.orig.diag.constraint_name == rule.name
