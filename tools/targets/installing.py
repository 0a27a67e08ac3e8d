"""Running package managers, and what both runtimes share about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.shell import ExecResult, Profile, Shell, ShellSettings

ShellFactory = Callable[[ShellSettings], Shell]

TIMEOUT = 900.0
_OFFLINE = re.compile(
    r"NewConnectionError|Temporary failure in name resolution|ConnectionError|ProxyError|ENOTFOUND|EAI_AGAIN"
    r"|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|getaddrinfo|dns error|network is unreachable|Could not fetch URL"
    r"|Tunnel connection failed|Install commands (?:cannot )?reach",
    re.I,
)
_CAUSE = re.compile(
    r"^(ERROR:|error:|npm error (?!A complete log|code)|ERR_PNPM\S*|error |×|.*(Error|Exception):)", re.M
)


@dataclass(slots=True)
class Installer:
    """A place in which package managers run, with the record of what they said."""

    factory: ShellFactory
    sandbox: bool = True
    evidence: list[ExecResult] = field(default_factory=list)

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        env: Mapping[str, str] | None = None,
        readable: Sequence[Path] = (),
        where: Path | None = None,
    ) -> ExecResult:
        """Runs one command with network, in a folder that it may write to or in one below it."""
        settings = ShellSettings(root=folder, readable=tuple(readable), env=dict(env or {}), sandbox=self.sandbox)
        with self.factory(settings) as shell:
            result = shell.run(list(arguments), cwd=where, timeout=TIMEOUT, profile=Profile.INSTALL)
        self.evidence.append(result)
        return result


def is_offline(result: ExecResult) -> bool:
    """Whether a command failed for want of a network rather than of a package."""
    return result.exit_code != 0 and _OFFLINE.search(result.output) is not None


def cause(result: ExecResult) -> str:
    """The line that says why an installation failed."""
    if result.timed_out:
        return f"{result.command.split()[0]} did not end within {TIMEOUT:.0f} s"
    if is_offline(result):
        return "the package index cannot be reached"
    lines = [line.strip() for line in result.output.splitlines() if _CAUSE.match(line.strip())]
    last = [line.strip() for line in result.output.splitlines() if line.strip()]
    return (lines or last[-1:] or [f"exit code {result.exit_code}"])[0][:240]
