"""Runs the rules once: facts and constraints in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.constraints.data_access import DataAccess
from tools.constraints.model import ConstraintSet
from tools.detect import Application, Stack
from tools.facts.model import Project
from tools.findings import Finding
from tools.verify.checker import Checker
from tools.verify.registry import RULES
from tools.verify.rule import Change


def check(
    project: Project,
    constraints: ConstraintSet,
    stack: Stack | Sequence[Application] | None = None,
    *,
    gate: bool = True,
    change: Change | None = None,
    access: DataAccess | None = None,
) -> list[Finding]:
    """All findings of all rules, by path and line; inline ignores are obeyed.

    ``gate=False`` leaves out what half-written code may break; everything else as `Checker` takes it.
    """
    checker = Checker(project, constraints, stack, change=change, access=access)
    return checker.findings(gate=gate)


def judge_change(root: Path, constraints: ConstraintSet, change: Change) -> list[Finding]:
    """What a change may not do, whatever the code is like: protected paths, weakened tests."""
    about = {rule.id for rule in RULES.values() if rule.about_change}
    found = Checker(Project(root), constraints, change=change).findings()
    return [finding for finding in found if finding.rule in about]


def new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Those of `after` that `before` has not: by rule, path and message, counted, so that lines may move."""
    known = Counter(f.identity for f in before)
    fresh: list[Finding] = []
    for finding in after:
        if known[finding.identity] > 0:
            known[finding.identity] -= 1
        else:
            fresh.append(finding)
    return fresh
