"""What the facts say of a repository beside findings: files, layers, and where its imports lead.

Runs in a process of its own (``python -m evals.field census FOLDER``), so that a crash of a reader costs a row of
the table and not the table.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from framework_profiles.loader import load_all
from tools.check import constraints_of, listed_files
from tools.constraints.compile import combine, from_flags
from tools.constraints.data_access import DataAccess
from tools.constraints.file import find_constraints
from tools.detect import detect
from tools.facts.index import Index
from tools.facts.model import FileFacts, Import, Project
from tools.verify.context import build_context, scope_of
from tools.verify.registry import rule_ids
from tools.verify.rule import Context, is_aside

_LAYERED = "architecture=clean"
"""The architecture whose layers are looked for where the repository states none."""
_EXAMPLES = 40
_ALIAS = re.compile(r"[@~#]/|#\w|~\w")


def census(root: Path, cache: Path | None, constraints: Sequence[str] = ()) -> dict[str, Any]:
    """Figures of the repository at `root`, JSON-able; `cache` is the index's folder."""
    profiles = load_all()
    project = Index(cache).load(root, listed_files(root))
    applications = detect(root, sorted(project.listed)) if project.files else []
    scope = scope_of(applications, project)
    stated = [*from_flags(constraints, profiles), *find_constraints(root, None, profiles, rule_ids())]
    effective = constraints_of(root, stated, DataAccess(project, profiles), scope, profiles)
    in_force = build_context(project, effective, applications, profiles=profiles)
    asked = build_context(project, combine(from_flags([_LAYERED], profiles)), applications, profiles=profiles)
    read = [path for path, facts in project.files.items() if facts.not_checked is None]
    return {
        "source_files": sorted(project.files),
        "unread": {path: facts.not_checked for path, facts in project.files.items() if facts.not_checked},
        "files": len(read),
        "code_files": sum(not is_aside(path) for path in read),
        "lines": sum((root / path).read_bytes().count(b"\n") for path in project.files),
        "layered": {"in_force": _layered(in_force, read), "asked": _layered(asked, read)},
        "edges": edges(project),
    }


def _layered(context: Context, read: Sequence[str]) -> dict[str, Any]:
    """How many files have a layer, and how many of those that run in production."""
    layers: Counter[str] = Counter()
    code = 0
    for path in read:
        found = [role for contract in context.contracts if contract.is_layer(role := contract.role(path)) and role]
        if found:
            layers[found[0]] += 1
            code += not is_aside(path)
    return {"files": layers.total(), "code_files": code, "layers": dict(layers.most_common())}


def edges(project: Project) -> dict[str, Any]:
    """Import statements by what became of them.

    ``resolved``, ``missing``: first-party by their shape, and found or not. ``unknown``: the name is computed.
    ``foreign_by_name``: called external by the resolver, although a package of this repository has that name; counted
    apart, since the resolver itself must not decide what it is asked for.
    """
    own = own_names(project)
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {"missing": [], "unknown": [], "foreign_by_name": []}
    for path, facts in project.files.items():
        for fact in facts.imports:
            kind = kind_of(facts, fact, own)
            counts[kind] += 1
            if kind in examples and len(examples[kind]) < _EXAMPLES:
                examples[kind].append(f"{path}:{fact.line}: {fact.module}")
    names = ("resolved", "missing", "unknown", "foreign_by_name", "external")
    return {**{name: counts[name] for name in names}, "examples": examples}


def kind_of(facts: FileFacts, fact: Import, own: frozenset[tuple[str, str]]) -> str:
    """One of the kinds that `edges` counts."""
    if fact.unknown:
        return "unknown"
    if fact.missing:
        return "missing"
    if fact.external is None:
        return "resolved"
    if fact.stdlib:
        return "external"
    ecosystem = "python" if facts.language == "python" else "node"
    named = (ecosystem, fact.external) in own or (ecosystem == "node" and bool(_ALIAS.match(fact.module)))
    return "foreign_by_name" if named else "external"


def own_names(project: Project) -> frozenset[tuple[str, str]]:
    """(ecosystem, import name) of the packages of this repository: by ``__init__.py``, by ``package.json``."""
    return frozenset([*_python_names(project.listed), *_node_names(project)])


def _python_names(listed: Iterable[str]) -> Iterator[tuple[str, str]]:
    packages = {PurePosixPath(path).parent for path in listed if path.endswith("/__init__.py")}
    for package in packages:
        if package.parent not in packages and package.name:
            yield "python", package.name


def _node_names(project: Project) -> Iterator[tuple[str, str]]:
    for path in project.listed:
        if PurePosixPath(path).name != "package.json":
            continue
        try:
            found = json.loads((project.root / path).read_text(encoding="utf-8", errors="replace"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and isinstance(found.get("name"), str):
            yield "node", found["name"]
