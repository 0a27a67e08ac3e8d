"""Our side of one supervisor: start it, ask it, notice its end."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.errors import EnvironmentFault
from tools.sandbox.supervisor import FRAME, Message

START_SECONDS = 20.0
_START = "import sys; sys.path.insert(0, {home!r}); from tools.sandbox.supervisor import main; main()"


class SessionLost(Exception):
    """The supervisor is gone: something ended it, or it never came up."""


def interpreter() -> Path:
    """The interpreter that runs the supervisor: the one below our virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def command(home: Path) -> list[str]:
    """The supervisor's command line; ``home`` is the folder that holds ``tools`` where it will run."""
    return [str(interpreter()), "-I", "-S", "-B", "-c", _START.format(home=str(home))]


class Session:
    """A running supervisor. Not for several threads at once; a lock makes them take turns."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Start ``argv`` (which must end in ``command(...)``) with ``env``.

        Raises:
            EnvironmentFault: the supervisor did not come up; carries what was printed instead.
        """
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._buffer = bytearray()
        self._descriptors: list[int] = []
        self._broken = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                list(argv),
                env=dict(env),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # the user's Ctrl-C is for us to handle
            )
        self._socket.settimeout(START_SECONDS)
        try:
            self._receive()
        except (SessionLost, TimeoutError) as error:
            self._process.kill()
            said = self._process.communicate()[1].decode("utf-8", "replace").strip()
            self._socket.close()
            raise EnvironmentFault(f"The command runner did not start: {said or error}") from error
        self._socket.settimeout(None)

    @property
    def lost(self) -> bool:
        """True once the supervisor has ended or cannot be talked to."""
        return self._broken or self._process.poll() is not None

    def ask(self, op: str, **arguments: Any) -> Message:
        """Send a request and wait for its answer.

        An exception while waiting (the user's interrupt) cancels the request on the other side.

        Raises:
            SessionLost: the supervisor ended before it answered.
        """
        with self._lock:
            number = next(self._numbers)
            self._send({"id": number, "op": op, **arguments})
            try:
                return self._answer(number)
            except SessionLost:
                raise
            except BaseException:
                with contextlib.suppress(SessionLost):
                    self._send({"op": "cancel", "target": number})
                raise

    def open_socket(self, v6: bool = False) -> socket.socket:
        """A fresh TCP socket that lives in the supervisor's network."""
        answer = self.ask("socket", v6=v6)
        if "socket" not in answer:
            raise OSError(answer.get("error", "no socket"))
        return socket.socket(fileno=answer["socket"])

    def close(self) -> None:
        """End the supervisor and everything it started."""
        self._socket.close()
        try:
            self._process.wait(timeout=10.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _send(self, message: Message) -> None:
        payload = json.dumps(message).encode()
        try:
            self._socket.sendall(FRAME.pack(len(payload)) + payload)
        except OSError as error:
            raise SessionLost(str(error)) from error
        except BaseException:
            self._broken = True  # an interrupt may have cut the message
            raise

    def _answer(self, number: int) -> Message:
        while True:
            answer = self._receive()
            if answer["id"] == number:
                return answer
            if "socket" in answer:  # of a request that was interrupted
                socket.socket(fileno=answer["socket"]).close()

    def _receive(self) -> Message:
        while (answer := self._buffered()) is None:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, 1 << 16, 1)
            except ConnectionError as error:
                raise SessionLost(str(error)) from error
            if not data:
                raise SessionLost("the connection to it closed")
            self._buffer += data
            self._descriptors += descriptors
        return answer

    def _buffered(self) -> Message | None:
        """The next answer, if all of it is here: an interrupt may come between any two reads."""
        if len(self._buffer) < FRAME.size:
            return None
        end = FRAME.size + FRAME.unpack_from(self._buffer)[0]
        if len(self._buffer) < end:
            return None
        answer: Message = json.loads(self._buffer[FRAME.size : end])
        del self._buffer[:end]
        return {**answer, "socket": self._descriptors.pop(0)} if "socket" in answer else answer
