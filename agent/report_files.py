"""The report as files: JSON for programs, Markdown for people, the change as a patch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.progress import printable
from agent.report import Report


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.json``, ``report.md`` and ``changes.patch``."""
    document = json.dumps(asdict(report), indent=2, ensure_ascii=False)
    for name, text in (
        ("report.json", document + "\n"),
        ("report.md", printable(markdown(report))),
        ("changes.patch", report.diff),
    ):
        (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")


def markdown(report: Report) -> str:
    """Render the report."""
    why = f": {report.reason}" if report.reason else ""
    parts = [f"# {_title(report)}", f"**{report.outcome}**{why}"]
    if report.branch:
        parts.append(f"Branch `{report.branch}`, {len(report.commits)} commit(s), {len(report.files)} file(s).")
    if report.summary:
        parts.append(report.summary)
    parts.append(_section("Constraints", _ledger(report)))
    for number, gate in enumerate(report.gates, 1):
        colour = "green" if gate["green"] else "red"
        parts.append(_section(f"Gate {number}: {colour}", _rungs(gate)))
    parts.append(_section("Not checked", [f"- {row['what']}: {row['why']}" for row in report.not_checked]))
    if report.drift:
        parts.append(_section("Outside the plan", [f"- {path}" for path in report.drift]))
    parts.append(_section("Commands of the model", _commands(report)))
    parts.append(_section("Cost", [_cost(report)]))
    parts.append(_section("Files", [f"- {file['change']} {file['path']}" for file in report.files]))
    return "\n\n".join(parts) + "\n"


def _section(title: str, rows: Sequence[str]) -> str:
    return f"## {title}\n\n" + ("\n".join(rows) if rows else "none")


def _title(report: Report) -> str:
    first = report.request.strip().splitlines()[0].strip("# ")
    return first[:100]


def _ledger(report: Report) -> list[str]:
    if not report.ledger:
        return []
    rows = [
        _row(row["id"], row["binding"], row["source"], ", ".join(row["rules"]) or "-", row["status"])
        for row in report.ledger
    ]
    return [*_head("constraint", "binding", "source", "checked by", "status"), *rows]


def _rungs(gate: dict[str, Any]) -> list[str]:
    rows = _head("rung", "status", "seconds", "evidence")
    for rung in gate["rungs"]:
        evidence = "; ".join(
            f"`{e['command'][:60]}` exit {e['exit_code']}, {e['seconds']:.1f} s, {e['output_sha256'][:8]}"
            for e in rung["evidence"]
        )
        status = rung["status"].replace("_", " ") + (f": {rung['reason'][:120]}" if rung["reason"] else "")
        rows.append(_row(rung["name"], status, f"{rung['seconds']:.2f}", evidence))
        rows += [_row("", f"{f['rule']} {f['path']}:{f['line']}", "", f["message"]) for f in rung["findings"]]
    return rows


def _commands(report: Report) -> list[str]:
    if not report.commands:
        return []
    rows = [
        _row(f"`{c['command'][:100]}`", str(c["exit"]), f"{c['seconds']:.1f}", c["profile"]) for c in report.commands
    ]
    return [*_head("command", "exit", "seconds", "profile"), *rows]


def _cost(report: Report) -> str:
    spent = report.spent
    money = f"${spent['cost_usd']:.4f}" if spent["cost_usd"] is not None else "price unknown"
    return (
        f"{spent['calls']} model calls, {spent['prompt_tokens']:,} prompt tokens "
        f"({spent['cached_tokens']:,} cached), {spent['completion_tokens']:,} completion tokens, {money}; "
        f"{report.seconds:.0f} s. {spent['gates']} gates, {spent['red_gates']} red; {spent['nudges']} nudges, "
        f"{spent['refusals']} refusals, {spent['retries']} retries."
    )


def _head(*names: str) -> list[str]:
    return [_row(*names), _row(*["---"] * len(names))]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
