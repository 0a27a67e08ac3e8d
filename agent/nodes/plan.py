"""plan: the one-step default that the model refines in its first answer, or a plan for a person to read."""

from __future__ import annotations

from agent.deps import Deps
from agent.errors import BudgetExceeded, ModelFault
from agent.nodes.brief import brief
from agent.planning import adopt_plan, default_plan
from agent.state import RunState
from agent.toolbox import PLAN
from prompts.render import render


def plan(state: RunState, deps: Deps) -> RunState:
    """Return the plan to start with.

    A model call of its own for the plan would cost every run a turn: in a run the model calls ``plan``
    beside its first work. Only a person who asks for the plan alone pays for that call.
    """
    first: RunState = {"plan": default_plan(deps.request.title), "step": 0}
    if not deps.plan_only:
        return first
    brief({**state, **first}, deps)
    deps.conversation.say("user", render("plan_only"))
    try:
        answer = deps.gateway.ask(deps.conversation.request(), [PLAN])
    except BudgetExceeded as error:
        return {**first, "outcome": "budget", "reason": str(error)}
    except ModelFault as error:
        return {**first, "outcome": "model", "reason": str(error)}
    call = next((call for call in answer.calls if call.name == "plan" and not call.error), None)
    if call is None:
        return {
            **first,
            "outcome": "model",
            "reason": "The model answered without a plan. Try again or another model.",
        }
    steps, _ = adopt_plan(call.arguments, deps)
    return {"plan": steps, "step": 0, "outcome": "planned", "reason": ""}
