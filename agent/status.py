"""The line that shows constraints, plan and gate state anew in every turn, so that they never fade."""

from __future__ import annotations

from agent.deps import Deps
from agent.state import RunState
from prompts.render import render

_MOST_CHARS = 2400
"""800 tokens at most; usually it takes a tenth of that."""


def status_line(state: RunState, deps: Deps) -> str:
    """Return what is appended to the last message; empty in the first turn, which shows all of it in full."""
    if state["turns"] == 0 or deps.settings.mode == "plain":
        return ""
    constraints = deps.desk.survey.constraints
    names = ", ".join(c.id for c in constraints if c.binding != "advisory" and c.kind not in {"exclude", "rule"})
    findings = deps.desk.findings()
    shown = "; ".join(f"{f.rule} {f.path}:{f.line}" for f in findings[:5])
    more = f" and {len(findings) - 5} more" if len(findings) > 5 else ""
    gate = ", ".join(f"{rung} {status}" for rung, status in state["gate"].items() if status == "red")
    step = min(state["step"], len(state["plan"]) - 1)
    last = step >= len(state["plan"]) - 1
    text = render(
        "status",
        steps=len(state["plan"]),
        step=step + 1,
        intent=state["plan"][step]["intent"] if state["plan"] else "",
        constraints=names or "none stated",
        open=shown + more,
        gate=gate,
        finish="done" if last else "gate",
    )
    return text.strip()[:_MOST_CHARS]
