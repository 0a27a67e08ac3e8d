"""The effective constraints as text for people: by where they were said, with the rules that verify them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tools.constraints.model import PRECEDENCE, Constraint, ConstraintSet, Kind, Origin

_HEADS: dict[Origin, str] = {
    "flag": "Said on the command line",
    "file": "Said in the configuration file",
    "request": "Said in the request",
    "instructions": "Read in instruction files: warns, and binds once it is in archwright.toml",
    "practice": "Done by habit: warns, and binds once it is in archwright.toml",
    "profile": "Recommended by a profile",
}


def show(constraints: ConstraintSet, rules_of: Callable[[Kind], Sequence[str]]) -> str:
    """The set by origin, strongest first, then what nothing checks, then contradictions.

    Args:
        constraints: The effective set.
        rules_of: The rules that verify a kind of constraint.
    """
    blocks: list[list[str]] = []
    for origin in PRECEDENCE:
        own = [c for c in constraints if c.source.origin == origin and c.binding != "advisory"]
        if own:
            blocks.append([f"{_HEADS[origin]}:", *(line for one in own for line in _one(one, rules_of))])
    advice = [c for c in constraints if c.binding == "advisory"]
    if advice:
        blocks.append(["Advice, which nothing checks:", *(f"  {c.words}  ({c.source})" for c in advice)])
    if constraints.contradictions:
        told = (f"  {contradiction}" for contradiction in constraints.contradictions)
        blocks.append(["Contradictions:", *told])
    if not blocks:
        return (
            "Nothing is stated and nothing could be inferred: only rules that hold everywhere are checked. "
            "`archwright constraints init` writes a file to begin with."
        )
    return "\n\n".join("\n".join(block) for block in blocks)


def _one(constraint: Constraint, rules_of: Callable[[Kind], Sequence[str]]) -> Iterator[str]:
    yield f"  {constraint.id}  ({constraint.source})"
    rules = "" if constraint.kind in ("exclude", "rule", "layers") else ", ".join(rules_of(constraint.kind))
    places = "; ".join(f"{key}: {_listed(value)}" for key, value in constraint.params.items() if _tells(key, value))
    details = [constraint.words, places, f"checked by {rules}" if rules else ""]
    yield from (f"      {detail}" for detail in details if detail and detail != constraint.value)


def _tells(key: str, value: object) -> bool:
    return bool(value) and key not in ("source", "target")


def _listed(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(f"{name} = {_listed(inner)}" for name, inner in value.items())
    return str(value)
