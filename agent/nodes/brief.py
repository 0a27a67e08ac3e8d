"""brief: what the model sees beside the request."""

from __future__ import annotations

from agent.brief import task_message
from agent.deps import Deps
from agent.state import RunState
from prompts.render import render


def brief(state: RunState, deps: Deps) -> RunState:
    """Open the conversation."""
    plain = deps.settings.mode == "plain"
    system = render("system_plain") if plain else render("system", plan=len(state["plan"]) <= 1)
    deps.conversation.say("system", system)
    deps.conversation.say("user", task_message(deps))
    return {"messages": len(deps.conversation)}
