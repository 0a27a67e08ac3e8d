"""How a finished run is shown on stdout."""

from __future__ import annotations

from dataclasses import asdict

from agent.cli_support import Console
from agent.progress import printable
from agent.run import RunResult


def show_result(console: Console, result: RunResult) -> None:
    """Print the summary, or the whole report as one JSON document."""
    report = result.report
    if console.json:
        console.document({**asdict(report), "exit_code": result.exit_code, "report": str(result.run_dir / "report.md")})
        return
    lines = [f"{report.outcome}: {report.reason}" if report.reason else report.outcome]
    if report.branch:
        lines.append(f"branch   {report.branch} ({len(report.commits)} commits, {len(report.files)} files)")
    elif report.files:
        lines.append(f"files    {len(report.files)} changed in place")
    broken = [row["id"] for row in report.ledger if row["status"].startswith("broken")]
    kept = sum(1 for row in report.ledger if row["status"] == "kept")
    lines.append(f"rules    {kept} kept" + (f", broken: {', '.join(broken)}" if broken else ""))
    if report.gates:
        rungs = report.gates[-1]["rungs"]
        lines.append("gates    " + ", ".join(f"{rung['name']} {rung['status'].replace('_', ' ')}" for rung in rungs))
    spent = report.spent
    money = f", ${spent['cost_usd']:.3f}" if spent["cost_usd"] is not None else ""
    lines.append(
        f"cost     {spent['calls']} calls, {spent['prompt_tokens']:,} + {spent['completion_tokens']:,} tokens{money}, "
        f"{report.seconds:.0f} s"
    )
    leftover = result.run_dir / "unverified.patch"
    if leftover.exists():
        lines.append(f"kept     {leftover} (changes that no gate has verified)")
    lines.append(f"report   {result.run_dir / 'report.md'}")
    if report.branch and report.outcome == "achieved":
        lines.append("next     archwright diff, archwright apply, or merge the branch")
    console.result(printable("\n".join(lines)))


def show_plan(console: Console, result: RunResult) -> None:
    """Print the plan."""
    report = result.report
    if console.json:
        plan = {"plan": report.plan, "ledger": report.ledger, "outcome": report.outcome, "reason": report.reason}
        console.document({"schema_version": 1, **plan})
        return
    if report.outcome != "planned":
        console.result(printable(f"{report.outcome}: {report.reason}"))
        return
    for number, step in enumerate(report.plan, 1):
        console.result(printable(f"{number}. {step['intent']}"))
        if step["layers"]:
            console.result(printable(f"   layers: {', '.join(step['layers'])}"))
        for path in step["files"]:
            console.result(printable(f"   - {path}"))
    for row in report.ledger:
        console.result(f"constraint {row['id']} ({row['source']}): {row['meaning']}")
