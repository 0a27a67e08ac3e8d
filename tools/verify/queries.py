"""sql-outside-repositories: queries, SQL text and sessions live in the layers that the architecture names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tools.constraints.data_access import Use
from tools.constraints.layering import INFRASTRUCTURE, ROOT, TESTS, Contract
from tools.constraints.model import Constraint
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, place_of, severity_of, topic

_TABLE = re.compile(r"\b(?:from|into|update|join)\s+(?:only\s+)?[\"`\[]?(\w+|\{)", re.IGNORECASE)
_NAMED = re.compile(r"(\w+)\s+as\s+(?:not\s+)?(?:materialized\s+)?\(", re.IGNORECASE)
"""A name for a part of the same query."""


class _Demand(NamedTuple):
    layers: tuple[str, ...]
    constraint: Constraint


def outside(context: Context, path: str) -> Iterator[Finding]:
    """Uses of the data layer in a file of another role."""
    contract = context.architecture
    demand = _demand(context, contract)
    if contract is None or demand is None or is_aside(path) or contract.scope.relative(path) is None:
        return
    role = contract.role(path)
    if role == TESTS or role in demand.layers or contract.may_query(path):
        return
    if demand.constraint.binding != "stated" and not contract.is_layer(role):
        return  # a habit says what layers do; what else there is may be a data layer of its own
    worst: dict[tuple[str, str], Use] = {}
    for use in context.access.uses(path):
        if _is_foreign(context, demand, contract, path, use):
            worst.setdefault((use.scope, _group(use)), use)
    for (scope, group), use in worst.items():
        if group == "data" or (scope, "data") not in worst:  # a query out of place takes its session along
            yield _finding(context, demand, path, role, use)


def _demand(context: Context, contract: Contract | None) -> _Demand | None:
    said = context.constraints.one("queries")
    if contract is not None and contract.constraint.source.origin != "practice" and contract.query_layers:
        return _Demand(contract.query_layers, contract.constraint)
    if said is not None:
        return _Demand(tuple(name.strip() for name in said.value.split(",")), said)
    return None


def _group(use: Use) -> str:
    return "data" if use.kind in ("query", "raw") else use.kind


def _is_foreign(context: Context, demand: _Demand, contract: Contract, path: str, use: Use) -> bool:
    role = contract.role(path)
    if use.owner and contract.role(use.owner) in demand.layers:
        return False  # a repository that derives from the ORM's own: the call goes to the repository
    if role == INFRASTRUCTURE and use.kind == "raw" and _is_for_any_table(context, path, use):
        return False
    if role in (INFRASTRUCTURE, ROOT, None):
        # Wrappers and base classes pass queries on; only what names a table or a model is a query of its own.
        named = use.names_table or use.owner or _knows_models(context, contract, path)
        return use.kind == "raw" or (use.kind == "query" and bool(named))
    if role in contract.shared:
        return use.held and use.kind == "query"
    return True


def _is_for_any_table(context: Context, path: str, use: Use) -> bool:
    """``select {} from {}``: a wrapper, used by those who name a table."""
    texts = [s.text for s in context.project.files[path].strings if s.kind == "sql" and s.line == use.line]
    text = texts[0] if texts else use.what
    tables = {name.lower() for name in _TABLE.findall(text)} - {name.lower() for name in _NAMED.findall(text)}
    return tables - {"set"} == {"{"}  # ON CONFLICT DO UPDATE SET


def _knows_models(context: Context, contract: Contract, path: str) -> bool:
    """Imports single names from models: a bare module import only registers the tables."""
    for fact in context.project.files[path].imports:
        if fact.type_only or fact.kind == "star":
            continue
        for (name, _), target in zip(fact.names, fact.name_targets, strict=False):
            if (
                target is not None
                and contract.role(target) in contract.shared
                and name[:1].isupper()
                and name != "Base"
            ):
                return True
    return False


def _finding(context: Context, demand: _Demand, path: str, role: str | None, use: Use) -> Finding:
    layers = " or ".join(demand.layers)
    where = role or "a module of no layer"
    messages = {
        "query": f"{use.what}: a query in {where}; queries belong in {layers}.",
        "raw": f"SQL in {where} ({use.what}); SQL belongs in {layers}.",
        "open": f"{use.what} opens a session or connection in {where}; that belongs in infrastructure.",
        "transaction": f"{use.what} handles the session in {where}; sessions belong in {layers}.",
    }
    severity = severity_of(demand.constraint)
    if use.kind == "transaction":
        severity = Severity.WARNING  # a unit of work in services is a school of its own
    return Finding(
        rule="sql-outside-repositories",
        severity=severity,
        path=path,
        line=use.line,
        message=messages[use.kind],
        hint=_hint(context, demand, path, use),
    )


def _hint(context: Context, demand: _Demand, path: str, use: Use) -> str:
    if use.kind in ("open", "transaction"):
        return "Take the repository ready-made from the composition root, which opens and ends the session."
    found = _repository(context, demand, path)
    if found is None:
        return (
            f"Move the query into a function of {demand.layers[0]} and call that; where this is that layer under "
            f"another name, say so in [layers] of archwright.toml."
        )
    return f"Move the query into {found} and call it through the layers between."


class _Home(NamedTuple):
    """A file that queries belong to."""

    path: str
    role: str | None
    shown: str
    topic: frozenset[str]


def _homes(context: Context) -> list[_Home]:
    contract = context.architecture
    found = []
    for path, facts in context.project.files.items():
        role = contract.role(path) if contract is not None and not is_aside(path) else None
        if contract is None or not contract.is_layer(role):
            continue
        if any(d.kind in ("class", "function") for d in facts.definitions):
            found.append(_Home(path, role, place_of(facts), frozenset(topic(path))))
    return found


def _repository(context: Context, demand: _Demand, path: str) -> str | None:
    """The place that is about nothing but what the file at `path` is about, or the only one there is."""
    words = topic(path)
    homes = [home for home in context.table(_homes) if home.role in demand.layers]
    if len(homes) == 1 and homes[0].shown != homes[0].path:
        return homes[0].shown
    about = [home for home in homes if home.topic and home.topic <= words]
    best = max(about, key=lambda home: len(home.topic), default=None)
    return best.shown if best is not None else None


RULES = (
    Rule(
        id="sql-outside-repositories",
        summary="Queries, SQL text and sessions are used in repositories only.",
        file=outside,
        kinds=("architecture", "queries"),
    ),
)
