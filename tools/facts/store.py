"""The cache of packed facts on disk: SQLite, one row per content, shared by all repositories and processes.

It holds nothing that cannot be read anew: whatever is wrong with it, it is emptied or left aside.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_FILE = "facts.sqlite3"
_BUSY_MS = 5_000
_BATCH = 500
_SHAPE = [("table", "facts"), ("index", "sqlite_autoindex_facts_1")]
MAX_BYTES = 400_000_000
"""A larger cache is started anew: old contents are never asked for again, and nobody else removes them."""


class Store:
    """Keys to bytes. Every method works, if slower, when the disk does not."""

    def __init__(self, folder: Path | None, version: str) -> None:
        """Open or make the cache in `folder`; ``None`` keeps nothing. `version` separates what differs."""
        self._path = folder / _FILE if folder is not None else None
        self._version = version
        self._connection = self._open()

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """What is known for `keys`."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), _BATCH):
            part = [self._version + key for key in keys[start : start + _BATCH]]
            marks = ",".join("?" * len(part))
            for key, data in self._ask(f"SELECT key, data FROM facts WHERE key IN ({marks})", part):
                if isinstance(key, str) and isinstance(data, bytes):
                    found[key[len(self._version) :]] = data
        return found

    def put(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Keep `rows` (key, data); another process may have been faster, which is as well."""
        connection = self._connection
        if connection is None:
            return
        named = [(self._version + key, data) for key, data in rows]
        try:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", named)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, query: str, parameters: Sequence[str]) -> Iterator[tuple[object, object]]:
        if self._connection is None:
            return
        try:
            yield from self._connection.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Start anew with a damaged file; leave alone one that is only locked, full or read-only."""
        self.close()
        if not isinstance(error, sqlite3.OperationalError):
            self._remove()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection | None:
        if self._path is None:
            return None
        for _ in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                if self._path.exists() and self._path.stat().st_size > MAX_BYTES:
                    self._remove()
                return _connect(self._path)
            except sqlite3.OperationalError:
                # Locked, read-only, disk full: the file may be good, only not for us and now.
                return None
            except (sqlite3.DatabaseError, OSError):
                self._remove()
        return None

    def _remove(self) -> None:
        if self._path is None:
            return
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000)
    try:
        # For a new file only; larger pages hold a file's facts in one or two.
        connection.execute("PRAGMA page_size=16384")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # A database can carry triggers and views; a cache needs none, and must run nothing of what it was given.
        connection.execute("PRAGMA trusted_schema=OFF")
        # Not WITHOUT ROWID: rows of some kilobytes in the order of random keys take three times as long to write.
        connection.execute("CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, data BLOB NOT NULL)")
        shape = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(facts)")]
        if shape != _SHAPE or columns != ["key", "data"]:
            raise sqlite3.DatabaseError("not a cache of ours")
    except BaseException:
        connection.close()
        raise
    return connection
