from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.facts.index import Index
from tools.facts.layout import look
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
    ("aliased", "a.py", "import app.db as d", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("aliased_name", "a.py", "from app.db import x as y", ["app/__init__.py", "app/db.py"], ("app/db.py",)),
    ("by_literal", "a.py", "import importlib\nimportlib.import_module('app.db')", ["app/db.py"], ("app/db.py",)),
    ("inside_a_function", "a.py", "def f():\n    import app.db", ["app/db.py"], ("app/db.py",)),
    ("conditional", "a.py", "try:\n    import app.db\nexcept ImportError:\n    pass", ["app/db.py"], ("app/db.py",)),
    ("namespace_of_two_roots", "libs/a/src/acme/a.py", "import acme.y.db", ["libs/b/src/acme/y/db.py"],
     ("libs/b/src/acme/y/db.py",)),
    ("name_in_another_part_of_a_namespace", "libs/a/src/acme/x.py", "from acme import y",
     ["libs/b/src/acme/y.py"], ("libs/b/src/acme/y.py",)),
    ("tests_in_folders_like_those_of_the_code", "tests/unit/app/x/test_a.py", "from app.x import a",
     ["app/__init__.py", "app/x/__init__.py", "app/x/a.py"], ("app/x/a.py",)),
    ("called_like_the_library_where_programs_start", "shop/a.py", "import profile.models",
     ["shop/__init__.py", "profile/__init__.py", "profile/models.py"], ("profile/models.py",)),
    ("path_set_in_a_conftest", "tests/a.py", "import shop.db", ["backend/src/shop/db.py", "tests/conftest.py"],
     ("backend/src/shop/db.py",)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "others", "targets"), [p[1:] for p in PYTHON], ids=[p[0] for p in PYTHON])
def test_a_python_import_leads_to_the_files_it_loads(
    make_project: MakeProject, path: str, source: str, others: list[str], targets: tuple[str, ...]
) -> None:
    fact = make_project({**dict.fromkeys(others, ""), path: source}).files[path].imports[-1]

    assert (fact.targets, fact.target, fact.external, fact.missing) == (targets, targets[0], None, False)


def test_an_import_for_types_only_is_resolved_and_marked(make_project: MakeProject) -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.db import Row"

    fact = make_project({"app/db.py": "", "a.py": source}).files["a.py"].imports[-1]

    assert (fact.target, fact.type_only, fact.conditional) == ("app/db.py", True, False)


@pytest.mark.parametrize(
    ("path", "source"),
    [("a.py", "import importlib\nimportlib.import_module(name)"), ("a.js", "require(name)"), ("a.js", "import(name)")],
)
def test_a_computed_import_is_unknown_and_never_missing(make_project: MakeProject, path: str, source: str) -> None:
    fact = make_project({path: source}).files[path].imports[-1]

    assert (fact.unknown, fact.missing, fact.target, fact.external) == (True, False, None, None)


def test_names_of_modules_in_settings_are_no_imports(make_project: MakeProject) -> None:
    files = {"shop/__init__.py": "", "settings.py": "INSTALLED_APPS = ['shop', 'shop.apps.Config']\nURLS = 'shop.urls'"}

    assert make_project(files).files["settings.py"].imports == []


def test_a_package_of_the_repository_is_first_party_though_another_declares_it(make_project: MakeProject) -> None:
    files = {
        "api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["acme-core"]\n',
        "api/src/api/main.py": "from acme_core import db",
        "core/pyproject.toml": '[project]\nname = "acme-core"\n',
        "core/src/acme_core/db.py": "",
    }

    assert only(make_project(files), "api/src/api/main.py").targets == ("core/src/acme_core/db.py",)


def test_a_package_that_shares_its_name_may_be_continued_elsewhere(make_project: MakeProject) -> None:
    shared = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"

    fact = only(make_project({"shop/__init__.py": shared, "a.py": "import shop.sdk"}), "a.py")

    assert (fact.external, fact.missing) == ("shop", False)


@pytest.mark.parametrize("source", ["from .gen import x", "from app.gen import x", "from app.local.x import y"])
def test_what_git_leaves_out_is_not_missing(make_project: MakeProject, source: str) -> None:
    files = {"app/__init__.py": "", "app/a.py": source, ".gitignore": "gen.py\n/app/local/\n"}

    assert not only(make_project(files), "app/a.py").missing


