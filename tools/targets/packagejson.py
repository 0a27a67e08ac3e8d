"""What a Node project says about itself: dependencies, workspaces, scripts, how it is locked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.targets.files import Tree, dig, inside, join, parent, strings, table

LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
SETTINGS = (".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-workspace.yaml")
SECTIONS = {
    "dependencies": False,
    "devDependencies": True,
    "optionalDependencies": False,
    "peerDependencies": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One line that asks for a package."""

    name: str
    spec: str
    line: int
    dev: bool


@dataclass(slots=True)
class NodeProject:
    """One package as its manifest describes it."""

    root: str
    name: str | None = None
    install_root: str = "."
    """The folder in which the package manager is run: the workspace's top, else ``root``."""
    package_manager: str = "npm"
    dependencies: dict[str, Dependency] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    """Folders of every package of the workspace, the top not counted; empty without a workspace."""
    engines: str | None = None
    main: str | None = None
    manifests: list[str] = field(default_factory=list)
    lock: str | None = None
    notes: list[str] = field(default_factory=list)

    def declares(self, *names: str) -> bool:
        """Whether one of the packages is asked for."""
        return any(name in self.dependencies for name in names)


def read_package(tree: Tree, root: str) -> NodeProject:
    """Reads the manifest in a folder; a malformed one is noted, never raised."""
    project = NodeProject(root=root, install_root=root)
    path = join(root, "package.json")
    content = tree.json(path)
    if not content and path in tree.known:
        project.notes.append(f"{path} is not a JSON object: nothing was read from it")
    name = content.get("name")
    project.name = name if isinstance(name, str) else None
    project.scripts = {k: v for k, v in table(content.get("scripts")).items() if isinstance(v, str)}
    engines, main = dig(content, "engines", "node"), content.get("main")
    project.engines = engines if isinstance(engines, str) else None
    project.main = main if isinstance(main, str) else None
    for section, dev in SECTIONS.items():
        for package, spec in table(content.get(section)).items():
            line = tree.line_of(path, f'"{package}"')
            project.dependencies.setdefault(package, Dependency(name=package, spec=str(spec), line=line, dev=dev))
    _find_workspace(tree, project)
    _find_manager(tree, project)
    return project


def workspace_members(tree: Tree, top: str) -> list[str]:
    """Folders of the packages that the workspace at ``top`` names; empty when it is none."""
    if top not in tree.members:
        tree.members[top] = _members(tree, top)
    return tree.members[top]


def _members(tree: Tree, top: str) -> list[str]:
    declared = tree.json(join(top, "package.json")).get("workspaces")
    patterns = strings(declared) or strings(table(declared).get("packages"))
    file = join(top, "pnpm-workspace.yaml")
    patterns += _pnpm_patterns(tree.read(file) or "") if file in tree.known else []
    if not patterns:
        return []
    folders = (parent(path) for path in tree.by_name.get("package.json", ()))
    return [one for one in folders if one != top and inside(one, top) and _matches(one, top, patterns)]


def _find_workspace(tree: Tree, project: NodeProject) -> None:
    folder = project.root
    while True:
        members = workspace_members(tree, folder)
        if folder == project.root or project.root in members:
            project.members = members or project.members
            project.install_root = folder if members else project.install_root
            if members:
                return
        if folder == ".":
            return
        folder = parent(folder)


def _find_manager(tree: Tree, project: NodeProject) -> None:
    top = project.install_root
    declared = tree.json(join(top, "package.json")).get("packageManager")
    for file, manager in LOCKS.items():
        path = join(top, file)
        if path in tree.known and project.lock is None:
            project.lock, project.package_manager = path, manager
    if project.lock is None and isinstance(declared, str):
        named = declared.split("@")[0]
        project.package_manager = named if named in LOCKS.values() else "npm"
    folders = [top, *project.members] if project.members else [top]
    project.manifests = [join(one, "package.json") for one in folders]
    project.manifests += [join(top, name) for name in SETTINGS if join(top, name) in tree.known]
    project.manifests += [project.lock] if project.lock else []


def _pnpm_patterns(text: str) -> list[str]:
    block = re.search(r"^packages:[^\n]*\n((?:[ \t]*-[^\n]*\n?|[ \t]*#[^\n]*\n|\s*\n)*)", text, re.M)
    return re.findall(r"-\s*['\"]?([^'\"#\n]+?)['\"]?\s*(?:#.*)?$", block.group(1), re.M) if block else []


def _matches(folder: str, top: str, patterns: Sequence[str]) -> bool:
    if not inside(folder, top):
        return False
    relative = folder if top == "." else folder[len(top) + 1 :]
    wanted = [p for p in patterns if not p.startswith("!")]
    unwanted = [p[1:] for p in patterns if p.startswith("!")]
    return any(_glob(p, relative) for p in wanted) and not any(_glob(p, relative) for p in unwanted)


def _glob(pattern: str, path: str) -> bool:
    plain = pattern.removeprefix("./").rstrip("/")
    translated = re.escape(plain).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(translated, path) is not None
