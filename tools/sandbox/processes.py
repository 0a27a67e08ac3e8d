"""Finds and signals processes. Imported inside the sandbox: standard library only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")


def table() -> dict[int, int]:
    """The parent of each living process; zombies are not alive."""
    return _from_proc() if (_PROC / "self" / "stat").exists() else _from_ps()


def descendants(parents: dict[int, int], ancestor: int) -> set[int]:
    """The ancestor, if it lives, and all below it in a process table."""
    family = {ancestor} & parents.keys()
    while new := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= new
    return family


def has_variable(pid: int, assignment: bytes) -> bool:
    """Whether a process was started with this ``NAME=value`` in its environment."""
    try:
        return assignment in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def name(pid: int) -> str:
    """Command line of a process, shortened to 200 characters; empty when the process is gone."""
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode("utf-8", "replace").strip()[:200]


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Signal processes; those that ended meanwhile or belong to others are passed over."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _from_proc() -> dict[int, int]:
    parents = {}
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # the name in parentheses may hold anything, so fields are counted from where it ends
                fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                if fields[0] not in (b"Z", b"X"):
                    parents[int(entry.name)] = int(fields[1])
    return parents


def _from_ps() -> dict[int, int]:
    listing = subprocess.run(["/bin/ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=False)
    rows = [line.split() for line in listing.stdout.splitlines()]
    return {int(row[0]): int(row[1]) for row in rows if len(row) == 3 and not row[2].startswith("Z")}
