"""Runs the code of pitfalls: each `main(url)` or `main()` in a module of its own, on a fresh database."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import clear_mappers

from framework_profiles.model import Entry
from tools.services import Postgres

Run = Callable[[Entry, str], object]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Gives the plain URL of a new, empty database on a real server."""
    home = tmp_path_factory.mktemp("postgres")
    with Postgres(home, os.environ.get("ARCHWRIGHT_POSTGRES_URL")) as server:
        names = (f"pitfall_{number}" for number in itertools.count())
        yield lambda: server.create(next(names)).url


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Run:
    """Executes one side of a pitfall and returns what its main() returns."""

    def fresh_url(needs: str) -> str:
        database, _, driver = needs.partition("+")
        if database == "sqlite":
            return f"sqlite{'+' + driver if driver else ''}:///{tmp_path / 'scratch.sqlite'}"
        plain: str = request.getfixturevalue("postgres")()
        return plain.replace("postgresql://", f"postgresql+{driver}://") if driver else plain

    def execute(entry: Entry, code: str) -> object:
        arguments = [fresh_url(entry.needs)] if entry.needs else []
        name = f"pitfall_{entry.id.replace('-', '_')}"
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            exec(compile(code, f"<{entry.id}>", "exec", dont_inherit=True), module.__dict__)
            result = module.__dict__["main"](*arguments)
            return asyncio.run(result) if inspect.iscoroutine(result) else result
        finally:
            del sys.modules[name]
            clear_mappers()  # a wrong mapping would fail every later one in this process

    def quietly(entry: Entry, code: str) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return execute(entry, code)

    return quietly
