"""Inline ignores: ``# archwright: ignore[rule-id] reason`` (``//`` in JavaScript), and those that nothing needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.findings import Finding, Severity
from tools.verify.rule import Rule

_MARK = b"archwright: ignore"
_COMMENT = re.compile(
    r"(?P<code>^.*?)(?:#|//|/\*|<!--|--)\s*archwright:\s*ignore(?:\[(?P<rules>[^\]]*)\])?"
    r"[ \t]*(?P<reason>.*?)\s*(?:\*/|-->)?\s*$"
)


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


def read_ignores(root: Path, paths: Iterable[str]) -> list[Ignore]:
    """All ignore comments in the files at `paths` (relative to root); unreadable files have none."""
    found: list[Ignore] = []
    for path in paths:
        try:
            data = (root / path).read_bytes()
        except OSError:
            continue
        if _MARK in data:
            found += _in_text(path, data.decode("utf-8", errors="replace"))
    return found


def _in_text(path: str, text: str) -> Iterator[Ignore]:
    lines = text.splitlines()
    comments = _comment_lines(text) if path.endswith(".py") else None
    for index, line in enumerate(lines):
        match = _COMMENT.match(line) if _MARK.decode() in line else None
        if match is None or (comments is not None and index + 1 not in comments):
            continue
        if comments is None and any(match["code"].count(quote) % 2 for quote in "\"'`"):
            continue  # inside a string
        rules = tuple(r.strip() for r in (match["rules"] or "").split(",") if r.strip())
        covers = index + 1
        if not match["code"].strip():
            after = (i + 1 for i in range(index + 1, len(lines)) if _is_code(lines[i]))
            covers = next(after, covers)
        yield Ignore(path=path, line=index + 1, rules=rules, reason=match["reason"], covers=covers)


def _comment_lines(text: str) -> set[int] | None:
    """The lines of Python source with a comment that carries the mark; None when the source does not parse.

    Documentation and tests write the mark in strings, which silence nothing.
    """
    import io
    import tokenize

    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    mark = _MARK.decode()
    return {t.start[0] for t in tokens if t.type == tokenize.COMMENT and mark in t.string}


def _is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("#", "//", "*", "/*"))


def silence(findings: Sequence[Finding], ignores: Sequence[Ignore]) -> list[Finding]:
    """The findings that no comment covers; marks the comments that covered one."""
    by_place: dict[tuple[str, int], list[Ignore]] = {}
    for ignore in ignores:
        for line in {ignore.line, ignore.covers}:
            by_place.setdefault((ignore.path, line), []).append(ignore)
    kept: list[Finding] = []
    for finding in findings:
        covering = [i for i in by_place.get((finding.path, finding.line), ()) if finding.rule in i.rules]
        for ignore in covering:
            ignore.used.add(finding.rule)
        if not covering:
            kept.append(finding)
    return kept


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
