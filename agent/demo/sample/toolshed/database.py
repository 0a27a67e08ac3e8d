"""Engine and sessions."""

from collections.abc import AsyncIterator
from functools import cache

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from toolshed.config import settings


@cache
def engine() -> AsyncEngine:
    return create_async_engine(settings().database_url)


@cache
def session_factory() -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine(), expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """One session and one transaction per request, committed before the answer leaves."""
    async with session_factory()() as session, session.begin():
        yield session
