"""The doctor tries real applications, written with the standard library so that nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tools.doctor import Examination, Place, doctor_target
from tools.findings import Status
from tools.probes.context import GateLimits
from tools.services import Scratch
from tools.target import Environments, find_targets

SERVER = """
import os, sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

import store


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/healthz"
        self.send_response(200 if known else 404)
        self.end_headers()

    def log_message(self, *args):
        pass


def run():
    sqlite3.connect(os.environ["DATABASE_PATH"]).execute("SELECT count(*) FROM items")
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()


if __name__ == "__main__":
    run()
"""
APP = {
    "pyproject.toml": '[project]\nname = "items"\nrequires-python = ">=3.11"\n',
    "Procfile": "web: python serve.py\nrelease: python migrate.py\n",
    ".env.example": "DATABASE_PATH=./items.sqlite3\n",
    "serve.py": SERVER,
    "store.py": "PATH = '/healthz'\nTABLE = 'items'\n",
    "migrate.py": "import os, sqlite3\nimport store\n"
    "sqlite3.connect(os.environ['DATABASE_PATH']).execute(f'CREATE TABLE {store.TABLE} (id INTEGER)')\n",
    "tests/test_store.py": "import unittest\n\nimport store\n\n\nclass StoreTest(unittest.TestCase):\n"
    "    def test_table(self):\n        self.assertEqual(store.TABLE, 'items')\n",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path, cache: Path) -> Iterator[Place]:
    with Scratch(tmp_path / "state") as scratch:
        yield Place(
            root=tmp_path / "tree",
            run_dir=tmp_path / "run",
            environments=Environments(cache),
            scratch=scratch,
            limits=GateLimits(boot=6.0, stop=2.0),
        )


def examine(place: Place, files: Mapping[str, str]) -> Examination:
    for path, text in files.items():
        (place.root / path).parent.mkdir(parents=True, exist_ok=True)
        (place.root / path).write_text(text, encoding="utf-8")
    (target,) = find_targets(place.root)
    return doctor_target(target, place)


def statuses(examination: Examination) -> dict[str, Status]:
    return {rung.name: rung.status for rung in examination.rungs}


def reason(examination: Examination, name: str) -> str:
    return next(rung.reason for rung in examination.rungs if rung.name == name)


def test_a_sound_application_is_green_in_everything(place: Place) -> None:
    examination = examine(place, APP)

    assert statuses(examination) == {
        "environment": Status.GREEN,
        "imports": Status.GREEN,
        "migrations": Status.GREEN,
        "boot": Status.GREEN,
        "one test": Status.GREEN,
    }, examination.rungs
    assert all(rung.evidence for rung in examination.rungs)


def test_what_was_broken_before_us_is_said_to_be_so(place: Place) -> None:
    broken = {
        "serve.py": SERVER.replace("sqlite3.connect", "sqlite3.conect"),
        "tests/test_store.py": APP["tests/test_store.py"].replace("'items')\n", "'other')\n"),
    }

    found = statuses(examine(place, APP | broken))

    assert (found["boot"], found["one test"]) == (Status.RED_BEFORE, Status.RED_BEFORE)
    assert found["migrations"] == Status.GREEN


def test_what_cannot_be_installed_cannot_run_here_with_the_reason(place: Place) -> None:
    examination = examine(place, APP | {"pyproject.toml": '[project]\nname = "items"\nrequires-python = ">=3.99"\n'})

    assert not examination.usable
    assert set(statuses(examination).values()) == {Status.NOT_CHECKED}
    assert "no Python on this machine satisfies >=3.99" in reason(examination, "boot")


def test_what_the_repository_does_not_have_is_not_checked(place: Place) -> None:
    examination = examine(place, {"tool.py": "print('no server, no tests')\n"})

    found = statuses(examination)
    assert found["environment"] == Status.GREEN
    assert {found[name] for name in ("migrations", "boot", "one test")} == {Status.NOT_CHECKED}
    assert "does not say how" in reason(examination, "boot")
