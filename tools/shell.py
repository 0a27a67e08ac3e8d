"""Runs the target's code: commands, servers, requests to them, in a sandbox where there is one.

A ``Shell`` holds one long-lived sandbox. What a command starts in the background lives on for the next
command until ``reap`` or ``close``; when our process ends, however it ends, everything inside ends with it.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from tools.errors import EnvironmentFault, ToolError
from tools.sandbox import bwrap, environment, forward, install, processes, server, session
from tools.sandbox.folder import OwnFolder
from tools.sandbox.forward import Forward, Forwarder
from tools.sandbox.server import HttpReply, Process
from tools.sandbox.session import Session, SessionLost

__all__ = [
    "ExecResult", "Forward", "HttpReply", "Process", "Profile", "Shell", "ShellSettings", "sandbox_status",
]  # fmt: skip

UNSANDBOXED = "unsandboxed"
_GRACE_SECONDS = 0.5
_REAP_SECONDS = 2.0
_SERVER_CAP = 400_000
_NOT_STARTED = 127
_TOKEN = "ARCHWRIGHT_SHELL"


class Profile(StrEnum):
    """What a command may reach."""

    OFFLINE = "offline"
    """Commands and tests: loopback only."""
    SERVE = "serve"
    """A server and the requests to it, in one private network."""
    INSTALL = "install"
    """Package managers: the web through a proxy of ours, the package caches, no database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecResult:
    """A command that was run: the evidence."""

    command: str
    exit_code: int | None
    """128 + its number when a signal ended the command; None when we ended it (time-out) or lost it."""
    output: str
    """Standard output and error as they came, head and tail of it when it is long."""
    output_sha256: str
    """Of the whole output, also of what ``output`` leaves out."""
    seconds: float
    timed_out: bool
    profile: str
    """A ``Profile``, or "unsandboxed"."""
    sandboxed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellSettings:
    """What the commands of one shell see and may change."""

    root: Path
    """The workspace: writable, and where commands start."""
    readable: tuple[Path, ...] = ()
    """Seen, not writable; one inside the workspace is thereby protected."""
    writable: tuple[Path, ...] = ()
    """Seen and writable; made when missing."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the allow-listed environment."""
    path_prepend: tuple[Path, ...] = ()
    forwards: tuple[Forward, ...] = ()
    sandbox: bool = True
    """False: never use bubblewrap."""
    installs_inside: bool = False
    """Install commands run in the sandbox of all others, so that ``pip install x && test`` finds its database,
    its servers and its files. Network and database then meet: only for shells that reach nothing but scratch."""
    package_cache: Path | None = None
    """Where package managers keep downloads between runs; None: the user's cache folder for archwright."""


