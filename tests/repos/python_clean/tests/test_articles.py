import sqlite3

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from app.main import app
from app.models import Article
from app.repositories import ArticleRepository


@pytest.fixture
def url() -> str:
    assert sqlite3.sqlite_version
    return "sqlite+aiosqlite:///:memory:"


async def test_list(url: str) -> None:
    assert select(Article) is not None
    assert ArticleRepository is not None
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        assert (await client.get("/health")).status_code == 200
