"""What else there is to tell of an application: its layers, where it is put together, and its commands.

Only asked for by a person who wants to know: unlike the stack itself this reads and places every file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framework_profiles.layers import place
from framework_profiles.loader import load_all
from framework_profiles.model import ArchitectureProfile, FrameworkProfile
from tools.detect import Application, Detected, Stack
from tools.targets import node, python
from tools.targets.files import Tree, is_aside, is_test_name
from tools.targets.marks import server_packages
from tools.targets.model import Evidence
from tools.targets.roots import NODE_SUFFIXES, PYTHON_SUFFIXES, Root, in_client, survey
from tools.targets.signs import is_remark

MAX_ROOTS = 6
MAX_READ = 2_000
"""Files that are read in search of composition roots, the likeliest first."""
MAX_FOLDERS = 4
_FAVOURITES = (
    "main",
    "app",
    "asgi",
    "wsgi",
    "server",
    "application",
    "__main__",
    "index",
    "__init__",
    "start",
    "create",
)
_LOCAL = (
    r"import\s+(?:\*\s+as\s+)?(\w+)[\s,{{}}\w]*\s+from\s+['\"]{0}['\"]",
    r"\b(\w+)\s*=\s*require\(\s*['\"]{0}['\"]\s*\)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFound:
    """One layer of an application, as its names show it."""

    name: str
    files: int
    places: tuple[tuple[str, int], ...]
    """(folder, or glob of file names within feature folders) with the number of files, the largest first."""
    weak: bool = False
    """True when only folder names say so that may mean something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the repository and the line that tells it."""

    what: str
    """install, generate, build, start, migrate, test, lint, typecheck, format."""
    command: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What `describe` tells."""

    layers: tuple[LayerFound, ...] = ()
    by: str = ""
    """How layers are told: ``directory``, ``role`` (within feature folders), or ``both``; empty without layers."""
    placed: int = 0
    """Files with a layer, of `files`."""
    files: int = 0
    """Source files, tests and examples not counted."""
    roots: tuple[Evidence, ...] = ()
    """Composition roots: the lines that build the application."""
    commands: tuple[Command, ...] = ()


def describe(root: Path, applications: Sequence[Application], files: Sequence[str] | None = None) -> list[Details]:
    """The details of each application that `tools.detect.detect` found, in the same order.

    Args:
        root: The repository.
        applications: What was detected in it.
        files: As `detect` takes them.
    """
    tree = Tree(root, files)
    parts = {one.path: one for one in survey(tree, server_packages(load_all())).roots}
    return [_details(tree, _part(parts.get(one.root), one.stack), one.stack) for one in applications]


def layers_of(
    root: Path, applications: Sequence[Application], files: Sequence[str] | None = None
) -> list[tuple[LayerFound, ...]]:
    """The layers of each application alone; arguments as `describe` takes them."""
    tree = Tree(root, files)
    parts = {one.path: one for one in survey(tree, server_packages(load_all())).roots}
    found = []
    for one in applications:
        part = _part(parts.get(one.root), one.stack)
        found.append(_layers(part, _code(part), one.stack.architecture)[0] if part else ())
    return found


def _part(root: Root | None, stack: Stack) -> Root | None:
    """The root reduced to the runtime of an application."""
    if root is None:
        return None
    if stack.runtime.name == "python":
        return Root(path=root.path, python=root.python, files=root.files)
    return Root(path=root.path, node=root.node, files=root.files)


def _details(tree: Tree, part: Root | None, stack: Stack) -> Details:
    if part is None:
        return Details()
    code = _code(part)
    layers, by = _layers(part, code, stack.architecture)
    framework = load_all().frameworks.get(stack.framework.name or "")
    return Details(
        layers=layers,
        by=by,
        placed=sum(layer.files for layer in layers),
        files=len(code),
        roots=tuple(_composition_roots(tree, part, code, framework)) if framework else (),
        commands=_commands(tree, part, stack),
    )


def _code(root: Root) -> list[str]:
    suffixes = PYTHON_SUFFIXES if root.python else NODE_SUFFIXES
    own = [f for f in root.files if f.endswith(suffixes) and not f.endswith((".d.ts", ".min.js"))]
    own = [f for f in own if not is_aside(f, root.path) and not is_test_name(f)]
    return own if root.python else [f for f in own if not in_client(root, f)]


def _layers(root: Root, code: Sequence[str], detected: Detected) -> tuple[tuple[LayerFound, ...], str]:
    """Which folder or name means which layer, in the words of the architecture found, else of the closed one."""
    known = load_all().architectures
    fallback = next((a for a in known.values() if a.closed and a.required), None)
    architecture = known.get(detected.name or "") or fallback
    if architecture is None:
        return (), ""
    sure: dict[str, Counter[str]] = {}
    weak: dict[str, Counter[str]] = {}
    for path in code:
        relative = path if root.path == "." else path[len(root.path) + 1 :]
        found = place(architecture, relative)
        if found is not None and architecture.layer(found.role):
            because = _where(path, found.because)
            (sure if found.certainty == "sure" else weak).setdefault(found.role, Counter())[because] += 1
    layers = tuple(_layer(name, sure, weak) for name in architecture.order if name in sure or name in weak)
    return layers, _way(architecture, sure)