@pytest.mark.parametrize("ending", ["so", "cpython-312-x86_64-linux-gnu.so", "pyd", "py"])
def test_what_lies_on_the_disk_unlisted_is_not_missing_and_is_remembered(tmp_path: Path, ending: str) -> None:
    for path, text in {"app/__init__.py": "", "app/a.py": "from .fast import x", f"app/fast.{ending}": ""}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    project = Index(None).load(tmp_path, ["app/__init__.py", "app/a.py"])

    assert not only(project, "app/a.py").missing
    assert True in project.probes.values()
    assert all(look(tmp_path, pattern) is answer for pattern, answer in project.probes.items())


def test_a_probe_is_asked_again_when_files_come(make_project: MakeProject) -> None:
    project = make_project({"app/__init__.py": "", "app/a.py": "from .fast import x"})
    assert only(project, "app/a.py").missing
    (project.root / "app/fast.py").write_text("x = 1", encoding="utf-8")

    after = Index(None).update(project, ["app/fast.py"])

    assert only(after, "app/a.py").target == "app/fast.py"
    assert after.probes["app/fast.py"]


@pytest.mark.parametrize("path", ["a/[slug]/x.ts", "a/?.ts"])
def test_only_a_star_means_something_in_a_probe(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("", encoding="utf-8")

    assert look(tmp_path, path)
    assert look(tmp_path, path.rpartition(".")[0] + ".*")
    assert not look(tmp_path, "a/s/x.*")


PYTHON_OUTSIDE: list[tuple[str, str, list[str], str, bool]] = [
    ("distribution", "import sqlmagic.orm", [], "sqlmagic", False),
    ("standard_library", "import os.path", [], "os", True),
    ("own_folder_of_that_name", "import platform", ["platform/x.py"], "platform", True),
    ("own_part_called_like_the_library", "import logging.config", ["app/logging/__init__.py", "app/logging/config.py"],
     "logging", True),
    ("loose_folder_like_a_package", "from migrator import op", ["migrator/env.py"], "migrator", False),
    ("own_module_has_no_such_part", "import store.aio", ["store.py"], "store", False),
    ("package_neighbour_is_not_on_the_path", "import cache", ["app/__init__.py", "app/cache.py"], "cache", False),
]  # fmt: skip


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
    ("types_by_their_output", "./db.js", ["src/db.d.ts"], "src/db.d.ts"),
    ("one_kind_of_typescript_for_the_other", "./db.tsx", ["src/db.ts"], "src/db.ts"),
    ("source_of_what_is_built", "../lib/db", ["src/db.ts"], "src/db.ts"),
    ("source_of_a_built_folder", "../dist", ["src/index.ts"], "src/index.ts"),
]


@pytest.mark.parametrize(("specifier", "others", "target"), [j[1:] for j in JAVASCRIPT], ids=[j[0] for j in JAVASCRIPT])
def test_a_relative_specifier_leads_to_its_file(
    make_project: MakeProject, specifier: str, others: list[str], target: str
) -> None:
    files = {**dict.fromkeys(others, ""), "src/a.ts": f"import x from '{specifier}'"}

    assert only(make_project(files), "src/a.ts").target == target


FORMS: list[tuple[str, str]] = [
    ("from", "import { x as y } from './db'"),
    ("whole", "import * as db from './db'"),
    ("for_effect", "import './db'"),
    ("types", "import type { X } from './db'"),
    ("passed_on", "export { x } from './db'"),
    ("all_passed_on", "export * from './db'"),
    ("required", "const { x } = require('./db')"),
    ("required_by_name", "import db = require('./db')"),
    ("inside_a_function", "function f() { return require('./db') }"),
    ("conditional", "if (process.env.X) { require('./db') }"),
    ("lazy", "const db = () => import('./db')"),
    ("template_without_a_hole", "require(`./db`)"),
]


@pytest.mark.parametrize("source", [f[1] for f in FORMS], ids=[f[0] for f in FORMS])
def test_every_form_of_import_leads_to_its_file(make_project: MakeProject, source: str) -> None:
    assert only(make_project({"src/db.ts": "", "src/a.ts": source}), "src/a.ts").target == "src/db.ts"


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


REFERENCES: list[tuple[str, dict[str, object]]] = [
    ("references", {"files": [], "references": [{"path": "./tsconfig.node.json"}, {"path": "./tsconfig.app.json"}]}),
    ("extends_list", {"extends": ["./tsconfig.node.json", "./tsconfig.app.json"]}),
]


