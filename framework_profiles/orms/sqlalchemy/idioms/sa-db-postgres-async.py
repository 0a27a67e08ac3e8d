# +++
# id = "sa-db-postgres-async"
# title = "engine and session factory"
# applies-to = ["sqlalchemy+postgres+async"]
# layers = ["infrastructure"]
# path = "db.py"
# estimate = 20
# +++
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine


def make_engine(url: str) -> AsyncEngine:
    return create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), pool_pre_ping=True)


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False)
