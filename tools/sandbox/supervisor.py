"""Runs commands inside the sandbox; the other end of its socket is ``tools.sandbox.session``.

Runs under ``python -I -S``, so it imports the standard library and its two neighbours only. Its standard
input is a socket: requests come in, answers go out, each a 4-byte length and that many bytes of JSON, one
by one. When the socket closes (our process ended, however it ended), everything here ends.

Under bubblewrap this is process 1 of its own pid namespace: nothing inside can kill, stop or trace it, every
orphan becomes its child, and its end takes all others along. Without bubblewrap it is a subreaper that finds
its descendants in the process table.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.sandbox import processes
from tools.sandbox.capture import Capture

MARK = "ARCHWRIGHT_COMMAND"
"""Environment variable that all processes of one command inherit: it finds those that left its session."""
FRAME = struct.Struct("!I")
"""Length in bytes of the JSON that follows."""
_LONGEST_ARGUMENT = 100_000
_CHUNK = 65_536
_HUNTS = 50
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36

Message = dict[str, Any]


class Child:
    """A command that was started: its process, its output, and its end once that is known."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str, cap: int) -> None:
        assert process.stdout is not None
        self.process = process
        self.pid = process.pid
        self.mark = f"{MARK}={mark}".encode()
        self.pipe = process.stdout
        self.capture = Capture(cap)
        self.exit_code: int | None = None
        os.set_blocking(self.pipe.fileno(), False)

    def ended(self) -> bool:
        """True once the exit code is known."""
        return self.exit_code is not None

    def read(self) -> bool:
        """Take what the pipe holds now, at most one pipe full; returns False at the end of the stream."""
        if self.pipe.closed:
            return False
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.pipe.fileno(), _CHUNK)
            self.capture.feed(data)
            return bool(data)
        return True


