"""Environments of Node applications: node_modules installed beside copied manifests, then linked in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.shell import ExecResult
from tools.targets.copying import LINKED_DOT_FOLDERS, remove_tree
from tools.targets.files import Tree, join, table
from tools.targets.installing import Installer, cause, is_offline
from tools.targets.model import Target
from tools.targets.packagejson import SECTIONS, NodeProject, read_package
from tools.targets.store import Built, Store, copy_of, digest_of

SCHEME = "node-1"
MODULES = "node_modules"
_LIFECYCLE = (
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "prepublish",
    "prepublishOnly",
    "dependencies",
)
_EXTRA_FOLDERS = ("patches", ".yarn/releases", ".yarn/plugins", ".yarn/patches")
_MAX_EXTRA = 20_000_000
_QUIET = ("--no-audit", "--no-fund", "--no-progress")
_ENV = {
    "YARN_NODE_LINKER": "node-modules",
    "YARN_ENABLE_IMMUTABLE_INSTALLS": "false",
    "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
    "COREPACK_ENABLE_STRICT": "0",
    "HUSKY": "0",
    "CI": "1",
    "NODE_ENV": "development",
}


@dataclass(slots=True)
class Plan:
    """What to install for an application, read from its manifests."""

    project: NodeProject
    manager: str
    """The package manager that is really run."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What it needs to see: path relative to the workspace root -> content."""
    notes: list[str] = field(default_factory=list)
    dependencies: bool = False
    """Whether any package is asked for."""

    @property
    def key(self) -> str:
        """Digest of all that decides what is installed."""
        node = Path(shutil.which("node") or "node")
        stamp = f"{os.path.realpath(node)}:{node.stat().st_mtime_ns}" if node.exists() else ""
        parts = [f"{path}\0{content.decode('latin-1')}" for path, content in sorted(self.files.items())]
        return digest_of(SCHEME, stamp, self.manager, *parts)

    @property
    def identity(self) -> str:
        """What tells whether an environment is still right."""
        return self.key


