"""Inline ignores: ``# archwright: ignore[rule-id] reason`` (``//`` in JavaScript), and those that nothing needs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.facts.model import FileFacts
from tools.facts.source import grammar_of
from tools.findings import Finding, Severity
from tools.verify.result import Suppressed
from tools.verify.rule import Rule

_MARK = b"archwright: ignore"


@dataclass(slots=True)
class Ignore:
    """One comment."""

    path: str
    line: int
    rules: tuple[str, ...]
    """Empty = the comment names none, which silences nothing."""
    reason: str
    covers: int
    """The line that it speaks of: its own, or the next code line when it stands alone."""
    used: set[str] = field(default_factory=set)


def ignores_of(facts: FileFacts) -> list[Ignore]:
    """The ignore comments of one file."""
    return [
        Ignore(
            path=facts.path,
            line=line,
            rules=tuple(rule.strip() for rule in rules.split(",") if rule.strip()),
            reason=reason,
            covers=covers,
        )
        for line, rules, reason, covers in facts.ignores
    ]


def read_ignores(root: Path, paths: Iterable[str]) -> list[Ignore]:
    """All ignore comments in the source files at `paths` (relative to root), for those who have no facts at hand."""
    from tools.facts.reading import read

    found: list[Ignore] = []
    for path in paths:
        try:
            data = (root / path).read_bytes()
        except OSError:
            continue
        if _MARK in data and grammar_of(path) is not None:
            found += ignores_of(read(path, data))
    return found


def silence(findings: Sequence[Finding], ignores: Sequence[Ignore]) -> list[Finding]:
    """The findings that no comment covers; marks the comments that covered one."""
    return sort_out(findings, ignores)[0]


def sort_out(findings: Sequence[Finding], ignores: Sequence[Ignore]) -> tuple[list[Finding], list[Suppressed]]:
    """The findings that no comment covers, and those that one does; marks the comments that covered one."""
    by_place: dict[tuple[str, int], list[Ignore]] = {}
    for ignore in ignores:
        for line in {ignore.line, ignore.covers}:
            by_place.setdefault((ignore.path, line), []).append(ignore)
    kept: list[Finding] = []
    silenced: list[Suppressed] = []
    for finding in findings:
        covering = [i for i in by_place.get((finding.path, finding.line), ()) if finding.rule in i.rules]
        for ignore in covering:
            ignore.used.add(finding.rule)
        if covering:
            silenced.append(Suppressed(finding=finding, by="ignore", reason=covering[0].reason))
        else:
            kept.append(finding)
    return kept, silenced


def unused(ignores: Sequence[Ignore], ran: Iterable[str], known: Sequence[str]) -> Iterator[Finding]:
    """Comments that silence nothing, name no rule or an unknown one, or give no reason.

    Args:
        ignores: All comments, after `silence` marked them.
        ran: Ids of the rules that were judged; about others nothing can be said.
        known: Every rule id.
    """
    judged = set(ran)
    for ignore in ignores:
        if not ignore.rules:
            yield _finding(ignore, "This ignore names no rule, so it silences nothing.", "Write ignore[rule-id].")
        for rule in ignore.rules:
            if rule not in known:
                near = difflib.get_close_matches(rule, known, 1)
                hint = f"Did you mean {near[0]}?" if near else f"Choose from: {', '.join(known)}."
                yield _finding(ignore, f"There is no rule {rule!r}.", hint)
            elif rule in judged and rule not in ignore.used:
                yield _finding(ignore, f"Nothing breaks {rule} here: this ignore is not needed.", "Remove it.")
        if ignore.used and not ignore.reason:
            yield _finding(ignore, "This ignore gives no reason.", "Write why after the bracket.")


def _finding(ignore: Ignore, message: str, hint: str) -> Finding:
    return Finding(
        rule="unused-ignore",
        severity=Severity.WARNING,
        path=ignore.path,
        line=ignore.line,
        message=message,
        hint=hint,
    )


RULES = (
    Rule(
        id="unused-ignore",
        summary="Inline ignores silence something, name their rule and give a reason.",
    ),
)
"""Made by the runner, after all other rules."""
