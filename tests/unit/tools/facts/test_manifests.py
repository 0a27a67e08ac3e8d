from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.facts.manifests import declared_imports, distributions_of, imports_of, is_manifest, read_manifest
from tools.facts.model import Manifest, Project


def read(folder: Path, path: str, text: str) -> Manifest:
    full = folder / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_text(text, encoding="utf-8")
    found = read_manifest(folder, path)
    assert found is not None
    return found


PYPROJECT = """\
[project]
name = "shop"
dependencies = [
  "Web_Kit[all]>=1,<2",
  "driver ; python_version > '3.8'",
]

[project.optional-dependencies]
fast = ["speed==1.0"]
test = ["checker"]

[dependency-groups]
dev = ["linter>=2", {include-group = "x"}]

[tool.poetry.dependencies]
python = "^3.11"
poet = "^2"
verse = {version = "~1.0", extras = ["x"]}
[tool.poetry.group.docs.dependencies]
writer = "*"
"""


def test_pyproject_is_read_in_all_its_dialects_with_lines(tmp_path: Path) -> None:
    manifest = read(tmp_path, "pyproject.toml", PYPROJECT)

    assert (manifest.kind, manifest.name) == ("pyproject", "shop")
    assert manifest.dependencies == {
        "web-kit": (">=1,<2", 4, False),
        "driver": ("", 5, False),
        "speed": ("==1.0", 9, False),
        "checker": ("", 10, True),
        "linter": (">=2", 13, True),
        "poet": ("^2", 17, False),
        "verse": ("~1.0", 18, False),
        "writer": ("*", 20, True),
    }


def test_requirements_are_read_with_options_comments_markers_and_continued_lines(tmp_path: Path) -> None:
    text = """\
# first
-r base.txt
--index-url https://host/simple
web[all]==1.2 # why
driver>=2,<3 ; python_version < "3.12"
pinned==1.0 \\
    --hash=sha256:abc
-e .
-e git+https://host/org/tool.git@main#egg=Some_Tool
named @ https://host/named.whl
./local
=broken
"""

    manifest = read(tmp_path, "requirements.txt", text)

    assert {name: (found.spec, found.line) for name, found in manifest.dependencies.items()} == {
        "web": ("==1.2", 4),
        "driver": (">=2,<3", 5),
        "pinned": ("==1.0", 6),
        "some-tool": ("git+https://host/org/tool.git@main#egg=Some_Tool", 9),
        "named": ("@ https://host/named.whl", 10),
    }
    assert [line for line, _ in manifest.problems] == [12]


@pytest.mark.parametrize(
    ("path", "dev"),
    [
        ("requirements.txt", False),
        ("requirements-dev.txt", True),
        ("requirements/test.txt", True),
        ("requirements/prod.txt", False),
        ("dev-requirements.txt", True),
        ("backend/requirements.in", False),
    ],
)
def test_the_name_of_a_requirements_file_says_whether_it_is_for_development(
    tmp_path: Path, path: str, dev: bool
) -> None:
    assert read(tmp_path, path, "x\n").dependencies["x"].dev is dev


def test_package_json_is_read_with_lines_and_run_time_wins(tmp_path: Path) -> None:
    text = """\
{
  "name": "shop",
  "devDependencies": {
    "runner": "^1",
    "both": "^1"
  },
  "dependencies": {
    "both": "^2",
    "@scope/kit": "workspace:*"
  }
}
"""

    manifest = read(tmp_path, "package.json", text)

    assert (manifest.kind, manifest.name, manifest.ecosystem) == ("package.json", "shop", "node")
    assert manifest.dependencies == {
        "both": ("^2", 8, False),
        "@scope/kit": ("workspace:*", 9, False),
        "runner": ("^1", 4, True),
    }


