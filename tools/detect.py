"""Which frameworks, ORMs, databases and architectures a repository uses, with the lines that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framework_profiles.layers import place
from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.targets.files import Tree
from tools.targets.marks import Score, Signs, best, database_names, read_signs, score, server_packages
from tools.targets.model import Evidence as Evidence
from tools.targets.model import Runtime
from tools.targets.roots import NODE_SUFFIXES, PYTHON_SUFFIXES, Root, find_roots

MAX_EVIDENCE = 5
MAX_PLACED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """One part of the stack."""

    name: str | None
    """Name of the profile; None when nothing speaks for any."""
    confidence: float = 0.0
    """0 to 1; 0.9 and more = declared in a manifest and used in code."""
    evidence: tuple[Evidence, ...] = ()


NOTHING = Detected(name=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """How an application is built; names are those of the framework profiles."""

    framework: Detected = NOTHING
    orm: Detected = NOTHING
    database: Detected = NOTHING
    architecture: Detected = NOTHING
    runtime: Detected = NOTHING
    """``python`` or ``node``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application of a repository."""

    root: str
    """POSIX path relative to the repository root, ``.`` for the top."""
    stack: Stack
    name: str = ""
    """From the manifest, else the folder's name; unique within the repository."""


def detect(root: Path, files: Sequence[str] | None = None) -> list[Application]:
    """Every application below root with its stack, outer ones first; empty for a repository without code.

    Args:
        root: A folder; nothing outside of it is read and symbolic links out of it are not followed.
        files: POSIX paths relative to root when the caller has listed them; None = walk.
    """
    tree = Tree(root, files)
    return applications(tree, find_roots(tree, server_packages(load_all())))


def applications(tree: Tree, roots: Sequence[Root]) -> list[Application]:
    """The stack of each root; two runtimes in one folder are two applications."""
    found: list[Application] = []
    for root in roots:
        for runtime, part in runtimes(root):
            name = unique_name(tree, part, [one.name for one in found])
            found.append(Application(root=root.path, name=name, stack=read_stack(tree, part, runtime)))
    return found


def runtimes(root: Root) -> list[tuple[Runtime, Root]]:
    """The root once for each runtime it holds, reduced to what belongs to it."""
    parts: list[tuple[Runtime, Root]] = []
    if root.python:
        parts.append(("python", Root(path=root.path, python=root.python, files=root.files)))
    if root.node:
        parts.append(("node", Root(path=root.path, node=root.node, files=root.files)))
    return parts


def unique_name(tree: Tree, root: Root, taken: Sequence[str]) -> str:
    """The manifest's name, else the folder's, made unique with the path when it is taken."""
    folder = tree.root.name if root.path == "." else root.path.rsplit("/", 1)[-1]
    wished = [root.name or folder, f"{root.name or folder}@{root.path}", f"{folder}@{root.path}-{len(taken)}"]
    return next(name for name in wished if name not in taken)


def read_stack(tree: Tree, root: Root, runtime: Runtime) -> Stack:
    """Frameworks, ORM, database, architecture of one application with one runtime."""
    profiles = load_all()
    signs = read_signs(tree, root)
    frameworks = [p for p in profiles.frameworks.values() if p.runtime == runtime]
    framework = best(score(tree, signs, p, p.marks.dependencies, p.marks.imports) for p in frameworks)
    return Stack(
        framework=_detected(framework),
        orm=_detected(_orm(tree, profiles, signs, runtime)),
        database=_detected(_database(tree, profiles, signs, runtime)),
        architecture=_architecture(profiles, root),
        runtime=_runtime(root, runtime),
    )


def _detected(found: Score | None) -> Detected:
    if found is None:
        return NOTHING
    return Detected(name=found.name, confidence=found.confidence, evidence=tuple(found.evidence))


def _orm(tree: Tree, profiles: Profiles, signs: Signs, runtime: Runtime) -> Score | None:
    candidates = [p for p in profiles.orms.values() if p.runtime == runtime]
    scores = {p.name: score(tree, signs, p, p.marks.dependencies, p.marks.imports) for p in candidates}
    found = best(scores.values())
    for profile in candidates:
        # One that builds on the winner and is itself in use is what the developer means.
        if found and found.name in profile.builds_on and scores[profile.name].used >= 0.5:
            return scores[profile.name]
    return found


def _database(tree: Tree, profiles: Profiles, signs: Signs, runtime: Runtime) -> Score | None:
    primary = [p for p in profiles.databases.values() if p.store == "primary"]
    return best(score(tree, signs, p, *database_names(p, runtime)) for p in primary)


def _runtime(root: Root, runtime: Runtime) -> Detected:
    manifests = root.python.manifests if root.python else root.node.manifests if root.node else []
    suffixes = PYTHON_SUFFIXES if runtime == "python" else NODE_SUFFIXES
    shown = [*(m for m in manifests if m in root.files), *(f for f in root.files if f.endswith(suffixes))]
    evidence = tuple(Evidence(path=path, line=0, text="") for path in shown[:1])
    return Detected(name=runtime, confidence=1.0 if manifests else 0.8, evidence=evidence)


def _architecture(profiles: Profiles, root: Root) -> Detected:
    code = [f for f in root.files if f.endswith((*PYTHON_SUFFIXES, *NODE_SUFFIXES))]
    code = code[:: len(code) // MAX_PLACED + 1]
    found = [_layers(architecture, root, code) for architecture in profiles.architectures.values()]
    complete = sorted((one for one in found if one.name), key=lambda one: -one.confidence)
    return complete[0] if complete else NOTHING


def _layers(architecture: ArchitectureProfile, root: Root, code: Sequence[str]) -> Detected:
    shown: dict[str, Evidence] = {}
    placed = 0
    for path in code:
        relative = path if root.path == "." else path[len(root.path) + 1 :]
        where = place(architecture, relative)
        if where is None or where.role == "tests" or where.certainty == "weak":
            continue
        placed += 1
        if architecture.layer(where.role):
            text = f"{where.role} (by {where.because})"
            shown.setdefault(where.role, Evidence(path=path, line=0, text=text))
    required = architecture.required or architecture.order
    if not required or any(name not in shown for name in required):
        return NOTHING
    confidence = round(min(0.9, 0.5 + 0.1 * len(shown) * min(1.0, placed / max(1, len(code)) + 0.2)), 2)
    return Detected(name=architecture.name, confidence=confidence, evidence=tuple(shown.values())[:MAX_EVIDENCE])
