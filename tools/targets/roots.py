"""Where the applications of a repository lie."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.targets.files import Tree, inside, is_aside, join, parent
from tools.targets.packagejson import NodeProject, read_package, workspace_members
from tools.targets.pyproject import PythonProject, read_project
from tools.targets.requirements import requirement_files

PYTHON_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "manage.py")
PYTHON_SUFFIXES = (".py",)
NODE_SUFFIXES = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx")
_SERVER_SCRIPT = re.compile(r"(^|[\s;&])(node|nodemon|tsx|ts-node|ts-node-dev|bun|deno)\s")


@dataclass(slots=True)
class Root:
    """A folder that holds one application."""

    path: str
    python: PythonProject | None = None
    node: NodeProject | None = None
    files: tuple[str, ...] = ()
    """Its files; those of applications further down are theirs."""

    @property
    def name(self) -> str | None:
        """The name in the manifest."""
        return (self.python.name if self.python else None) or (self.node.name if self.node else None)


def find_roots(tree: Tree, server_packages: frozenset[str]) -> list[Root]:
    """Every application, outer ones first.

    Args:
        tree: The repository.
        server_packages: Node packages that make a package a backend (frameworks, ORMs, drivers).
    """
    roots: dict[str, Root] = {}
    for folder in _python_folders(tree):
        roots.setdefault(folder, Root(path=folder)).python = read_project(tree, folder)
    packages = [read_package(tree, folder) for folder in _node_folders(tree)]
    backends = [one for one in packages if _is_backend(one, server_packages)]
    for project in [*backends, *(one for one in packages if one not in backends)]:
        if project in backends or not _has_rivals(tree, project.root, roots):
            roots.setdefault(project.root, Root(path=project.root)).node = project
    for path, root in roots.items():
        deeper = [other for other in roots if other != path and inside(other, path)]
        root.files = tuple(f for f in tree.below(path) if not any(inside(f, other) for other in deeper))
    kept = [root for root in roots.values() if _holds_code(root)]
    kept = [root for root in kept if not _only_holds_workspace(root, kept)]
    if not any(_speaks(root, server_packages) for root in kept):
        kept = _without_manifest(tree) or kept
    return sorted(kept, key=lambda root: (root.path.count("/") + (root.path != "."), root.path))


def _speaks(root: Root, server_packages: frozenset[str]) -> bool:
    """Whether a root's manifests name a backend; a front end's build tools beside loose code do not."""
    return root.python is not None or (root.node is not None and _is_backend(root.node, server_packages))


def _python_folders(tree: Tree) -> list[str]:
    named = {parent(f) for f in tree.files if f.rsplit("/", 1)[-1] in PYTHON_MANIFESTS}
    asked = {parent(f) for f in tree.files if re.search(r"(^|/)[^/]*requirements[^/]*\.(txt|in)$", f)}
    asked |= {parent(parent(f)) for f in tree.files if re.search(r"(^|/)(requirements|reqs)/[^/]+\.(txt|in)$", f)}
    asked = {folder for folder in asked if folder.rsplit("/", 1)[-1] not in ("requirements", "reqs")}
    asked = {folder for folder in asked if requirement_files(tree, folder)}
    return sorted(folder for folder in named | asked if not _aside(folder))


def _node_folders(tree: Tree) -> list[str]:
    found = {parent(f) for f in tree.files if f.rsplit("/", 1)[-1] == "package.json"}
    return sorted(folder for folder in found if not _aside(folder))


def _aside(folder: str) -> bool:
    return is_aside(join(folder, "x"))


def _is_backend(project: NodeProject, server_packages: frozenset[str]) -> bool:
    if project.declares(*server_packages):
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
    suffixes = (PYTHON_SUFFIXES if root.python else ()) + (NODE_SUFFIXES if root.node else ())
    declared = root.node is not None or (root.python is not None and bool(root.python.requirements or root.python.name))
    return declared or any(f.endswith(suffixes) for f in root.files)


def _only_holds_workspace(root: Root, kept: list[Root]) -> bool:
    """Whether a root merely gathers the applications below it and has no code of its own."""
    below = [one for one in kept if one is not root and inside(one.path, root.path)]
    suffixes = (PYTHON_SUFFIXES if root.python else ()) + (NODE_SUFFIXES if root.node else ())
    own = [f for f in root.files if f.endswith(suffixes) and not _is_configuration(f)]
    tools_only = root.node is None and root.python is not None and not (root.python.requirements or root.python.name)
    return bool(below) and (tools_only or not own)


def _is_configuration(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name in ("setup.py", "conftest.py", "noxfile.py", "tasks.py") or ".config." in name


def _without_manifest(tree: Tree) -> list[Root]:
    python = [f for f in tree.files if f.endswith(PYTHON_SUFFIXES)]
    if python:
        root = Root(path=".", files=tree.files)
        root.python = read_project(tree, ".")
        return [root]
    if any(f.endswith(NODE_SUFFIXES) for f in tree.files):
        return [Root(path=".", node=read_package(tree, "."), files=tree.files)]
    return []
