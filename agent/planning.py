"""The plan tool: steps in the model's words, and the request's words as typed constraints."""

from __future__ import annotations

from typing import Any

from agent.deps import Deps
from agent.state import PlanStep
from tools.constraints.compile import combine, from_words

_MOST_STEPS = 3


def default_plan(title: str) -> list[PlanStep]:
    """One step that is the whole request: what holds until the model says otherwise."""
    return [{"intent": title, "layers": [], "files": []}]


def adopt_plan(arguments: dict[str, Any], deps: Deps) -> tuple[list[PlanStep], str]:
    """Take the model's plan; returns the steps and what the model is told.

    A constraint counts only when its quote really stands in the request or in the repository's
    instructions: the model may read rules, not invent them.
    """
    steps = [step for raw in _list(arguments.get("steps"))[:_MOST_STEPS] if (step := _step(raw))]
    steps = steps or default_plan(deps.request.title)
    told = [f"plan of {len(steps)} step{'s' if len(steps) > 1 else ''} noted"]
    told.extend(_adopt_constraints(_list(arguments.get("constraints")), deps))
    deps.journal.append("plan", steps=steps)
    deps.progress.event("plan", " | ".join(step["intent"] for step in steps))
    return steps, "; ".join(told)


def _adopt_constraints(raw: list[Any], deps: Deps) -> list[str]:
    sources = [("request", "", deps.request.whole)]
    sources += [("instructions", path, text) for path, text in deps.desk.survey.instructions]
    found, told = [], []
    for item in raw:
        if not isinstance(item, dict):
            continue
        kind, value, quote = (str(item.get(name) or "").strip() for name in ("kind", "value", "quote"))
        constraint = from_words(kind, value, quote, sources)
        if constraint is None:
            told.append(f"{kind}={value} left out: its quote does not stand in the request")
            continue
        found.append(constraint)
    if not found:
        return told
    survey = deps.desk.survey
    known = {constraint.id for constraint in survey.constraints}
    survey.constraints = combine([*survey.constraints, *found])
    fresh = [constraint for constraint in survey.constraints if constraint.id not in known]
    for constraint in fresh:
        deps.journal.append("constraint", constraint=constraint.as_dict())
    told += [f"{constraint.id} is checked from now on" for constraint in fresh if constraint.binding != "advisory"]
    advice = sum(1 for constraint in fresh if constraint.binding == "advisory")
    if advice:
        told.append(f"{advice} noted as advice that no check covers")
    return told


def _step(raw: Any) -> PlanStep | None:
    if isinstance(raw, str) and raw.strip():
        return {"intent": " ".join(raw.split())[:300], "layers": [], "files": []}
    if not isinstance(raw, dict) or not str(raw.get("intent") or "").strip():
        return None
    return {
        "intent": " ".join(str(raw["intent"]).split())[:300],
        "layers": [str(layer) for layer in _list(raw.get("layers"))][:8],
        "files": [str(path) for path in _list(raw.get("files"))][:60],
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
