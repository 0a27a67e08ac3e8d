"""``python -m evals.field table``: the check on real repositories, a row each."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.field.checking import Checked, check
from evals.field.grid import grid, percent
from evals.field.running import Ran, run
from evals.field.sources import listed, silent
from evals.floor.tasks import HOME
from tools.shell import Shell, ShellSettings

SEVERITIES = ("error", "warning", "info")
RESOLVED_GOAL = 0.98
_HEAD = (
    "repository", "files", "unread", "in part", "silent", "lines", "layer %", "if asked", "resolved", "missing",
    "unknown", "foreign?", "share %", "at worst", "err", "warn", "info", "cold s", "cpu s", "warm s", "cpu s",
    "MB", "exit",
)  # fmt: skip
_LEGEND = """\
layer %: files with a layer, of those that run in production; by what is in force, and if architecture=clean were asked
share %: resolved of resolved + missing; at worst: as if every computed name (unknown), and everything called external
  though a package of the repository has that name (foreign?), were ours and lost
unread: nothing of the file was read; in part: what stands around a syntax error was
MB: the most resident memory of all processes together, looked at every 30 ms"""
_MEGABYTE = 1_000_000
_SHAPED = ("resolved", "missing")
_AT_WORST = (*_SHAPED, "unknown", "foreign_by_name")


@dataclass(kw_only=True)
class Row:
    """One repository."""

    name: str
    cold: Checked
    """With an empty cache."""
    warm: Checked
    """Right after it."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """See `evals.field.census.census`; empty when it crashed."""
    present: frozenset[str] = frozenset()
    """The source files, listed without code of the check."""
    troubles: list[str] = field(default_factory=list)
    """Crashes, and what does not add up, a line each."""

    @property
    def silent(self) -> list[str]:
        """Source files that were not read and of which the check says nothing."""
        unread = self.facts.get("unread", {})
        read = [path for path in self.facts.get("source_files", ()) if path not in unread]
        return silent(self.present, read, self.not_checked) if self.facts else []

    @property
    def not_checked(self) -> dict[str, str]:
        """Path -> reason, as the check names them."""
        return {found["path"]: found["reason"] for found in self.cold.document.get("not_checked", ())}

    @property
    def findings(self) -> list[dict[str, Any]]:
        """As the check printed them."""
        found: list[dict[str, Any]] = self.cold.document.get("findings", [])
        return found

    def edges(self, *kinds: str) -> int:
        """Import statements of these kinds; see `evals.field.census.edges`."""
        counted = self.facts.get("edges", {})
        return sum(counted.get(kind, 0) for kind in kinds)


def measure(shell: Shell, repository: Path, place: Path, constraints: Sequence[str] = ()) -> Row:
    """Check one repository twice, from an empty cache, and count what its facts say; never raises for its code."""
    shutil.rmtree(place, ignore_errors=True)
    cold = check(shell, repository, place, constraints)
    warm = check(shell, repository, place, constraints)
    row = Row(name=repository.name, cold=cold, warm=warm, present=frozenset(listed(shell, repository)))
    row.troubles += [
        f"{which} check: {found.crash}" for which, found in (("cold", cold), ("warm", warm)) if found.crash
    ]
    counted = _census(shell, repository, place, constraints)
    try:
        row.facts = json.loads(counted.output)
    except ValueError:
        said = (counted.errors.strip() or "nothing").splitlines()[-1]
        row.troubles.append(f"census: exit code {counted.exit_code}: {said[:300]}")
    row.troubles += _sums(row)
    return row


def _census(shell: Shell, repository: Path, place: Path, constraints: Sequence[str]) -> Ran:
    # The index keeps its facts there when the command is given our cache folder.
    cache = place / "cache" / "archwright" / "facts"
    flags = [part for constraint in constraints for part in ("--constraint", constraint)]
    command = [sys.executable, "-m", "evals.field", "census", str(repository), "--cache", str(cache), *flags]
    return run(shell, command, place / "census")


def _sums(row: Row) -> Iterator[str]:
    """What does not add up between the command, the facts and the list of files."""
    if not row.cold.document or not row.facts:
        return
    told, counted = row.cold.document["summary"]["files"], row.facts["files"]
    if told != counted:
        yield f"the check says that it read {told} files, its facts hold {counted}"
    if unnamed := sorted(set(row.facts["unread"]) - set(row.not_checked)):
        yield f"not read and not named: {', '.join(unnamed[:5])}"
    if row.silent:
        yield f"{len(row.silent)} source files skipped in silence: {', '.join(row.silent[:5])}"
    if sorted(_told(row.cold)) != sorted(_told(row.warm)):
        yield "the warm check finds something else than the cold one"


def _told(checked: Checked) -> list[str]:
    return [json.dumps(found, sort_keys=True) for found in checked.document.get("findings", ())]


def table(rows: Sequence[Row]) -> str:
    """Repositories, rules, troubles."""
    parts = [grid(_HEAD, [_cells(row) for row in rows]), _notes(rows), _rules(rows)]
    parts += [f"{row.name}: {trouble}" for row in rows for trouble in row.troubles]
    return "\n\n".join(part for part in parts if part)


def _cells(row: Row) -> tuple[str, ...]:
    facts = row.facts
    weights = Counter(found["severity"] for found in row.findings)
    counted = facts["layered"] if facts else {}
    code = facts.get("code_files", 0)
    layered = [percent(counted[which]["code_files"], code) if facts else "-" for which in ("in_force", "asked")]
    kinds = [str(row.edges(kind)) if facts else "-" for kind in _AT_WORST]
    shares = [percent(row.edges("resolved"), row.edges(*shaped)) for shaped in (_SHAPED, _AT_WORST)]
    cold, warm = row.cold.ran, row.warm.ran
    unread, in_part = str(len(facts.get("unread", ()))), str(len(row.not_checked.keys() - set(facts.get("unread", ()))))
    return (
        row.name, str(facts.get("files", "-")), unread, in_part, str(len(row.silent)),
        str(facts.get("lines", "-")), *layered, *kinds, *shares,
        *(str(weights[severity]) if row.cold.document else "-" for severity in SEVERITIES),
        f"{cold.seconds:.1f}", f"{cold.processor:.1f}", f"{warm.seconds:.2f}", f"{warm.processor:.2f}",
        str(round(cold.memory / _MEGABYTE)), "crash" if row.cold.crash else str(cold.exit_code),
    )  # fmt: skip


def _notes(rows: Sequence[Row]) -> str:
    resolved = sum(row.edges("resolved") for row in rows)
    shaped, at_worst = (sum(row.edges(*kinds) for row in rows) for kinds in (_SHAPED, _AT_WORST))
    below = [row.name for row in rows if row.edges("resolved") < RESOLVED_GOAL * row.edges(*_SHAPED)]
    lines = [
        f"{len(rows)} repositories, {sum(r.facts.get('files', 0) for r in rows)} files, "
        f"{sum(r.facts.get('lines', 0) for r in rows)} lines, {sum(len(r.findings) for r in rows)} findings, "
        f"{sum(bool(r.cold.crash) for r in rows)} crashes, {sum(len(r.silent) for r in rows)} files skipped in silence",
        f"first-party import statements resolved: {percent(resolved, shaped)} %, at worst "
        f"{percent(resolved, at_worst)} % (goal {RESOLVED_GOAL:.0%}); below it: {', '.join(below) or 'none'}",
        _LEGEND,
    ]
    return "\n".join(lines)


def _rules(rows: Sequence[Row]) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    homes: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        for found in row.findings:
            key = (found["rule"], found["severity"])
            counts[key] += 1
            homes.setdefault(key, Counter())[row.name] += 1
    if not counts:
        return ""
    cells = []
    for key, count in sorted(counts.items()):
        where = ", ".join(f"{name} {number}" for name, number in homes[key].most_common())
        cells.append((key[0], key[1], str(count), where))
    width = max(len(cell[3]) for cell in cells)
    return grid(("rule", "severity", "count", "where"), [(*cell[:3], cell[3].ljust(width)) for cell in cells])


def document(rows: Sequence[Row]) -> dict[str, Any]:
    """Everything, as JSON."""
    return {"schema_version": 1, "rows": [_document(row) for row in rows]}


def _document(row: Row) -> dict[str, Any]:
    facts = {name: value for name, value in row.facts.items() if name != "source_files"}
    by_rule = Counter(f"{found['rule']} {found['severity']}" for found in row.findings)
    return {
        "repository": row.name,
        "crash": row.cold.crash,
        "troubles": row.troubles,
        "exit_code": row.cold.ran.exit_code,
        "seconds": {"cold": row.cold.ran.seconds, "warm": row.warm.ran.seconds},
        "processor_seconds": {"cold": row.cold.ran.processor, "warm": row.warm.ran.processor},
        "memory_bytes": {"cold": row.cold.ran.memory, "warm": row.warm.ran.memory},
        "source_files_present": len(row.present),
        "not_checked": row.not_checked,
        "silent": row.silent,
        "facts": facts,
        "findings_by_rule": dict(by_rule.most_common()),
        "findings": row.findings,
    }


def run_table(folders: Sequence[Path], place: Path, constraints: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of `folders`, one after the other; scratch lies in `place`."""
    with Shell(ShellSettings(root=HOME, sandbox=False)) as shell:
        for folder in folders:
            yield measure(shell, folder.resolve(), place / folder.resolve().name, constraints)
