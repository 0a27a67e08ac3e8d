"""Writes constraints as the text of an ``archwright.toml``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tools.constraints.model import Constraint, Kind

HEAD = "# Rules of this repository: `archwright check` keeps them, `archwright explain RULE` tells why."
NAMED: tuple[Kind, ...] = ("architecture", "database", "orm", "framework")
CONTRACT_KEYS = ("name", "order", "closed", "shared", "roots", "within", "paths")
_LISTS: Mapping[Kind, str] = {
    "protected": "protected",
    "exclude": "exclude",
    "layer-imports": "forbid",
    "queries": "queries",
    "advisory": "advisory",
}


def write(constraints: Sequence[Constraint], comments: Mapping[str, str] | None = None) -> str:
    """The text of an ``archwright.toml`` that states `constraints`; `comments` by constraint id.

    Reading it gives the same constraints (their source and binding apart).
    """
    notes = comments or {}
    lines = [HEAD, *_write_constraints(constraints, notes)]
    for constraint in constraints:
        if constraint.kind == "layers":
            lines += ["", "[layers]", *(f"{k} = {toml(v)}" for k, v in constraint.params.items())]
    for constraint in constraints:
        if constraint.kind == "contract":
            lines += ["", *_write_contract(constraint)]
    rules = [c for c in constraints if c.kind == "rule"]
    if rules:
        lines += ["", "[rules]", *(f"{c.value} = {toml(c.params['severity'])}" for c in rules)]
    return "\n".join(lines) + "\n"


def _write_constraints(constraints: Sequence[Constraint], notes: Mapping[str, str]) -> list[str]:
    lines = ["", "[constraints]"]
    for constraint in constraints:
        if constraint.kind in NAMED:
            note = notes.get(constraint.id)
            lines.append(f"{constraint.kind} = {toml(constraint.value)}" + (f"  # {note}" if note else ""))
    for kind, key in _LISTS.items():
        listed = [c for c in constraints if c.kind == kind]
        if not listed:
            continue
        lines += [f"# {notes[c.id]}" for c in listed if c.id in notes]
        values = [layer.strip() for layer in listed[0].value.split(",")] if kind == "queries" else map(item, listed)
        lines.append(f"{key} = [{', '.join(map(toml, values))}]")
    return lines if len(lines) > 2 else []


def item(constraint: Constraint) -> Any:
    """What stands for a constraint in the list of its kind: a text, or a table."""
    if constraint.kind != "layer-imports":
        return constraint.value
    params = constraint.params
    if not params.get("within") and not params.get("except"):
        return f"{params['source']} -> {params['target']}"
    table = {"from": params["source"], "to": params["target"]}
    return {**table, **{key: params[key] for key in ("within", "except") if params.get(key)}}


def _write_contract(constraint: Constraint) -> list[str]:
    lines = ["[[contracts]]", f"name = {toml(constraint.value)}"]
    params = dict(constraint.params)
    paths = params.pop("paths", {})
    lines += [f"{key} = {toml(params[key])}" for key in CONTRACT_KEYS if params.get(key)]
    if paths:
        lines += ["[contracts.paths]", *(f"{_key(k)} = {toml(v)}" for k, v in paths.items())]
    return lines


def toml(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    return name if bare and name else json.dumps(name)
