"""Environments of Python applications: a venv of what manifests ask for, the project from the worktree."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.shell import ExecResult
from tools.targets.copying import relocate, remove_tree, replace_file
from tools.targets.files import Tree, inside, join
from tools.targets.installing import Installer, cause
from tools.targets.model import Target
from tools.targets.pyproject import PythonProject, read_project
from tools.targets.requirements import Requirement, normalise
from tools.targets.store import Built, Store, copy_of, digest_of
from tools.targets.versions import Interpreter, choose_interpreter

SCHEME = "python-1"
"""Part of every key: a change of how environments are built makes new ones."""

PATH_FILE = "_archwright_worktree.pth"


@dataclass(slots=True)
class Plan:
    """What to install for an application, read from its manifests."""

    interpreter: Interpreter
    project: PythonProject | None
    main: list[str] = field(default_factory=list)
    development: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    helpers: tuple[str, ...] = ()
    installed: list[PythonProject] = field(default_factory=list)
    """Projects of the repository that are put on the path, the application's own first."""
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Digest of all that decides what is installed."""
        manager = self.project.package_manager if self.project else "pip"
        own = manager if shutil.which(manager) else "pip"
        parts = ["\n".join(one) for one in (self.main, self.development, self.constraints, self.helpers)]
        return digest_of(SCHEME, str(self.interpreter.path), own, *parts)

    @property
    def identity(self) -> str:
        """The key and all that decides how the repository's own projects are put on the path."""
        own = [f"{one.name} {one.version} {one.source_roots} {one.scripts}" for one in self.installed]
        return digest_of(self.key, *own)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to install."""
        return not (self.main or self.development or self.helpers)


def read_plan(target: Target, workspace_root: Path) -> Plan | str:
    """What to install, or the reason why nothing can be."""
    tree = Tree(workspace_root)
    project = read_project(tree, target.root) if target.runtime == "python" else None
    interpreter = choose_interpreter(target.requires_runtime, _wanted(tree, target.root))
    if interpreter is None:
        return f"no Python on this machine satisfies {target.requires_runtime or 'any version we support'}"
    plan = Plan(interpreter=interpreter, project=project, helpers=tuple(sorted(target.helpers)))
    if project is not None:
        _add_project(plan, tree, project, seen=set())
        plan.notes += project.notes
        if project.dynamic:
            plan.notes.append("dependencies are computed by setup.py: only those written as literals are installed")
    return plan


def build(plan: Plan, store: Store, installer: Installer, folder: Path) -> Built:
    """Fills a folder with a venv that holds everything but the project itself."""
    venv = folder / "venv"
    made = _empty_venv(plan.interpreter, store, installer, venv)
    if not made.ok:
        return made
    if plan.helpers:
        names = ", ".join(plan.helpers)
        plan.notes.append(f"{names}: not declared by the repository, installed for archwright's own gates")
    if plan.empty:
        return Built(ok=True, notes=tuple(plan.notes))
    requirements = folder / "wanted"
    requirements.mkdir()
    return _install(plan, installer, requirements, venv)


def place(store: Store, plan: Plan, installer: Installer, venv: Path) -> tuple[Built, bool]:
    """A private copy of the cached venv at the given path, built first when needed."""
    cached = store.tree(plan.key) / "venv"
    built, fresh = store.take(plan.key, lambda tree: build(plan, store, installer, tree), copy_of(venv.parent / "tree"))
    if built.ok:
        remove_tree(venv)
        (venv.parent / "tree" / "venv").rename(venv)
        remove_tree(venv.parent / "tree")
        _relocate(venv, cached)
    return built, fresh


def install_project(plan: Plan, workspace_root: Path, venv: Path) -> tuple[str, ...]:
    """Puts the repository's own projects on the path, from the worktree; returns their folders."""
    site = site_packages(venv)
    roots = list(dict.fromkeys(root for project in plan.installed for root in project.source_roots))
    folders = [str(workspace_root if root == "." else workspace_root / root) for root in roots]
    if folders:
        (site / PATH_FILE).write_text("\n".join(folders) + "\n", "utf-8")
    for project in plan.installed:
        _write_metadata(project, workspace_root, site, venv)
    return tuple(roots)


