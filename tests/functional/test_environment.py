"""Environments are real here: venvs, npm and the sandbox. Nothing is downloaded: what is installed is made here."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tools.shell import Profile, Shell, ShellSettings
from tools.target import Environment, Environments, Target, find_targets
from tools.targets.copying import link_tree, remove_tree
from tools.targets.pythonenv import site_packages


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def wheel(folder: Path, name: str, version: str, body: str) -> Path:
    """A wheel of one module, made without any build tool."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": body,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": "\n".join([*lines, f"{info}/RECORD,,\n"])}.items():
            archive.writestr(file, text)
    return path


BACKEND = """
import zipfile
from pathlib import Path

def _requires(config_settings=None):
    return []

get_requires_for_build_wheel = get_requires_for_build_editable = _requires

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "shop-1.0-py3-none-any.whl"
    info = "shop-1.0.dist-info"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w") as archive:
        archive.writestr("shop.pth", str(Path.cwd() / "src") + "\\n")
        archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: shop\\nVersion: 1.0\\n")
        archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(info + "/RECORD", "")
    return name
"""
SHOP = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["build_tools"]\n'
    '[project]\nname = "shop"\nversion = "1.0"\n[project.scripts]\nshop-price = "shop.prices:show"\n',
    "build_tools/backend.py": BACKEND,
    "src/shop/__init__.py": "",
    "src/shop/prices.py": "PRICE = 1\n\n\ndef show():\n    print('price', PRICE)\n",
    "tests/test_price.py": "import unittest\n\nfrom shop.prices import PRICE\n\n\n"
    "class PriceTest(unittest.TestCase):\n    def test_price(self):\n        self.assertEqual(PRICE, 2)\n",
}
WORKSPACE = {
    "package.json": '{"name": "top", "private": true, "workspaces": ["packages/*"]}',
    "packages/prices/package.json": '{"name": "@shop/prices", "version": "1.0.0", "main": "index.js", '
    '"scripts": {"prepare": "exit 3"}}',
    "packages/prices/index.js": "exports.price = 1\n",
    "packages/api/package.json": '{"name": "@shop/api", "version": "1.0.0", "dependencies": {"@shop/prices": "*"}, '
    '"scripts": {"start": "node index.js", "test": "node --test"}}',
    "packages/api/index.js": "require('node:http').createServer().listen(0)\n",
    "packages/api/price.test.js": "const test = require('node:test')\nconst assert = require('node:assert')\n"
    "test('price', () => assert.strictEqual(require('@shop/prices').price, 2))\n",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests: the empty venv is made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environments(cache: Path) -> Environments:
    return Environments(cache)


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    return tmp_path / "work tree"


def only(root: Path) -> Target:
    (target,) = find_targets(root)
    return target


def shell_for(environment: Environment, root: Path) -> Shell:
    return Shell(
        ShellSettings(
            root=root,
            readable=environment.readable,
            writable=environment.writable,
            env=environment.env,
            path_prepend=environment.path_prepend,
        )
    )


def run(environment: Environment, root: Path, command: str, cwd: str = ".") -> tuple[int | None, str]:
    with shell_for(environment, root) as shell:
        result = shell.run(command, cwd=root / cwd)
    return result.exit_code, result.output


def outside(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """What somebody would do without archwright."""
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def python_user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's project with price 1, installed editable in their own .venv."""
    user = write(tmp_path_factory.mktemp("home") / "user", SHOP)
    made = outside([sys.executable, "-m", "venv", ".venv"], user)
    assert made.returncode == 0, made.stderr
    pip = [".venv/bin/python", "-m", "pip", "install", "--no-index", "--no-build-isolation", "-e", "."]
    installed = outside(pip, user)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return user


@pytest.fixture
def python_pair(python_user: Path, worktree: Path) -> tuple[Path, Path]:
    """The user's tree, and a worktree in which the price is 2."""
    write(worktree, SHOP | {"src/shop/prices.py": SHOP["src/shop/prices.py"].replace("PRICE = 1", "PRICE = 2")})
    return python_user, worktree


def test_a_src_layout_installed_editable_by_the_user_is_tested_from_the_worktree(
    python_pair: tuple[Path, Path], tmp_path: Path, environments: Environments
) -> None:
    user, worktree = python_pair
    tests = ["-m", "unittest", "discover", "-s", "tests"]

    naive = outside([str(user / ".venv/bin/python"), *tests], worktree)
    environment = environments.provision(only(worktree), worktree, tmp_path / "run")
    code, output = run(environment, worktree, "python " + " ".join(tests))

    # The naive way runs the worktree's tests against the user's code: 1 instead of 2.
    assert naive.returncode != 0
    assert "1 != 2" in naive.stderr
    assert environment.installed, environment.notes
    assert (code, "OK" in output) == (0, True), output


def test_console_scripts_and_metadata_are_those_of_the_worktree(
    python_pair: tuple[Path, Path], tmp_path: Path, environments: Environments
) -> None:
    _, worktree = python_pair
    environment = environments.provision(only(worktree), worktree, tmp_path / "run")

    script = run(environment, worktree, "cd / && shop-price")
    version = run(environment, worktree, "python -c 'import importlib.metadata as m; print(m.version(\"shop\"))'")

    assert script == (0, "price 2\n")
    assert version == (0, "1.0\n")


def test_the_proof_names_packages_that_come_from_the_users_tree(
    python_pair: tuple[Path, Path], tmp_path: Path, environments: Environments
) -> None:
    user, worktree = python_pair
    target = only(worktree)
    good = environments.provision(target, worktree, tmp_path / "run")
    borrowed = replace(good, interpreter=user / ".venv/bin/python", readable=(*good.readable, user))

    proof, naive = (environments.prove(one, target, worktree) for one in (good, borrowed))

    assert proof.ok
    assert proof.resolved == (("shop", str(worktree / "src/shop/__init__.py")),)
    assert not naive.ok
    assert naive.problems == (f"shop comes from {user}/src/shop/__init__.py, not from the worktree",)


needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


@needs_npm
def test_an_npm_workspace_linked_in_the_users_tree_is_tested_from_the_worktree(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    user = write(tmp_path / "user", WORKSPACE)
    scripts_off = ["npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = outside(scripts_off, user)
    assert installed.returncode == 0, installed.stderr
    write(worktree, WORKSPACE | {"packages/prices/index.js": "exports.price = 2\n"})

    (worktree / "node_modules").symlink_to(user / "node_modules")
    naive = outside(["node", "--test"], worktree / "packages/api")
    (worktree / "node_modules").unlink()
    target = only(worktree)
    environment = environments.provision(target, worktree, tmp_path / "run")
    code, output = run(environment, worktree, "npm test --silent", cwd="packages/api")

    # The naive way links to the user's node_modules, whose links lead into the user's packages.
    assert naive.returncode != 0
    assert "1 !== 2" in naive.stdout
    assert environment.installed, environment.notes
    assert code == 0, output
    assert (worktree / "node_modules/@shop/prices").resolve() == (worktree / "packages/prices").resolve()
    assert environment.created == ("node_modules",)


@needs_npm
def test_the_proof_names_workspace_packages_that_lead_into_the_users_tree(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    user = write(tmp_path / "user", WORKSPACE)
    write(worktree, WORKSPACE)
    target = only(worktree)
    environment = environments.provision(target, worktree, tmp_path / "run")
    link = worktree / "node_modules/@shop/prices"
    link.unlink()
    link.symlink_to(user / "packages/prices")

    readable = replace(environment, readable=(user,))
    proof = environments.prove(readable, target, worktree)

    assert proof.problems == (f"@shop/prices comes from {user}/packages/prices, not from the worktree",)


@needs_npm
def test_placed_modules_are_never_part_of_a_commit(tmp_path: Path, worktree: Path, environments: Environments) -> None:
    write(worktree, WORKSPACE)
    environments.provision(only(worktree), worktree, tmp_path / "run")
    outside(["git", "init", "-q"], worktree)

    status = outside(["git", "status", "--porcelain", "--untracked-files=all"], worktree)

    assert "package.json" in status.stdout
    assert "node_modules" not in status.stdout


@needs_npm
def test_modules_that_were_in_the_workspace_before_are_left_alone(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    write(worktree, WORKSPACE | {"node_modules/mine/index.js": "1\n"})

    environment = environments.provision(only(worktree), worktree, tmp_path / "run")

    assert (worktree / "node_modules/mine/index.js").read_text() == "1\n"
    assert environment.created == ()
    assert any("used as it is" in note for note in environment.notes)


@needs_npm
def test_generated_code_is_made_for_each_run_and_never_kept_in_the_cache(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    generator = (
        "const fs = require('node:fs')\nfs.mkdirSync('node_modules/.client', { recursive: true })\n"
        "fs.appendFileSync('node_modules/.client/out.js', 'made\\n')\n"
    )
    files = {
        "package.json": '{"name": "api", "dependencies": {"express": "file:./express-0.0.1.tgz"}, '
        '"scripts": {"start": "node server.js", "db:generate": "node generate.js"}}',
        "generate.js": generator,
        "server.js": "require('express')\n",
    }
    write(worktree, files)
    package = write(tmp_path / "package", {"package.json": '{"name": "express", "version": "0.0.1"}', "index.js": ""})
    packed = outside(["npm", "pack", "--silent", "--pack-destination", str(worktree)], package)
    assert packed.returncode == 0, packed.stderr

    made = [environments.provision(only(worktree), worktree, tmp_path / f"run{number}") for number in (1, 2)]

    assert [one.installed for one in made] == [True, True], made[0].notes
    assert (worktree / "node_modules/express/index.js").exists()
    assert (worktree / "node_modules/.client/out.js").read_text() == "made\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels in place of a package index."""
    folder = tmp_path_factory.mktemp("index") / "wheels"
    wheel(folder, "alpha", "1.0", "VALUE = 'alpha 1'\n")
    wheel(folder, "alpha", "2.0", "VALUE = 'alpha 2'\n")
    wheel(folder, "beta", "1.0", "VALUE = 'beta'\n")
    return folder


def requirements(root: Path, index: Path, *names: str) -> Target:
    # The folder of wheels lies in the worktree, so that the sandbox of the installer sees it under its own name.
    lines = ["--no-index", *(f"{name} @ file://{index}/{file}" for name, file in map(_wheel_of, names))]
    write(root, {"requirements.txt": "\n".join(lines) + "\n", "app.py": "import json\n"})
    return only(root)


def _wheel_of(name: str) -> tuple[str, str]:
    plain, _, version = name.partition("==")
    return plain, f"{plain}-{version or '1.0'}-py3-none-any.whl"


class OpenShell(Shell):
    """A shell whose installer also sees the folder of wheels."""

    wheels: Path

    def __init__(self, settings: ShellSettings) -> None:
        super().__init__(replace(settings, readable=(*settings.readable, self.wheels)))


@pytest.fixture
def with_index(cache: Path, index: Path) -> Environments:
    factory = type("WithIndex", (OpenShell,), {"wheels": index})
    return Environments(cache, shell_factory=factory)


def imported(environment: Environment, root: Path, name: str) -> tuple[int | None, str]:
    code, output = run(environment, root, f"python -c 'import {name}; print({name}.VALUE)'")
    return code, output.strip().splitlines()[-1]


def test_requirements_are_installed_once_and_copied_for_each_run(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    target = requirements(worktree, index, "alpha==2.0")

    first = with_index.provision(target, worktree, tmp_path / "run1")
    second = with_index.provision(target, worktree, tmp_path / "run2")

    assert imported(first, worktree, "alpha") == imported(second, worktree, "alpha") == (0, "alpha 2")
    installs = [[one for one in env.evidence if "pip install" in one.command] for env in (first, second)]
    assert [len(one) for one in installs] == [1, 0]


def test_an_installation_during_a_run_stays_in_that_run(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    target = requirements(worktree, index, "alpha")
    first = with_index.provision(target, worktree, tmp_path / "run1")
    shutil.copytree(index, worktree / "wheels")

    with shell_for(first, worktree) as shell:
        upgraded = shell.run(
            "pip install --no-index wheels/alpha-2.0-py3-none-any.whl wheels/beta-1.0-py3-none-any.whl",
            profile=Profile.INSTALL,
        )
    second = with_index.provision(target, worktree, tmp_path / "run2")

    assert upgraded.exit_code == 0, upgraded.output
    assert imported(first, worktree, "alpha") == (0, "alpha 2")
    assert imported(second, worktree, "alpha") == (0, "alpha 1")
    assert imported(second, worktree, "beta")[0] == 1


def test_writing_into_an_installed_file_never_reaches_the_next_run(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    target = requirements(worktree, index, "alpha")
    first = with_index.provision(target, worktree, tmp_path / "run1")
    installed = site_packages(tmp_path / "run1/environments" / target.name.replace(" ", "-") / "venv") / "alpha.py"

    # Past every permission, as root without a sandbox could: the cache must notice.
    installed.chmod(0o644)
    with installed.open("a") as stream:
        stream.write("VALUE = 'spoiled'\n")
    second = with_index.provision(target, worktree, tmp_path / "run2")

    assert imported(first, worktree, "alpha") == (0, "spoiled")
    assert imported(second, worktree, "alpha") == (0, "alpha 1")


def test_installed_files_cannot_be_written_inside_the_sandbox(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    target = requirements(worktree, index, "alpha")
    environment = with_index.provision(target, worktree, tmp_path / "run")
    with shell_for(environment, worktree) as shell:
        if not shell.sandboxed:
            pytest.skip("without a sandbox root may write anything; the cache notices (test above)")

    code, _ = run(environment, worktree, 'echo "VALUE = 1" >> "$VIRTUAL_ENV"/lib/python3*/site-packages/alpha.py')

    assert code != 0


def test_refresh_does_nothing_while_the_manifests_say_the_same(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    target = requirements(worktree, index, "alpha")
    environment = with_index.provision(target, worktree, tmp_path / "run")
    write(worktree, {"app.py": "import alpha\n", "setup.cfg": "[flake8]\nmax-line-length = 99\n"})

    assert with_index.refresh(environment, only(worktree), worktree, tmp_path / "run") is environment


def test_refresh_installs_what_changed_manifests_ask_for_and_says_so(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    before = with_index.provision(requirements(worktree, index, "alpha"), worktree, tmp_path / "run")

    after = with_index.refresh(before, requirements(worktree, index, "alpha", "beta"), worktree, tmp_path / "run")

    assert after.installed, after.notes
    assert imported(after, worktree, "beta") == (0, "beta")
    assert any(note.startswith("manifests changed: ran") for note in after.notes)


def test_a_greenfield_repository_gets_a_venv_first_and_its_manifest_later(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    worktree.mkdir()
    empty = with_index.provision(only(worktree), worktree, tmp_path / "run")
    pip = run(empty, worktree, "python -m pip --version")
    target = requirements(worktree, index, "alpha")

    later = with_index.refresh(empty, target, worktree, tmp_path / "run")

    assert (empty.installed, pip[0]) == (True, 0)
    assert imported(later, worktree, "alpha") == (0, "alpha 1")


def test_a_dependency_that_the_run_added_and_that_does_not_exist_is_broken(
    tmp_path: Path, worktree: Path, index: Path, with_index: Environments
) -> None:
    before = with_index.provision(requirements(worktree, index, "alpha"), worktree, tmp_path / "run")
    write(worktree, {"requirements.txt": "--no-index\nno-such-distribution-here==9\n"})

    after = with_index.refresh(before, only(worktree), worktree, tmp_path / "run")

    assert (after.installed, after.broken) == (False, True)
    assert "no-such-distribution-here" in after.notes[0]


def test_what_cannot_be_installed_is_a_reason_and_no_exception(
    tmp_path: Path, worktree: Path, with_index: Environments
) -> None:
    write(worktree, {"requirements.txt": "--no-index\nno-such-distribution-here==9\n", "app.py": ""})

    environment = with_index.provision(only(worktree), worktree, tmp_path / "run")

    assert (environment.installed, environment.broken) == (False, False)
    assert environment.notes[0].startswith("dependencies do not install: ")
    assert environment.evidence[-1].exit_code != 0


def test_a_version_of_python_that_is_not_here_is_a_reason(tmp_path: Path, worktree: Path, cache: Path) -> None:
    write(worktree, {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.99"\n', "x.py": ""})

    environment = Environments(cache).provision(only(worktree), worktree, tmp_path / "run")

    assert environment.notes == ("no Python on this machine satisfies >=3.99",)


@needs_npm
def test_a_lock_that_does_not_fit_is_noted_and_passed_over(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    lock = '{"name": "top", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "top"}}}'
    write(worktree, WORKSPACE | {"package-lock.json": lock})

    environment = environments.provision(only(worktree), worktree, tmp_path / "run")

    assert environment.installed, environment.notes
    assert any("package-lock.json does not fit" in note for note in environment.notes)


@needs_npm
def test_a_package_manager_that_is_not_here_is_replaced_and_said(
    tmp_path: Path, worktree: Path, environments: Environments
) -> None:
    if shutil.which("pnpm"):
        pytest.skip("pnpm is installed")
    files = {path: text for path, text in WORKSPACE.items() if path != "package.json"}
    files["package.json"] = '{"name": "top", "private": true}'
    files["pnpm-workspace.yaml"] = "packages:\n  - 'packages/*'\n"
    files["pnpm-lock.yaml"] = "lockfileVersion: '9.0'\n"
    files["packages/api/package.json"] = files["packages/api/package.json"].replace('"*"', '"workspace:*"')
    write(worktree, files)

    environment = environments.provision(only(worktree), worktree, tmp_path / "run")

    assert environment.installed, environment.notes
    assert (worktree / "node_modules/@shop/prices").resolve() == (worktree / "packages/prices").resolve()
    assert any(note.startswith("pnpm is not installed here") for note in environment.notes)


def test_a_linked_copy_equals_its_source_and_changes_are_noticed(tmp_path: Path) -> None:
    source = write(tmp_path / "a", {"x/y.txt": "1\n", ".cache/z": "2\n"})
    (source / "link").symlink_to("x")

    first = link_tree(source, tmp_path / "b")
    again = link_tree(source, tmp_path / "c", copy=lambda name, inherited: inherited or name == ".cache")
    (tmp_path / "b/x/y.txt").write_text("three\n")
    changed = link_tree(source, tmp_path / "d")
    remove_tree(tmp_path / "b")

    assert first == again != changed
    assert (tmp_path / "c/link").readlink() == Path("x")
    assert (tmp_path / "c/.cache/z").stat().st_nlink == 1
    assert (source / "x/y.txt").exists()
