# +++
# id = "fastapi-conftest-sqlite"
# title = "test client on a database of its own per test"
# applies-to = ["fastapi+sqlalchemy+sqlite"]
# layers = ["tests"]
# path = "../tests/conftest.py"
# estimate = 8
# +++
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'test.sqlite'}"))
    with TestClient(app) as client:  # `with`: runs the lifespan
        yield client