@pytest.mark.parametrize("config", [r[1] for r in REFERENCES], ids=[r[0] for r in REFERENCES])
def test_paths_of_configurations_beside_count(make_project: MakeProject, config: dict[str, object]) -> None:
    files = {
        "web/tsconfig.app.json": json.dumps({"compilerOptions": {"paths": {"@/*": ["${configDir}/app/*"]}}}),
        "web/tsconfig.node.json": "{}",
        "web/tsconfig.json": json.dumps(config),
        "web/app/db.ts": "",
        "web/app/x/a.ts": "import x from '@/db'",
    }

    assert only(make_project(files), "web/app/x/a.ts").target == "web/app/db.ts"


def test_folders_that_count_as_one_are_searched(make_project: MakeProject) -> None:
    config = {"compilerOptions": {"rootDirs": ["src", "made"]}}
    files = {"made/x/db.ts": "", "src/x/a.ts": "import x from './db'"}

    assert only(make_project(node(files, tsconfig=config)), "src/x/a.ts").target == "made/x/db.ts"


ROOTS = [
    ("import type { R } from './+types/db'", False),
    ("import type { R } from './$types'", False),
    ("import type { R } from './db'", True),
    ("import './+types/db'", True),
]


@pytest.mark.parametrize(("source", "missing"), ROOTS)
def test_types_may_come_from_a_folder_that_git_leaves_out(
    make_project: MakeProject, source: str, missing: bool
) -> None:
    config = {"compilerOptions": {"rootDirs": [".", "./.made/types"]}}
    files = {"web/.gitignore": ".made\n", "web/tsconfig.json": json.dumps(config), "web/x/a.ts": source}

    assert only(make_project(files), "web/x/a.ts").missing is missing


ALIASES: list[tuple[str, str, str, str]] = [
    ("object", "web/vite.config.ts", "export default {resolve: {alias: {'app': path.resolve(__dirname, 'lib/app')}}}",
     "app/db"),
    ("spread_parts", "web/webpack.config.js", "x = {resolve: {alias: {app: path.join(__dirname, 'lib', 'app')}}}",
     "app/db"),
    ("list", "web/vite.config.js", "x = {alias: [{find: 'app', replacement: path.resolve(__dirname, './lib/app')}]}",
     "app/db"),
    ("folder_of_modules", "web/webpack.common.js", "x = {resolve: {modules: ['lib/app', 'node_modules']}}", "db"),
    ("test_runner", "web/jest.config.js", "x = {moduleNameMapper: {'^app/(.*)$': '<rootDir>/lib/app/$1'}}", "app/db"),
    ("plain_names", "web/.babelrc", '{"plugins": [["module-resolver", {"alias": {"app": "./lib/app"}}]]}', "app/db"),
    ("import_map", "web/import_map.json", '{"imports": {"app/": "./lib/app/"}}', "app/db.ts"),
    ("runtime", "web/deno.jsonc", '{"imports": {"db": "./lib/app/db.ts"}, /* why */ }', "db"),
    ("module_alias", "web/package.json", '{"_moduleAliases": {"app": "lib/app"}}', "app/db"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "specifier"), [a[1:] for a in ALIASES], ids=[a[0] for a in ALIASES])
def test_aliases_of_bundlers_and_import_maps_are_followed(
    make_project: MakeProject, path: str, text: str, specifier: str
) -> None:
    files = {path: text, "web/lib/app/db.ts": "", "web/src/a.ts": f"import x from '{specifier}'"}

    assert only(make_project(files), "web/src/a.ts").target == "web/lib/app/db.ts"


@pytest.mark.parametrize(
    "text",
    ["x = {alias: {pkg: './mocks/pkg.ts'}}", "x = {alias: {pkg: 'other-pkg'}}", "x = {alias: {pkg: `${here}/pkg`}}"],
)
def test_a_declared_package_beats_a_stand_in_for_it(make_project: MakeProject, text: str) -> None:
    files = {"jest.config.js": text, "mocks/pkg.ts": "", "src/a.ts": "import x from 'pkg'"}

    project = make_project(node(files, package={"dependencies": {"pkg": "1"}}))

    assert (only(project, "src/a.ts").external, only(project, "src/a.ts").target) == ("pkg", None)


