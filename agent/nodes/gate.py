"""gate: the ladder on the workspace as it is. Red blocks the commit and done, nothing else."""

from __future__ import annotations

from agent.deps import Deps
from agent.gating import run_gates
from agent.journal import digest
from agent.state import RunState
from tools.findings import Status
from tools.probes.render import render_for_model


def gate(state: RunState, deps: Deps) -> RunState:
    """Run the ladder; the whole suite when the model says that it is done, the affected tests otherwise."""
    deps.desk.restore(state["tree"])
    pending = state["pending"]
    if deps.desk.tree == state["base_tree"] and not state["commits"]:
        return _nothing_written(state, deps)
    deps.summary = pending.get("summary") or deps.summary
    report = run_gates(deps, full=pending["name"] == "done")
    deps.gates.append(report)
    rungs = {rung.name: str(rung.status) for rung in report.rungs}
    red = [rung.name for rung in report.rungs if rung.status is Status.RED]
    deps.progress.event("green" if report.green else "red", ", ".join(f"{k} {v}" for k, v in rungs.items()))
    deps.journal.append("gate", green=report.green, rungs=rungs, tree=deps.desk.tree)
    if report.green:
        return {
            "gate": rungs,
            "gated_tree": deps.desk.tree,
            "tree": deps.desk.tree,
            "repairs": 0,
            "stalled": 0,
        }
    text = render_for_model(report, 6000)
    mark = digest([deps.desk.tree, red, [f.identity for rung in report.rungs for f in rung.findings]])
    return {
        "gate": rungs,
        "tree": deps.desk.tree,
        "repairs": state["repairs"] + 1,
        "stalled": state["stalled"] + 1 if mark == state["gate_digest"] else 0,
        "gate_digest": mark,
        "red_report": text,
    }


def _nothing_written(state: RunState, deps: Deps) -> RunState:
    mark = "nothing written"
    return {
        "gate": {"files": "red"},
        "repairs": state["repairs"] + 1,
        "stalled": state["stalled"] + 1 if mark == state["gate_digest"] else 0,
        "gate_digest": mark,
        "red_report": "Nothing has been written yet, so there is nothing to accept.",
    }
