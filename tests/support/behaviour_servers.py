"""Small HTTP servers for the behaviour frame: one that misbehaves on request, one that keeps a toy contract."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = Any


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Hostile:
    """Answers each path, with or without /api, by a function of the same name; counts connections and requests."""

    def __init__(self) -> None:
        self.connections = 0
        self.targets: list[str] = []
        self.bodies: list[bytes] = []
        self.heads: list[str] = []
        self.over = threading.Event()
        self.deaf = False
        """Accept, and answer nothing any more."""
        self.meeting = threading.Barrier(1)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._spawn(self._accept)

    def _spawn(self, run: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=run, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection, connection.makefile("rb") as reader:
            while line := reader.readline():
                method, target, _ = line.decode().split(" ", 2)
                head = ""
                while (header := reader.readline().decode()).strip():
                    head += header.lower()
                length = next((int(h.split(":")[1]) for h in head.splitlines() if h.startswith("content-length")), 0)
                self.bodies.append(reader.read(length))
                self.heads.append(head)
                self.targets.append(f"{method} {target}")
                if self.deaf:
                    self.over.wait(20)
                getattr(self, urlsplit(target).path.removeprefix("/api").strip("/").replace("/", "_"))(connection)

    def close(self) -> None:
        self.over.set()
        # Closing alone leaves the other thread in accept, which would take one more connection.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def health(self, to: socket.socket) -> None:
        to.sendall(answer(b'{"status": "ok"}'))

    def echo(self, to: socket.socket) -> None:
        said = {"target": self.targets[-1], "head": self.heads[-1], "body": self.bodies[-1].decode()}
        to.sendall(answer(json.dumps(said).encode()))

    def refusal(self, to: socket.socket) -> None:
        to.sendall(answer(b'{"error": "no"}', "500 Oh"))

    def hang(self, to: socket.socket) -> None:
        self.over.wait(20)

    def reset(self, to: socket.socket) -> None:
        to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(to.detach())  # close() would wait for the reader

    def leave(self, to: socket.socket) -> None:
        to.shutdown(socket.SHUT_RDWR)

    def noise(self, to: socket.socket) -> None:
        to.sendall(b"\x00\xffhello\r\n\r\n")

    def malformed(self, to: socket.socket) -> None:
        to.sendall(answer(b'{"a":'))

    def not_utf8(self, to: socket.socket) -> None:
        to.sendall(answer(b'{"a": "\xff"}'))

    def nan(self, to: socket.socket) -> None:
        to.sendall(answer(b'{"a": NaN}'))

    def deep(self, to: socket.socket) -> None:
        to.sendall(answer(b"[" * 200_000))

    def html(self, to: socket.socket) -> None:
        to.sendall(answer(b"{}", kind="text/html"))

    def short(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n12345")
        to.shutdown(socket.SHUT_RDWR)

    def short_chunks(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12")
        to.shutdown(socket.SHUT_RDWR)

    def huge(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n")
        while not self.over.is_set():
            to.sendall(b"x" * 65536)

    def drip_head(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\n")
        self._drip(to, b"a: b\r\n", b"content-length: 0\r\n\r\n")

    def drip_body(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n")
        self._drip(to, b"x", b"")

    def _drip(self, to: socket.socket, part: bytes, end: bytes) -> None:
        for _ in range(60):
            to.sendall(part)
            self.over.wait(0.05)
        to.sendall(end)

    def stray(self, to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        self.over.wait(0.02)  # in a packet of its own
        to.sendall(b"{}")

    def goodbye(self, to: socket.socket) -> None:
        to.sendall(answer(b"{}"))
        to.shutdown(socket.SHUT_RDWR)

    def meet(self, to: socket.socket) -> None:
        """Answers when as many requests as expected are here at once."""
        try:
            self.meeting.wait(5)
            to.sendall(answer(b"{}"))
        except threading.BrokenBarrierError:
            to.sendall(answer(b"{}", "503 Alone"))

    def die(self, to: socket.socket) -> None:
        self.close()

    def deafen(self, to: socket.socket) -> None:
        self.deaf = True
        self.over.wait(20)


class Notes:
    """The rows of a toy contract: users, the first a manager, and notes."""

    def __init__(self) -> None:
        self.users: list[Json] = []
        self.notes: list[Json] = []
        self.broken: frozenset[str] = frozenset()
        """Paths that answer 500."""

    def ask(self, method: str, path: str, query: Mapping[str, list[str]], token: str, body: Json) -> tuple[int, Json]:
        if path in self.broken:
            return 500, {"error": "broken"}
        if (method, path) == ("POST", "/users"):
            if any(user["email"] == body["email"] for user in self.users):
                return 409, {"error": "taken"}
            self.users.append({**body, "role": "staff" if self.users else "manager"})
            return 201, self.users[-1]
        if (method, path) == ("POST", "/sessions"):
            known = any(user["email"] == body["email"] and user["password"] == body["password"] for user in self.users)
            return (201, {"token": body["email"]}) if known else (401, {"error": "unknown"})
        if path != "/notes":
            return (200, {"status": "ok"}) if path == "/health" else (404, {"error": "missing"})
        if not any(user["email"] == token for user in self.users):
            return 401, {"error": "login"}
        if method == "POST":
            self.notes.append({"id": len(self.notes) + 1, "text": body["text"]})
            return 201, self.notes[-1]
        found = [note for note in self.notes if query.get("word", [""])[0] in note["text"]]
        return 200, {"items": found, "total": len(found)}


class NotesServer(ThreadingHTTPServer):
    """A toy server, honest unless its rows say otherwise; stopped and started again on one port."""

    daemon_threads = True
    request_queue_size = 128  # with the default of 5, requests at once wait a second for a connection

    def __init__(self, rows: Notes, port: int = 0) -> None:
        self.rows = rows
        super().__init__(("127.0.0.1", port), _NotesHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _NotesHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: NotesServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        said = self.server.rows.ask(
            self.command, parts.path, parse_qs(parts.query), token, json.loads(body) if body else None
        )
        status, content = said[0], json.dumps(said[1]).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer


@contextlib.contextmanager
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    try:
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def notes_server(rows: Notes | None = None) -> Iterator[NotesServer]:
    server = NotesServer(rows or Notes())
    try:
        yield server
    finally:
        server.stop()
