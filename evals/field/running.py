"""Runs a command and says what it cost: wall clock, processor, memory of all its processes together."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.shell import Shell

_SAMPLE_SECONDS = 0.03
_KILOBYTE = 1024
_WRAPPER = 'echo $$ >"$0/pid"; "$@" >"$0/out" 2>"$0/err"; code=$?; times >"$0/times"; exit $code'
"""`times` knows the processor time of all that was waited for, which no sampling finds out exactly."""
_TIMES = re.compile(r"(\d+)m([\d.]+)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that came to its end, or was ended."""

    exit_code: int | None
    """None: it took too long and was ended."""
    output: str
    """Standard output."""
    errors: str
    """Standard error."""
    seconds: float
    """Wall clock, start of the interpreter included."""
    processor: float
    """Processor seconds of all its processes; 0 when it was ended."""
    memory: int
    """Bytes: the largest sum of resident sets of its process tree, seen every 30 ms; pages that processes share
    count once for each. 0 where the system tells nothing of processes."""


def run(
    shell: Shell, command: Sequence[str], place: Path, *, env: Mapping[str, str] | None = None, timeout: float = 600.0
) -> Ran:
    """Run `command` to its end.

    Args:
        shell: where; commands start in its root.
        command: argument list.
        place: folder for its output, made when missing.
        env: variables for this command only.
        timeout: seconds after which it is ended with all that it started.
    """
    place.mkdir(parents=True, exist_ok=True)
    for name in ("pid", "out", "err", "times"):
        (place / name).unlink(missing_ok=True)
    with _sampled(place / "pid") as peak:
        done = shell.run(["/bin/sh", "-c", _WRAPPER, str(place), *command], timeout=timeout, env=env)
    return Ran(
        exit_code=None if done.timed_out else done.exit_code,
        output=_text(place / "out"),
        errors=_text(place / "err") or done.output,
        seconds=done.seconds,
        processor=_children_seconds(_text(place / "times")),
        memory=peak[0],
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _children_seconds(times: str) -> float:
    """User and system seconds of the children: the second line that `times` prints."""
    lines = times.splitlines()
    return sum(int(m) * 60 + float(s) for m, s in _TIMES.findall(lines[1])) if len(lines) > 1 else 0.0


@contextlib.contextmanager
def _sampled(pid_file: Path) -> Iterator[list[int]]:
    """Watch the processes below the one that writes its id into `pid_file`; the list holds the peak so far."""
    peak, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(_SAMPLE_SECONDS):
            with contextlib.suppress(OSError, ValueError):
                peak[0] = max(peak[0], tree_memory(int(pid_file.read_text())))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def tree_memory(root: int) -> int:
    """Bytes resident of all processes below `root`, itself not counted; 0 where the system does not tell."""
    total, left = 0, list(_children(root))
    while left:
        pid = left.pop()
        total += _resident(pid)
        left += _children(pid)
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * _KILOBYTE
    return 0
