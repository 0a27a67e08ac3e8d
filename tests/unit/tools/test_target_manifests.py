from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.targets.addresses import Variable, mask
from tools.targets.files import Tree
from tools.targets.packagejson import read_package
from tools.targets.pyproject import PythonProject, poetry_specifier, read_project
from tools.targets.requirements import flatten
from tools.targets.store import Built, Store, copy_of
from tools.targets.versions import choose_interpreter, interpreters, satisfies


def tree_of(root: Path, files: Mapping[str, str]) -> Tree:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Tree(root)


def project_of(root: Path, files: Mapping[str, str]) -> PythonProject:
    return read_project(tree_of(root, files), ".")


@pytest.mark.parametrize(
    ("version", "specifier", "holds"),
    [
        ((3, 11, 7), ">=3.9,<4", True),
        ((3, 11, 7), "^3.11", True),
        ((3, 13, 0), "^3.11", True),
        ((3, 13, 0), ">=3.11,<3.13", False),
        ((3, 12, 1), "~=3.11", True),
        ((3, 12, 1), "~3.11", False),
        ((3, 12, 1), "==3.12.*", True),
        ((3, 12, 1), "3.12", True),
        ((3, 12, 1), "!=3.12.*", False),
        ((3, 12), ">=3.12.4", True),
        ((20, 1, 0), ">=18 <21 || >=22", True),
        ((21, 1, 0), ">=18 <21 || >=22", False),
        ((3, 11, 7), None, True),
        ((3, 11, 7), "whatever", True),
    ],
)
def test_version_ranges_hold_as_people_mean_them(version: tuple[int, ...], specifier: str | None, holds: bool) -> None:
    assert satisfies(version, specifier) is holds


def test_the_wanted_minor_version_is_chosen_where_it_is_here() -> None:
    for one in interpreters():
        chosen = choose_interpreter(">=3.8", one.minor)
        assert chosen is not None
        assert chosen.minor == one.minor


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("*", ""),
        ("1.4", "==1.4"),
        (">=1.2, <2", ">=1.2,<2"),
    ],
)
def test_versions_in_poetrys_words_become_pips(written: str, expected: str) -> None:
    assert poetry_specifier(written) == expected


def test_requirement_files_that_include_each_other_are_flattened_once(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {
            "requirements.txt": "-r common.txt\n-c limits.txt\n"
            "--index-url https://index.example/simple\nflask==3  # web\n",
            "common.txt": "-r requirements.txt\nsqlalchemy[asyncio]>=2 \\\n  ; python_version > '3'\n",
            "limits.txt": "click<9\n",
        },
    )

    found = flatten(tree, ["requirements.txt"])

    assert [one.text for one in found.requirements] == [
        "sqlalchemy[asyncio]>=2    ; python_version > '3'",
        "--index-url https://index.example/simple",
        "flask==3",
    ]
    assert [(one.path, one.line) for one in found.requirements] == [
        ("common.txt", 2), ("requirements.txt", 3), ("requirements.txt", 4),
    ]  # fmt: skip
    assert [one.text for one in found.constraints] == ["click<9"]


def test_projects_of_the_repository_are_never_left_to_the_installer(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "-e .\n./libs/money[fast]\nkit @ file:./libs/kit\nflask\n",
        "libs/money/pyproject.toml": "[project]\nname = 'money'\n",
        "libs/kit/setup.py": "",
    }

    found = flatten(tree_of(tmp_path, files), ["requirements.txt"])

    assert found.local == [".", "libs/money", "libs/kit"]
    assert [one.text for one in found.requirements] == ["flask"]


def test_a_lock_pins_what_its_packages_ask_for(tmp_path: Path) -> None:
    lock = (
        'version = 1\n[[package]]\nname = "shop"\nversion = "0.1"\nsource = { editable = "." }\n'
        '[[package]]\nname = "Flask"\nversion = "3.0.1"\nsource = { registry = "x" }\n'
        '[[package]]\nname = "numpy"\nversion = "1"\n[[package]]\nname = "numpy"\nversion = "2"\n'
    )
    files = {"uv.lock": lock, "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n'}

    project = project_of(tmp_path, files)

    assert [one.text for one in project.constraints] == ["flask==3.0.1"]
    assert project.package_manager == "uv"


def test_poetry_projects_are_read_with_their_groups_and_path_dependencies(tmp_path: Path) -> None:
    manifest = (
        '[tool.poetry]\nname = "shop"\nversion = "1.2"\npackages = [{ include = "shop", from = "lib" }]\n'
        '[tool.poetry.dependencies]\npython = "^3.11"\nfastapi = { version = "^0.110", extras = ["all"] }\n'
        'money = { path = "libs/money", develop = true }\nextra = { version = "1", optional = true }\n'
        '[tool.poetry.group.test.dependencies]\npytest = "*"\n[tool.poetry.group.docs.dependencies]\nsphinx = "*"\n'
    )
    files = {"pyproject.toml": manifest, "lib/shop/__init__.py": "", "libs/money/x.py": ""}

    project = project_of(tmp_path, files)

    assert [one.text for one in project.requirements] == ["fastapi[all]>=0.110,<0.111", "pytest"]
    assert (project.local, project.source_roots, project.requires_python) == (["libs/money"], ["lib"], "^3.11")


def test_setup_files_are_read_without_running_them(tmp_path: Path) -> None:
    setup = (
        "import os\nfrom setuptools import setup\nos.abort()\n"
        "setup(name='shop', package_dir={'': 'src'}, install_requires=['flask>=3'],\n"
        "    extras_require={'dev': ['pytest']})\n"
    )

    project = project_of(tmp_path, {"setup.py": setup, "src/shop/__init__.py": ""})

    assert [one.text for one in project.requirements] == ["flask>=3", "pytest"]
    assert project.source_roots == ["src"]


def test_computed_dependencies_are_said_to_be_unknown(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"setup.py": "from setuptools import setup\nsetup(install_requires=read())\n"})

    assert project.dynamic