def test_the_member_of_the_workspace_is_meant_and_not_an_example_of_that_name(make_project: MakeProject) -> None:
    files = {
        "pnpm-workspace.yaml": "# all\npackages:\n  # ours\n  - 'packages/**'\ncatalog:\n  - x\n",
        "package.json": json.dumps({"name": "root", "workspaces": {"packages": ["apps/*"]}}),
        "demo/package.json": json.dumps({"name": "@o/db"}),
        "demo/index.ts": "",
        "packages/core/db/package.json": json.dumps({"name": "@o/db"}),
        "packages/core/db/index.ts": "",
        "apps/api/a.ts": "import x from '@o/db'",
    }

    assert only(make_project(files), "apps/api/a.ts").target == "packages/core/db/index.ts"


def test_a_package_may_import_itself_by_name(make_project: MakeProject) -> None:
    files = {"src/index.ts": "", "spec/a.ts": "import x from 'shop'"}

    project = make_project(node(files, package={"name": "shop", "exports": {".": "./dist/index.js"}}))

    assert only(project, "spec/a.ts").target == "src/index.ts"


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


NOT_MISSING: list[tuple[str, dict[str, object], str]] = [
    ("built", {}, "../dist/db"),
    ("left_out_by_git", {}, "./made/db.js"),
    ("left_out_by_git_with_another_suffix", {}, "./local.js"),
    ("served", {}, "/logo.svg"),
    ("of_the_bundler", {}, "#imports"),
    ("template_of_code", {}, "./{{ name }}"),
    ("folder_of_another_package", {"name": "shop", "main": "dist/index.js"}, "shop"),
    ("generated_part_of_a_package", {"name": "shop"}, "shop/src/made/client"),
]


@pytest.mark.parametrize(("package", "specifier"), [n[1:] for n in NOT_MISSING], ids=[n[0] for n in NOT_MISSING])
def test_what_a_build_makes_is_not_missing(
    make_project: MakeProject, package: dict[str, object], specifier: str
) -> None:
    files = {"src/a.ts": f"import x from '{specifier}'", ".gitignore": "made/\nlocal.ts\n"}

    fact = only(make_project(node(files, package=package)), "src/a.ts")

    assert (fact.missing, fact.target) == (False, None)


def test_a_name_with_a_scheme_belongs_to_the_runtime(make_project: MakeProject) -> None:
    assert only(make_project({"a.ts": "import x from 'bun:sqlite'"}), "a.ts").external == "bun:sqlite"


def test_a_pattern_that_leads_nowhere_is_missing_unless_a_package_is_meant(make_project: MakeProject) -> None:
    config = {"compilerOptions": {"paths": {"@app/*": ["./src/*"], "pkg/*": ["./types/*"]}}}
    files = {"src/a.ts": "import '@app/nowhere'", "src/b.ts": "import 'pkg/x'"}

    project = make_project(node(files, tsconfig=config, package={"dependencies": {"pkg": "1"}}))

    assert [(only(project, f).missing, only(project, f).external) for f in files] == [(True, None), (False, "pkg")]


NOWHERE = "./nowhere ../../../above @/nowhere ../src/nowhere.js ../lib/x/nowhere shop/nowhere kit/x/nowhere kit/y"


@pytest.mark.parametrize("specifier", NOWHERE.split())
def test_a_first_party_specifier_of_nothing_is_missing(make_project: MakeProject, specifier: str) -> None:
    kit = {"name": "kit", "exports": {".": "./dist/index.js", "./x/*": "./dist/x/*.js"}}
    files = {"packages/kit/package.json": json.dumps(kit), "packages/kit/src/x/one.ts": "", "src/x/one.ts": ""}

    project = make_project({**files, **node({"src/a.ts": f"import x from '{specifier}'"}, package={"name": "shop"})})
    fact = only(project, "src/a.ts")

    assert (fact.missing, fact.target) == (True, None)


@pytest.mark.parametrize("specifier", ["./x.css", "./x.css?inline", "./data", "./View"])
def test_data_and_style_files_are_neither_targets_nor_missing(make_project: MakeProject, specifier: str) -> None:
    others = {"src/x.css": "", "src/data.json": "{}", "src/View.vue": ""}
    fact = only(make_project({**others, "src/a.ts": f"import '{specifier}'"}), "src/a.ts")

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
