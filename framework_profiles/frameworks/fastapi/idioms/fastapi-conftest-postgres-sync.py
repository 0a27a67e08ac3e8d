# +++
# id = "fastapi-conftest-postgres-sync"
# title = "test client; tables made new per test"
# applies-to = ["fastapi+sqlalchemy+postgres+sync"]
# layers = ["tests"]
# path = "../tests/conftest.py"
# estimate = 8
# +++
import os
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.models import Base


def empty_tables(app: FastAPI) -> None:
    with app.state.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(Settings(database_url=os.environ["TEST_DATABASE_URL"]))
    with TestClient(app) as client:  # `with`: runs the lifespan
        empty_tables(app)
        yield client
