"""Loaded by a reference's interpreter at its start: SQLite itself tells each statement that it runs.

They go to the file ``statements`` beside this one, each ended by a NUL.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

_plain = sqlite3.connect
_file = Path(__file__).with_name("statements")


def _connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = _plain(*args, **kwargs)
    connection.set_trace_callback(_write)
    return connection


def _write(statement: str) -> None:
    with _file.open("a", encoding="utf-8") as file:
        file.write(statement + "\0")


for _module in (sqlite3, sqlite3.dbapi2):
    vars(_module)["connect"] = _connect
