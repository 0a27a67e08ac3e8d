"""Tests run over HTTP against the real database that DATABASE_URL names."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from toolshed.database import get_session, session_factory
from toolshed.main import app
from toolshed.models import Base


@pytest.fixture(scope="session", autouse=True)
def schema() -> None:
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], check=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client on empty tables; each test has an engine of its own event loop."""
    engine = create_async_engine(os.environ["DATABASE_URL"])
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    async with engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    factory = session_factory()
    factory.configure(bind=engine)

    async def session() -> AsyncIterator[object]:
        async with factory() as opened, opened.begin():
            yield opened

    app.dependency_overrides[get_session] = session
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://toolshed") as opened:
        yield opened
    app.dependency_overrides.clear()
    await engine.dispose()


@pytest.fixture
async def drill(client: httpx.AsyncClient) -> int:
    answer = await client.post("/tools", json={"name": "Drill", "category": "power"})
    return answer.json()["id"]


@pytest.fixture
async def ada(client: httpx.AsyncClient) -> int:
    answer = await client.post("/members", json={"name": "Ada", "email": "ada@example.org"})
    return answer.json()["id"]


@pytest.fixture
async def ben(client: httpx.AsyncClient) -> int:
    answer = await client.post("/members", json={"name": "Ben", "email": "ben@example.org"})
    return answer.json()["id"]
