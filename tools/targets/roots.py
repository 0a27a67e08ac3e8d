"""Where the applications of a repository lie."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tools.targets.files import Tree, inside, is_aside, join, parent
from tools.targets.packagejson import NodeProject, read_package, workspace_members
from tools.targets.pyproject import PythonProject, read_project
from tools.targets.requirements import requirement_files

PYTHON_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "manage.py")
PYTHON_SUFFIXES = (".py",)
NODE_SUFFIXES = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx")
_VIEWS = (".jsx", ".tsx", ".vue", ".svelte")
_SHARE_OF_VIEWS = 0.3
_STARTED = re.compile(r"(?:^|\s)node\s+(?:--?\S+\s+)*([\w./-]+\.[cm]?js)\b")
_SETUP_CALL = re.compile(r"(?<!def )\bsetup\s*\(")
_BESIDE = frozenset({"scripts", "script", "tools", "bin", "tasks", ".github", "contrib", "patches", "dev"})
"""Folders at the top of a workspace with code that serves its developers."""
_SERVER_SCRIPT = re.compile(r"(^|[\s;&])(node|nodemon|tsx|ts-node|ts-node-dev|bun|deno)\s")


@dataclass(slots=True)
class Root:
    """A folder that holds one application."""

    path: str
    python: PythonProject | None = None
    node: NodeProject | None = None
    files: tuple[str, ...] = ()
    """Its files; those of applications further down are theirs."""
    gathers: bool = False
    """Whether all its code belongs to applications further down, that of its developers' tools apart."""
    client: tuple[str, ...] | None = None
    """For `in_client` only: folders of a web client inside the application."""

    @property
    def name(self) -> str | None:
        """The name in the manifest."""
        return (self.python.name if self.python else None) or (self.node.name if self.node else None)


@dataclass(slots=True, kw_only=True)
class Survey:
    """What a repository is made of."""

    roots: list[Root]
    """Its applications, outer ones first."""
    packages: list[Root]
    """Everything with a manifest, applications and libraries alike."""


def find_roots(tree: Tree, server_packages: frozenset[str]) -> list[Root]:
    """Every application, outer ones first.

    Args:
        tree: The repository.
        server_packages: Node packages that make a package a backend (frameworks, ORMs, drivers).
    """
    return survey(tree, server_packages).roots


def survey(tree: Tree, server_packages: frozenset[str]) -> Survey:
    """The applications and the packages beside them; arguments as `find_roots` takes them."""
    roots: dict[str, Root] = {}
    for folder in _python_folders(tree):
        roots.setdefault(folder, Root(path=folder)).python = read_project(tree, folder, locked=False)
    python = set(roots)
    projects = {one.root: one for one in (read_package(tree, folder) for folder in _node_folders(tree))}
    homes = {_home(tree, one): one for one in projects.values() if one.name or one.dependencies or one.scripts}
    backends = [home for home, one in homes.items() if _is_backend(one, server_packages)]
    for home in [*backends, *(one for one in homes if one not in backends)]:
        if home in backends or not _has_rivals(tree, homes[home].root, roots):
            roots.setdefault(home, Root(path=home)).node = homes[home]
    held = _spread(tree, python, set(homes))
    for path, root in roots.items():
        root.files = tuple(held.get(path, ()))
    packages = [Root(path=path, node=one, files=tuple(held.get(path, ()))) for path, one in homes.items()]
    packages += [root for path, root in roots.items() if root.python and path not in homes]
    kept = [root for root in roots.values() if _holds_code(root)]
    kept = [root for root in kept if not _only_holds_workspace(root, kept)]
    for root in kept:
        root.gathers = _gathers(root, kept)
    if not any(_speaks(root, server_packages) for root in kept):
        kept = _without_manifest(tree) or kept
    kept.sort(key=lambda root: (root.path.count("/") + (root.path != "."), root.path))
    return Survey(roots=kept, packages=packages)


def _spread(tree: Tree, python: set[str], node: set[str]) -> dict[str, list[str]]:
    """Folder of a manifest -> its files: code goes to the nearest manifest of its language, the rest to the nearest."""
    nearest = [_Nearest(python), _Nearest(node), _Nearest(python | node)]
    held: dict[str, list[str]] = {}
    for file in tree.files:
        kind = 0 if file.endswith(PYTHON_SUFFIXES) else 1 if file.endswith(NODE_SUFFIXES) else 2
        folder = file.rpartition("/")[0] or "."
        home = nearest[kind].of(folder)
        home = nearest[2].of(folder) if home is None else home
        if home is not None:
            held.setdefault(home, []).append(file)
    return held


class _Nearest:
    """The closest of some folders at or above another, remembered for each."""

    def __init__(self, folders: set[str]) -> None:
        self._known: dict[str, str | None] = {".": "." if "." in folders else None}
        self._known.update((folder, folder) for folder in folders)

    def of(self, folder: str) -> str | None:
        """The nearest folder; None when there is none."""
        if folder not in self._known:
            self._known[folder] = self.of(parent(folder))
        return self._known[folder]


def _home(tree: Tree, project: NodeProject) -> str:
    """The folder whose code a manifest describes: its own, or the one above into which it is copied at set-up."""
    above = parent(project.root)
    if project.root == "." or join(above, "package.json") in tree.known:
        return project.root
    started = _STARTED.search(project.scripts.get("start", ""))
    for entry in (project.main, started.group(1) if started else None):
        if entry and join(project.root, entry) not in tree.known and join(above, entry) in tree.known:
            return above
    return project.root


