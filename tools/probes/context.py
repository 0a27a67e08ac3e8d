"""What the gates look at, and what was there before the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tools.constraints.model import ConstraintSet
from tools.facts.model import Project
from tools.findings import Finding, RungResult, Severity, Status
from tools.targets.model import Environment, Target

if TYPE_CHECKING:
    from tools.detect import Application, Stack
    from tools.editing.judge import Judge
    from tools.services import Scratch
    from tools.shell import ExecResult, Shell
    from tools.verify.rule import Change as Touched
    from tools.workspace_store import Change

_T = TypeVar("_T")


class Base:
    """The state before the run, asked only when something is red; kept by the caller for the whole run."""

    def __init__(self, at_base: Callable[[Callable[[], Any]], Any] | None = None) -> None:
        """Remember how to go there.

        Args:
            at_base: Calls a function while the workspace holds the files of the base, then returns exactly to
                what was there, and gives back the function's result. None = nobody can go there.
        """
        self._at_base = at_base
        self._known: dict[str, Any] = {}

    def ask(self, key: str, look: Callable[[], _T]) -> _T | None:
        """What ``look`` finds at the base; asked once per key. None when the base cannot be visited."""
        if key not in self._known:
            if self._at_base is None:
                return None
            self._known[key] = self._at_base(look)
        found: _T = self._known[key]
        return found

    def remember(self, key: str, found: object) -> None:
        """What is known of the base without a visit: what passed once during the run was not red before it."""
        self._known.setdefault(key, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimits:
    """How long the parts of a gate may take, in seconds."""

    boot: float = 25.0
    stop: float = 5.0
    migrate: float = 90.0
    build: float = 240.0
    lint: float = 60.0
    types: float = 120.0
    tests: float = 300.0
    all_tests: float = 1200.0
    one_test: float = 40.0


@dataclass(kw_only=True)
class GateContext:
    """Everything that a gate needs."""

    root: Path
    """Top of the workspace."""
    targets: Sequence[Target]
    environments: Mapping[str, Environment]
    """By name of the target; a target without one is not run."""
    shell: Shell
    """Its settings let `scratch.folder` be written."""
    scratch: Scratch
    constraints: ConstraintSet
    project: Project
    """Facts of the workspace as it is now."""
    stack: Stack | Sequence[Application] | None = None
    baseline: Sequence[Finding] = ()
    """What the rules found before the change: the same findings now are not its fault."""
    changed: Sequence[Change] = ()
    """What differs from the base (the start of the run, not of the step)."""
    files: Sequence[str] = ()
    """Every file of the workspace; empty = those that the facts know."""
    read_base: Callable[[str], bytes | None] = lambda path: None
    """The file as it was at the start of the run; None when there was none."""
    rules: Callable[[Touched], list[Finding]] | None = None
    """All findings of the rules on `project`, by a caller who keeps them up to date; None = judged from scratch."""
    judge: Judge | None = None
    full: bool = False
    """Review: every rung, the whole suite."""
    base: Base = field(default_factory=Base)
    limits: GateLimits = field(default_factory=GateLimits)

    def read_now(self, path: str) -> bytes | None:
        """The file as it is in the workspace; None when there is none (or it leads out of it)."""
        full = self.root / path
        try:
            if full.is_symlink() or not full.resolve().is_relative_to(self.root.resolve()):
                return None
            return full.read_bytes()
        except OSError:
            return None

    @property
    def present(self) -> list[str]:
        """Changed paths that exist now."""
        return [change.path for change in self.changed if change.kind != "deleted"]

    @property
    def all_files(self) -> list[str]:
        """Every file of the workspace; what the change added or deleted is taken into account in any case."""
        deleted = {change.path for change in self.changed if change.kind == "deleted"}
        return sorted({*(self.files or self.project.files), *self.present} - deleted)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """The answer of a gate."""

    rungs: tuple[RungResult, ...]
    seconds: float = 0.0

    @property
    def green(self) -> bool:
        """Nothing that the change is to blame for is red."""
        return all(rung.status is not Status.RED for rung in self.rungs)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of the rungs."""
        return tuple(finding for rung in self.rungs for finding in rung.findings)

    @property
    def evidence(self) -> tuple[ExecResult, ...]:
        """Every command that was run."""
        return tuple(result for rung in self.rungs for result in rung.evidence)

    @property
    def not_checked(self) -> dict[str, str]:
        """Rung -> why nobody looked."""
        return {rung.name: rung.reason for rung in self.rungs if rung.status is Status.NOT_CHECKED}

    def state(self) -> str:
        """The same for two gates with the same result: to see that a repair changed nothing."""
        red = sorted({finding.identity for finding in self.findings if finding.severity is Severity.ERROR})
        return repr([(rung.name, str(rung.status)) for rung in self.rungs]) + repr(red)


def has_error(findings: Iterable[Finding]) -> bool:
    """Does any of them turn a rung red?"""
    return any(finding.severity is Severity.ERROR for finding in findings)


def judged(name: str, findings: Sequence[Finding], **more: Any) -> RungResult:
    """A rung that looked: red with an error among the findings, else green."""
    status = Status.RED if has_error(findings) else Status.GREEN
    return RungResult(name=name, status=status, findings=tuple(findings), **more)


def not_checked(name: str, reason: str, **more: Any) -> RungResult:
    """A rung that could not look."""
    return RungResult(name=name, status=Status.NOT_CHECKED, reason=reason, **more)


def against_base(result: RungResult, before: Sequence[Finding] | None) -> RungResult:
    """The rung with what was there before taken out of the blame.

    Args:
        result: A rung as it came out now.
        before: Findings of the same rung at the base; None when nobody could look.

    Returns:
        The rung itself when nothing of it was there before; red before when every error was; else red with
        only the new findings.
    """
    if result.status is not Status.RED or not before:
        return result
    known = {finding.identity for finding in before}
    new = tuple(finding for finding in result.findings if finding.identity not in known)
    old = len(result.findings) - len(new)
    if not old:
        return result
    note = f"{old} of {len(result.findings)} findings were there before"
    status = Status.RED if has_error(new) else Status.RED_BEFORE
    shown = new if status is Status.RED else result.findings
    return RungResult(
        name=result.name,
        status=status,
        findings=shown,
        evidence=result.evidence,
        reason=f"{result.reason}; {note}" if result.reason else note,
        seconds=result.seconds,
    )