def _layer(name: str, sure: dict[str, Counter[str]], weak: dict[str, Counter[str]]) -> LayerFound:
    counts = sure.get(name) or weak[name]
    return LayerFound(
        name=name, files=counts.total(), places=tuple(counts.most_common(MAX_FOLDERS)), weak=name not in sure
    )


def _where(path: str, because: str) -> str:
    """The folder itself where a folder's name decided, else the glob that the file's name fits."""
    if not because.endswith("/"):
        return because
    parts = path.split("/")[:-1]
    index = max(i for i, part in enumerate(parts) if part == because[:-1])
    return "/".join(parts[: index + 1]) + "/"


def _way(architecture: ArchitectureProfile, sure: dict[str, Counter[str]]) -> str:
    folders = sum(n for counts in sure.values() for place_, n in counts.items() if place_.endswith("/"))
    names = sum(counts.total() for counts in sure.values()) - folders
    if not folders + names or not architecture.order:
        return ""
    share = folders / (folders + names)
    return "directory" if share >= 0.8 else "role" if share <= 0.2 else "both"


def _composition_roots(tree: Tree, root: Root, code: Sequence[str], framework: FrameworkProfile) -> list[Evidence]:
    """The lines that call the framework's constructor, or that of a class made from it, likely files first."""
    likely = sorted(code, key=lambda f: _preference(root, f))[:MAX_READ]
    own = _subclasses(tree, likely, framework)
    found: list[Evidence] = []
    for path in likely:
        text = tree.read(path) or ""
        names = [name for name in own if name in text]
        if any(name.split(".")[0] in text for name in framework.marks.imports):
            names += _constructors(text, path, framework)
        match = _call(text, names) if names else None
        if match:
            line = text.count("\n", 0, match.start(1)) + 1
            found.append(Evidence(path=path, line=line, text=tree.lines(path)[line - 1].strip()[:120]))
    return _without_parts(found, root, framework)[:MAX_ROOTS]


def _subclasses(tree: Tree, paths: Sequence[str], framework: FrameworkProfile) -> list[str]:
    """Classes of the application that derive from what the framework builds it with."""
    bases = [dotted.rpartition(".")[2] for dotted in framework.app_constructors]
    pattern = re.compile(rf"^class\s+(\w+)\s*(?:\(|extends)[^:{{\n]*\b(?:{'|'.join(map(re.escape, bases))})\b", re.M)
    return [name for path in paths for name in pattern.findall(tree.read(path) or "")]


def _call(text: str, names: Sequence[str]) -> re.Match[str] | None:
    calls = re.finditer(rf"(?<![\w.])(?:\w+\.)?({'|'.join(names)})(?:<[^>\n]*>)?\(", text)
    named = (m for m in calls if not re.search(r"\b(?:def|function|class)\s+(?:\w+\.)?$", text[: m.start(1)][-40:]))
    return next((m for m in named if not is_remark(text, m.start(1))), None)


def _without_parts(found: list[Evidence], root: Root, framework: FrameworkProfile) -> list[Evidence]:
    """Where routers are built like applications, those in files of likely names; never the files of a layer."""
    layers = next((a for a in load_all().architectures.values() if a.closed and a.required), None)
    whole = [one for one in found if layers is None or not _in_layer(layers, root, one.path)]
    if set(framework.app_constructors) & set(framework.router_constructors):
        whole = [one for one in whole if not _preference(root, one.path)[1]]
    return whole or found[:1]


def _in_layer(architecture: ArchitectureProfile, root: Root, path: str) -> bool:
    found = place(architecture, path if root.path == "." else path[len(root.path) + 1 :])
    return found is not None and found.certainty == "sure" and architecture.layer(found.role) is not None


def _constructors(text: str, path: str, framework: FrameworkProfile) -> list[str]:
    """The names that the framework's constructors have in a file."""
    names: list[str] = []
    for dotted in framework.app_constructors:
        module, _, last = dotted.rpartition(".")
        if path.endswith(PYTHON_SUFFIXES):
            names.append(re.escape(last))
        elif module and last != "default" and last not in module:
            if re.search(rf"['\"]{re.escape(module)}['\"]", text):
                names.append(re.escape(last))
        else:
            package = re.escape(module or dotted)
            names += [m.group(1) for way in _LOCAL if (m := re.search(way.format(package), text))]
    return list(dict.fromkeys(names))


def _preference(root: Root, path: str) -> tuple[bool, int, int, str]:
    relative = path if root.path == "." else path[len(root.path) + 1 :]
    stem = path[path.rfind("/") + 1 :].split(".", 1)[0]
    rank = _FAVOURITES.index(stem) if stem in _FAVOURITES else len(_FAVOURITES)
    beside = relative.split("/", 1)[0] in ("scripts", "bin", "tools", "contrib")
    return (beside, rank == len(_FAVOURITES), relative.count("/") * 2 + rank, path)


def _commands(tree: Tree, root: Root, stack: Stack) -> tuple[Command, ...]:
    read = (python if root.python else node).read_commands(tree, root, stack)
    told: list[Command] = []
    for evidence in read.evidence:
        what, _, command = evidence.text.partition(": ")
        lines = tree.lines(evidence.path)
        text = lines[evidence.line - 1].strip()[:120] if 0 < evidence.line <= len(lines) else ""
        name = "install" if what == "setup" else what
        told.append(
            Command(what=name, command=command, evidence=Evidence(path=evidence.path, line=evidence.line, text=text))
        )
    return tuple(told)