class Supervisor:
    """The event loop: reads requests, drains pipes, collects children."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._buffer = bytearray()
        self._requests: deque[Message] = deque()
        self._cancelled = -1
        self._living: dict[int, Child] = {}
        self._servers: dict[int, Child] = {}
        self._own_namespace = os.getpid() == 1
        self._count = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._receive)
        wake_up, notify = os.pipe()
        for end in (wake_up, notify):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(notify, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: None)  # unlike SIG_IGN, a handler is not inherited by commands
        self._selector.register(wake_up, selectors.EVENT_READ, lambda: os.read(wake_up, _CHUNK))

    def serve(self) -> None:
        """Answer requests until the socket closes, then end what is left."""
        answers: dict[str, Callable[[Message], Message]] = {
            "run": self._run,
            "spawn": self._spawn,
            "look": self._look,
            "stop": self._stop,
            "reap": self._reap,
            "socket": self._socket,
        }
        with contextlib.suppress(EOFError, ConnectionError):
            self._send({"id": 0})
            while True:
                while not self._requests:
                    self._turn(None)
                request = self._requests.popleft()
                try:
                    answer = answers[request["op"]](request)
                except (OSError, ValueError) as error:  # ValueError: a NUL in a command
                    answer = {"error": str(error)}
                self._send({"id": request["id"], **answer})
        self._kill(self._everything)

    def _run(self, request: Message) -> Message:
        """Run a command to its end, its time-out or its cancellation."""

        def cancelled() -> bool:
            return bool(self._cancelled == request["id"])

        begin = time.monotonic()
        child = self._start(request)
        self._until(lambda: child.ended() or cancelled(), request["timeout"])
        stopped = not child.ended()
        if stopped:
            self._end(child, 0.0 if cancelled() else request["grace"])
        child.read()  # what it wrote last; a process in the background may still hold the other end
        capture, child.capture = child.capture, Capture(0)
        return {
            "exit_code": None if stopped else child.exit_code,
            "output": capture.text(),
            "sha256": capture.digest(),
            "timed_out": stopped,
            "seconds": time.monotonic() - begin,
        }

    def _spawn(self, request: Message) -> Message:
        child = self._start(request)
        self._servers[self._count] = child
        return {"server": self._count}

    def _look(self, request: Message) -> Message:
        self._turn(0)
        child = self._servers[request["server"]]
        return {"exit_code": child.exit_code, "output": child.capture.text()}

    def _stop(self, request: Message) -> Message:
        """End a server and all it started: SIGTERM, then SIGKILL after the grace."""
        self._turn(0)
        child = self._servers[request["server"]]
        early = child.ended()
        obeyed = self._end(child, request["grace"])
        return {"early": early, "obeyed": obeyed, "exit_code": child.exit_code}

    def _reap(self, request: Message) -> Message:
        """End everything that runs here; answers the command lines of what was ended."""
        self._turn(0)
        doomed = self._everything()
        names = [processes.name(pid) for pid in doomed]
        processes.send(doomed, signal.SIGTERM)
        self._until(lambda: not self._everything(), request["grace"])
        self._kill(self._everything)
        return {"names": [name for name in names if name]}

    def _socket(self, request: Message) -> Message:
        """A fresh TCP socket of this network namespace, sent as a file descriptor beside the answer."""
        family = socket.AF_INET6 if request["v6"] else socket.AF_INET
        return {"socket": socket.socket(family, socket.SOCK_STREAM)}

    def _start(self, request: Message) -> Child:
        self._count += 1
        mark = f"{os.getpid()}.{self._count}"
        with _runnable(request["argv"]) as (argv, passed):
            process = subprocess.Popen(
                argv,
                cwd=request["cwd"],
                env={**request["env"], MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=passed,
            )
        child = Child(process, mark, request["cap"])
        self._living[child.pid] = child
        self._selector.register(child.pipe, selectors.EVENT_READ, lambda: self._pump(child))
        return child

    def _pump(self, child: Child) -> None:
        if not child.read():
            self._selector.unregister(child.pipe)
            child.pipe.close()

    def _end(self, child: Child, grace: float) -> bool:
        """End a command and its whole family; returns whether SIGTERM was enough for the command itself."""
        processes.send(self._family(child), signal.SIGTERM)
        obeyed = self._until(child.ended, grace)
        self._kill(lambda: self._family(child))
        self._until(child.ended, 5.0)
        return obeyed

    def _kill(self, doomed: Callable[[], list[int]]) -> None:
        """SIGKILL until none is left: a process may fork while it is hunted."""
        for _ in range(_HUNTS):
            self._collect()
            pids = doomed()
            if not pids:
                return
            processes.send(pids, signal.SIGKILL)
            time.sleep(0.002)

    def _family(self, child: Child) -> list[int]:
        """The living processes of a command, those that moved to a session of their own included."""
        parents = processes.table()
        below = set() if child.ended() else processes.descendants(parents, child.pid)
        candidates = self._everything(parents)
        return [pid for pid in candidates if pid in below or processes.has_variable(pid, child.mark)]

    def _everything(self, parents: dict[int, int] | None = None) -> list[int]:
        parents = parents or processes.table()
        ours = set(parents) if self._own_namespace else processes.descendants(parents, os.getpid())
        return sorted(ours - {os.getpid()})

    def _turn(self, patience: float | None) -> None:
        """Wait at most ``patience`` seconds for something to happen, and handle it."""
        for key, _ in self._selector.select(patience):
            key.data()
        self._collect()

    def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Keep the loop turning until the condition holds; returns whether it does."""
        deadline = time.monotonic() + seconds
        while not condition():
            patience = deadline - time.monotonic()
            if patience <= 0:
                return False
            self._turn(min(patience, 60.0))
        return True

    def _collect(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                child = self._living.pop(pid, None)
                if child is not None:
                    child.exit_code = child.process.returncode = _exit_code(status)

    def _receive(self) -> None:
        data = self._control.recv(1 << 20)
        if not data:
            raise EOFError
        self._buffer += data
        while len(self._buffer) >= FRAME.size:
            end = FRAME.size + FRAME.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                return
            request = json.loads(self._buffer[FRAME.size : end])
            del self._buffer[:end]
            if request["op"] == "cancel":
                self._cancelled = request["target"]
            else:
                self._requests.append(request)

    def _send(self, answer: Message) -> None:
        """Send an answer; a socket in it goes as a file descriptor beside it."""
        payload = json.dumps(answer, default=lambda _: "beside this").encode()
        frame = FRAME.pack(len(payload)) + payload
        sent = 0
        if "socket" in answer:
            with answer["socket"] as passed:
                sent = socket.send_fds(self._control, [frame], [passed.fileno()])
        self._control.sendall(frame[sent:])


@contextlib.contextmanager
def _runnable(argv: list[str]) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """What to execute and which descriptors it needs: a text too long for one argument becomes a file."""
    if len(argv) != 3 or argv[1] != "-c" or len(os.fsencode(argv[2])) < _LONGEST_ARGUMENT:
        yield argv, ()
        return
    with tempfile.TemporaryFile() as script:
        script.write(os.fsencode(argv[2]))
        script.seek(0)
        yield [argv[0], f"/dev/fd/{script.fileno()}"], (script.fileno(),)


def _exit_code(status: int) -> int:
    """As shells tell it: 128 + its number when a signal ended the process."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def main() -> None:
    """Take the socket from standard input, become untraceable, serve."""
    control = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no command may read our memory or take our socket
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    Supervisor(control).serve()
