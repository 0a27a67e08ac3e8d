"""commit: one commit per green step; then the next step, or the end."""

from __future__ import annotations

from agent.brief import advice_for
from agent.deps import Deps
from agent.progress import printable
from agent.state import PlanStep, RunState
from prompts.render import render


def commit(state: RunState, deps: Deps) -> RunState:
    """Commit the green tree and either open the next step or mark the work as achieved."""
    pending, plan = state["pending"], state["plan"]
    step = plan[min(state["step"], len(plan) - 1)]
    made = deps.desk.workspace.commit(_message(state, deps, step))
    commits = [*state["commits"], made] if made else state["commits"]
    if made:
        deps.progress.event("commit", f"{made[:10]} {step['intent'][:80]}")
        deps.journal.append("commit", commit=made, step=state["step"], tree=deps.desk.tree)
    finished = pending["name"] == "done" or state["step"] + 1 >= len(plan)
    changes: RunState = {"commits": commits, "tree": deps.desk.tree, "pending": {}}
    if finished and pending["name"] == "done":
        return {**changes, "outcome": "achieved", "reason": ""}
    if finished:  # gate on the last step: green so far, but the model has not said done
        deps.conversation.result(pending["id"], "Green and committed. Call `done` when the work is finished.")
        return {**changes, "messages": len(deps.conversation)}
    following = plan[state["step"] + 1]
    text = render(
        "step_done",
        green=", ".join(name for name, status in state["gate"].items() if status == "green"),
        step=state["step"] + 1,
        steps=len(plan),
        intent=following["intent"],
        layers=", ".join(following["layers"]),
        advice=advice_for(deps, following["layers"], 1500),
    )
    deps.conversation.result(pending["id"], text)
    return {**changes, "step": state["step"] + 1, "messages": len(deps.conversation)}


def _message(state: RunState, deps: Deps, step: PlanStep) -> str:
    """Subject from the step, body with what was proven."""
    subject = printable(" ".join(step["intent"].split())).rstrip(".")
    subject = subject if len(subject) <= 72 else subject[:71].rstrip() + "…"
    green = ", ".join(name for name, status in state["gate"].items() if status == "green")
    unchecked = ", ".join(name for name, status in state["gate"].items() if status == "not_checked")
    lines = [subject, "", f"Gates green: {green or 'none'}."]
    if unchecked:
        lines.append(f"Not checked: {unchecked}.")
    lines.append(f"Archwright-Run: {deps.run_id}")
    return "\n".join(lines) + "\n"
