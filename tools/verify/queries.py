"""sql-outside-repositories: queries, SQL text and sessions live in the layers that the architecture names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tools.constraints.data_access import Use
from tools.constraints.layering import INFRASTRUCTURE, ROOT, TESTS, Contract
from tools.constraints.model import Constraint
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, severity_of, topic


class _Demand(NamedTuple):
    layers: tuple[str, ...]
    constraint: Constraint


def outside(context: Context) -> Iterator[Finding]:
    """Uses of the data layer in files of another role."""
    contract = context.architecture
    demand = _demand(context, contract)
    if contract is None or demand is None:
        return
    for path in context.code:
        role = contract.role(path)
        if role == TESTS or role in demand.layers or contract.scope.relative(path) is None:
            continue
        worst: dict[tuple[str, str], Use] = {}
        for use in context.access.uses(path):
            if _is_foreign(context, demand, contract, path, use):
                worst.setdefault((use.scope, _group(use)), use)
        for use in worst.values():
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
    if role in (INFRASTRUCTURE, ROOT, None):
        # Wrappers and base classes pass queries on; only what names a table or a model is a query of its own.
        named = use.names_table or use.owner or _knows_models(context, contract, path)
        return use.kind == "raw" or (use.kind == "query" and bool(named))
    if role in contract.shared:
        return use.held and use.kind == "query"
    return True


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
        return f"Move the query into a function of {demand.layers[0]} and call that."
    return f"Move the query into {found} and call it through the layers between."


def _repository(context: Context, demand: _Demand, path: str) -> str | None:
    contract = context.architecture
    words = topic(path)
    best: tuple[int, str] | None = None
    for candidate, facts in context.project.files.items():
        if contract is None or contract.role(candidate) not in demand.layers or is_aside(candidate):
            continue
        own = [d for d in facts.definitions if d.kind in ("class", "function") and "." not in d.name]
        names = [d.name for d in own if d.kind == "class"]
        shown = f"{names[0]} in {candidate}" if names else candidate
        rank = len(words & topic(candidate))
        if own and (best is None or rank > best[0]):
            best = (rank, shown)
    return best[1] if best else None


RULES = (
    Rule(
        id="sql-outside-repositories",
        summary="Queries, SQL text and sessions are used in repositories only.",
        check=outside,
        kinds=("architecture", "queries"),
    ),
)