def in_client(root: Root, path: str) -> bool:
    """Whether a file lies in a folder of the application that shows things in a browser, whose names mean others."""
    if root.client is None:
        root.client = _client_folders(root)
    relative = path if root.path == "." else path[len(root.path) + 1 :]
    return any(relative.startswith(folder) for folder in root.client)


def _client_folders(root: Root) -> tuple[str, ...]:
    """Folders at the top (or one below ``src``) of whose code a good part are views."""
    views: Counter[str] = Counter()
    code: Counter[str] = Counter()
    for path in root.files:
        if not path.endswith((*NODE_SUFFIXES, *_VIEWS)):
            continue
        parts = (path if root.path == "." else path[len(root.path) + 1 :]).split("/")[:-1]
        depth = 2 if parts[:1] in (["src"], ["apps"], ["packages"]) else 1
        if len(parts) >= depth:
            folder = "/".join(parts[:depth]) + "/"
            code[folder] += 1
            views[folder] += path.endswith(_VIEWS)
    return tuple(folder for folder, count in views.items() if count / code[folder] >= _SHARE_OF_VIEWS)


def _speaks(root: Root, server_packages: frozenset[str]) -> bool:
    """Whether a root's manifests name a backend; a front end's build tools beside loose code do not."""
    return root.python is not None or (root.node is not None and _is_backend(root.node, server_packages))


def _python_folders(tree: Tree) -> list[str]:
    named = {parent(f) for name in PYTHON_MANIFESTS for f in tree.by_name.get(name, ()) if _is_manifest(tree, f)}
    asked: set[str] = set()
    for name, paths in tree.by_name.items():
        if name.endswith((".txt", ".in")):
            asked.update(parent(f) for f in paths if "requirements" in name)
            asked.update(parent(parent(f)) for f in paths if f.split("/")[-2:-1] in (["requirements"], ["reqs"]))
    asked = {folder for folder in asked if folder.rsplit("/", 1)[-1] not in ("requirements", "reqs")}
    asked = {folder for folder in asked if not _aside(folder) and requirement_files(tree, folder)}
    return sorted(folder for folder in named | asked if not _aside(folder))


def _is_manifest(tree: Tree, path: str) -> bool:
    """Whether a file is what its name says: a module of an application may be called ``setup.py`` or ``manage.py``."""
    if path.endswith("setup.py"):
        text = tree.read(path) or ""
        return ("setuptools" in text or "distutils" in text) and _SETUP_CALL.search(text) is not None
    return not path.endswith("manage.py") or "__main__" in (tree.read(path) or "")


def _node_folders(tree: Tree) -> list[str]:
    return sorted(folder for folder in map(parent, tree.by_name.get("package.json", ())) if not _aside(folder))


def _aside(folder: str) -> bool:
    return is_aside(join(folder, "x"))


def _is_backend(project: NodeProject, server_packages: frozenset[str]) -> bool:
    if not server_packages.isdisjoint(project.dependencies):
        return True
    scripts = [text for name, text in project.scripts.items() if name in ("start", "dev", "serve")]
    return any(_SERVER_SCRIPT.search(text) for text in scripts)


def _has_rivals(tree: Tree, folder: str, roots: dict[str, Root]) -> bool:
    """Whether something else is the application, so that this package is its front end, tool or library."""
    if roots:
        return True
    others = [one for one in _node_folders(tree) if one != folder]
    top = next((one for one in [".", *others] if folder in workspace_members(tree, one)), None)
    return top is not None


def _holds_code(root: Root) -> bool:
    declared = root.node is not None or (root.python is not None and bool(root.python.requirements or root.python.name))
    return declared or any(f.endswith(_suffixes(root)) for f in root.files)


def _only_holds_workspace(root: Root, kept: list[Root]) -> bool:
    """Whether a root merely gathers the applications below it and has no code of its own."""
    tools_only = root.node is None and root.python is not None and not (root.python.requirements or root.python.name)
    own = [f for f in root.files if f.endswith(_suffixes(root)) and not _is_configuration(f)]
    return _has_below(root, kept) and (tools_only or not own)


def _gathers(root: Root, kept: list[Root]) -> bool:
    own = (f for f in root.files if f.endswith(_suffixes(root)) and not _is_configuration(f))
    return _has_below(root, kept) and all(_is_beside(f, root.path) for f in own)


def _has_below(root: Root, kept: list[Root]) -> bool:
    return any(one is not root and inside(one.path, root.path) for one in kept)


def _suffixes(root: Root) -> tuple[str, ...]:
    return (PYTHON_SUFFIXES if root.python else ()) + (NODE_SUFFIXES if root.node else ())


def _is_beside(path: str, root: str) -> bool:
    relative = path if root == "." else path[len(root) + 1 :]
    return is_aside(path, root) or ("/" in relative and relative.split("/", 1)[0] in _BESIDE)


def _is_configuration(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name in ("setup.py", "conftest.py", "noxfile.py", "tasks.py") or ".config." in name


def _without_manifest(tree: Tree) -> list[Root]:
    python = [f for f in tree.files if f.endswith(PYTHON_SUFFIXES)]
    if python:
        root = Root(path=".", files=tree.files)
        root.python = read_project(tree, ".", locked=False)
        return [root]
    if any(f.endswith(NODE_SUFFIXES) for f in tree.files):
        return [Root(path=".", node=read_package(tree, "."), files=tree.files)]
    return []
