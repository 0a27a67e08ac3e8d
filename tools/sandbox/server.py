"""A server inside the sandbox: its process, and requests to it."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from tools.errors import ToolError
from tools.sandbox.session import Session, SessionLost

LOST = (
    "[The command ended the process that runs commands. Everything in the background is gone; "
    "the next command runs in a fresh sandbox.]"
)
"""What a command's output says when its sandbox ended under it."""
_KILLED = 137
_BODY_CAP = 20_000_000


class Connect(Protocol):
    """Opens a connection in the sandbox's network; raises OSError."""

    def __call__(self, host: str, port: int) -> socket.socket:
        """Connect to a host and port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """The answer of a server inside."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Process:
    """A server that ``Shell.spawn`` started."""

    def __init__(self, current: Session, number: int, command: str) -> None:
        self._session = current
        self._number = number
        self.command = command
        """The command line, as given."""

    def poll(self) -> int | None:
        """The exit code (128 + signal number), None while it runs."""
        code: int | None = self._look()["exit_code"]
        return code

    def output(self, cap: int = 30_000) -> str:
        """Head and tail of what it printed so far, about ``cap`` characters."""
        text: str = self._look()["output"]
        if len(text) <= cap:
            return text
        half = cap // 2
        return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"

    def stop(self, grace: float = 5.0) -> str:
        """End it and all it started: SIGTERM, and SIGKILL after ``grace`` seconds. Says how it ended."""
        try:
            answer = self._session.ask("stop", server=self._number, grace=grace)
        except (SessionLost, OSError):
            return "was gone with its sandbox"
        if answer["early"]:
            return f"had ended by itself with exit code {answer['exit_code']}"
        if answer["obeyed"]:
            return f"ended on SIGTERM with exit code {answer['exit_code']}"
        return f"ignored SIGTERM for {grace:g} s and was killed"

    def _look(self) -> dict[str, Any]:
        try:
            return self._session.ask("look", server=self._number)
        except (SessionLost, OSError):
            return {"exit_code": _KILLED, "output": LOST}


def request(connect: Connect, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> HttpReply:
    """One HTTP request on a connection of ``connect``.

    Raises:
        ToolError: refused, timed out, not HTTP, or not an ``http`` address.
    """
    parts = urlsplit(url)
    if parts.scheme != "http":
        raise ToolError(f"Only http:// addresses inside the sandbox can be asked, not {url}")
    host, port = parts.hostname or "", parts.port or 80
    connection = http.client.HTTPConnection(host, port)
    try:
        with contextlib.closing(connection):
            connection.sock = connect(host, port)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body=body, headers=dict(headers))
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return HttpReply(status=response.status, headers=fields, body=response.read(_BODY_CAP))
    except (OSError, http.client.HTTPException) as error:
        raise ToolError(f"{method} {url}: {error or type(error).__name__}") from error
