"""What a repository does without saying it: five instances or more, and four of five agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.asides import is_aside
from tools.constraints.data_access import DataAccess
from tools.constraints.layering import INFRASTRUCTURE, TESTS, Contract, Scope, architecture_contract
from tools.constraints.model import Constraint, Kind, Source
from tools.constraints.reach import Roles, is_harmless, reaches
from tools.facts.model import Project

INSTANCES = 5
AGREEMENT = 0.8
DROWNED = 0.02
"""So small a share of breaks is no practice, however many they are."""


def from_practice(
    project: Project,
    profiles: Profiles | None = None,
    scope: Scope | None = None,
    *,
    access: DataAccess | None = None,
    layers: bool = True,
) -> list[Constraint]:
    """Rules that the code keeps by habit, as inferred constraints; the source tells the count.

    Args:
        project: The facts.
        profiles: Where layers, ORMs and databases are known from; default all.
        scope: The backend applications of the repository.
        access: The reader of `project`'s data layer, when there is one already.
        layers: False where an order of layers is stated, beside which habits about layers count for nothing.
    """
    known = profiles if profiles is not None else load_all()
    found: list[Constraint] = []
    closed = next((a for a in known.architectures.values() if a.closed and a.required), None)
    access = access if access is not None else DataAccess(project, known)
    if closed is not None and layers:
        contract = _provisional(closed, scope)
        found += _import_habits(project, contract, known)
        found += _query_habit(project, contract, access)
    counts = Counter({name: len({p for p, _ in places if not is_aside(p)}) for name, places in access.orms.items()})
    found += _dominant("orm", counts)
    found += _dominant("database", _drivers(project, known))
    return found


def _provisional(architecture: ArchitectureProfile, scope: Scope | None) -> Contract:
    source = Source(origin="practice")
    asked = Constraint(kind="architecture", value=architecture.name, source=source, binding="inferred")
    return architecture_contract(architecture, asked, scope=scope)


def _import_habits(project: Project, contract: Contract, profiles: Profiles) -> Iterable[Constraint]:
    """Pairs of layers, upper and lower, that a part of the repository keeps apart although it could join them."""
    reached = _reached(project, Roles(contract, project, profiles))
    for root in sorted({contract.scope.root_of(path) for path in reached}):
        own = {path: seen for path, seen in reached.items() if contract.scope.root_of(path) == root}
        for source in contract.layers:
            for target in contract.layers:
                if source != target and contract.verdict(source, target) != "ok":
                    instances = _instances(own, contract, source, target)
                    yield from _habits_of(root, source, target, instances)


class _Reached(NamedTuple):
    """A file of a layer, and the layers that it gets something from."""

    layer: str
    layers: frozenset[str]


def _reached(project: Project, roles: Roles) -> dict[str, _Reached]:
    """Every file of a layer that takes part in the application -> what it reaches there.

    By the same measure as the rules: what they would not blame is no break of a habit either.
    """
    found: dict[str, _Reached] = {}
    known: dict[str, tuple[str | None, str]] = {}
    for path in project.files:
        layer = None if is_aside(path) else roles.importing(path)
        if layer is None:
            continue
        root = roles.contract.scope.root_of(path)
        seen: set[str] = set()
        for use in reaches(project, path):
            for file in use.chain[1:]:
                place = known.get(file)
                if place is None:
                    place = known[file] = (roles.layer(file), roles.contract.scope.root_of(file))
                there, where = place
                if there is not None and there not in seen and where == root and not is_harmless(project, use):
                    seen.add(there)
        found[path] = _Reached(layer, frozenset(seen))
    return found


def _instances(files: Mapping[str, _Reached], contract: Contract, source: str, target: str) -> dict[str, bool]:
    """The files of layer `source` that could reach layer `target` -> whether they leave it alone.

    Empty unless the code shows the order of the two: the upper one uses the lower one, or what lies between.
    """
    own = {path: seen.layers for path, seen in files.items() if seen.layer == source}
    if contract.verdict(source, target) == "skip":
        between = frozenset(contract.between(source, target))
        using = {path for path, layers in own.items() if not between.isdisjoint(layers)}
        below = sum(seen.layer in between and target in seen.layers for seen in files.values())
        could = {path: layers for path, layers in own.items() if path in using or target in layers}
        ordered = len(using) >= INSTANCES and below >= INSTANCES
    else:
        above = sum(seen.layer == target and source in seen.layers for seen in files.values())
        could = {path: layers for path, layers in own.items() if layers}
        ordered = above >= INSTANCES
    return {path: target not in layers for path, layers in could.items()} if ordered else {}


def _habits_of(root: str, source: str, target: str, instances: Mapping[str, bool]) -> Iterable[Constraint]:
    """The habits of the application in folder `root`; folders that have a practice of their own are left out."""
    folders: dict[str, list[str]] = {}
    for path in instances:
        for folder in (*_folders_above(path, root), root):
            folders.setdefault(folder, []).append(path)
    others: list[str] = []
    for folder in sorted(folders, key=lambda f: (f == root, -f.count("/"))):
        mine = [instances[path] for path in folders[folder] if not _is_below(path, others)]
        kept = sum(mine)
        if len(mine) < INSTANCES:
            continue
        if not _is_kept(kept, len(mine)):
            others.append(folder)
        elif folder == root:
            yield _forbidden(source, target, (kept, len(mine)), root, others)


def _folders_above(path: str, root: str) -> list[str]:
    above = accumulate(path.split("/")[:-1], "{}/{}".format)
    return [folder for folder in above if root == "." or folder.startswith(root + "/")]


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(folder == "." or path.startswith(folder + "/") for folder in folders)


def _is_kept(kept: int, total: int) -> bool:
    """Five breaks are a practice of their own by the very measure that makes a habit, unless they drown."""
    broken = total - kept
    return _habit(kept, total) and (broken < INSTANCES or broken <= total * DROWNED)


def _forbidden(source: str, target: str, count: tuple[int, int], root: str, others: Sequence[str]) -> Constraint:
    said = f"{count[0]} of {count[1]} files in {source} do not import {target}"
    params: dict[str, Any] = {"source": source, "target": target}
    if root != ".":
        params["within"] = root
    outer = sorted(folder for folder in others if not _is_below(folder, [o for o in others if o != folder]))
    if outer:
        params["except"] = outer
    return _inferred("layer-imports", f"{source} !> {target}", said, params, f"{source} never import {target}")


def binds(pair: Constraint, contract: Contract, path: str, target: str) -> bool:
    """Whether a forbidden pair of layers holds for the file at `path` that reaches the file at `target`.

    A habit holds in the application that has it, outside the folders with another practice.
    """
    within, other = str(pair.params.get("within", ".")), list(pair.params.get("except", ()))
    if not _is_below(path, [within]) or _is_below(path, other):
        return False
    return pair.source.origin != "practice" or contract.scope.root_of(path) == contract.scope.root_of(target)


def _query_habit(project: Project, contract: Contract, access: DataAccess) -> Iterable[Constraint]:
    layers: dict[bool, list[str]] = {True: [], False: []}
    for path in project.files:
        role = contract.role(path)
        if role in (TESTS, INFRASTRUCTURE) or is_aside(path) or contract.scope.relative(path) is None:
            continue
        layers[role in contract.query_layers].append(path)
    inside = _queries(access, layers[True])
    if inside < INSTANCES:
        return  # most repositories have no such layer, and reading all others takes its time
    total = inside
    for path in layers[False]:
        total += _queries(access, [path])
        if not _is_kept(inside, total):
            return  # more of them make it no better
    names = ", ".join(contract.query_layers)
    said = f"{inside} of {total} functions with queries are in {names}"
    yield _inferred("queries", names, said, {}, f"queries and sessions only in {names}")


def _queries(access: DataAccess, paths: Sequence[str]) -> int:
    """How many functions of these files hold queries."""
    return sum(len({u.scope for u in access.uses(path) if u.kind in ("query", "raw")}) for path in paths)


def _dominant(kind: Kind, counts: Counter[str]) -> Iterable[Constraint]:
    total = sum(counts.values())
    for name, count in counts.most_common(1):
        if _habit(count, total):
            yield _inferred(kind, name, f"{count} of {total} uses are {name}", {}, "")


def _drivers(project: Project, profiles: Profiles) -> Counter[str]:
    """Database -> imports of its drivers and addresses with its scheme, tests left out."""
    counts: Counter[str] = Counter()
    by_import = {
        name: database.name
        for database in profiles.databases.values()
        if database.store == "primary"
        for names in database.marks.driver_imports.values()
        for name in names
    }
    for path, facts in project.files.items():
        if is_aside(path):
            continue
        for fact in facts.imports:
            if fact.external in by_import:
                counts[by_import[fact.external]] += 1
        for text in facts.strings:
            database = profiles.database_of_scheme(text.text.split(":", 1)[0]) if text.kind == "url" else None
            if database is not None and database.store == "primary":
                counts[database.name] += 1
    return counts


def _habit(kept: int, total: int) -> bool:
    return total >= INSTANCES and kept / total >= AGREEMENT


def _inferred(kind: Kind, value: str, said: str, params: Mapping[str, Any], meaning: str) -> Constraint:
    source = Source(origin="practice", text=said)
    return Constraint(kind=kind, value=value, source=source, params=params, binding="inferred", meaning=meaning)
