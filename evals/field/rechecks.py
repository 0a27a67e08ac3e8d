"""How long a re-check takes in a process that goes on: what an agent waits for after each edit.

Runs in a process of its own (``python -m evals.field rechecks FOLDER``), in a copy that it may edit.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.field.edits import Edit, drawn, write
from framework_profiles.loader import load_all
from tools.check import constraints_of, listed_files
from tools.constraints.data_access import DataAccess
from tools.detect import detect
from tools.facts.index import Index
from tools.findings import Finding
from tools.verify.checker import Checker
from tools.verify.context import scope_of

_PROOFS = 10
"""Every so many edits the findings are compared with those of a checker that starts from nothing."""
_SHOWN = 10


@dataclass
class Session:
    """A repository under edit, checked again after each."""

    root: Path
    cache: Path | None
    times: dict[str, list[float]] = field(default_factory=dict)
    """Kind of edit -> seconds each; ``take it back`` for the way back."""
    differences: list[str] = field(default_factory=list)
    """Where a re-check found something else than a check from nothing."""

    def open(self) -> None:
        """Read the facts, judge all files once."""
        self._index = Index(self.cache)
        self._project = self._index.load(self.root, listed_files(self.root))
        self._applications = detect(self.root, sorted(self._project.listed))
        profiles = load_all()
        scope = scope_of(self._applications, self._project)
        access = DataAccess(self._project, profiles)
        self._constraints = constraints_of(self.root, [], access, scope, profiles)
        self._checker = Checker(self._project, self._constraints, self._applications, access=access)
        self._checker.findings()

    def paths(self) -> list[str]:
        """The files that have facts."""
        return [path for path, facts in self._project.files.items() if facts.not_checked is None]

    def apply(self, edit: Edit, *, prove: bool) -> None:
        """Make an edit and take it back; time the re-check after each."""
        self._timed(edit.kind, edit.path, edit.after)
        if prove:
            self._prove(f"{edit.kind} in {edit.path}")
        self._timed("take it back", edit.path, edit.before)
        if prove:
            self._prove(f"{edit.kind} in {edit.path}, taken back")

    def _timed(self, kind: str, path: str, text: str) -> None:
        write(self.root / path, text)
        begin = time.perf_counter()
        self._project = self._index.update(self._project, [path])
        self._checker.update(self._project, [path])
        self._checker.findings()
        self.times.setdefault(kind, []).append(time.perf_counter() - begin)

    def _prove(self, where: str) -> None:
        project = Index(self.cache).load(self.root, listed_files(self.root))
        fresh = Checker(project, self._constraints, self._applications).findings()
        ours, theirs = set(map(_said, self._checker.findings())), set(map(_said, fresh))
        self.differences += [f"{where}: too much: {said}" for said in sorted(ours - theirs)[:_SHOWN]]
        self.differences += [f"{where}: lacks: {said}" for said in sorted(theirs - ours)[:_SHOWN]]


def _said(finding: Finding) -> str:
    """Without the hint, which may name what was there before the edit."""
    return f"{finding.path}:{finding.line}: {finding.rule} {finding.severity.value}: {finding.message}"


def has_history(root: Path) -> bool:
    """Whether somebody's work may lie here: git knows a branch, or the repository is a linked one."""
    git = root / ".git"
    branches = git / "refs" / "heads"
    return git.is_file() or (git / "packed-refs").exists() or (branches.is_dir() and any(branches.iterdir()))


def rechecks(
    root: Path, cache: Path | None, number: int, seed: int, told: Callable[[str], object] = lambda _: None
) -> dict[str, Any]:
    """Figures of `number` edits in the repository at `root`, which is left as it was; JSON-able."""
    session = Session(root, cache)
    session.open()
    for count, edit in enumerate(drawn(root, session.paths(), number, seed)):
        session.apply(edit, prove=count % _PROOFS == 0)
        told(f"{edit.kind}: {edit.path}: {session.times[edit.kind][-1] * 1000:.1f} ms")
    edits = [seconds for kind, some in session.times.items() if kind != "take it back" for seconds in some]
    return {
        "edits": len(edits),
        **figures(edits),
        "kinds": {kind: figures(some) for kind, some in session.times.items()},
        "differences": session.differences,
        "proved": len(range(0, len(edits), _PROOFS)),
        "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def figures(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and the longest; empty for nothing."""
    if not seconds:
        return {}
    p95 = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return {"median": statistics.median(seconds), "p95": p95, "longest": max(seconds)}
