"""The report: what holds, what ran, what was not checked, what it cost. Every figure comes from a recorded event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from agent.deps import Deps
from agent.journal import read
from agent.state import RunState
from tools.findings import RungResult, Status
from tools.probes.context import GateReport
from tools.verify.registry import rules_for

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Report:
    """One versioned document; ``report.json`` is exactly this."""

    run_id: str
    outcome: str
    reason: str
    summary: str
    """The model's own words; not evidence."""
    request: str
    model: str
    branch: str | None
    commits: list[str]
    plan: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    """Constraint by constraint: source, what checks it, how it ended."""
    gates: list[dict[str, Any]]
    not_checked: list[dict[str, str]]
    commands: list[dict[str, Any]]
    """What the model ran itself."""
    files: list[dict[str, str]]
    drift: list[str]
    """Files outside the plan's list."""
    diff: str
    spent: dict[str, Any]
    seconds: float
    schema_version: int = SCHEMA_VERSION


def build_report(state: RunState, deps: Deps) -> Report:
    """Collect the report from the state, the gates and the journal."""
    events = list(read(deps.journal.path))
    workspace = deps.desk.workspace
    end = state["gated_tree"] or workspace.base_tree
    last_tree = deps.desk.tree if deps.settings.in_place else end
    changes = workspace.changed(workspace.base_tree, last_tree)
    return Report(
        run_id=deps.run_id,
        outcome=state["outcome"],
        reason=state["reason"],
        summary=deps.summary,
        request=deps.request.text,
        model=deps.settings.model or "recorded",
        branch=workspace.branch if state["commits"] else None,
        commits=state["commits"],
        plan=[dict(step) for step in state["plan"]],
        ledger=_ledger(deps),
        gates=[_gate(report) for report in deps.gates],
        not_checked=_not_checked(deps),
        commands=[_command(event) for event in events if event["kind"] == "command"],
        files=[{"path": change.path, "change": change.kind} for change in changes],
        drift=_drift(state, [change.path for change in changes]),
        diff=workspace.diff(workspace.base_tree, last_tree),
        spent=_spent(deps, events),
        seconds=round(float(events[-1]["at"]) - float(events[0]["at"]), 1) if events else 0.0,
    )


def _ledger(deps: Deps) -> list[dict[str, Any]]:
    """A constraint is kept when the last gate ran its rules and found nothing of them."""
    last = deps.gates[-1] if deps.gates else None
    waived = {str(w.get("rule")): str(w.get("reason") or "") for w in deps.waivers}
    survey = getattr(deps.desk, "survey", None)
    rows = []
    for constraint in survey.constraints if survey else ():
        rules = rules_for(constraint)
        if constraint.binding == "advisory":
            status = "advisory"
        elif not rules:
            status = "nothing checks it"
        elif constraint.binding == "inferred" and any(rule in waived for rule in rules):
            status = "waived: " + "; ".join(waived[rule] for rule in rules if rule in waived)
        else:
            status = _kept(last, set(rules))
        rows.append(
            {
                "id": constraint.id,
                "meaning": constraint.words,
                "binding": constraint.binding,
                "source": str(constraint.source),
                "rules": list(rules),
                "status": status,
            }
        )
    return rows


def _kept(last: GateReport | None, rules: set[str]) -> str:
    rung = _rung(last, "rules")
    if rung is None or rung.status is Status.NOT_CHECKED:
        return "not checked"
    broken = sum(1 for finding in rung.findings if finding.rule in rules)
    return f"broken ({broken})" if broken else "kept"


def _rung(report: GateReport | None, name: str) -> RungResult | None:
    return next((rung for rung in report.rungs if rung.name == name), None) if report else None


def _gate(report: GateReport) -> dict[str, Any]:
    return {"green": report.green, "rungs": [_rung_dict(rung) for rung in report.rungs]}


def _rung_dict(rung: RungResult) -> dict[str, Any]:
    return {
        "name": rung.name,
        "status": str(rung.status),
        "reason": rung.reason,
        "seconds": round(rung.seconds, 3),
        "findings": [asdict(finding) for finding in rung.findings],
        "evidence": [
            {
                "command": e.command,
                "exit_code": e.exit_code,
                "seconds": round(e.seconds, 3),
                "profile": e.profile,
                "output_sha256": e.output_sha256,
            }
            for e in rung.evidence
        ],
    }


def _not_checked(deps: Deps) -> list[dict[str, str]]:
    survey = getattr(deps.desk, "survey", None)
    rows = [{"what": "environment", "why": note} for note in (survey.notes if survey else ())]
    if deps.gates:
        last = deps.gates[-1]
        rows += [{"what": r.name, "why": r.reason} for r in last.rungs if r.status is Status.NOT_CHECKED]
    else:
        rows.append({"what": "everything", "why": "no gate ran"})
    leftover = deps.run_dir / "unverified.patch"
    if leftover.exists():
        rows.append({"what": "changes after the last green gate", "why": f"not on the branch, kept in {leftover}"})
    return rows


def _command(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("command", "exit", "seconds", "output_sha256", "profile")}


def _drift(state: RunState, changed: list[str]) -> list[str]:
    planned = {path for step in state["plan"] for path in step["files"]}
    return [path for path in changed if path not in planned] if planned else []


def _spent(deps: Deps, events: list[dict[str, Any]]) -> dict[str, Any]:
    spent = deps.gateway.spent
    gates = [event for event in events if event["kind"] == "gate"]
    return {
        "calls": spent.calls,
        "prompt_tokens": spent.prompt,
        "cached_tokens": spent.cached,
        "completion_tokens": spent.completion,
        "cost_usd": round(spent.cost_usd, 6) if spent.unpriced_calls < spent.calls else None,
        "unpriced_calls": spent.unpriced_calls,
        "gates": len(gates),
        "red_gates": sum(1 for event in gates if not event["green"]),
        "nudges": sum(1 for event in events if event["kind"] == "nudge"),
        "refusals": sum(1 for event in events if event["kind"] == "refused"),
        "retries": sum(1 for event in events if event["kind"] == "retry"),
    }
