"""Reference applications as running servers, each on a fresh database of its own.

Servers run outside the sandbox (they are ours, and the suite asks them over TCP) below a supervisor that ends them
and all they started when our process ends, however it ends; so does Postgres (``tools.shell``, ``tools.postgres``).
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import secrets
import shlex
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from evals.behaviour.running import RestartFailed, Server
from evals.ground.environments import Environment, Environments
from evals.ground.references import Commands, Reference
from tools import postgres
from tools.errors import EnvironmentFault
from tools.sandbox.folder import OwnFolder
from tools.services import Database, Scratch
from tools.shell import Process, Shell, ShellSettings

_READY_SECONDS = 30.0
_COMMAND_SECONDS = 300.0
_PAUSE_SECONDS = 0.02
_FIRST_PORT, _PORTS = 20_000, 10_000
"""Below those that systems give to outgoing connections: a port stays free while a server is started again."""
_numbered = itertools.count(random.randrange(_PORTS))
"""No two servers of one process are ever given the same port: one would answer for the other."""
_PORT_TAKEN = re.compile(r"EADDRINUSE|address already in use", re.I)
_ATTEMPTS = 3
_LOG_CAP = 400_000


class BootFailure(RestartFailed):
    """A server does not get ready; says why, with the end of what it printed."""


class Ground:
    """What all rows of a process share: folders, environments, one Postgres server; a context manager."""

    def __init__(self, cache: Path) -> None:
        """Start nothing yet.

        Args:
            cache: folder that is kept between runs.
        """
        self.cache = cache
        self.environments = Environments(cache)
        self._folder = OwnFolder("archwright-ground-")
        self._scratch = Scratch(self._folder.path / "databases", templates=cache / "postgres")
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def __enter__(self) -> Ground:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.close()
        self._folder.remove()

    def place(self, name: str) -> Path:
        """A fresh empty folder."""
        folder = self._folder.path / f"{name}-{next(self._numbers)}"
        folder.mkdir()
        return folder

    @contextmanager
    def database(self, kind: str) -> Iterator[Database]:
        """A fresh empty database, dropped at the end.

        Raises:
            EnvironmentFault: there is no Postgres to be had.
        """
        with self._lock:
            make = self._scratch.sqlite if kind == "sqlite" else self._scratch.postgres
            database = make(f"ground{next(self._numbers)}")
        try:
            yield database
        finally:
            with self._lock:
                self._scratch.drop(database)


class Application:
    """One assembled reference on one database; a context manager that starts and stops it."""

    def __init__(
        self,
        reference: Reference,
        tree: Path,
        environment: Environment,
        database_url: str,
        *,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            reference: what it is.
            tree: where it is assembled.
            environment: its packages.
            database_url: of a fresh database.
            variables: in addition to those of the contract.
        """
        self._reference, self._tree = reference, tree
        self._process: Process | None = None
        self._log = ""
        self.port = _free_port()
        self.seconds = 0.0
        """From the first start of its process until it was ready."""
        self._secret = secrets.token_hex(32)
        self._env = {"DATABASE_URL": reference.address(database_url), "JWT_SECRET": self._secret, **(variables or {})}
        self._shell = _shell(tree, environment)

    def __enter__(self) -> Application:
        with ExitStack() as stack:
            stack.callback(self._shell.close)
            self.start()
            stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._shell.close()

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def server(self) -> Server:
        """What a suite asks."""
        return Server(base_url=self.base_url, restart=self.restart, secret=self._secret)

    @property
    def log(self) -> str:
        """What it printed since it was first started."""
        return self._log + (self._process.output(_LOG_CAP) if self._process is not None else "")

    def start(self) -> None:
        """Prepare the database, start the server, and wait until it is ready.

        Raises:
            BootFailure: a command fails, or it does not get ready.
        """
        self._log += _ran(self._shell, self._reference.prepare, self._env)
        for attempt in range(_ATTEMPTS):
            try:
                self.seconds = self.resume()
                return
            except BootFailure as error:
                if attempt == _ATTEMPTS - 1 or not _PORT_TAKEN.search(str(error)):
                    raise
                self.port = _free_port()

    def test(self) -> None:
        """Prepare the database and run the reference's own tests on it; the server is not started, and cannot be after.

        Raises:
            BootFailure: they fail, or take too long; with the end of what they printed.
        """
        with self._shell:
            _ran(self._shell, self._reference.prepare, self._env)
            _ran(self._shell, (self._reference.test,), {**self._env, "PORT": str(self.port)})

    def resume(self) -> float:
        """Start the server on the data that is there, and wait until it is ready; returns the seconds it took.

        Raises:
            BootFailure: it does not get ready.
        """
        begin = time.monotonic()
        self._pid = self._tree.with_name(f"{self._tree.name}-{self.port}.pid")  # one tree may be served twice at once
        line = f"echo $$ >{shlex.quote(str(self._pid))}; exec {shlex.join(self._reference.start)}"
        self._process = self._shell.spawn(line, env={**self._env, "PORT": str(self.port)})
        said = "no answer"
        while time.monotonic() - begin < _READY_SECONDS:
            code = self._process.poll()
            if code is not None:
                raise self._failure(f"it ended with {code}")
            said = self._health()
            if not said:
                return time.monotonic() - begin
            time.sleep(_PAUSE_SECONDS)
        raise self._failure(f"not ready within {_READY_SECONDS:.0f} s ({said})")

    def stop(self, grace: float = 5.0) -> None:
        """End the server and all that it started, by force after ``grace`` seconds."""
        if self._process is not None:
            self._process.stop(grace)
            self._log = self.log
            self._process = None

    def restart(self, kill: bool = False) -> None:
        """Stop the server and start it on the same data, at the same address.

        Args:
            kill: end it by SIGKILL at once, without the SIGTERM that ``stop`` begins with.

        Raises:
            BootFailure: it does not get ready again.
        """
        if kill:
            with suppress(ProcessLookupError):
                os.kill(int(self._pid.read_text(encoding="utf-8")), signal.SIGKILL)
        self.stop()
        self.resume()

    def _health(self) -> str:
        """Why it is not ready; empty when it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2.0)
        try:
            connection.request("GET", self._reference.health)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            connection.close()
        return "" if status == 200 else f"GET {self._reference.health} answers {status}"

    def _failure(self, why: str) -> BootFailure:
        self.stop(grace=0.0)
        return BootFailure(f"{why}: {self._log[-1500:].strip()}")


def build(reference: Reference, tree: Path, environment: Environment) -> None:
    """Run a reference's build commands in its assembled tree.

    Raises:
        BootFailure: one fails.
    """
    with _shell(tree, environment) as shell:
        _ran(shell, reference.build, {})


def _shell(tree: Path, environment: Environment) -> Shell:
    modules = tree / "node_modules"
    if environment.modules is not None and not modules.is_symlink():
        modules.symlink_to(environment.modules)
    path = (*environment.path, *_postgres_programs())
    variables = {"NODE_ENV": "production"}
    return Shell(ShellSettings(root=tree, sandbox=False, path_prepend=path, env=variables))


def _postgres_programs() -> list[Path]:
    """Where psql is, which a preparation may call."""
    with suppress(EnvironmentFault):
        return [postgres.programs()]
    return []


def _ran(shell: Shell, commands: Commands, env: Mapping[str, str]) -> str:
    """What the commands printed."""
    log = ""
    for command in commands:
        done = shell.run(list(command), env=env, timeout=_COMMAND_SECONDS)
        log += f"$ {done.command}\n{done.output}\n"
        if done.exit_code != 0:
            how = f"was ended after {_COMMAND_SECONDS:.0f} s" if done.timed_out else f"ended with {done.exit_code}"
            raise BootFailure(f"`{done.command}` {how}: {done.output[-1500:]}")
    return log


def _free_port() -> int:
    for number in itertools.islice(_numbered, 100):
        port = _FIRST_PORT + number % _PORTS
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise EnvironmentFault("No free port between 20000 and 30000 at 127.0.0.1.")
