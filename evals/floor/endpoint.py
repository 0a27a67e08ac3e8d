"""An OpenAI-compatible endpoint with a stopwatch: one no-op shell command per answer, agents served in turn.

An answer leaves in one piece, without Nagle's delay. Time is taken from the last byte of an answer to the first byte
of the same agent's next request: what the agent itself needs for a turn. Agents are started together and take turns,
one answer each, so that all of them meet the same machine: while one works, the others wait for their answers.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CHUNK = 262_144

Turn = Callable[[int], tuple[str, Mapping[str, Any]]]
"""Number of an answer, from 0 -> name and arguments of the tool to call."""


class Turnstile:
    """Lets one of several agents work at a time, round and round."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._arrived: set[str] = set()
        self._open = ""
        self._changed = threading.Condition()

    def wait(self, name: str, seconds: float) -> bool:
        """Wait until it is this agent's turn; the first turn comes when all have asked. False when time is up."""
        with self._changed:
            self._arrived.add(name)
            if self._open == name:
                self._pass_on()
            elif not self._open and self._arrived >= set(self._names):
                self._open = self._names[0]
                self._changed.notify_all()
            return self._changed.wait_for(lambda: self._open == name, seconds)

    def leave(self, name: str) -> None:
        """Take an agent out: it has had its last answer, or has ended."""
        with self._changed:
            if name not in self._names:
                return
            if self._open == name:
                self._pass_on()
            self._names.remove(name)
            if self._open == name:
                self._open = ""
            elif not self._open and self._names and self._arrived >= set(self._names):
                self._open = self._names[0]
            self._changed.notify_all()

    def _pass_on(self) -> None:
        self._open = self._names[(self._names.index(self._open) + 1) % len(self._names)]
        self._changed.notify_all()


@dataclass
class Endpoint:
    """Answers one agent; a context manager. ``gaps`` holds the seconds between an answer and the next request."""

    name: str
    turn: Turn
    turns: int
    """Answers with a no-op; the answers after them are asked of ``turn`` too, but are not timed."""
    turnstile: Turnstile
    patience: float = 300.0
    gaps: list[float] = field(default_factory=list)
    request_bytes: list[int] = field(default_factory=list)

    def __enter__(self) -> Endpoint:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answers = 0
        self._answered_at = 0.0
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def base(self) -> str:
        """The address for clients."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            try:
                while first := connection.recv(_CHUNK):
                    arrived = time.perf_counter()
                    self._answer(connection, _rest(connection, first), arrived)
            except OSError:  # the agent went away
                return

    def _answer(self, connection: socket.socket, request: bytes, arrived: float) -> None:
        if not request.startswith(b"POST"):
            connection.sendall(_response({"object": "list", "data": []}))
            return
        if 1 <= self._answers <= self.turns:
            self.gaps.append(arrived - self._answered_at)
            self.request_bytes.append(len(request))
        if self._answers <= self.turns and not self.turnstile.wait(self.name, self.patience):
            return
        number, self._answers = self._answers, self._answers + 1
        last = number >= self.turns
        if last:
            self.turnstile.leave(self.name)
        connection.sendall(_response(_completion(number, *self.turn(number))))
        self._answered_at = time.perf_counter()


def _rest(connection: socket.socket, data: bytes) -> bytes:
    """The whole request that begins with ``data``."""
    while b"\r\n\r\n" not in data:
        data += connection.recv(_CHUNK)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = [line.partition(b":") for line in head.lower().split(b"\r\n")[1:]]
    length = next((int(value) for name, _, value in fields if name == b"content-length"), 0)
    pieces, missing = [data], length - len(body)
    while missing > 0:
        piece = connection.recv(_CHUNK)
        if not piece:
            raise ConnectionResetError("half a request")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _completion(number: int, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    function = {"name": tool, "arguments": json.dumps(arguments)}
    call = {"id": f"call_{number}", "type": "function", "function": function}
    message = {"role": "assistant", "content": "", "tool_calls": [call]}
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1,
        "model": "hand",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def _response(body: Mapping[str, Any]) -> bytes:
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
    return head.encode() + data
