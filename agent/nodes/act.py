"""act: every tool call of the last answer, in order. Gate and done wait for the gate node."""

from __future__ import annotations

import re
from typing import Any

from agent.deps import Deps
from agent.journal import digest
from agent.model import Answer, ToolCall, parse
from agent.planning import adopt_plan
from agent.state import RunState
from agent.surveying import refresh_targets
from agent.toolbox import GATES, NOT_LANDED, Toolbox
from prompts.render import render

_CUT = (
    "error: your answer was cut off at the token limit inside this call, so nothing of it was done. "
    "Send it again in smaller parts, one or two files an answer."
)
_MOST_REPEATED = 3
_MOST_IDLE = 3
"""Answers in a row without a usable call before the run ends."""


def act(state: RunState, deps: Deps) -> RunState:
    """Execute the calls; returns what changed: tree, plan, the pending gate call, or the end of the run."""
    deps.desk.restore(state["tree"])
    answer = parse({"message": deps.conversation.messages[-1], "finish": state["finish"]})
    if not answer.calls:
        return _without_calls(state, deps, answer)
    changes: RunState = {"idle": 0, "pending": {}}

    def on_plan(arguments: dict[str, Any]) -> str:
        plan, told = adopt_plan(arguments, deps)
        changes["plan"] = plan
        return told

    toolbox = Toolbox(deps.desk, deps.settings.mode, on_plan, deps.gateway.limits.deadline)
    toolbox.before_install = lambda: refresh_targets(deps)
    failed = False
    done: list[list[Any]] = []
    for call in answer.calls:
        if call.name in GATES and not call.error:
            continue
        result = _CUT if call.error and answer.finish == "length" else toolbox.execute(call)
        failed = failed or (call.name == "edit" and _went_wrong(result))
        deps.conversation.result(call.id, result)
        done.append([call.name, call.arguments, _without_numbers(result)])
        deps.progress.event("act", _summary(call, result))
    _note_repetition(state, changes, digest(done) if done else "")
    _defer_gates(answer, deps, changes, failed=failed)
    changes["tree"] = deps.desk.tree
    changes["messages"] = len(deps.conversation)
    return changes


def _defer_gates(answer: Answer, deps: Deps, changes: RunState, *, failed: bool) -> None:
    """Leave the last gate or done call to the gate node; a failed edit in the same answer makes it pointless."""
    waiting = [call for call in answer.calls if call.name in GATES and not call.error]
    for call in waiting[:-1]:
        deps.conversation.result(call.id, "see the last gate call of this answer")
    if not waiting:
        return
    last = waiting[-1]
    if failed:
        deps.conversation.result(last.id, "not judged: an edit in this answer failed. Mend it and call again.")
        return
    changes["pending"] = {
        "id": last.id,
        "name": last.name,
        "summary": str(last.arguments.get("summary") or ""),
    }
    waivers = last.arguments.get("waivers")
    deps.waivers = [w for w in waivers if isinstance(w, dict)] if isinstance(waivers, list) else []


def _note_repetition(state: RunState, changes: RunState, mark: str) -> None:
    """End a run that does the same with the same result over and over."""
    repeated = state["repeated"] + 1 if mark and mark == state["answer_digest"] else 0
    changes["repeated"], changes["answer_digest"] = repeated, mark
    if repeated >= _MOST_REPEATED:
        changes["outcome"] = "gave up"
        changes["reason"] = f"The model did the same {repeated + 1} times in a row with the same result."


def _without_numbers(result: str) -> str:
    """Line numbers and times move without anything having moved on."""
    return re.sub(r"\d+", "#", result)


def _without_calls(state: RunState, deps: Deps, answer: Answer) -> RunState:
    """Words alone: taken as "finished" when something was written, else the model is asked once more."""
    idle = state["idle"] + 1
    cut = answer.finish == "length"
    if not cut and deps.desk.tree != state["gated_tree"] and answer.text.strip():
        return {"idle": idle, "pending": {"id": "", "name": "done", "summary": answer.text.strip()[:600]}}
    if idle >= _MOST_IDLE:
        return {
            "idle": idle,
            "pending": {},
            "outcome": "model",
            "reason": f"The model answered without a tool call {idle} times in a row"
            + (", the last time cut off at its token limit" if cut else "")
            + ", so the run ended. Try another model, or one that supports tool calls.",
        }
    deps.journal.append("nudge", turn=state["turns"])
    deps.conversation.say("user", render("nudge", cut=" (it was cut off at the token limit)" if cut else ""))
    return {"idle": idle, "pending": {}, "messages": len(deps.conversation)}


def _went_wrong(result: str) -> bool:
    return result.startswith(("error:", "refused:", NOT_LANDED))


def _summary(call: ToolCall, result: str) -> str:
    first = result.splitlines()[0] if result else ""
    detail = str(call.arguments.get("command") or call.arguments.get("find") or call.arguments.get("symbol") or "")
    if call.name == "edit":
        detail = f"{str(call.arguments.get('changes', '')).count('*** ')} changes"
    return f"{call.name} {detail.splitlines()[0][:80] if detail else ''} -> {first[:100]}"
