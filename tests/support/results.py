"""Check results made by hand."""

from __future__ import annotations

from typing import Any

from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.findings import Finding, Severity
from tools.verify.result import CheckResult

STATED = ConstraintSet(
    constraints=(
        Constraint(kind="architecture", value="clean", source=Source(origin="file", path="archwright.toml", line=2)),
    )
)
EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\u200b\x9b\r"
"""What a hostile repository may write into names and code."""


def found(line: int = 5, path: str = "app/a.py", rule: str = "layer-skip", **more: Any) -> Finding:
    """A finding; an error unless it is said otherwise."""
    values = {"severity": Severity.ERROR, "message": "routes must not import repositories", "hint": "", **more}
    return Finding(rule=rule, path=path, line=line, **values)


def result(*findings: Finding, **more: Any) -> CheckResult:
    """The result of a check that found `findings` in a repository that states its architecture."""
    values = {"files": 3, "rules": ("layer-skip", "wrong-orm"), "constraints": STATED, "seconds": 0.25, **more}
    return CheckResult(findings=findings, **values)
