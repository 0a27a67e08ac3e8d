"""The plan tool: steps in the model's words, and the request's words as typed constraints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.deps import Deps
from agent.state import PlanStep
from framework_profiles.loader import load_all
from tools.constraints.compile import combine
from tools.constraints.model import Constraint, Kind, Origin, Source
from tools.constraints.names import resolve

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
    sources: list[tuple[Origin, str, str]] = [("request", "", deps.request.whole)]
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
    for constraint in survey.constraints:
        if constraint.id not in known:
            how = "advice, nothing checks it" if constraint.binding == "advisory" else "checked from now on"
            told.append(f"{constraint.id} ({how})")
            deps.journal.append("constraint", constraint=constraint.as_dict())
    return told


_KINDS: dict[str, Kind] = {
    "architecture": "architecture",
    "database": "database",
    "orm": "orm",
    "framework": "framework",
}


def from_words(kind: str, value: str, quote: str, sources: Sequence[tuple[Origin, str, str]]) -> Constraint | None:
    """Turn the model's reading into a constraint; None when the quote stands in no source.

    Args:
        kind: one of the kinds with a verifier, or anything else, which becomes advice.
        value: as the model says it; a name that no profile knows becomes advice too.
        quote: words of the request or of an instruction file.
        sources: origin, path and text of what may be quoted.
    """
    wanted = " ".join(quote.split()).lower()
    for origin, path, text in sources:
        if not wanted or wanted not in " ".join(text.split()).lower():
            continue
        source = Source(origin=origin, path=path, line=_line_of(wanted, text), text=quote[:200])
        name = resolve(load_all(), kind, value) if kind in _KINDS else None
        if name is None:
            said = value if kind not in _KINDS else f"{kind}: {value}"
            return Constraint(kind="advisory", value=said[:200], source=source, binding="advisory")
        return Constraint(kind=_KINDS[kind], value=name, source=source, binding="stated")
    return None


def _line_of(wanted: str, text: str) -> int:
    """The line where the quote begins; 0 when it cannot be told."""
    start = " ".join(wanted.split()[:4])
    for number, line in enumerate(text.splitlines(), 1):
        if start in " ".join(line.split()).lower():
            return number
    return 0


def _step(raw: Any) -> PlanStep | None:
    if isinstance(raw, str) and raw.strip():
        return {"intent": raw.strip()[:300], "layers": [], "files": []}
    if not isinstance(raw, dict) or not str(raw.get("intent") or "").strip():
        return None
    return {
        "intent": str(raw["intent"]).strip()[:300],
        "layers": [str(layer) for layer in _list(raw.get("layers"))][:8],
        "files": [str(path) for path in _list(raw.get("files"))][:60],
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
