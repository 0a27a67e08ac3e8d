"""``.archwright/baseline.json``: findings that a repository takes as given, so that only new ones count.

One entry stands on each line, sorted, without line numbers: the file changes only where findings come and go, and
two branches that mend different things merge.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.errors import InvalidConstraints, Problem
from tools.findings import Finding

FILE = ".archwright/baseline.json"
SCHEMA_VERSION = 1
_MAX_BYTES = 50_000_000
_ANEW = "Mend it, or write it anew with `archwright baseline create --force`."

_LINE = re.compile(r"(\blines? |\.[a-z]{2,5}:)\d+\b")
"""A line that a message names: ``line 12``, ``archwright.toml:3``."""

Identity = tuple[str, str, str]
"""Rule, path, message: what stays the same when lines move; see `identity_of`."""


def identity_of(finding: Finding) -> Identity:
    """`Finding.identity` without the lines that the message names."""
    rule, path, message = finding.identity
    return (rule, path, _LINE.sub(r"\1N", message))


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each finding was there when the baseline was written."""

    counts: Counter[Identity] = field(default_factory=Counter)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        """The baseline that holds exactly `findings`."""
        return cls(Counter(identity_of(f) for f in findings))

    def __len__(self) -> int:
        return sum(self.counts.values())

    def split(self, findings: Sequence[Finding], exists: Callable[[str], bool]) -> Split:
        """Tell the findings that are in the baseline from the others.

        A file that was moved takes its entries along: an entry whose path is no more stands for the same rule and
        message in a file of the same name elsewhere.

        Args:
            findings: All that there are.
            exists: Is there (still) a file at a path of the repository?
        """
        left = self.counts.copy()
        known, fresh = _take(findings, left, identity_of)
        moved, fresh = _take(fresh, _orphans(left, exists), _placeless)
        return Split(known=[*known, *moved], fresh=fresh, gone=sum(left.values()) - len(moved))


@dataclass(frozen=True, slots=True)
class Split:
    """What a baseline makes of findings."""

    known: list[Finding]
    fresh: list[Finding]
    gone: int
    """How many entries stand for nothing any more."""


def _take(
    findings: Sequence[Finding], left: Counter[Identity], key: Callable[[Finding], Identity]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that `left` has entries for, which are used up, and the others."""
    known: list[Finding] = []
    fresh: list[Finding] = []
    for finding in findings:
        name = key(finding)
        if left[name] > 0:
            left[name] -= 1
            known.append(finding)
        else:
            fresh.append(finding)
    return known, fresh


def _orphans(left: Counter[Identity], exists: Callable[[str], bool]) -> Counter[Identity]:
    found: Counter[Identity] = Counter()
    for (rule, path, message), count in left.items():
        if count > 0 and path and not exists(path):
            found[_anywhere(rule, path, message)] += count
    return found


def _placeless(finding: Finding) -> Identity:
    return _anywhere(*identity_of(finding))


def _anywhere(rule: str, path: str, message: str) -> Identity:
    return (rule, path.rpartition("/")[2], message.replace(path, "\0") if path else message)


def read_baseline(root: Path) -> Baseline | None:
    """The baseline of the repository at root; None when it has none.

    Raises InvalidConstraints when the file is damaged, of something else, or of a later archwright.
    """
    path = root / FILE
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _problem("The file is larger than 50 MB.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(f"The file cannot be read: {error}.") from error
    return parse(text)


def parse(text: str) -> Baseline:
    """The baseline in the text of its file; raises InvalidConstraints like `read_baseline`."""
    if "\n<<<<<<< " in f"\n{text}":
        raise _problem(
            "There are marks of an unfinished merge in it.",
            "Keep the lines of both sides, then run `archwright baseline update`.",
        )
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _problem(f"This is not JSON: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise _problem("This is no baseline of archwright.")
    if document.get("schema_version") != SCHEMA_VERSION:
        raise _problem(
            f"Its schema_version is {document.get('schema_version')!r}; this archwright knows {SCHEMA_VERSION}.",
            "Use the archwright that wrote it.",
        )
    counts: Counter[Identity] = Counter()
    for number, entry in enumerate(document["findings"], 1):
        name, count = _entry(entry, number)
        counts[name] = max(counts[name], count)  # the same line from both sides of a merge
    return Baseline(counts)


def _entry(entry: Any, number: int) -> tuple[Identity, int]:
    if isinstance(entry, Mapping):
        rule, path, message = (entry.get(key) for key in ("rule", "path", "message"))
        count = entry.get("count", 1)
        counted = isinstance(count, int) and not isinstance(count, bool) and count > 0
        if isinstance(rule, str) and isinstance(path, str) and isinstance(message, str) and counted:
            return (rule, path, message), count
    raise _problem(f"Entry {number} has not the form of a finding (rule, path, message, count).")


def _problem(message: str, remedy: str = _ANEW) -> InvalidConstraints:
    return InvalidConstraints([Problem(where=FILE, message=message, remedy=remedy)])


def write_baseline(root: Path, baseline: Baseline) -> Path:
    """Write the file; returns its path.

    Raises InvalidConstraints when something is in the way that leads out of the repository.
    """
    path = root / FILE
    if path.parent.is_symlink() or path.is_symlink():
        raise _problem("It is a symbolic link, and archwright writes only inside the repository.", "Remove the link.")
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.write_text(text_of(baseline), encoding="utf-8")
    draft.replace(path)
    return path


def text_of(baseline: Baseline) -> str:
    """The file: the same findings always give the same text."""
    lines = [
        json.dumps({"rule": rule, "path": path, "message": message, "count": count})
        for (rule, path, message), count in sorted(baseline.counts.items(), key=lambda item: _order(item[0]))
        if count > 0
    ]
    inner = ",\n".join(f"  {line}" for line in lines)
    findings = f"[\n{inner}\n ]" if lines else "[]"
    return f'{{\n "schema_version": {SCHEMA_VERSION},\n "findings": {findings}\n}}\n'


def _order(name: Identity) -> Identity:
    rule, path, message = name
    return (path, rule, message)
