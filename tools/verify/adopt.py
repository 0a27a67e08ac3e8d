"""What of a check's findings counts: not what the baseline holds, nor what was there before the change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools.constraints.baseline import Baseline, identity_of
from tools.findings import Finding
from tools.verify.result import CheckResult, Suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """The findings of the base of a change."""

    ref: str
    """As the user named it."""
    findings: Sequence[Finding]
    """With paths as they are now, where a file was renamed."""
    added: Callable[[str], frozenset[int]] = lambda path: frozenset()
    """Path -> the lines that the change added to it: of several findings that read the same, those are the new ones."""


def adopt(
    result: CheckResult,
    root: Path,
    *,
    baseline: Baseline | None = None,
    older: Older | None = None,
    complete: bool = True,
) -> CheckResult:
    """`result` without what is in the baseline (told as suppressed) and what is older than the change (counted).

    Args:
        result: All findings of the repository at `root`.
        root: The repository.
        baseline: What is taken as given.
        older: What was there before the change; None = no change is judged.
        complete: `result` tells of the whole repository, so entries of the baseline without a finding are gone.
    """
    before, fresh = _by_age(result.findings, older) if older is not None else ([], list(result.findings))
    suppressed = list(result.suppressed)
    notes = list(result.notes)
    if baseline is not None:
        # Older findings first: an entry of the baseline must not be used up by what is new.
        split = baseline.split([*before, *fresh], lambda path: (root / path).is_file())
        held = Counter(id(f) for f in split.known)
        before = [f for f in before if not held[id(f)]]
        fresh = [f for f in fresh if not held[id(f)]]
        suppressed += [Suppressed(finding=f, by="baseline") for f in split.known]
        notes += _gone(split.gone) if complete else []
    return replace(
        result,
        findings=tuple(sorted(fresh, key=_order)),
        suppressed=tuple(sorted(suppressed, key=lambda one: _order(one.finding))),
        notes=tuple(notes),
        since=older.ref if older is not None else "",
        older=len(before),
    )


def _by_age(findings: Sequence[Finding], older: Older) -> tuple[list[Finding], list[Finding]]:
    """The findings that the base had, and the new ones."""
    known = Counter(identity_of(f) for f in older.findings)
    total = Counter(identity_of(f) for f in findings)
    # Where only some are known the lines decide which; asking costs, so only there.
    unsure = {name for name, count in total.items() if 0 < known[name] < count}
    ranked = sorted(findings, key=lambda f: identity_of(f) in unsure and f.line in older.added(f.path))
    before: list[Finding] = []
    fresh: list[Finding] = []
    for finding in ranked:
        name = identity_of(finding)
        known[name] -= 1
        (before if known[name] >= 0 else fresh).append(finding)
    return before, fresh


def _gone(count: int) -> list[str]:
    if not count:
        return []
    said = "1 entry of the baseline is" if count == 1 else f"{count} entries of the baseline are"
    return [f"{said} gone: `archwright baseline update` drops what is mended."]


def _order(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.path, finding.line, finding.rule, finding.message)
