from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tools.facts.model import Import, Project

MakeProject = Callable[[dict[str, str]], Project]


def only(project: Project, path: str) -> Import:
    (fact,) = project.files[path].imports
    return fact


PYTHON: list[tuple[str, str, str, list[str], tuple[str, ...]]] = [
    ("module", "a.py", "import app.db", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("package", "a.py", "import app", ["app/__init__.py"], ("app/__init__.py",)),
    ("attribute", "a.py", "from app.db import x", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("submodule", "a.py", "from app import db", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("both", "a.py", "from app import db, x", ["app/__init__.py", "app/db.py"], ("app/db.py", "app/__init__.py")),
    ("namespace", "a.py", "from app.x import db", ["app/x/db.py"], ("app/x/db.py",)),
    ("dot", "app/a.py", "from . import db", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("dot_name", "app/a.py", "from .db import x", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("dots", "app/x/a.py", "from ..db import x", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("dots_only", "app/x/a.py", "from .. import db", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("dot_in_init", "app/__init__.py", "from .db import x", ["app/db.py"], ("app/db.py",)),
    ("src_layout", "tests/a.py", "import app.db", ["src/app/__init__.py", "src/app/db.py"], ("src/app/db.py",)),
    ("src_from_inside", "src/app/x/a.py", "import app.db", ["src/app/db.py"], ("src/app/db.py",)),
    ("backend_folder", "backend/tests/a.py", "import app.db", ["backend/app/db.py"], ("backend/app/db.py",)),
    ("sibling_script", "tools/a.py", "import helper", ["tools/helper.py"], ("tools/helper.py",)),
    ("nearest_wins", "one/app/a.py", "import app.db", ["one/app/db.py", "two/app/db.py"], ("one/app/db.py",)),
    ("set_elsewhere", "main.py", "import users.models", ["apps/users/__init__.py", "apps/users/models.py"],
     ("apps/users/models.py",)),
    ("star", "a.py", "from app.db import *", ["app/db.py"], ("app/db.py",)),
    ("dynamic", "a.py", "__import__('app.db')", ["app/db.py"], ("app/db.py",)),
    ("stub", "a.py", "import app.db", ["app/db.pyi"], ("app/db.pyi",)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "others", "targets"), [p[1:] for p in PYTHON], ids=[p[0] for p in PYTHON])
def test_a_python_import_leads_to_the_files_it_loads(
    make_project: MakeProject, path: str, source: str, others: list[str], targets: tuple[str, ...]
) -> None:
    fact = only(make_project({**dict.fromkeys(others, ""), path: source}), path)

    assert (fact.targets, fact.target, fact.external, fact.missing) == (targets, targets[0], None, False)


PYTHON_OUTSIDE: list[tuple[str, str, list[str], str, bool]] = [
    ("distribution", "import sqlmagic.orm", [], "sqlmagic", False),
    ("standard_library", "import os.path", [], "os", True),
    ("own_folder_of_that_name", "import platform", ["platform/x.py"], "platform", True),
    ("loose_folder_like_a_package", "from migrator import op", ["migrator/env.py"], "migrator", False),
    ("own_module_has_no_such_part", "import store.aio", ["store.py"], "store", False),
    ("package_neighbour_is_not_on_the_path", "import cache", ["app/__init__.py", "app/cache.py"], "cache", False),
]


@pytest.mark.parametrize(
    ("source", "others", "external", "stdlib"), [p[1:] for p in PYTHON_OUTSIDE], ids=[p[0] for p in PYTHON_OUTSIDE]
)
def test_what_is_not_of_the_repository_is_external(
    make_project: MakeProject, source: str, others: list[str], external: str, stdlib: bool
) -> None:
    fact = only(make_project({**dict.fromkeys(others, ""), "app/main.py": source}), "app/main.py")

    assert (fact.external, fact.stdlib, fact.targets) == (external, stdlib, ())


def test_a_declared_distribution_beats_a_folder_but_not_a_package_of_the_same_name(make_project: MakeProject) -> None:
    declared = {"requirements.txt": "migrator\n", "a.py": "import migrator.x"}

    loose = only(make_project({**declared, "migrator/x.py": ""}), "a.py")
    package = only(make_project({**declared, "migrator/__init__.py": ""}), "a.py")

    assert (loose.external, package.targets) == ("migrator", ("migrator/x.py",))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app/a.py", "from .nowhere import x"),
        ("app/a.py", "from app.nowhere import x"),
        ("app/a.py", "import app.nowhere"),
        ("app/a.py", "from ....above import x"),
    ],
)
def test_a_first_party_import_of_nothing_is_missing(make_project: MakeProject, path: str, source: str) -> None:
    fact = only(make_project({"app/__init__.py": "", "app/db.py": "", path: source}), path)

    assert (fact.missing, fact.target, fact.external) == (True, None, None)


def test_a_generated_or_compiled_module_is_not_missing(make_project: MakeProject) -> None:
    project = make_project({"app/__init__.py": "", "app/fast.pyx": "", "app/a.py": "from .fast import x"})

    assert not only(project, "app/a.py").missing


def node(files: dict[str, str], **configuration: object) -> dict[str, str]:
    names = {"tsconfig": "tsconfig.json", "package": "package.json"}
    return files | {names[key]: json.dumps(value) for key, value in configuration.items()}


JAVASCRIPT: list[tuple[str, str, list[str], str]] = [
    ("with_suffix", "./db.js", ["src/db.js"], "src/db.js"),
    ("without_suffix", "./db", ["src/db.ts"], "src/db.ts"),
    ("typescript_by_its_output", "./db.js", ["src/db.ts"], "src/db.ts"),
    ("esm_by_its_output", "./db.mjs", ["src/db.mts"], "src/db.mts"),
    ("folder", "./db", ["src/db/index.ts"], "src/db/index.ts"),
    ("file_before_folder", "./db", ["src/db.js", "src/db/index.js"], "src/db.js"),
    ("parent", "../lib/db", ["lib/db.tsx"], "lib/db.tsx"),
    ("dot", ".", ["src/index.js"], "src/index.js"),
    ("dotted_name", "./db.service", ["src/db.service.ts"], "src/db.service.ts"),
    ("query", "./db?raw", ["src/db.ts"], "src/db.ts"),
]


@pytest.mark.parametrize(("specifier", "others", "target"), [j[1:] for j in JAVASCRIPT], ids=[j[0] for j in JAVASCRIPT])
def test_a_relative_specifier_leads_to_its_file(
    make_project: MakeProject, specifier: str, others: list[str], target: str
) -> None:
    files = {**dict.fromkeys(others, ""), "src/a.ts": f"import x from '{specifier}'"}

    assert only(make_project(files), "src/a.ts").target == target


def test_compiler_paths_redirect_with_comments_and_extends(make_project: MakeProject) -> None:
    files = {
        "tsconfig.base.json": '{ // shared\n "compilerOptions": {"baseUrl": ".", "paths": {"@app/*": ["src/*"],}}, }',
        "tsconfig.json": '{"extends": "./tsconfig.base"}',
        "src/db/index.ts": "",
        "src/a.ts": "import x from '@app/db'",
    }

    assert only(make_project(files), "src/a.ts").target == "src/db/index.ts"


def test_the_base_url_makes_bare_specifiers_first_party(make_project: MakeProject) -> None:
    files = {"src/db/x.ts": "", "src/a.ts": "import x from 'db/x'"}

    project = make_project(node(files, tsconfig={"compilerOptions": {"baseUrl": "src"}}))

    assert only(project, "src/a.ts").target == "src/db/x.ts"


def test_the_nearest_compiler_configuration_that_knows_a_specifier_decides(make_project: MakeProject) -> None:
    files = {
        "one/tsconfig.json": json.dumps({"compilerOptions": {"paths": {"~/*": ["./src/*"]}}}),
        "one/src/db.ts": "",
        "src/db.ts": "",
        "one/src/a.ts": "import x from '~/db'",
    }

    project = make_project(node(files, tsconfig={"compilerOptions": {"paths": {"~/*": ["./src/*"]}}}))

    assert only(project, "one/src/a.ts").target == "one/src/db.ts"


WORKSPACES: list[tuple[str, dict[str, object], str, list[str], str]] = [
    ("main", {"main": "./lib/main.js"}, "@o/db", ["lib/main.js"], "lib/main.js"),
    ("index", {}, "@o/db", ["index.js"], "index.js"),
    ("source_folder", {}, "@o/db", ["src/index.ts"], "src/index.ts"),
    ("built_main", {"main": "dist/index.js"}, "@o/db", ["src/index.ts"], "src/index.ts"),
    ("subpath", {}, "@o/db/pool", ["pool.js"], "pool.js"),
    ("exports_text", {"exports": "./lib/x.js"}, "@o/db", ["lib/x.js"], "lib/x.js"),
    ("exports_conditions", {"exports": {"import": "./e.mjs", "require": "./c.cjs"}}, "@o/db", ["e.mjs"], "e.mjs"),
    ("exports_nested", {"exports": {".": {"node": {"import": "./e.mjs"}}}}, "@o/db", ["e.mjs"], "e.mjs"),
    ("exports_subpath", {"exports": {"./pool": "./dist/pool.js"}}, "@o/db/pool", ["src/pool.ts"], "src/pool.ts"),
    ("exports_pattern", {"exports": {"./x/*": "./src/x/*.ts"}}, "@o/db/x/pool", ["src/x/pool.ts"], "src/x/pool.ts"),
]


@pytest.mark.parametrize(
    ("package", "specifier", "others", "target"), [w[1:] for w in WORKSPACES], ids=[w[0] for w in WORKSPACES]
)
def test_a_workspace_package_leads_to_its_source(
    make_project: MakeProject, package: dict[str, object], specifier: str, others: list[str], target: str
) -> None:
    files = {f"packages/db/{name}": "" for name in others}
    files["packages/db/package.json"] = json.dumps({"name": "@o/db", **package})
    files["apps/api/a.ts"] = f"import x from '{specifier}'"

    assert only(make_project(files), "apps/api/a.ts").target == f"packages/db/{target}"


def test_internal_imports_of_a_package_are_followed(make_project: MakeProject) -> None:
    files = {"src/db.ts": "", "src/a.ts": "import x from '#db/db.js'"}

    project = make_project(node(files, package={"imports": {"#db/*": "./src/*"}}))

    assert only(project, "src/a.ts").target == "src/db.ts"


@pytest.mark.parametrize(
    ("specifier", "external", "stdlib"),
    [
        ("pkg", "pkg", False),
        ("pkg/sub/x", "pkg", False),
        ("@scope/pkg/sub", "@scope/pkg", False),
        ("fs/promises", "fs", True),
        ("node:test", "test", True),
        ("node:fs", "fs", True),
    ],
)
def test_a_package_or_a_builtin_is_external(
    make_project: MakeProject, specifier: str, external: str, stdlib: bool
) -> None:
    fact = only(make_project({"a.ts": f"import x from '{specifier}'"}), "a.ts")

    assert (fact.external, fact.stdlib, fact.missing) == (external, stdlib, False)


@pytest.mark.parametrize("specifier", ["./nowhere", "../../../above", "#nowhere", "@/nowhere"])
def test_a_first_party_specifier_of_nothing_is_missing(make_project: MakeProject, specifier: str) -> None:
    fact = only(make_project({"src/a.ts": f"import x from '{specifier}'", "package.json": "{}"}), "src/a.ts")

    assert (fact.missing, fact.target, fact.external) == (True, None, None)


def test_data_and_style_files_are_neither_targets_nor_missing(make_project: MakeProject) -> None:
    fact = only(make_project({"src/x.css": "", "src/a.ts": "import './x.css'"}), "src/a.ts")

    assert (fact.missing, fact.targets, fact.external) == (False, (), None)


def test_edges_and_importers_are_what_the_imports_say(make_project: MakeProject) -> None:
    project = make_project({"a.py": "import b", "b.py": "import c", "c.py": "", "d.py": "import b, c"})

    assert [(edge.source, edge.target) for edge in project.edges()] == [
        ("a.py", "b.py"),
        ("b.py", "c.py"),
        ("d.py", "b.py"),
        ("d.py", "c.py"),
    ]
    assert project.importers("b.py") == ["a.py", "d.py"]
