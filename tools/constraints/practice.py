"""What a repository does without saying it: five instances or more, and four of five agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.asides import is_aside
from tools.constraints.data_access import DataAccess
from tools.constraints.layering import ROLES, Contract, Scope, architecture_contract
from tools.constraints.model import Constraint, Kind, Source
from tools.facts.model import Project

INSTANCES = 5
AGREEMENT = 0.8


def from_practice(
    project: Project,
    profiles: Profiles | None = None,
    scope: Scope | None = None,
    *,
    access: DataAccess | None = None,
) -> list[Constraint]:
    """Rules that the code keeps by habit, as inferred constraints; the source tells the count.

    Args:
        project: The facts.
        profiles: Where layers, ORMs and databases are known from; default all.
        scope: The backend applications of the repository.
        access: The reader of `project`'s data layer, when there is one already.
    """
    known = profiles if profiles is not None else load_all()
    found: list[Constraint] = []
    closed = next((a for a in known.architectures.values() if a.closed and a.required), None)
    access = access if access is not None else DataAccess(project, known)
    if closed is not None:
        contract = _provisional(closed, scope)
        found += _import_habits(project, contract)
        found += _query_habit(project, contract, access)
    counts = Counter({name: len({p for p, _ in places if not is_aside(p)}) for name, places in access.orms.items()})
    found += _dominant("orm", counts)
    found += _dominant("database", _drivers(project, known))
    return found


def _provisional(architecture: ArchitectureProfile, scope: Scope | None) -> Contract:
    source = Source(origin="practice")
    asked = Constraint(kind="architecture", value=architecture.name, source=source, binding="inferred")
    return architecture_contract(architecture, asked, scope=scope)


def _import_habits(project: Project, contract: Contract) -> Iterable[Constraint]:
    """For each forbidden pair of layers: of the files that import any layer, how many leave this one alone."""
    reached: dict[str, dict[str, set[str]]] = {}
    for edge in project.edges():
        source, target = contract.role(edge.source), contract.role(edge.target)
        if edge.fact.type_only or source is None or target is None or source in ROLES or target in ROLES:
            continue
        reached.setdefault(source, {}).setdefault(edge.source, set()).add(target)
    for source in contract.layers:
        files = reached.get(source, {})
        for target in contract.layers:
            if source == target or contract.verdict(source, target) == "ok":
                continue
            present = any(contract.role(path) == target for path in project.files)
            kept = sum(target not in targets for targets in files.values())
            if present and _habit(kept, len(files)):
                said = f"{kept} of {len(files)} files in {source} do not import {target}"
                yield _inferred(
                    "layer-imports",
                    f"{source} !> {target}",
                    said,
                    {"source": source, "target": target},
                    f"{source} never import {target}",
                )


def _query_habit(project: Project, contract: Contract, access: DataAccess) -> Iterable[Constraint]:
    inside = outside = 0
    for path in project.files:
        role = contract.role(path)
        if role not in ("tests", "infrastructure"):
            count = len({u.scope for u in access.uses(path) if u.kind in ("query", "raw")})
            if role in contract.query_layers:
                inside += count
            else:
                outside += count
    if _habit(inside, inside + outside):
        layers = ", ".join(contract.query_layers)
        said = f"{inside} of {inside + outside} functions with queries are in {layers}"
        yield _inferred("queries", layers, said, {}, f"queries and sessions only in {layers}")


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


def _inferred(kind: Kind, value: str, said: str, params: dict[str, str], meaning: str) -> Constraint:
    source = Source(origin="practice", text=said)
    return Constraint(kind=kind, value=value, source=source, params=params, binding="inferred", meaning=meaning)