def site_packages(venv: Path) -> Path:
    """The folder of installed packages."""
    return next(iter(sorted((venv / "lib").glob("python3.*/site-packages"))))


def update(plan: Plan, installer: Installer, venv: Path, notes: list[str]) -> ExecResult | None:
    """Installs what the manifests ask for now into a run's own venv; None when they ask for nothing."""
    if plan.empty:
        return None
    folder = venv.parent / "wanted"
    remove_tree(folder)
    folder.mkdir(parents=True)
    result = _pip(plan, installer, folder, venv, [*plan.main, *plan.development, *plan.helpers])
    notes.append(f"manifests changed: ran {result.command}")
    return result


def _wanted(tree: Tree, root: str) -> str | None:
    """The version that the repository pins for people."""
    for folder in dict.fromkeys((root, ".")):
        for name in (".python-version", "runtime.txt"):
            match = re.search(r"\d+\.\d+(?:\.\d+)?", tree.read(join(folder, name)) or "")
            if match:
                return match.group()
        match = re.search(r"^FROM\s+\S*python:(\d+\.\d+)", tree.read(join(folder, "Dockerfile")) or "", re.M)
        if match:
            return match.group(1)
    return None


def _add_project(plan: Plan, tree: Tree, project: PythonProject, seen: set[str]) -> None:
    seen.add(project.root)
    if project.source_roots:
        plan.installed.append(project)
    plan.main += [one.text for one in project.requirements if not one.dev]
    plan.development += [one.text for one in project.requirements if one.dev]
    plan.constraints += [one.text for one in _usable(project.constraints, project.requirements)]
    for folder in project.local:
        if folder not in seen and inside(folder, "."):
            inner = read_project(tree, folder)
            inner.requirements = [one for one in inner.requirements if not one.dev]
            inner.constraints = []
            _add_project(plan, tree, inner, seen)


def _usable(constraints: Sequence[Requirement], asked: Sequence[Requirement]) -> list[Requirement]:
    # pip refuses a constraint on something that is asked for by address.
    by_address = {one.name for one in asked if " @ " in one.text}
    return [one for one in constraints if one.name not in by_address]


def _empty_venv(interpreter: Interpreter, store: Store, installer: Installer, venv: Path) -> Built:
    """A venv with pip, copied from one that is made once per interpreter: making it takes seconds."""
    key = digest_of(SCHEME, "empty", str(interpreter.path))

    def make(folder: Path) -> Built:
        prefix = interpreter.path.parent.parent
        result = installer.run([str(interpreter.path), "-m", "venv", str(folder / "venv")], folder, readable=[prefix])
        ok = result.exit_code == 0
        return Built(ok=ok, notes=() if ok else (f"no virtual environment: {cause(result)}",))

    built, _ = store.take(key, make, copy_of(venv.parent / "empty"))
    if built.ok:
        (venv.parent / "empty" / "venv").rename(venv)
        remove_tree(venv.parent / "empty")
        _relocate(venv, store.tree(key) / "venv")
    return built


def _install(plan: Plan, installer: Installer, folder: Path, venv: Path) -> Built:
    everything = [*plan.main, *plan.development, *plan.helpers]
    result = _pip(plan, installer, folder, venv, everything)
    if result.exit_code == 0:
        return Built(ok=True, notes=tuple(plan.notes))
    first = cause(result)
    if plan.constraints:
        plan.notes.append(f"the locked versions do not install ({first}): installed without the lock")
        plan.constraints = []
        result = _pip(plan, installer, folder, venv, everything)
    if result.exit_code != 0 and plan.development and plan.main:
        result = _pip(plan, installer, folder, venv, plan.main)
        if result.exit_code == 0:
            second = _pip(plan, installer, folder, venv, [*plan.development, *plan.helpers])
            if second.exit_code != 0:
                plan.notes.append(f"development dependencies do not install: {cause(second)}")
    if result.exit_code != 0:
        return Built(ok=False, notes=(f"dependencies do not install: {cause(result)}", *plan.notes))
    return Built(ok=True, notes=tuple(plan.notes))


