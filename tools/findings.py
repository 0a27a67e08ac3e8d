"""What a check says: findings, and the result of one rung of the gate ladder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.shell import ExecResult


class Severity(StrEnum):
    """How much a finding weighs: errors turn a gate red, warnings only under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """How a rung of the ladder ended."""

    GREEN = "green"
    RED = "red"
    RED_BEFORE = "red_before"
    """Red, but red in the same way before the run touched anything."""
    NOT_CHECKED = "not_checked"
    """Cannot run here; ``RungResult.reason`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One violated rule at one place."""

    rule: str
    severity: Severity
    path: str
    """POSIX path relative to the repository root; empty when the finding is about the whole repository."""
    line: int
    """1-based; 0 when the finding is about the whole file."""
    message: str
    """For people: what is wrong."""
    hint: str = ""
    """For the one who repairs: what is right instead."""
    chain: tuple[str, ...] = ()
    """The import or call chain that leads to the finding, outermost first."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What stays the same when lines move: rule, path, message."""
        return (self.rule, self.path, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungResult:
    """The outcome of one rung of the gate ladder, with its evidence."""

    name: str
    status: Status
    findings: tuple[Finding, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    reason: str = ""
    """Why the rung was not checked, or one line on what it found."""
    seconds: float = 0.0
