"""A target made ready to run commands: its shell, its environment and its filled variables."""

from __future__ import annotations

import base64
import hashlib
import shlex
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tools.shell import UNSANDBOXED, ExecResult, Profile
from tools.targets.model import Environment, Target

if TYPE_CHECKING:
    from tools.shell import Process, Shell

_BLOCK = "ARCHWRIGHT_BLOCK"
_POLL = 0.02
_GRACE = 0.5
_CAP = 100_000
_TAIL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything that a probe needs to run something of one target."""

    shell: Shell
    target: Target
    environment: Environment
    root: Path
    """Top of the workspace."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables of the target with their placeholders filled (scratch database, port)."""

    @property
    def folder(self) -> Path:
        """Where the target's commands are run."""
        return self.target.path(self.root)

    def with_env(self, env: Mapping[str, str]) -> Runtime:
        """The same with other filled variables."""
        return replace(self, env=dict(env))

    def run(
        self, command: str, *, timeout: float = 120.0, env: Mapping[str, str] | None = None, cap: int = 30_000
    ) -> ExecResult:
        """Run a command in the target's folder with its environment; see `Shell.run`."""
        result = self.shell.run(self._with_path(command), timeout=timeout, cwd=self.folder, env=self._env(env), cap=cap)
        return replace(result, command=command)

    def begin(
        self, command: str, *, timeout: float, env: Mapping[str, str] | None = None, silence: float = 0.0
    ) -> Pending:
        """Start a command that goes on while others are run; ask `Pending.finish` for its result.

        Args:
            command: as for `run`.
            timeout: seconds after which it is ended.
            env: as for `run`.
            silence: seconds without output after which it is ended; 0 = it may be as silent as it likes.
        """
        return Pending(self.spawn(command, env=env), command, (timeout, silence), self.shell.sandboxed)

    def spawn(self, command: str, *, env: Mapping[str, str] | None = None) -> Process:
        """Start a server in the target's folder with its environment."""
        return self.shell.spawn(self._with_path(command), cwd=self.folder, env=self._env(env))

    def installed(self, programs: Iterable[str]) -> frozenset[str]:
        """Those of the programs that the target's environment offers."""
        names = sorted(set(programs))
        if not names:
            return frozenset()
        probe = f'for name in {shlex.join(names)}; do command -v "$name" >/dev/null && echo "$name"; done; true'
        return frozenset(self.run(probe, timeout=20.0).output.split()) & frozenset(names)

    def scratch_folder(self) -> str:
        """A new empty folder outside of the workspace, as the shell names it."""
        return self.shell.run("mktemp -d", timeout=20.0).output.strip().splitlines()[-1]

    def put(self, folder: str, name: str, text: str) -> None:
        """Write a file into a folder of the shell, byte for byte."""
        encoded = base64.encodebytes(text.encode()).decode()
        path = shlex.quote(f"{folder}/{name}")
        self.shell.run(f"base64 -d > {path} <<'{_BLOCK}'\n{encoded}{_BLOCK}", timeout=20.0)

    def get(self, folder: str, name: str, cap: int = 4_000_000) -> str:
        """Read a file of a folder of the shell; empty when there is none."""
        return self.shell.run(f"cat {shlex.quote(f'{folder}/{name}')} 2>/dev/null", timeout=20.0, cap=cap).output

    def drop(self, folder: str) -> None:
        """Remove a scratch folder."""
        self.shell.run(f"rm -rf -- {shlex.quote(folder)}", timeout=20.0)

    def _with_path(self, command: str) -> str:
        """The environment's programs come first even when the shell was opened for another target."""
        missing = [str(p) for p in self.environment.path_prepend if p not in self.shell.settings.path_prepend]
        if not missing:
            return command
        return f'export PATH={shlex.quote(":".join(missing))}:"$PATH"\n{command}'

    def _env(self, more: Mapping[str, str] | None) -> dict[str, str]:
        merged = {**self.environment.env, **self.env}
        for name, value in (more or {}).items():
            if name == "PYTHONPATH" and merged.get(name):
                value = f"{value}:{merged[name]}"
            merged[name] = value
        return merged


class Pending:
    """A command that is running beside others."""

    def __init__(self, process: Process, command: str, limits: tuple[float, float], sandboxed: bool) -> None:
        self._process, self._command, self._sandboxed = process, command, sandboxed
        self._timeout, self._silence = limits
        self._began = self._looked = self._spoke = time.monotonic()
        self._said = ""

    def finish(self) -> ExecResult:
        """Wait for its end, or end it when its time is over."""
        deadline = self._began + self._timeout
        while self._process.poll() is None and time.monotonic() < deadline and not self._is_silent():
            time.sleep(_POLL)
        seconds = time.monotonic() - self._began
        timed_out = self._process.poll() is None
        self._process.stop(_GRACE)  # also what it left running
        output = self._process.output(cap=_CAP)
        return ExecResult(
            command=self._command,
            exit_code=None if timed_out else self._process.poll(),
            output=output,
            output_sha256=hashlib.sha256(output.encode()).hexdigest(),
            seconds=seconds,
            timed_out=timed_out,
            profile=Profile.OFFLINE.value if self._sandboxed else UNSANDBOXED,
            sandboxed=self._sandboxed,
        )

    def _is_silent(self) -> bool:
        """Whether nothing was printed for too long."""
        now = time.monotonic()
        if self._silence and now - self._looked > self._silence / 10:
            self._looked, said = now, self._process.output(cap=_TAIL)
            if said != self._said:
                self._said, self._spoke = said, now
        return bool(self._silence) and now - self._spoke > self._silence