def test_setup_py_is_read_and_never_run(tmp_path: Path) -> None:
    text = """\
import os
open(os.path.join(os.path.dirname(__file__), "ran"), "w")
NEEDS = ["web>=1"]
setup(
    name="shop",
    install_requires=NEEDS,
    extras_require={"test": ["checker"], "fast": ["speed"]},
)
"""

    manifest = read(tmp_path, "setup.py", text)

    assert manifest.dependencies == {"web": (">=1", 3, False), "checker": ("", 7, True), "speed": ("", 7, False)}
    assert not (tmp_path / "ran").exists()


def test_setup_cfg_is_read_with_lines(tmp_path: Path) -> None:
    text = "[metadata]\nname = shop\n[options]\ninstall_requires =\n    web>=1\n    driver\n"

    manifest = read(tmp_path, "setup.cfg", text)

    assert manifest.dependencies == {"web": (">=1", 5, False), "driver": ("", 6, False)}


LOCKS: list[tuple[str, str, dict[str, tuple[str, int]]]] = [
    ("poetry.lock", '[[package]]\nname = "Web"\nversion = "1.2"\n\n[[package]]\nname = "db"\nversion = "3"\n',
     {"web": ("1.2", 2), "db": ("3", 6)}),
    ("uv.lock", 'version = 1\n\n[[package]]\nname = "web"\nversion = "1.2"\nsource = { x = "y" }\n',
     {"web": ("1.2", 4)}),
    ("Pipfile.lock", json.dumps({"default": {"web": {"version": "==1.2"}}}, indent=1), {"web": ("1.2", 3)}),
    ("package-lock.json", json.dumps({"packages": {"": {}, "node_modules/@s/web": {"version": "1.2"}}}, indent=1),
     {"@s/web": ("1.2", 4)}),
    ("yarn.lock", '# v1\n\n"@s/web@^1.0":\n  version "1.2"\n\ndb@^2, db@^3:\n  version "3"\n',
     {"@s/web": ("1.2", 3), "db": ("3", 6)}),
    ("yarn.lock", '__metadata:\n  version: 8\n\n"@s/web@npm:^1.0, @s/web@npm:^1.1":\n  version: 1.2\n',
     {"@s/web": ("1.2", 4)}),
    ("bun.lock", '{\n  "packages": {\n    "@s/web": ["@s/web@1.2", "", {}],\n    "db/web": ["web@3", ""],\n  }\n}\n',
     {"@s/web": ("1.2", 3), "web": ("3", 4)}),
    ("pylock.toml", 'lock-version = "1.0"\n\n[[packages]]\nname = "web"\nversion = "1.2"\n', {"web": ("1.2", 4)}),
    ("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n\n  '@s/web@1.2':\n    a: b\n  db@3.0.0(x@1):\n    a: b\n",
     {"@s/web": ("1.2", 4), "db": ("3.0.0", 6)}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), LOCKS, ids=[lock[0] for lock in LOCKS])
def test_a_lock_file_gives_exact_versions_and_declares_nothing(
    tmp_path: Path, path: str, text: str, expected: dict[str, tuple[str, int]]
) -> None:
    manifest = read(tmp_path, path, text)

    assert {name: (found.spec, found.line) for name, found in manifest.dependencies.items()} == expected
    assert manifest.is_lock


@pytest.mark.parametrize("path", ["pyproject.toml", "package.json", "setup.py", "Pipfile", "package-lock.json"])
@pytest.mark.parametrize("text", ["{", "[", "x = = 1", '"text"', "[]", "\x00"])
def test_a_broken_manifest_is_a_problem_and_no_crash(tmp_path: Path, path: str, text: str) -> None:
    manifest = read(tmp_path, path, text)

    assert manifest.dependencies == {}


def test_a_broken_manifest_names_its_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, "pyproject.toml", "x = = 1").problems[0][1].startswith("cannot be read")


def test_wrong_shapes_in_a_manifest_are_passed_over(tmp_path: Path) -> None:
    text = json.dumps({"name": 1, "dependencies": ["x"], "devDependencies": {"y": {"z": 1}}})

    assert read(tmp_path, "package.json", text).dependencies == {"y": ("", 1, True)}


