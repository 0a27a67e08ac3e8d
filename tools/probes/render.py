"""A gate's answer in few words: what is red first, with file, line, hint and the decisive lines of output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.findings import Finding, RungResult, Severity, Status
from tools.probes.context import GateReport

_PER_RUNG = 8
_CONSEQUENCES = frozenset({"queries", "tests"})
"""Rungs that see the same defect from outside that an earlier one named."""
_LINE = 320


def render_for_model(report: GateReport, max_chars: int = 4000) -> str:
    """The report as the model sees it: red findings by rung, then warnings, then one line on the rest.

    Args:
        report: The gate's answer.
        max_chars: Longest text; what does not fit is counted, never silently dropped.
    """
    head = "gate: green" if report.green else "gate: RED"
    rest = _rest(report.rungs)
    told: set[tuple[str, int]] = set()
    blocks = [_block(rung, told) for rung in report.rungs if rung.status is Status.RED]
    blocks += [_warnings(report.rungs)]
    body = _fitted([block for block in blocks if block], max_chars - len(head) - len(rest) - 4)
    return "\n".join(part for part in (head, *body, rest) if part)[:max_chars]


def finding_lines(finding: Finding) -> str:
    """One finding: place, rule and message; the hint below."""
    place = finding.path or "(repository)"
    where = f"{place}:{finding.line}" if finding.line else place
    message = " ".join(finding.message.split())
    text = f"- {where} [{finding.rule}] {message}"[:_LINE]
    if finding.chain:
        text += f"\n  via {' > '.join(finding.chain)}"[:_LINE]
    return f"{text}\n  -> {finding.hint}" if finding.hint else text


def _block(rung: RungResult, told: set[tuple[str, int]]) -> str:
    """A red rung; what an earlier rung told of the same line is not told again, only counted."""
    errors = [finding for finding in rung.findings if finding.severity is Severity.ERROR]
    again = [f for f in errors if f.line and (f.path, f.line) in told and rung.name in _CONSEQUENCES]
    fresh = [finding for finding in errors if finding not in again]
    groups = _alike(fresh)
    lines = _hints_once(groups[:_PER_RUNG])
    if len(groups) > _PER_RUNG:
        lines.append(f"- and {sum(map(len, groups[_PER_RUNG:]))} more")
    if again:
        subjects = dict.fromkeys(_subject(finding) for finding in again)
        lines.append(f"- at lines named above: {', '.join(subjects)}"[:_LINE])
    if not errors:
        lines.append(_tail(rung))
    told.update((finding.path, finding.line) for finding in errors)
    title = f"{rung.name}: red" + (f" ({rung.reason})" if rung.reason else "")
    return "\n".join([title, *lines])


def _subject(finding: Finding) -> str:
    """The test that failed, else the rule."""
    name, _, rest = finding.message.partition(": ")
    return name if rest and ("::" in name or "/" in name) else finding.rule


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that differ in the failed test only: one helper that fails takes twenty tests along."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        named = _subject(finding) != finding.rule
        said = finding.message.partition(": ")[2] if named else f"{finding.path}:{finding.line} {finding.message}"
        groups.setdefault((finding.rule, said, finding.hint), []).append(finding)
    return list(groups.values())


def _hints_once(groups: Sequence[Sequence[Finding]]) -> list[str]:
    """One entry a group; a hint that several groups share is said with the first of them only."""
    said: set[str] = set()
    lines = []
    for first, *others in groups:
        text = finding_lines(first)
        if first.hint in said:
            text = text.rpartition("\n  -> ")[0] or text
        said.add(first.hint)
        if others:
            names = ", ".join(_subject(finding) for finding in others)
            text += f"\n  {len(others)} more fail alike: {names}"[:_LINE]
        lines.append(text)
    return lines


def _tail(rung: RungResult) -> str:
    """Red without a finding: the last lines of its last command."""
    if not rung.evidence:
        return "- no output"
    lines = [line for line in rung.evidence[-1].output.splitlines() if line.strip()]
    return "\n".join(f"  {line[:200]}" for line in lines[-5:])


def _warnings(rungs: Iterable[RungResult]) -> str:
    found = [f for rung in rungs for f in rung.findings if f.severity is Severity.WARNING]
    if not found:
        return ""
    shown = [finding_lines(finding).splitlines()[0] for finding in found[:4]]
    more = [f"- and {len(found) - 4} more"] if len(found) > 4 else []
    return "\n".join(["warnings (nothing is blocked):", *shown, *more])


def _rest(rungs: Iterable[RungResult]) -> str:
    """Green, red before, and not checked with the reason, in one line each."""
    by_status: dict[Status, list[str]] = {}
    for rung in rungs:
        note = f" ({rung.reason[:160]})" if rung.reason and rung.status is not Status.RED else ""
        shown = rung.name + (note if rung.status is not Status.GREEN or rung.name == "tests" else "")
        by_status.setdefault(rung.status, []).append(shown)
    lines = []
    for status, word in (
        (Status.GREEN, "green"),
        (Status.RED_BEFORE, "red before this change, not its fault"),
        (Status.NOT_CHECKED, "not checked"),
    ):
        if status in by_status:
            lines.append(f"{word}: {'; '.join(_together(by_status[status]))}")
    return "\n".join(lines)


def _together(shown: Sequence[str]) -> list[str]:
    """``boot, schema (only tests changed)`` for rungs that give the same reason."""
    reasons: dict[str, list[str]] = {}
    for text in shown:
        name, _, reason = text.partition(" (")
        reasons.setdefault(reason, []).append(name)
    return [", ".join(names) + (f" ({reason}" if reason else "") for reason, names in reasons.items()]


def _fitted(blocks: Sequence[str], room: int) -> list[str]:
    """As many whole lines as fit; every block keeps at least its first lines."""
    kept: list[str] = []
    for number, block in enumerate(blocks):
        share = max(200, room // (len(blocks) - number))
        if len(block) > share:
            lines, used = [], 0
            for line in block.splitlines():
                if used + len(line) > share - 30:
                    break
                lines.append(line)
                used += len(line) + 1
            left = len(block.splitlines()) - len(lines)
            block = "\n".join([*lines, f"  ({left} more lines)"])
        kept.append(block)
        room -= len(block) + 1
    return kept
