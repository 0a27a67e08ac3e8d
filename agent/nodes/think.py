"""think: one model call. The answer is durable in the journal before anything is done with it."""

from __future__ import annotations

from agent.deps import Deps
from agent.errors import BudgetExceeded, ModelFault
from agent.state import RunState
from agent.status import status_line
from agent.toolbox import schemas


def think(state: RunState, deps: Deps) -> RunState:
    """Ask the model; a spent budget or a failed provider ends the run through deliver."""
    deps.conversation.cut(deps.settings.context_tokens)
    tools = schemas(deps.settings.mode, steps=len(state["plan"]))
    try:
        answer = deps.gateway.ask(deps.conversation.request(status_line(state, deps)), tools)
    except BudgetExceeded as error:
        return {"outcome": "budget", "reason": str(error)}
    except ModelFault as error:
        return {"outcome": "model", "reason": str(error)}
    deps.conversation.hear(answer)
    spent = deps.gateway.spent
    cost = f", ${spent.cost_usd:.3f} so far" if spent.cost_usd else ""
    names = ", ".join(call.name for call in answer.calls) or "no tool call"
    deps.progress.event(
        "think",
        f"call {spent.calls}: {answer.usage.prompt:,} tokens in, {answer.usage.completion:,} out{cost} -> {names}",
    )
    return {"turns": state["turns"] + 1, "messages": len(deps.conversation), "finish": answer.finish}
