"""The packages of references: built once for a manifest, by whoever comes first."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evals.ground import environments
from evals.ground.environments import Environments
from evals.ground.references import BadReference, assemble, load
from tests.support.sources import ROOT
from tests.unit.evals.ground_toys import node_toy, python_toy, write
from tools.errors import EnvironmentFault
from tools.shell import Shell
from tools.targets.installing import Installer

NODE = pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    reference = load(python_toy(tmp_path / "home"))
    assemble(reference, "sqlite", tmp_path / "tree")
    return tmp_path / "tree"


def test_two_at_once_build_one_environment(tmp_path: Path, tree: Path) -> None:
    reference = load(tmp_path / "home/notes")
    two = [Environments(tmp_path / "cache"), Environments(tmp_path / "cache")]

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda one: one.provide(reference, tree), two))
    again = Environments(tmp_path / "cache").provide(reference, tree)

    assert sorted(one.cold for one in made) == [False, True]
    assert {one.path for one in [*made, again]} == {again.path}
    assert not again.cold
    assert (again.path[0] / "python").exists()


def test_packages_that_pip_refuses_are_told_with_its_words(tmp_path: Path, tree: Path) -> None:
    write(tree, {"requirements.txt": "neither a name nor a version"})

    with pytest.raises(BadReference, match="notes: .*/python -m pip install: ERROR: Invalid requirement"):
        Environments(ROOT / ".cache/tests/ground").provide(load(tmp_path / "home/notes"), tree)


def test_a_tree_without_its_manifest_is_refused(tmp_path: Path, tree: Path) -> None:
    (tree / "requirements.txt").unlink()

    with pytest.raises(BadReference, match="no requirements.txt"):
        Environments(tmp_path / "cache").provide(load(tmp_path / "home/notes"), tree)


def test_a_missing_node_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = load(node_toy(tmp_path / "home"))
    assemble(reference, "sqlite", tmp_path / "tree")
    monkeypatch.setattr(environments.shutil, "which", lambda name: None)

    with pytest.raises(EnvironmentFault, match="node and npm not found: install Node") as told:
        Environments(tmp_path / "cache").provide(reference, tmp_path / "tree")
    assert "\n" not in str(told.value)


@NODE
def test_a_compiled_part_is_made_once_for_a_version(tmp_path: Path) -> None:
    make = "const fs=require('fs'); fs.mkdirSync('build/Release/obj',{recursive:true});"
    make += "fs.writeFileSync('build/Release/a.node','made'); fs.appendFileSync('../../log','made ')"
    told = {"name": "addon", "version": "1.0.0", "scripts": {"install": "node make.js"}}
    lock = {"packages": {"": {}, "node_modules/addon": {"hasInstallScript": True}, "node_modules/plain": {}}}
    for name in ("one", "two"):
        files = {"package.json": '{"dependencies": {"addon": "1.0.0"}}', "package-lock.json": json.dumps(lock)}
        package = {"package.json": json.dumps(told), "make.js": make, "binding.gyp": ""}
        write(tmp_path / name, files | {f"node_modules/addon/{file}": text for file, text in package.items()})
    environment = Environments(tmp_path / "cache")

    # npm ci wants a registry; what comes after it does not.
    for name in ("one", "two"):
        (addon,) = environments._addons(tmp_path / name / "package-lock.json")
        assert environment._add(addon, tmp_path / name, "115-linux-x64", Installer(factory=Shell)).ok

    built = tmp_path / "two/node_modules/addon/build"
    assert [path.relative_to(built).as_posix() for path in built.rglob("*.*")] == ["Release/a.node"]
    assert (tmp_path / "one/log").read_text() == "made "
    assert not (tmp_path / "two/log").exists()
