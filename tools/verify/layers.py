"""layer-upward and layer-skip: imports go downwards, one layer at a time where layers are closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tools.constraints.layering import Contract, Verdict
from tools.constraints.model import Constraint
from tools.findings import Finding, Severity
from tools.verify.reach import Reach, called, reached
from tools.verify.rule import Context, Rule, is_test, severity_of, topic


def upward(context: Context) -> Iterator[Finding]:
    """Imports of a higher layer, or of a sibling that must stay apart."""
    yield from _broken(context, ("upward", "sibling"), "layer-upward")


def skip(context: Context) -> Iterator[Finding]:
    """Imports that pass over the layer below, where layers are closed."""
    yield from _broken(context, ("skip",), "layer-skip")


class _Importer(NamedTuple):
    """The file that is judged, and by which order of layers."""

    context: Context
    contract: Contract
    path: str
    role: str


def _broken(context: Context, verdicts: tuple[Verdict, ...], rule: str) -> Iterator[Finding]:
    for contract in context.contracts:
        for path in context.project.files:
            role = contract.role(path)
            if role is not None and contract.is_layer(role) and not is_test(path):
                yield from _in_file(_Importer(context, contract, path, role), verdicts, rule)


def _in_file(importer: _Importer, verdicts: tuple[Verdict, ...], rule: str) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    blamed: set[str] = set()
    project, path = importer.context.project, importer.path
    for use in (*reached(project, path), *called(project, path)):
        target_role = importer.contract.role(use.target)
        if target_role is None or not importer.contract.is_layer(target_role) or is_test(use.target):
            continue
        verdict, asked = _judge(importer, target_role)
        by_call = use.by_call and target_role in blamed
        if verdict not in verdicts or asked is None or by_call or (target_role, use.name or use.target) in seen:
            continue
        seen.add((target_role, use.name or use.target))
        blamed.add(target_role)
        yield _finding(importer, rule, target_role, use, severity_of(asked))


def _judge(importer: _Importer, target_role: str) -> tuple[Verdict, Constraint | None]:
    """What is wrong, and the constraint that says so: the architecture as a whole, or one forbidden pair."""
    contract = importer.contract
    verdict = contract.verdict(importer.role, target_role)
    if verdict != "ok" and contract.constraint.source.origin != "practice":
        return verdict, contract.constraint
    for pair in importer.context.constraints.of("layer-imports"):
        if (pair.params.get("source"), pair.params.get("target")) == (importer.role, target_role):
            return ("skip" if verdict == "ok" else verdict), pair
    return verdict, None


def _finding(importer: _Importer, rule: str, target_role: str, use: Reach, severity: Severity) -> Finding:
    role, contract = importer.role, importer.contract
    what = f"{use.name} from {use.target}" if use.name else use.target
    verb = "call" if use.by_call else "import"
    through = f" through {' > '.join(use.chain[1:-1])}" if len(use.chain) > 2 else ""
    below = contract.below(role)
    allowed = ", ".join(n for n in below if n != target_role) or "no other layer"
    return Finding(
        rule=rule,
        severity=severity,
        path=importer.path,
        line=use.line,
        message=f"{verb} of {what}{through}: {role} must not {verb} {target_role}, only {allowed}.",
        hint=_hint(importer, rule, target_role, use),
        chain=use.chain,
    )


def _hint(importer: _Importer, rule: str, target_role: str, use: Reach) -> str:
    role, contract = importer.role, importer.contract
    thing = use.name.split(".")[0] or use.target
    if rule == "layer-upward":
        if role in contract.shared:
            return f"Move what needs {thing} up to the layer that uses it: {role} know no other layer."
        return (
            f"Turn it round: let {target_role} call {role} and hand {thing} over as an argument, or move what both "
            f"need to a module that is no layer (configuration, errors, schemas)."
        )
    between = contract.between(role, target_role)
    found = _stand_in(importer, between[:1], use.target)
    if found is not None:
        return f"Call {found} instead; it may use {thing}."
    if not between:
        return f"Use {', '.join(n for n in contract.below(role) if n != target_role) or 'another layer'} instead."
    return f"Add a function to {between[0]} that uses {thing}, and call that one from here."


def _stand_in(importer: _Importer, layers: tuple[str, ...], target: str) -> str | None:
    """``ArticleService in services/article.py``: something of the layer between that is near to `target`."""
    project = importer.context.project
    users = set(project.importers(target))
    words = topic(target)
    best: tuple[tuple[bool, int, bool], str] | None = None
    for candidate in project.files:
        if importer.contract.role(candidate) not in layers or is_test(candidate):
            continue
        name = _public_name(importer.context, candidate)
        if name is None:
            continue
        rank = (candidate in users, len(words & topic(candidate)), _near(candidate, importer.path))
        if best is None or rank > best[0]:
            best = (rank, f"{name} in {candidate}")
    return best[1] if best is not None and any(best[0][:2]) else None


def _public_name(context: Context, path: str) -> str | None:
    definitions = context.project.files[path].definitions
    for kind in ("class", "function"):
        for definition in definitions:
            if definition.kind == kind and "." not in definition.name and not definition.name.startswith("_"):
                return definition.name
    return None


def _near(candidate: str, path: str) -> bool:
    return candidate.split("/")[0] == path.split("/")[0]


RULES = (
    Rule(
        id="layer-upward",
        summary="A layer imports only layers below it, and no sibling that must stay apart.",
        check=upward,
        kinds=("architecture", "layers", "contract", "layer-imports"),
    ),
    Rule(
        id="layer-skip",
        summary="A closed layer imports only the layer directly below it.",
        check=skip,
        kinds=("architecture", "layers", "contract", "layer-imports"),
    ),
)