class Shell:
    """A place to run commands; a context manager. The sandbox starts with the first command."""

    def __init__(self, settings: ShellSettings) -> None:
        self._settings = settings
        self._isolation = bwrap.isolation() if settings.sandbox else bwrap.Isolation(program=None)
        self._bash = shutil.which("bash") or "/bin/sh"
        self._token = secrets.token_hex(8)
        self._folder = OwnFolder("archwright-shell-")
        self._private = self._folder.path
        self._session: Session | None = None
        self._forwarders: list[Forwarder] = []
        self._closed = False

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def settings(self) -> ShellSettings:
        """The settings in force."""
        return self._settings

    @property
    def sandboxed(self) -> bool:
        """Whether commands run under bubblewrap."""
        return self._isolation.program is not None

    def run(
        self,
        command: str | Sequence[str],
        *,
        timeout: float = 120.0,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        profile: Profile = Profile.OFFLINE,
        cap: int = 30_000,
    ) -> ExecResult:
        """Run a command to its end; its background processes live on.

        Args:
            command: text for ``bash -c`` (pipes, here-documents, ``&``), or an argument list.
            timeout: seconds after which the command and all it started are ended.
            cwd: where it runs, absolute or below the root; None is the root.
            env: variables for this command only.
            profile: what it may reach; ``INSTALL`` runs in a sandbox of its own and leaves nothing running.
            cap: bytes of output to keep, half from its head and half from its tail.

        Raises:
            EnvironmentFault: the sandbox cannot be started.
        """
        limits = {"timeout": timeout, "grace": _GRACE_SECONDS, "cap": cap}
        arguments = self._command(command, cwd, env) | limits
        begin = time.monotonic()
        try:
            run = self._install if profile is Profile.INSTALL else self._run
            answer = run(arguments)
        except SessionLost:
            self._drop_session()
            answer = {"output": server.LOST, "exit_code": None}
        if "error" in answer:
            answer = {"output": f"The command did not start: {answer['error']}", "exit_code": _NOT_STARTED}
        output = answer["output"]
        return ExecResult(
            command=command if isinstance(command, str) else " ".join(command),
            exit_code=answer["exit_code"],
            output=output,
            output_sha256=answer.get("sha256") or hashlib.sha256(output.encode()).hexdigest(),
            seconds=answer.get("seconds", time.monotonic() - begin),
            timed_out=answer.get("timed_out", False),
            profile=profile.value if self.sandboxed else UNSANDBOXED,
            sandboxed=self.sandboxed,
        )

    def spawn(self, command: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Process:
        """Start a server, whose output is kept for ``Process.output``.

        Raises:
            ToolError: it cannot be started (no such folder).
            EnvironmentFault: the sandbox cannot be started.
        """
        current = self._ready()
        try:
            answer = current.ask("spawn", **self._command(command, cwd, env), cap=_SERVER_CAP)
        except SessionLost as error:
            self._drop_session()
            raise EnvironmentFault(server.LOST) from error
        if "error" in answer:
            raise ToolError(f"The server did not start: {answer['error']}")
        return Process(current, answer["server"], command)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
    ) -> HttpReply:
        """Ask a server that runs inside, from inside the same network.

        Args:
            method: the HTTP method.
            url: ``http://host:port/path``; the host is this machine or one of the forwards.
            headers: of the request.
            body: of the request.
            timeout: seconds that connecting, and each wait for bytes, may take.

        Raises:
            ToolError: refused, timed out, or not HTTP.
        """
        connect = functools.partial(self._connect, timeout=timeout)
        return server.request(connect, method, url, headers=headers or {}, body=body)

    def free_port(self) -> int:
        """A TCP port that nothing inside listens on."""
        with self._ready().open_socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    def reap(self) -> list[str]:
        """End everything that still runs inside; returns the command lines of what was ended."""
        if self._session is None:
            return []
        try:
            names: list[str] = self._session.ask("reap", grace=_REAP_SECONDS)["names"]
        except SessionLost:
            self._drop_session()
            return []
        return names

    def update(self, **changes: Any) -> None:
        """Change settings for later commands, by their names in ``ShellSettings``.

        New values of ``env``, ``path_prepend`` and ``forwards`` leave running servers alone; other changes
        need a fresh sandbox, which ends them.
        """
        self._settings = replace(self._settings, **changes)
        if changes.keys() - {"env", "path_prepend", "forwards"}:
            self._drop_session()
        elif "forwards" in changes and self._session is not None:
            self._open_forwards(self._session)

    def close(self) -> None:
        """End everything inside and remove the shell's private files."""
        self._drop_session()
        self._closed = True
        self._folder.remove()

    def _command(self, command: str | Sequence[str], cwd: Path | None, env: Mapping[str, str] | None) -> dict[str, Any]:
        settings = self._settings
        base = environment.base_environment(settings.env, settings.path_prepend)
        own = {_TOKEN: self._token} if self.sandboxed else {_TOKEN: self._token, "HOME": str(self._private)}
        return {
            "argv": [self._bash, "-c", command] if isinstance(command, str) else list(command),
            "cwd": str(settings.root / (cwd or "")),
            "env": {**base, **own, **(env or {})},
        }

    def _ready(self) -> Session:
        if self._closed:
            raise EnvironmentFault("This shell is closed.")
        if self._session is not None and self._session.lost:
            self._drop_session()
        if self._session is None:
            view = self._view()
            if self.sandboxed and self._settings.installs_inside:
                view = install.view(view, self._cache, self._private)
            self._session = self._start(view)
            self._open_forwards(self._session)
        return self._session

    @property
    def _cache(self) -> Path:
        return self._settings.package_cache or environment.package_cache()

    def _view(self) -> bwrap.View:
        hosts = self._private / "hosts"
        hosts.touch()
        settings = self._settings
        for folder in settings.writable:
            if not folder.is_relative_to(settings.root):
                folder.mkdir(parents=True, exist_ok=True)
        return bwrap.View(
            root=settings.root,
            readable=settings.readable,
            writable=settings.writable,
            files={Path("/etc/hosts"): hosts} if Path("/etc/hosts").exists() else {},
        )

    def _start(self, view: bwrap.View) -> Session:
        locale = {"LANG": "C.UTF-8"}
        if self.sandboxed:
            return Session(bwrap.command_line(self._isolation, view), locale)
        return Session(session.command(Path(session.__file__).parents[2]), locale)

    def _open_forwards(self, current: Session) -> None:
        """Let the servers outside answer inside, in place of those that answered so far."""
        for forwarder in self._forwarders:
            forwarder.close()
        self._forwarders = []
        hosts = forward.hosts_file(self._settings.forwards, bwrap.HOST_NAME)
        (self._private / "hosts").write_text(hosts, "utf-8")  # in place: the sandbox sees this very file
        for wanted in self._settings.forwards:
            if not self.sandboxed and not wanted.is_loopback:
                raise EnvironmentFault(f"Without a sandbox no scratch server can answer at {wanted.host}.")
            if self.sandboxed or forward.needs_listener(wanted):
                address = forward.addresses(self._settings.forwards).get(wanted.host, "127.0.0.1")
                self._forwarders.append(Forwarder(current.open_socket(), address, wanted))

    def _run(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._ready().ask("run", **arguments)

    def _install(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if not self.sandboxed:
            user = {"HOME": str(environment.home())} | environment.installer_environment()
            return self._run(_with_env(arguments, user))
        inside = self._settings.installs_inside
        current = self._ready() if inside else self._start(install.view(self._view(), self._cache, self._private))
        try:
            with install.Proxy() as proxy:
                port = proxy.listen(current.open_socket())
                return current.ask("run", **_with_env(arguments, install.variables(port, self._cache, self._private)))
        finally:
            if not inside:
                current.close()

    def _connect(self, host: str, port: int, timeout: float) -> socket.socket:
        named = forward.addresses(self._settings.forwards)
        if host == "localhost" or host in named or host.startswith("127.") or host == "::1":
            address = named.get(host, "127.0.0.1" if host == "localhost" else host)
        else:
            raise OSError(f"{host} is not inside the sandbox")
        connection = self._ready().open_socket(v6=":" in address)
        connection.settimeout(timeout)
        try:
            connection.connect((address, port))
        except OSError:
            connection.close()
            raise
        return connection

    def _drop_session(self) -> None:
        for forwarder in self._forwarders:
            forwarder.close()
        self._forwarders = []
        if self._session is not None:
            self._session.close()
            self._session = None
            if not self.sandboxed:  # what the supervisor could not take along when it was killed
                mark = f"{_TOKEN}={self._token}".encode()
                left = [pid for pid in processes.table() if processes.has_variable(pid, mark)]
                processes.send(left, signal.SIGKILL)


def sandbox_status() -> dict[str, str]:
    """For each profile, what really holds on this machine, and why when nothing does."""
    kind = bwrap.isolation()
    if kind.program is None:
        return {profile.value: f"{UNSANDBOXED}: {kind.reason}" for profile in Profile}
    return {profile.value: kind.reason for profile in Profile}


def _with_env(arguments: dict[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    return {**arguments, "env": {**arguments["env"], **env}}
