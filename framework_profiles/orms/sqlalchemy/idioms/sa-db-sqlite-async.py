# +++
# id = "sa-db-sqlite-async"
# title = "engine and session factory"
# applies-to = ["sqlalchemy+sqlite+async"]
# layers = ["infrastructure"]
# path = "db.py"
# estimate = 20
# +++
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine


def make_engine(url: str) -> AsyncEngine:
    address = make_url(url).set(drivername="sqlite+aiosqlite")
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(address)

    @event.listens_for(engine.sync_engine, "connect")
    def enforce_foreign_keys(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False)
