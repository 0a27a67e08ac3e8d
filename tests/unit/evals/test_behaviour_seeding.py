"""Seed data of contracts: made through the API, with references from one answer to later requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.behaviour.asking import SetupFailed
from evals.behaviour.checks import UnknownChoice
from evals.behaviour.contract import Contract
from evals.behaviour.seeding import seed
from evals.behaviour.wire import TransportError
from evals.behaviour.world import World
from tests.support.behaviour_servers import NotesServer, notes_server

BOSS = {"email": "boss", "password": "pw"}


@pytest.fixture
def server() -> Iterator[NotesServer]:
    with notes_server() as server:
        yield server


def contract(folder: Path, *steps: dict[str, Any]) -> Contract:
    (folder / "seed.json").write_text(json.dumps(steps), encoding="utf-8")
    return Contract(name="toy", folder=folder, checks=(), world=World)


def test_steps_use_what_earlier_ones_were_answered(tmp_path: Path, server: NotesServer) -> None:
    steps = (
        {"post": "/users", "body": BOSS, "name": "boss"},
        {"post": "/sessions", "body": BOSS, "name": "login"},
        {"post": "/notes", "body": {"text": "{boss.email} is {boss.role}"}, "as": "login", "name": "first"},
        {"post": "/notes", "body": {"text": "{first.text}"}, "as": "login"},
    )

    assert seed(contract(tmp_path, *steps), server.url, 5.0) == 4
    assert [note["text"] for note in server.rows.notes] == ["boss is manager"] * 2


def test_a_refused_step_is_told_with_its_answer(tmp_path: Path, server: NotesServer) -> None:
    steps = ({"post": "/users", "body": BOSS}, {"post": "/users", "body": BOSS})

    with pytest.raises(SetupFailed, match="POST /users answered 409"):
        seed(contract(tmp_path, *steps), server.url, 5.0)


def test_what_cannot_be_filled_is_told(tmp_path: Path) -> None:
    nothing = Contract(name="toy", folder=tmp_path, checks=(), world=World)
    with pytest.raises(UnknownChoice, match="toy has no seed data"):
        seed(nothing, "http://127.0.0.1:9", 1.0)
    with pytest.raises(UnknownChoice, match="not of the form"):
        seed(contract(tmp_path), "ftp://127.0.0.1", 1.0)
    with pytest.raises(TransportError, match="connection refused"):
        seed(contract(tmp_path, {"post": "/users", "body": BOSS}), "http://127.0.0.1:9", 1.0)