@pytest.mark.parametrize("path", ["README.md", "requirements.md", "app/settings.py", "pyproject.toml.bak"])
def test_other_files_are_no_manifests(path: str) -> None:
    assert not is_manifest(path)


@pytest.mark.parametrize(
    ("import_name", "distribution"),
    [("yaml", "pyyaml"), ("jwt", "pyjwt"), ("web_kit", "web-kit"), ("google.cloud.storage", "google-cloud-storage")],
)
def test_an_import_name_leads_to_its_distribution(import_name: str, distribution: str) -> None:
    assert distribution in distributions_of(import_name)


def test_a_distribution_leads_to_its_import_names() -> None:
    assert (imports_of("PyYAML"), imports_of("Web-Kit")) == (("yaml", "pyyaml"), ("web_kit",))


def test_groups_are_for_development_by_their_name_and_so_is_what_a_build_needs(tmp_path: Path) -> None:
    text = """\
[build-system]
requires = ["builder"]
[tool.poetry.group.sources]
optional = true
[tool.poetry.group.sources.dependencies]
driver = "*"
[tool.poetry.group.dev.dependencies]
linter = "*"
[dependency-groups]
server = ["web"]
tests = ["checker"]
"""

    found = read(tmp_path, "pyproject.toml", text).dependencies

    assert {name for name in found if found[name].dev} == {"builder", "linter", "checker"}
    assert {name for name in found if not found[name].dev} == {"driver", "web"}


@pytest.mark.parametrize("path", ["deno.json", "deno.jsonc", "import_map.json", "test.importmap.json"])
def test_an_import_map_declares_what_code_may_import(tmp_path: Path, path: str) -> None:
    text = '{ // why\n  "imports": {\n    "@std/path": "jsr:@std/path@1",\n    "@/": "./src/",\n  },\n}\n'

    found = read(tmp_path, path, text)

    assert found.dependencies == {"@std/path": ("jsr:@std/path@1", 3, False), "@": ("./src/", 4, False)}
    assert found.ecosystem == "node"


FOLDERS = [
    ("requirements/base.txt", ""),
    ("api/requirements/dev.txt", "api"),
    ("api/requirements.txt", "api"),
    ("requirements/package.json", "requirements"),
]


@pytest.mark.parametrize(("path", "folder"), FOLDERS)
def test_a_folder_of_requirements_counts_for_the_folder_above(tmp_path: Path, path: str, folder: str) -> None:
    assert read(tmp_path, path, "{}" if path.endswith("json") else "x\n").folder == folder


def test_the_nearest_manifest_wins_and_in_one_folder_what_is_needed_at_run_time(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["a", "b"]\n',
        "requirements-dev.txt": "a\nc\n",
        "api/requirements-dev.txt": "b\n",
        "web/requirements.txt": "d\n",
    }
    project = Project(tmp_path, manifests=[read(tmp_path, path, text) for path, text in texts.items()])

    found = project.manifests_for("api/main.py", "python")

    assert {name: dependency.dev for name, dependency in found.items()} == {"a": False, "b": True, "c": True}


def test_what_the_repository_makes_itself_is_not_declared_from_outside(tmp_path: Path) -> None:
    core = read(tmp_path, "core/pyproject.toml", '[project]\nname = "Acme_Core"\n')
    api = read(tmp_path, "api/pyproject.toml", '[project]\nname = "api"\ndependencies = ["acme-core", "pyjwt"]\n')

    assert declared_imports([core, api]) == {"jwt", "pyjwt"}


def test_declared_imports_come_from_python_manifests_only(tmp_path: Path) -> None:
    python = read(tmp_path, "requirements.txt", "pyjwt\n")
    node = read(tmp_path, "package.json", '{"dependencies": {"web": "1"}}')

    assert declared_imports([python, node]) == {"jwt", "pyjwt"}