def read_plan(target: Target, workspace_root: Path) -> Plan | str:
    """What to install, or the reason why nothing can be."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not on the path"
    tree = Tree(workspace_root)
    project = read_package(tree, target.root)
    wished = project.package_manager
    plan = Plan(project=project, manager=wished if shutil.which(wished) else "npm", notes=list(project.notes))
    if plan.manager != wished:
        plan.notes.append(
            f"{wished} is not installed here: npm installs, versions may differ from {project.lock or 'its lock'}"
        )
    for path in project.manifests:
        text = tree.read(path)
        if text is not None and not (path == project.lock and plan.manager != wished):
            plan.files[path] = _manifest(plan, tree, path, text) if path.endswith("package.json") else text.encode()
    _add_extras(plan, workspace_root)
    return plan


def build(plan: Plan, installer: Installer, folder: Path) -> Built:
    """Writes the manifests into a folder and installs there."""
    for path, content in plan.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    where = folder / plan.project.install_root
    where.mkdir(parents=True, exist_ok=True)
    frozen, plain = commands(plan.manager, locked=plan.project.lock in plan.files, keep_lock=False)
    result = run_manager(installer, frozen, folder, where)
    if result.exit_code != 0 and frozen != plain and not is_offline(result):
        plan.notes.append(f"{plan.project.lock} does not fit the manifest ({cause(result)}): installed without it")
        result = run_manager(installer, plain, folder, where)
    if result.exit_code != 0:
        return Built(ok=False, notes=(f"dependencies do not install: {cause(result)}", *plan.notes))
    return Built(ok=True, notes=tuple(plan.notes))


def place(
    store: Store, plan: Plan, installer: Installer, workspace_root: Path, scratch: Path
) -> tuple[Built, bool, list[str]]:
    """Puts node_modules into the workspace; returns what building said, whether it was now, the folders."""
    built, fresh = store.take(plan.key, lambda tree: build(plan, installer, tree), copy_of(scratch, _real_bytes))
    placed: list[str] = []
    for source in module_folders(scratch) if built.ok else ():
        relative = source.relative_to(scratch).as_posix()
        target = workspace_root / relative
        if target.is_symlink() or (target.exists() and not _ours(target)):
            plan.notes.append(f"{relative} exists in the workspace and is used as it is")
            continue
        remove_tree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
        (target / MARK).write_text(MARK_TEXT, "utf-8")
        placed.append(relative)
    remove_tree(scratch)
    return built, fresh, placed


MARK = ".gitignore"
MARK_TEXT = "# made by archwright for this workspace\n*\n"
"""Says that the folder is ours to replace, and keeps it out of commits where the repository forgot to."""


def module_folders(tree: Path) -> list[Path]:
    """Every top-level node_modules below a folder, outer ones first; symbolic links are not followed."""
    found = []
    for folder, names, _ in os.walk(tree):
        if MODULES in names:
            found.append(Path(folder) / MODULES)
        names[:] = sorted(name for name in names if name != MODULES and not name.startswith("."))
    return sorted(found)


def commands(manager: str, *, locked: bool, keep_lock: bool) -> tuple[list[str], list[str]]:
    """The install commands of a package manager: true to the lock, and free of it.

    Args:
        manager: npm, pnpm or yarn.
        locked: Whether there is a lock file to be true to.
        keep_lock: Whether the free command may write the lock file.
    """
    if manager == "pnpm":
        plain = ["pnpm", "install", "--no-frozen-lockfile", "--config.package-import-method=copy"]
        frozen = ["pnpm", "install", "--frozen-lockfile", "--config.package-import-method=copy"]
    elif manager == "yarn":
        plain, frozen = ["yarn", "install"], ["yarn", "install", "--frozen-lockfile"]
    else:
        plain = ["npm", "install", *([] if keep_lock else ["--no-package-lock"]), *_QUIET]
        frozen = ["npm", "ci", *_QUIET]
    return (frozen if locked else plain), plain


def run_manager(installer: Installer, command: Sequence[str], folder: Path, where: Path) -> ExecResult:
    """Runs a package manager in a folder below the one it may write to."""
    return installer.run(command, folder, env=_ENV, where=where)


def _manifest(plan: Plan, tree: Tree, path: str, text: str) -> bytes:
    """A manifest without the scripts that need the sources; those of dependencies run as usual."""
    content = tree.json(path)
    if not content:
        return text.encode()
    plan.dependencies = plan.dependencies or any(table(content.get(section)) for section in SECTIONS)
    scripts = {k: v for k, v in table(content.get("scripts")).items() if k not in _LIFECYCLE}
    slim = {**content, "scripts": scripts} if "scripts" in content else dict(content)
    if plan.manager != plan.project.package_manager:
        _speak_npm(plan, slim, path)
    return json.dumps(slim, sort_keys=True).encode()


def _speak_npm(plan: Plan, content: dict[str, object], path: str) -> None:
    """Rewrites what only other package managers understand: ``workspace:`` versions, where members stand."""
    for section in SECTIONS:
        members = table(content.get(section))
        plain = {name: _npm_version(str(version)) for name, version in members.items()}
        if members:
            content[section] = plain
    content.pop("packageManager", None)
    top = plan.project.install_root
    if path == join(top, "package.json") and plan.project.members:
        content["workspaces"] = [member if top == "." else member[len(top) + 1 :] for member in plan.project.members]


def _npm_version(version: str) -> str:
    if version.startswith("workspace:"):
        plain = version.removeprefix("workspace:")
        return plain if plain[:1].isdigit() else "*"
    return (
        "*"
        if version.startswith("catalog:")
        else version.removeprefix("npm:")
        if version.startswith("npm:^")
        else version
    )


def _add_extras(plan: Plan, workspace_root: Path) -> None:
    """Patches and archives that an installation reads."""
    top = plan.project.install_root
    found = [p for name in _EXTRA_FOLDERS for p in sorted((workspace_root / top / name).glob("*")) if p.is_file()]
    found += [
        workspace_root / top / one.spec.removeprefix("file:")
        for one in plan.project.dependencies.values()
        if one.spec.startswith("file:") and one.spec.endswith((".tgz", ".tar.gz"))
    ]
    size = 0
    for path in found:
        real = path.resolve()
        if real.is_file() and real.is_relative_to(workspace_root.resolve()):
            size += real.stat().st_size
            if size < _MAX_EXTRA:
                plan.files[real.relative_to(workspace_root.resolve()).as_posix()] = real.read_bytes()


def _real_bytes(name: str, inherited: bool) -> bool:
    """Caches and generated code below node_modules are written in place: they are copied, not linked."""
    return inherited or (name.startswith(".") and name not in LINKED_DOT_FOLDERS)


def _ours(folder: Path) -> bool:
    mark = folder / MARK
    marked = mark.is_file() and mark.read_text("utf-8", "replace") == MARK_TEXT
    return marked or not any(folder.iterdir())
