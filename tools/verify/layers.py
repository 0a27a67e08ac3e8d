"""layer-upward and layer-skip: imports go downwards, one layer at a time where layers are closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tools.constraints.layering import Contract, Verdict
from tools.constraints.model import Constraint
from tools.constraints.practice import binds
from tools.constraints.reach import Reach, Roles, is_harmless, reaches
from tools.findings import Finding
from tools.verify.rule import Context, Rule, is_aside, is_test, listed, place_of, severity_of, topic


def upward(context: Context, path: str) -> Iterator[Finding]:
    """Imports of a higher layer, or of a sibling that must stay apart."""
    return _broken(context, path, ("upward", "sibling"), "layer-upward")


def skip(context: Context, path: str) -> Iterator[Finding]:
    """Imports that pass over the layer below, where layers are closed."""
    return _broken(context, path, ("skip",), "layer-skip")


class _Importer(NamedTuple):
    """The file that is judged, and by which order of layers."""

    context: Context
    contract: Contract
    path: str
    role: str


class _Broken(NamedTuple):
    """A name that a file must not have, and who says so."""

    use: Reach
    role: str
    verdict: Verdict
    asked: Constraint


class _Judged(NamedTuple):
    """What a file breaks of one order of layers."""

    contract: Contract
    role: str
    groups: list[list[_Broken]]
    """One for each module that it must not know."""


def _broken(context: Context, path: str, verdicts: tuple[Verdict, ...], rule: str) -> Iterator[Finding]:
    for judged in context.summary(_judge_file, path) or ():  # once for both rules
        importer = _Importer(context, judged.contract, path, judged.role)
        for group in judged.groups:
            if group[0].verdict in verdicts:
                yield _finding(importer, rule, group)


def _judge_file(context: Context, path: str) -> list[_Judged]:
    found = []
    orders, sources = context.table(_orders)
    for contract in orders:
        if not contract.is_layer(contract.role(path)) or _is_beside(contract, path):
            continue
        roles = Roles(contract, context.project, context.profiles)
        role = roles.importing(path)
        if role is not None and (role in sources or _is_enforced(contract)):
            groups = _by_module(_uses(_Importer(context, contract, path, role), roles))
            if groups:
                found.append(_Judged(contract, role, groups))
    return found


def _orders(context: Context) -> tuple[list[Contract], frozenset[str]]:
    """Whose layers count, and the layers that a forbidden pair is about.

    Habits are told in clear cases only; a pair that somebody forbids is kept in all.
    """
    pairs = context.constraints.of("layer-imports")
    stated = next((pair for pair in pairs if pair.source.origin != "practice"), None)
    orders = list(context.contracts)
    for contract in context.contracts if stated is not None else ():
        if contract.constraint.source.origin == "practice" and stated is not None:
            orders.append(replace(contract, constraint=stated, _roles={}))
    return orders, frozenset(str(pair.params.get("source")) for pair in pairs)


def _is_enforced(contract: Contract) -> bool:
    """Whether the order as a whole is asked for, and not only some pairs of its layers."""
    return contract.constraint.source.origin != "practice" and contract.constraint.kind != "layer-imports"


def _is_beside(contract: Contract, path: str) -> bool:
    """Seeds and scripts may use what they like; an own order of layers says itself what it is about."""
    return is_test(path) or (contract.architecture is not None and is_aside(path))


def _uses(importer: _Importer, roles: Roles) -> Iterator[_Broken]:
    for use in reaches(importer.context.project, importer.path):
        for file in reversed(use.chain[1:]):
            target = roles.layer(file)
            verdict, asked = _judge(importer, target, file) if target is not None else ("ok", None)
            if asked is None or target is None:
                continue
            if asked.binding == "stated" or not is_harmless(importer.context.project, use):
                chain = use.chain[: use.chain.index(file) + 1]
                yield _Broken(use._replace(target=file, chain=chain), target, verdict, asked)
                break


def _judge(importer: _Importer, target: str, file: str) -> tuple[Verdict, Constraint | None]:
    """What is wrong, and the constraint that says so: the architecture as a whole, or one forbidden pair."""
    contract = importer.contract
    verdict = contract.verdict(importer.role, target)
    if _is_enforced(contract) and verdict != "ok":
        return verdict, contract.constraint
    habits = contract.constraint.source.origin == "practice"
    for pair in importer.context.constraints.of("layer-imports"):
        if (pair.params.get("source"), pair.params.get("target")) != (importer.role, target):
            continue
        if habits and pair.source.origin != "practice":
            break  # stated as well: judged without doubts
        if binds(pair, contract, importer.path, file):
            return ("skip" if verdict == "ok" else verdict), pair
    return verdict, None


def _by_module(found: Iterable[_Broken]) -> list[list[_Broken]]:
    """One group for each module that must not be known; a layer that is imported is not blamed for calls as well."""
    groups: dict[tuple[str, str], list[_Broken]] = {}
    imported = set()
    for broken in found:
        if broken.use.by_call and broken.role in imported:
            continue
        if not broken.use.by_call:
            imported.add(broken.role)
        groups.setdefault((broken.role, broken.use.chain[1]), []).append(broken)
    return list(groups.values())


def _finding(importer: _Importer, rule: str, found: list[_Broken]) -> Finding:
    use, target_role, _, asked = found[0]
    role, contract = importer.role, importer.contract
    names = list(dict.fromkeys(one.use.name for one in found if one.use.name))
    several = len({one.use.target for one in found}) > 1
    what = f"{listed(names)} from {use.chain[1] if several else use.target}" if names else use.target
    verb = "call" if use.by_call else "import"
    through = f" through {' > '.join(use.chain[1:-1])}" if len(use.chain) > 2 and not several else ""
    allowed = ", ".join(n for n in contract.below(role) if n != target_role) or "no other layer"
    return Finding(
        rule=rule,
        severity=severity_of(asked),
        path=importer.path,
        line=use.line,
        message=f"{verb} of {what}{through}: {role} must not {verb} {target_role}, only {allowed}.",
        hint=_hint(importer, rule, target_role, use) + _habit(asked),
        chain=use.chain,
    )


def _habit(asked: Constraint) -> str:
    """What the rule rests on when nobody stated it."""
    return f" (A habit of this code: {asked.source.text}.)" if asked.source.origin == "practice" else ""


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


class _Public(NamedTuple):
    """A file of a layer, as a hint names it."""

    path: str
    shown: str
    topic: frozenset[str]


class _Candidates(NamedTuple):
    """What may stand in for something else, by layer."""

    files: dict[tuple[str, str], list[_Public]]
    """(contract, layer) -> its files."""
    importers: dict[str, set[str]]
    """File -> the files that import it."""


def _candidates(context: Context) -> _Candidates:
    files: dict[tuple[str, str], list[_Public]] = {}
    importers: dict[str, set[str]] = {}
    for path, facts in context.project.files.items():
        for fact in facts.imports:
            for target in fact.targets:
                importers.setdefault(target, set()).add(path)
        for contract in () if is_test(path) else context.contracts:
            role = contract.role(path)
            if role is not None and contract.is_layer(role):
                entry = _Public(path, place_of(facts), frozenset(topic(path)))
                files.setdefault((contract.name, role), []).append(entry)
    return _Candidates(files, importers)


def _stand_in(importer: _Importer, layers: tuple[str, ...], target: str) -> str | None:
    """``ArticleService in services/article.py``: something of the layer between that is about the same as `target`."""
    known = importer.context.table(_candidates)
    users = known.importers.get(target, set())
    words = topic(target)
    best: tuple[tuple[int, bool, bool], str] | None = None
    for layer in layers:
        for candidate in known.files.get((importer.contract.name, layer), ()):
            near = candidate.path.split("/")[0] == importer.path.split("/")[0]
            rank = (len(candidate.topic), candidate.path in users, near)
            if candidate.topic and candidate.topic <= words and (best is None or rank > best[0]):
                best = (rank, candidate.shown)
    return best[1] if best is not None else None


RULES = (
    Rule(
        id="layer-upward",
        summary="A layer imports only layers below it, and no sibling that must stay apart.",
        file=upward,
        kinds=("architecture", "layers", "contract", "layer-imports"),
    ),
    Rule(
        id="layer-skip",
        summary="A closed layer imports only the layer directly below it.",
        file=skip,
        kinds=("architecture", "layers", "contract", "layer-imports"),
    ),
)
