"""The outcome of one check of a repository."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from tools.constraints.model import ConstraintSet
from tools.detect import Application
from tools.findings import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A file that the rules could not read, or only in part."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A finding that is there and does not count."""

    finding: Finding
    by: Literal["ignore", "baseline"]
    """An inline comment, or the baseline file."""
    reason: str = ""
    """What the comment says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What was checked, by which rules, and what was found."""

    findings: tuple[Finding, ...]
    """By path and line; those that count."""
    files: int
    """How many files were read in full."""
    rules: tuple[str, ...]
    """Ids of the rules that ran."""
    constraints: ConstraintSet
    not_checked: tuple[NotChecked, ...] = ()
    applications: tuple[Application, ...] = ()
    notes: tuple[str, ...] = ()
    """What to know about the check itself: contradictions, entries of the baseline that are gone."""
    suppressed: tuple[Suppressed, ...] = ()
    """By path and line."""
    since: str = ""
    """What the findings are new against (``origin/main``); empty when all are told."""
    older: int = 0
    """How many findings were there at `since` already, and are left out of `findings`."""
    seconds: float = field(default=0.0, compare=False)

    def count(self, severity: Severity) -> int:
        """How many findings weigh `severity`."""
        return sum(f.severity is severity for f in self.findings)

    def failed(self, *, strict: bool = False) -> bool:
        """True when there is an error; with `strict` warnings count too."""
        heavy = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return any(f.severity in heavy for f in self.findings)

    def exit_code(self, *, strict: bool = False) -> int:
        """1 when the check failed, else 0."""
        return int(self.failed(strict=strict))

    @property
    def in_baseline(self) -> int:
        """How many findings the baseline holds back."""
        return sum(one.by == "baseline" for one in self.suppressed)

    @property
    def verdict(self) -> str:
        """One line: ``9 rules, 42 files, 1 error (37 in the baseline)``."""
        counted = [(s, self.count(s)) for s in Severity]
        found = ", ".join(plural(n, s.value if s is not Severity.INFO else "note") for s, n in counted if n)
        left = f", {plural(len(self.not_checked), 'file')} not checked" if self.not_checked else ""
        held = [f"{self.in_baseline} in the baseline"] if self.in_baseline else []
        held += [f"{self.older} older than {self.since}"] if self.older else []
        told = f" ({', '.join(held)})" if held else ""
        new = "new " if self.since and not found else ""
        judged = f"{plural(len(self.rules), 'rule')}, {plural(self.files, 'file')}"
        return f"{judged}, {found or f'0 {new}findings'}{told}{left}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How often one rule is broken."""

    rule: str
    severity: Severity
    """The worst of its findings."""
    findings: int
    files: int


def by_rule(findings: Iterable[Finding]) -> list[RuleCount]:
    """The rules that are broken, the gravest and most frequent first."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.rule, []).append(finding)
    rank = {severity: place for place, severity in enumerate(Severity)}
    counts = [
        RuleCount(
            rule=rule,
            severity=min((f.severity for f in found), key=lambda severity: rank[severity]),
            findings=len(found),
            files=len({f.path for f in found}),
        )
        for rule, found in grouped.items()
    ]
    return sorted(counts, key=lambda one: (rank[one.severity], -one.findings, one.rule))


def plural(count: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
