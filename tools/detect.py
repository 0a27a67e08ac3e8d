"""Which frameworks, ORMs, databases and architectures a repository uses, with the lines that say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from framework_profiles.layers import place
from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.facts.model import FileFacts, Project
from tools.targets.files import Tree, inside, is_aside
from tools.targets.judging import Judged, Judging
from tools.targets.marks import server_packages
from tools.targets.model import Evidence as Evidence
from tools.targets.model import Runtime
from tools.targets.roots import NODE_SUFFIXES, PYTHON_SUFFIXES, Root, Survey, in_client, survey

MAX_EVIDENCE = 5
MAX_PLACED = 200
LEAST_SHARE = 0.02
"""Of the files with a layer, how many the smallest layer must have: one file with a fitting name is no layer."""
LEAST_PLACED = 0.1
"""Of all files, how many must have a layer: names such as ``model`` and ``services`` occur everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """One part of the stack."""

    name: str | None
    """Name of the profile; None when nothing speaks for any."""
    confidence: float = 0.0
    """0 to 1; 0.9 and more = declared in a manifest and used in code."""
    evidence: tuple[Evidence, ...] = ()
    also: tuple[str, ...] = ()
    """Others for which as much speaks: the application supports several, or is moving."""
    known: bool = True
    """False where only the name is known: there is no profile, and no rule judges its use."""
    note: str = ""
    """Without a name: what was looked for."""


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
    kind: Literal["application", "package"] = "application"
    """``package``: backend code that others of the repository use, or a tool: it serves nothing by itself."""


def detect(root: Path, files: Sequence[str] | None = None, project: Project | None = None) -> list[Application]:
    """Every application below root with its stack, outer ones first; empty for a repository without code.

    Packages of backend code (libraries of a monorepo, tools) are listed after them, and marked as such.

    Args:
        root: A folder; nothing outside of it is read and symbolic links out of it are not followed.
        files: POSIX paths relative to root when the caller has listed them; None = walk.
        project: Facts of these files when they are there already: imports are taken from them, not from a sample.
    """
    tree = Tree(root, files)
    return applications(tree, survey(tree, server_packages(load_all())), project.files if project else None)


def applications(tree: Tree, found: Survey, facts: Mapping[str, FileFacts] | None = None) -> list[Application]:
    """The stack of each root; two runtimes in one folder are two applications."""
    judging = Judging(tree, found, facts)
    listed: list[tuple[Root, Application]] = []
    for root in (one for one in found.roots if not one.gathers):
        for runtime, part in runtimes(root):
            name = unique_name(tree, part, [one.name for _, one in listed])
            stack = read_stack(tree, part, runtime, judging)
            listed.append((part, Application(root=root.path, name=name, stack=stack)))
    return _sorted_out(judging, listed)


def _sorted_out(judging: Judging, listed: Sequence[tuple[Root, Application]]) -> list[Application]:
    """The same with packages told from applications: what serves, or what no other package of it uses."""
    serving = [one for root, one in listed if one.stack.framework.name and judging.stands_alone(root)]
    serving = serving or [one for _, one in listed if one.stack.framework.name]
    serving = serving or [one for _, one in listed if one.stack.orm.name or one.stack.database.name]
    if not serving:
        return [one for _, one in listed]
    packages = [replace(one, kind="package") for _, one in listed if one not in serving]
    return [*serving, *(one for one in packages if _says_something(one))]


def _says_something(one: Application) -> bool:
    """A Python project stands for itself; a Node package in which nothing was found is one of many."""
    return one.stack.runtime.name == "python" or any(
        part.name is not None for part in (one.stack.framework, one.stack.orm, one.stack.database)
    )


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


def read_stack(tree: Tree, root: Root, runtime: Runtime, judging: Judging | None = None) -> Stack:
    """Frameworks, ORM, database, architecture of one application with one runtime.

    `judging` knows the packages beside it, whose data access is the application's too; None = there are none.
    """
    judging = judging or Judging(tree, Survey(roots=[root], packages=[]), None)
    judged = judging.judge(root, runtime)
    return Stack(
        framework=_detected(judged.framework),
        orm=_detected(judged.orm),
        database=_detected(judged.database),
        architecture=_architecture(load_all(), root),
        runtime=_runtime(root, runtime),
    )


def _detected(judged: Judged) -> Detected:
    found = judged.score
    if found is None:
        return Detected(name=None, note=judged.note)
    return Detected(
        name=found.name,
        confidence=found.confidence,
        evidence=tuple(found.evidence),
        also=judged.also,
        known=judged.known,
    )


def _runtime(root: Root, runtime: Runtime) -> Detected:
    manifests = root.python.manifests if root.python else root.node.manifests if root.node else []
    suffixes = PYTHON_SUFFIXES if runtime == "python" else NODE_SUFFIXES
    code = (f for f in root.files if f.endswith(suffixes))
    shown = next((m for m in manifests if inside(m, root.path)), None) or next(code, None)
    evidence = (Evidence(path=shown, line=0, text=""),) if shown else ()
    return Detected(name=runtime, confidence=1.0 if manifests else 0.8, evidence=evidence)


def _architecture(profiles: Profiles, root: Root) -> Detected:
    code = [f for f in root.files if f.endswith((*PYTHON_SUFFIXES, *NODE_SUFFIXES)) and not is_aside(f, root.path)]
    code = [f for f in code if f.endswith(PYTHON_SUFFIXES) or not in_client(root, f)]
    code = code[:: len(code) // MAX_PLACED + 1]
    found = [_layers(architecture, root, code) for architecture in profiles.architectures.values()]
    complete = sorted((one for one in found if one.name), key=lambda one: -one.confidence)
    return complete[0] if complete else max(found, key=lambda one: len(one.evidence), default=NOTHING)


def _layers(architecture: ArchitectureProfile, root: Root, code: Sequence[str]) -> Detected:
    shown: dict[str, Evidence] = {}
    counts: Counter[str] = Counter()
    for path in code:
        relative = path if root.path == "." else path[len(root.path) + 1 :]
        where = place(architecture, relative)
        if where is None or where.role == "tests" or where.certainty == "weak":
            continue
        counts[where.role] += 1
        if architecture.layer(where.role):
            text = f"{where.role} (by {where.because})"
            shown.setdefault(where.role, Evidence(path=path, line=0, text=text))
    required = architecture.required or architecture.order
    placed = counts.total()
    missing = [name for name in required if counts[name] < max(1, placed * LEAST_SHARE)]
    evidence = tuple(shown.values())[:MAX_EVIDENCE]
    if not required or missing:
        note = f"{architecture.name}: no folder or file of {', '.join(missing)}" if shown else "no layer by name"
        return Detected(name=None, note=note, evidence=evidence)
    if placed < len(code) * LEAST_PLACED:
        note = f"{architecture.name}: its names are there, but {placed} of {len(code)} files looked at have a layer"
        return Detected(name=None, note=note, evidence=evidence)
    confidence = round(min(0.9, 0.5 + 0.1 * len(shown) * min(1.0, placed / max(1, len(code)) + 0.2)), 2)
    return Detected(name=architecture.name, confidence=confidence, evidence=evidence)
