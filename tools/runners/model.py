"""What a run of tests says, in the same words for every runner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tools.shell import ExecResult
from tools.traces import Trace

FailureKind = Literal["failed", "error", "collect", "hung", "crashed"]
ReadFile = Callable[[str], str]
"""Gives the text of a file that the run left in its scratch folder; empty when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One test (or file) that did not pass."""

    test: str
    """As the runner names it, and as it can be given back to the runner to run it alone."""
    kind: FailureKind
    """failed: an assertion · error: any other exception, set-up included · collect: the file could not be
    loaded · hung: did not end within its time · crashed: the process ended with it."""
    path: str = ""
    """File of the test as the runner wrote it (relative to the target's folder, or absolute)."""
    line: int = 0
    trace: Trace | None = None
    text: str = ""
    """The runner's own few lines on it."""
    logged: str = ""
    """What the test wrote and logged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning that a test run recorded."""

    test: str
    category: str
    text: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One start of a runner, read."""

    passed: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = ()
    warnings: tuple[Warned, ...] = ()
    complete: bool = True
    """The runner came to its end; False when it was killed or died."""
    running: str = ""
    """The test that had begun and not ended, when not complete."""
    empty: bool = False
    """The runner found no test at all."""
    problem: str = ""
    """The runner itself refused (bad option, plug-in missing): nothing can be said of the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start a runner."""

    command: str
    env: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """(name, text) to put into the scratch folder first."""
    silence: float = 0.0
    """Seconds without output after which it hangs, for runners that name each test they begin; 0 = unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A test runner as the target uses it."""

    name: str
    prefix: str = ""
    """What stands before it in the command, ``cd api && `` for example."""
    argv: tuple[str, ...] = ()
    """The runner and its options; paths of tests are left out."""
    command: str = ""
    """The whole command as the target has it."""
    launch: Callable[[Runner, Sequence[str], str, float], Launch]
    """(runner, tests, scratch folder, seconds for one test) -> how to start it; no tests = all."""
    read: Callable[[ExecResult, ReadFile], Outcome]
