"""deliver: the branch and the report."""

from __future__ import annotations

from agent.deps import Deps
from agent.report import build_report
from agent.report_files import write_report
from agent.state import RunState


def deliver(state: RunState, deps: Deps) -> RunState:
    """Write the report beside the run; the branch already holds one commit per green step."""
    report = build_report(state, deps)
    write_report(report, deps.run_dir)
    deps.journal.append("end", durable=True, outcome=state["outcome"], reason=state["reason"])
    return {}
