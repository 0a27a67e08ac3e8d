"""The outcome of one check of a repository."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.constraints.model import ConstraintSet
from tools.detect import Application
from tools.findings import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A file that the rules could not read, or only in part."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What was checked, by which rules, and what was found."""

    findings: tuple[Finding, ...]
    """By path and line."""
    files: int
    """How many files were read in full."""
    rules: tuple[str, ...]
    """Ids of the rules that ran."""
    constraints: ConstraintSet
    not_checked: tuple[NotChecked, ...] = ()
    applications: tuple[Application, ...] = ()
    notes: tuple[str, ...] = ()
    """What to know about the check itself: nothing stated, contradictions."""
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
    def verdict(self) -> str:
        """One line: ``9 rules, 42 files, 0 findings``."""
        counted = [(s, self.count(s)) for s in Severity]
        found = ", ".join(_plural(n, s.value if s is not Severity.INFO else "note") for s, n in counted if n)
        left = f", {_plural(len(self.not_checked), 'file')} not checked" if self.not_checked else ""
        return f"{_plural(len(self.rules), 'rule')}, {_plural(self.files, 'file')}, {found or '0 findings'}{left}"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
