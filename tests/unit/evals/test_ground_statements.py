"""SQL statements are counted exactly: on the wire of Postgres, and by SQLite itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from evals.ground.references import load
from evals.ground.rows import run_row
from evals.ground.serving import Ground
from evals.ground.statements import Recorder, Wiretap, recording
from tests.unit.evals.ground_toys import N_PLUS_1, contract, python_toy, write
from tests.unit.evals.test_ground_serving import CACHE
from tools.services import Database


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground(CACHE) as made:
        yield made


@pytest.fixture
def recorder(ground: Ground, tmp_path: Path) -> Iterator[Recorder]:
    with ground.database("postgres") as database, recording(database, tmp_path) as made:
        yield made


def test_a_driver_with_the_extended_protocol_is_counted(recorder: Recorder) -> None:
    with psycopg.connect(recorder.url) as connection:
        connection.execute("CREATE TABLE notes (id serial PRIMARY KEY, text text)")
        connection.commit()
        for number in range(12):  # prepared by the driver after some
            connection.execute("INSERT INTO notes (text) VALUES (%s)", (f"note {number}",))
        connection.rollback()

    assert recorder.statements() == [
        "CREATE TABLE notes (id serial PRIMARY KEY, text text)",
        *["INSERT INTO notes (text) VALUES ($1)"] * 12,
    ]


def test_many_rows_in_one_answer_are_one_statement(recorder: Recorder) -> None:
    with psycopg.connect(recorder.url) as connection:
        heard = recorder.of(lambda: connection.execute("SELECT * FROM generate_series(1, 50000)").fetchall())

    assert heard == ["SELECT * FROM generate_series(1, 50000)"]


def test_an_asynchronous_driver_is_counted(recorder: Recorder) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(recorder.url)
        async with connection.transaction():
            for number in range(3):
                assert await connection.fetchval("SELECT $1::int + 1", number) == number + 1
            await connection.executemany("SELECT $1::text", [("a",), ("b",)])
        await connection.close()

    asyncio.run(work())

    assert recorder.statements() == [*["SELECT $1::int + 1"] * 3, *["SELECT $1::text"] * 2]


def test_statements_that_are_sent_as_one_text_count_each(recorder: Recorder) -> None:
    with psycopg.connect(recorder.url, autocommit=True) as connection:
        connection.execute("SELECT 1; SELECT ';' AS \"a;b\" /* ; */; SELECT $x$;$x$ -- ;")

    assert len(recorder.statements()) == 3


def test_a_statement_that_the_server_refuses_counts(recorder: Recorder) -> None:
    with psycopg.connect(recorder.url) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM nothing")

    assert recorder.statements() == ["SELECT * FROM nothing"]


def test_the_bytes_may_come_one_by_one() -> None:
    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    heard: list[str] = []
    tap = Wiretap(heard)
    session = struct.pack("!II", 8, 80877103) + struct.pack("!II", 13, 196608) + b"user\0"
    session += message(b"p", b"secret\0") + message(b"P", b"s\0SELECT 1\0\0\0") + message(b"B", b"\0s\0\0\0\0\0\0\0")
    session += message(b"E", b"\0\0\0\0\0") * 2 + message(b"Q", b"COMMIT\0") + message(b"X", b"")
    for byte in session:
        tap.feed(bytes([byte]))

    assert heard == ["SELECT 1", "SELECT 1", "COMMIT"]
    assert Recorder(url="", heard=heard).statements() == ["SELECT 1", "SELECT 1"]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.parametrize("main", ["main.cjs", "main.mjs"])
def test_what_the_library_of_node_tells_is_heard(tmp_path: Path, main: str) -> None:
    # A stand-in with the shape of npm's sqlite3, which takes minutes to compile.
    library = """
        const { EventEmitter } = require('node:events');
        class Database extends EventEmitter { run(sql) { this.emit('trace', sql); return this; } }
        module.exports = { OPEN_READWRITE: 2, Statement: class {}, Database, verbose() { return this; } };
    """
    if main == "main.cjs":
        text = "const sqlite3 = require('sqlite3');\nconst db = new (sqlite3.verbose().Database)('x');\n"
    else:
        text = "import sqlite3 from 'sqlite3';\nconst db = new (sqlite3.verbose().Database)('x');\n"
    text += "db.run('SELECT 1').run('COMMIT').run('SELECT 2');\n"
    write(tmp_path, {"node_modules/sqlite3/index.js": library, main: text})
    with recording(Database(url="sqlite:///x", name="x", path=tmp_path / "x"), tmp_path / "hooks") as recorder:
        command = ["node", main]
        subprocess.run(command, cwd=tmp_path, env={**os.environ, **recorder.variables}, check=True)

        assert recorder.statements() == ["SELECT 1", "SELECT 2"]


def test_an_n_plus_1_shows_and_fails_the_row(ground: Ground, tmp_path: Path) -> None:
    toy = contract(tmp_path / "contract")

    good = run_row(ground, load(python_toy(tmp_path)), "sqlite", toy)
    bad = run_row(ground, load(python_toy(tmp_path, N_PLUS_1, name="slow")), "sqlite", toy)

    assert [(cost.request, cost.few, cost.many) for cost in good.costs] == [("GET /notes", 1, 1), ("GET /health", 0, 0)]
    assert [(cost.few, cost.many) for cost in bad.costs] == [(6, 26), (0, 0)]
    assert (good.ok, good.statements, bad.ok, bad.statements) == (True, 1, False, 26)
    assert bad.passed == bad.total
    (told,) = bad.troubles
    assert told == (
        "N+1: GET /notes takes 6 statements with 5 rows, 26 statements with 25 rows; "
        "most of them: SELECT id, text FROM notes WHERE id = ?"
    )
