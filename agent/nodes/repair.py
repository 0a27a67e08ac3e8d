"""repair: hand the red findings to the model, as long as that makes progress."""

from __future__ import annotations

from agent.deps import Deps
from agent.state import RunState
from prompts.render import render

_MOST_STALLED = 2
_SHORT = 700
"""Characters of a report that was shown before."""


def repair(state: RunState, deps: Deps) -> RunState:
    """Answer the pending call with what is red, or end the run when repairs are used up."""
    pending = state["pending"]
    if state["repairs"] > deps.settings.repairs or state["stalled"] > _MOST_STALLED:
        _answer(deps, pending, "Not accepted: red, and the run ends here.")
        why = (
            "the same findings again" if state["stalled"] > _MOST_STALLED else f"{state['repairs']} red gates in a row"
        )
        return {
            "outcome": "gave up",
            "reason": f"The gates stayed red ({why}): {_red(state)}.",
            "pending": {},
        }
    report = state["red_report"]
    if state["stalled"]:  # the model has the whole of it already
        report = report[:_SHORT]
    text = render("gate_red", report=report, stalled=state["stalled"] > 0, tool=pending["name"])
    _answer(deps, pending, text)
    return {"pending": {}, "messages": len(deps.conversation), "red_report": ""}


def _answer(deps: Deps, pending: dict[str, str], text: str) -> None:
    if pending.get("id"):
        deps.conversation.result(pending["id"], text)
    else:
        deps.conversation.say("user", text)


def _red(state: RunState) -> str:
    return ", ".join(name for name, status in state["gate"].items() if status == "red") or "nothing was written"
