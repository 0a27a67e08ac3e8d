"""The packages of references: installed once per content of the manifest, then used where they lie.

Two processes may ask for the same at once: a lock per key lets one build, and a tree counts only once its marker was
moved into place (``tools.targets.store``). Compiled add-ons of Node are kept by package, version and ABI, so that a
changed lock file does not compile them again.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.ground.references import BadReference, Reference
from tools.errors import EnvironmentFault
from tools.sandbox.session import interpreter
from tools.shell import ExecResult, Shell, ShellSettings
from tools.targets.copying import seal_tree
from tools.targets.installing import Installer, cause, is_offline
from tools.targets.store import Built, Store, copy_of, digest_of

_ENV = {"NODE_ENV": "development"}
_QUIET = ("--no-audit", "--no-fund", "--no-progress")
_SCHEME = "1"
"""Part of every key: a change of how environments are built makes new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a reference's packages are."""

    path: tuple[Path, ...]
    """Folders of programs."""
    modules: Path | None
    """node_modules, to be seen from the assembled tree."""
    seconds: float
    """What it took to have it this time."""
    cold: bool
    """Whether it was built this time."""
    notes: tuple[str, ...]


class Environments:
    """The installed environments below one folder."""

    def __init__(self, cache: Path) -> None:
        self._python = Store(cache / "python")
        self._node = Store(cache / "node")
        self._addons = Store(cache / "addons")

    def provide(self, reference: Reference, tree: Path) -> Environment:
        """The environment of an assembled tree, built when there is none.

        Raises:
            EnvironmentFault: this machine lacks what it takes.
            BadReference: its packages cannot be installed.
        """
        begin = time.monotonic()
        if not (tree / reference.install).is_file():
            raise BadReference(f"{reference.name}: the assembled tree has no {reference.install}")
        installer = Installer(factory=Shell)
        make = self._provide_node if reference.language == "node" else self._provide_python
        path, modules, built, cold = make(tree, reference.install, installer)
        if any(is_offline(done) for done in installer.evidence):
            raise EnvironmentFault(f"{built.notes[-1]}: connect, or fill the package caches first")
        if not built.ok:
            raise BadReference(f"{reference.name}: {'; '.join(built.notes)}")
        seconds = time.monotonic() - begin
        return Environment(path=(path,), modules=modules, seconds=seconds, cold=cold, notes=built.notes)

    def _provide_python(self, tree: Path, manifest: str, installer: Installer) -> tuple[Path, None, Built, bool]:
        wanted = (tree / manifest).read_text(encoding="utf-8")
        key = digest_of(_SCHEME, sys.version, str(interpreter()), wanted)
        venv = self._python.tree(key) / "venv"

        def build(folder: Path) -> Built:
            (folder / "requirements.txt").write_text(wanted, encoding="utf-8")
            pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes"]
            made = installer.run([str(interpreter()), "-m", "venv", str(venv)], folder)
            if made.exit_code == 0:
                made = installer.run([*pip, "-r", "requirements.txt"], folder)
            return _built(made)

        return venv / "bin", None, *self._python.take(key, build, seal_tree)

    def _provide_node(self, tree: Path, manifest: str, installer: Installer) -> tuple[Path, Path, Built, bool]:
        abi = _node_abi()
        files = {name: (tree / name).read_text(encoding="utf-8") for name in ("package.json", manifest)}
        key = digest_of(_SCHEME, abi, *files.values())
        modules = self._node.tree(key) / "node_modules"

        def build(folder: Path) -> Built:
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
            # No script of a package runs, but those that compile: see below.
            done = installer.run(["npm", "ci", "--ignore-scripts", *_QUIET], folder, env=_ENV)
            modules.mkdir(exist_ok=True)  # npm makes none when there is nothing to install
            made = [_built(done)]
            if made[0].ok:
                made += [self._add(package, folder, abi, installer) for package in _addons(folder / manifest)]
            return Built(ok=all(one.ok for one in made), notes=tuple(note for one in made for note in one.notes))

        return modules / ".bin", modules, *self._node.take(key, build, seal_tree)

    def _add(self, package: Path, folder: Path, abi: str, installer: Installer) -> Built:
        """Put the compiled part of a package in its place; compile it when that was never done."""
        told = json.loads((package / "package.json").read_text(encoding="utf-8"))
        name = f"{told['name']}@{told['version']}"

        def build(kept: Path) -> Built:
            done = installer.run(["npm", "rebuild", name, *_QUIET], folder, env={**_ENV, **_headers()})
            for made in (package / "build" / "Release").glob("*.node"):
                (kept / "Release").mkdir(exist_ok=True)
                shutil.copy2(made, kept / "Release")
            return _built(done, f"{name} was made in {done.seconds:.0f} s")

        return self._addons.take(digest_of(_SCHEME, abi, name), build, copy_of(package / "build"))[0]


def _built(done: ExecResult, note: str = "") -> Built:
    if done.exit_code == 0:
        return Built(ok=True, notes=(note,) if note else ())
    return Built(ok=False, notes=(f"{' '.join(done.command.split()[:4])}: {cause(done)}",))


def _headers() -> dict[str, str]:
    """Where a compiler finds Node's headers, when they lie beside it: node-gyp would download them."""
    program = shutil.which("node")
    prefix = Path(program).resolve().parents[1] if program else Path("/")
    return {"npm_config_nodedir": str(prefix)} if (prefix / "include" / "node" / "node_api.h").is_file() else {}


def _node_abi() -> str:
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise EnvironmentFault(f"{' and '.join(missing)} not found: install Node 20 or later, or choose ONLY=python")
    with Shell(ShellSettings(root=Path("/"), sandbox=False)) as shell:
        told = "[process.versions.modules, process.platform, process.arch].join('-')"
        return shell.run(["node", "-p", told]).output.strip()


def _addons(lock: Path) -> Iterator[Path]:
    """The installed packages with a part to compile."""
    packages = json.loads(lock.read_text(encoding="utf-8")).get("packages", {})
    for place, told in packages.items():
        if told.get("hasInstallScript") and (lock.parent / place / "binding.gyp").is_file():
            yield lock.parent / place
