"""How many SQL statements a request costs, counted without the application's help.

On Postgres: a relay on the way to the server reads the wire protocol, so every framework and driver is counted alike.
On SQLite, which has no wire: a file that interpreter or Node loads before the application asks the library itself to
tell each statement that it runs (``hooks/``).

A contract offers ``sql_probe.py`` with ``prepare(world, rows)``: it makes ``rows`` rows on a fresh application and
returns pairs of a name and a callable that sends one request and asserts its answer. A request whose number of
statements depends on the number of rows is an N+1.
"""

from __future__ import annotations

import re
import runpy
import shutil
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evals.behaviour.asking import Record
from evals.behaviour.contract import Contract
from evals.behaviour.wire import Wires
from evals.behaviour.world import Desk
from tools.sandbox.forward import join
from tools.services import Database

ROWS = (5, 25)
Probe = Sequence[tuple[str, Callable[[], object]]]
_LOADING = threading.Lock()
_TIMES = 3
"""The first answers of a connection may cost more: the least of so many counts."""
_QUIET_SECONDS = 0.03
"""Node tells statements a moment after they have run."""
_HOOKS = Path(__file__).parent / "hooks"
_STEER = re.compile(
    r"\s*((BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|RESET|DISCARD|DEALLOCATE|PRAGMA)\b|;|--|$)", re.I
)
"""Transactions, sessions, and what SQLite says of triggers: not counted."""
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.S)
_ASK_ENCRYPTION = (80877103, 80877104)
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one request of the fixed list costs."""

    request: str
    few: int
    """Statements with the first number of ``ROWS``."""
    many: int
    """Statements with the second."""
    most: str
    """The statement that was run most often then, values left out."""

    def __str__(self) -> str:
        few, many = (
            f"{count} statements with {rows} rows" for count, rows in zip((self.few, self.many), ROWS, strict=True)
        )
        return f"N+1: {self.request} takes {few}, {many}; most of them: {self.most}"


@dataclass(kw_only=True)
class Recorder:
    """Hears the statements of one application."""

    url: str
    """What the application is to use as its DATABASE_URL."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What its environment needs."""
    heard: list[str] = field(default_factory=list)
    trace: Path | None = None

    def statements(self) -> list[str]:
        """All that was run so far, but what only steers transaction and session."""
        if self.trace is not None:
            self.heard = self.trace.read_text(encoding="utf-8").split("\0")
        return [text for text in self.heard if not _STEER.match(text)]

    def of(self, ask: Callable[[], object]) -> list[str]:
        """The statements of one request."""
        before = len(self.statements())
        ask()
        count = -1
        while count != (count := len(self.statements())):
            time.sleep(_QUIET_SECONDS)
        return self.statements()[before:]


def costs(contract: Contract, serve: Callable[[], AbstractContextManager[tuple[str, Recorder]]]) -> tuple[Cost, ...]:
    """Count the fixed list of a contract; nothing when it has none.

    Args:
        contract: has the list beside its text.
        serve: starts the application on a fresh database and gives its address and recorder.
    """
    path = contract.folder / "sql_probe.py"
    if not path.is_file():
        return ()
    with _LOADING:  # runpy is not made for threads
        prepare = runpy.run_path(str(path))["prepare"]
    heard: dict[str, list[list[str]]] = {}
    for rows in ROWS:
        with serve() as (base_url, recorder):
            probe: Probe = prepare(_world(contract, base_url), rows)
            for name, ask in probe:
                heard.setdefault(name, []).append(min((recorder.of(ask) for _ in range(_TIMES)), key=len))
    return tuple(
        Cost(request=name, few=len(few), many=len(many), most=_most(many)) for name, (few, many) in heard.items()
    )


def _most(statements: Sequence[str]) -> str:
    kinds = Counter(_VALUE.sub("?", text) for text in statements)
    return kinds.most_common(1)[0][0][:300] if kinds else ""


def _world(contract: Contract, base_url: str) -> Any:
    """The contract's world as a check has it, with time enough for the whole list."""
    parts = urlsplit(base_url)
    made: list[Any] = []
    desk = Desk(
        name="sql",
        wires=Wires(parts.hostname or "", parts.port or 80),
        record=Record(request_seconds=10.0, end=time.monotonic() + 300.0),
        prefix="",
        restart=lambda kill: None,
        session=lambda: made[0],
    )
    world = contract.world(desk)
    made.append(world.prepare(None))
    return world


@contextmanager
def recording(database: Database, folder: Path) -> Iterator[Recorder]:
    """Hear what is run on a database; ``folder`` holds what has to be written."""
    if database.path is None:
        with _relay(database) as recorder:
            yield recorder
        return
    shutil.copytree(_HOOKS, folder, dirs_exist_ok=True)
    (folder / "statements").touch()
    variables = {"PYTHONPATH": str(folder), "NODE_OPTIONS": f"--require {folder / 'statements.cjs'}"}
    yield Recorder(url=database.url, variables=variables, trace=folder / "statements")


@contextmanager
def _relay(database: Database) -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        recorder = Recorder(url=database.url.replace(f"@{database.host}:{database.port}/", f"@127.0.0.1:{port}/"))
        arguments = (listener, (database.host, database.port), recorder.heard)
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        try:
            yield recorder
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept()


def _accept(listener: socket.socket, server: tuple[str, int], heard: list[str]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            join(_Tapped(client, Wiretap(heard)), socket.create_connection(server))


class _Tapped(socket.socket):
    """A connection whose bytes are heard on their way."""

    def __init__(self, plain: socket.socket, tap: Wiretap) -> None:
        super().__init__(fileno=plain.detach())
        self._tap = tap

    def recv(self, size: int, flags: int = 0) -> bytes:
        data = super().recv(size, flags)
        self._tap.feed(data)
        return data


class Wiretap:
    """Reads what a Postgres client sends: one statement for each ``Execute``, and for each in a simple ``Query``."""

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard
        self._buffer = b""
        self._greeting = True
        self._statements: dict[bytes, bytes] = {}
        self._portals: dict[bytes, bytes] = {}

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        self._buffer += data
        head = 4 if self._greeting else 5
        while len(self._buffer) >= head:
            size = struct.unpack_from("!I", self._buffer, head - 4)[0] + head - 4
            if len(self._buffer) < size:
                return
            message, self._buffer = self._buffer[:size], self._buffer[size:]
            if self._greeting:
                # The first message has no type; a wish for encryption, which our server refuses, comes before it.
                self._greeting = struct.unpack_from("!I", message, 4)[0] in _ASK_ENCRYPTION
            else:
                self._message(message[:1], message[5:])
            head = 4 if self._greeting else 5

    def _message(self, kind: bytes, body: bytes) -> None:
        words = body.split(b"\0", 2)
        if kind == b"Q":
            text = words[0].decode("utf-8", "replace")
            parts = [part for part in _QUOTED.sub("?", text).split(";") if part.strip()]
            self._heard += [text] if len(parts) < 2 else [part.strip() for part in parts]
        elif kind == b"P":
            self._statements[words[0]] = words[1]
        elif kind == b"B":
            self._portals[words[0]] = self._statements.get(words[1], b"?")
        elif kind == b"E":
            self._heard.append(self._portals.get(words[0], b"?").decode("utf-8", "replace"))