def _pip(plan: Plan, installer: Installer, folder: Path, venv: Path, lines: Sequence[str]) -> ExecResult:
    """One call of the installer with a requirement file, by uv where the target uses it and it is here."""
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(lines) + "\n", "utf-8")
    options = ["-r", str(requirements)]
    if plan.constraints and not any("--hash=" in line for line in lines):
        (folder / "constraints.txt").write_text("\n".join(plan.constraints) + "\n", "utf-8")
        options += ["-c", str(folder / "constraints.txt")]
    python = str(venv / "bin" / "python")
    uv = shutil.which("uv") if plan.project and plan.project.package_manager == "uv" else None
    # Copies, not links into uv's cache: our files are made read-only, and its cache must not be.
    command = (
        [uv, "pip", "install", "--python", python, "--link-mode", "copy"] if uv else [python, "-m", "pip", "install"]
    )
    # pip would print a warning for every index that lacks a package; only errors are evidence.
    quiet = [] if uv else ["--quiet", "--no-input"]
    env = {"VIRTUAL_ENV": str(venv)}
    readable = [plan.interpreter.path.parent.parent]
    return installer.run([*command, *quiet, *options], _common(folder, venv), env=env, readable=readable)


def _common(folder: Path, venv: Path) -> Path:
    """The folder that holds both: the only one the installer may write to."""
    return folder.parent if venv.parent == folder.parent else venv.parent


def _relocate(venv: Path, old: Path) -> None:
    relocate(venv / "bin", old, venv)
    relocate(venv, old, venv)
    for entry in site_packages(venv).glob("*.pth"):
        data = entry.read_bytes()
        if bytes(old) in data:
            replace_file(entry, data.replace(bytes(old), bytes(venv)))


def _write_metadata(project: PythonProject, workspace_root: Path, site: Path, venv: Path) -> None:
    """What an editable install leaves: metadata for ``importlib.metadata``, and the console scripts."""
    name = normalise(project.name or project.root.rsplit("/", 1)[-1] or "project")
    if name in (".", ""):
        name = "project"
    folder = site / f"{name.replace('-', '_')}-{project.version}.dist-info"
    remove_tree(folder)
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {project.version}\n", "utf-8")
    (folder / "INSTALLER").write_text("archwright\n", "utf-8")
    lines = [f"{script} = {address}" for script, address in project.scripts.items()]
    if lines:
        (folder / "entry_points.txt").write_text("[console_scripts]\n" + "\n".join(lines) + "\n", "utf-8")
    written = [path.name for path in folder.iterdir()]
    record = [f"{folder.name}/{one},," for one in [*written, "RECORD"]]
    (folder / "RECORD").write_text("\n".join(record) + "\n", "utf-8")
    for script, address in project.scripts.items():
        _write_script(venv, script, address)


def _write_script(venv: Path, script: str, address: str) -> None:
    module, _, function = address.partition(":")
    if (
        not re.fullmatch(r"[\w.-]+", script)
        or not re.fullmatch(r"[\w.]+", module)
        or not re.fullmatch(r"[\w.]+", function)
    ):
        return
    path = venv / "bin" / script
    remove_tree(path)
    start = f"import sys\nfrom {module} import {function.split('.')[0]}\nsys.exit({function}())\n"
    path.write_text(f"#!{venv / 'bin' / 'python'}\n{start}", "utf-8")
    path.chmod(0o755)