def test_an_extra_that_asks_for_the_project_itself_is_left_out(tmp_path: Path) -> None:
    manifest = '[project]\nname = "shop"\n[project.optional-dependencies]\ntest = ["pytest"]\ndev = ["shop[test]"]\n'

    assert [one.text for one in project_of(tmp_path, {"pyproject.toml": manifest}).requirements] == ["pytest"]


def test_members_of_a_uv_workspace_come_from_the_worktree(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["money", "flask"]\n'
        "[tool.uv.sources]\nmoney = { workspace = true }\n",
        "libs/money/pyproject.toml": '[project]\nname = "money"\n',
    }

    project = project_of(tmp_path, files)

    assert project.local == ["libs/money"]
    assert [one.text for one in project.requirements] == ["flask"]


@pytest.mark.parametrize(
    ("manifest", "installed"),
    [
        ('[build-system]\nrequires = []\n[project]\nname = "x"\n', ["."]),
        ('[project]\nname = "x"\n', []),
        ('[build-system]\nrequires = []\n[project]\nname = "x"\n[tool.uv]\npackage = false\n', []),
        ('[tool.poetry]\nname = "x"\npackage-mode = false\n', []),
        ("[tool.ruff]\n", []),
    ],
)
def test_only_projects_that_are_packages_are_put_on_the_path(
    tmp_path: Path, manifest: str, installed: list[str]
) -> None:
    assert project_of(tmp_path, {"pyproject.toml": manifest, "x/__init__.py": ""}).source_roots == installed


def test_pnpm_workspaces_are_read_from_their_own_file(tmp_path: Path) -> None:
    files = {
        "pnpm-workspace.yaml": "packages:\n  # all\n  - 'apps/*'\n  - \"libs/**\"\n  - '!libs/old'\ncatalog:\n  x: 1\n",
        "package.json": "{}",
        "apps/api/package.json": '{"name": "api"}',
        "libs/a/b/package.json": '{"name": "b"}',
        "libs/old/package.json": '{"name": "old"}',
    }

    project = read_package(tree_of(tmp_path, files), "apps/api")

    assert (project.install_root, project.members) == (".", ["apps/api", "libs/a/b"])


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("API_KEY", "sk-1234567890", "archwright-pl"),
        ("JWT_SECRET", "short", "archwrig"),
        ("BROKER", "amqp://me:pw@queue.internal:5672/vhost", "amqp://127.0.0.1:5672/vhost"),
        ("SITE", "https://example.org/x", "https://example.org/x"),
        ("SITE", "https://me:pw@example.org/x", "https://127.0.0.1/x"),
        ("MODE", "debug", "debug"),
    ],
)
def test_secrets_and_foreign_addresses_do_not_travel(name: str, value: str, shown: str) -> None:
    assert mask(Variable(name=name, value=value, path=".env", line=1)) == shown


def test_a_build_that_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    built, fresh = store.take("k", lambda tree: Built(ok=False, notes=("no",)), copy_of(tmp_path / "copy"))

    assert (built.ok, fresh) == (False, True)
    assert not (tmp_path / "copy").exists()
    assert not store.tree("k").exists()


def test_a_build_that_was_killed_half_way_is_done_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.tree("k").mkdir(parents=True)
    (store.tree("k") / "half").write_text("x")

    def build(tree: Path) -> Built:
        (tree / "whole").write_text("y")
        return Built(ok=True, notes=("said",))

    first = store.take("k", build, copy_of(tmp_path / "one"))
    second = store.take("k", build, copy_of(tmp_path / "two"))

    assert [one.name for one in (tmp_path / "one").iterdir()] == ["whole"]
    assert first == (Built(ok=True, notes=("said",)), True)
    assert second == (Built(ok=True, notes=("said",)), False)
