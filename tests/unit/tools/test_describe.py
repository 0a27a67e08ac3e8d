"""Layers with counts, composition roots and commands of what was detected, and how people are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.detect import detect
from tools.targets.describe import Details, describe
from tools.targets.telling import tell


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def details_of(root: Path, files: Mapping[str, str]) -> Details:
    (found,) = describe(root, detect(write(root, files)))
    return found


PYTHON = {
    "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi", "sqlalchemy", "asyncpg"]\n[tool.ruff]\n',
    "shop/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "shop/routes/items.py": "from fastapi import APIRouter\n",
    "shop/routes/orders.py": "from fastapi import APIRouter\n",
    "shop/services/items.py": "",
    "shop/repositories/items.py": "from sqlalchemy import select\n",
    "shop/models/item.py": "from sqlalchemy.orm import DeclarativeBase\n",
    "tests/routes/test_items.py": "def test(): pass\n",
}
NODE = {
    "package.json": (
        '{"name": "api", "dependencies": {"express": "4"},\n"scripts": {\n"start": "node src/app.js",\n"test": "jest"}}'
    ),
    "src/app.js": "const express = require('express')\nconst app = express()\napp.listen(3000)\n",
    "src/orders/orders.controller.js": "",
    "src/orders/orders.service.js": "",
    "src/users/users.controller.js": "",
}


def test_layers_by_directory_are_counted_without_tests(tmp_path: Path) -> None:
    found = details_of(tmp_path, PYTHON)

    assert [(layer.name, layer.files, layer.places) for layer in found.layers] == [
        ("routes", 2, (("shop/routes/", 2),)),
        ("services", 1, (("shop/services/", 1),)),
        ("repositories", 1, (("shop/repositories/", 1),)),
        ("models", 1, (("shop/models/", 1),)),
    ]
    assert (found.by, found.placed, found.files) == ("directory", 5, 6)


def test_layers_by_role_within_feature_folders_are_told_as_such(tmp_path: Path) -> None:
    found = details_of(tmp_path, NODE)

    assert found.by == "role"
    assert [(layer.name, layer.files) for layer in found.layers] == [("routes", 2), ("services", 1)]


def test_the_line_that_builds_the_application_is_the_composition_root(tmp_path: Path) -> None:
    python, node = details_of(tmp_path / "p", PYTHON), details_of(tmp_path / "n", NODE)

    assert [(e.path, e.line, e.text) for e in python.roots] == [("shop/main.py", 3, "app = FastAPI()")]
    assert [(e.path, e.line, e.text) for e in node.roots] == [("src/app.js", 2, "const app = express()")]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (
            {
                "requirements.txt": "flask\n",
                "web/house.py": "from flask import Flask\n\nclass House(Flask):\n    pass\n",
                "web/app.py": "from web.house import House\n\ndef create():\n    return House(__name__)\n",
            },
            ("web/app.py", 4),
        ),
        (
            {
                "package.json": '{"name": "x", "dependencies": {"koa": "2"}}',
                "main.ts": "import Server from 'koa'\nexport const it = new Server({ proxy: true })\n",
            },
            ("main.ts", 2),
        ),
        (
            {
                "package.json": '{"name": "x", "dependencies": {"express": "4"}}',
                "src/Server.js": "var path = require('path'),\n  express = require('express');\nvar api = express();\n",
            },
            ("src/Server.js", 3),
        ),
    ],
    ids=["own class", "any name", "list of variables"],
)
def test_it_is_found_under_other_names(tmp_path: Path, files: Mapping[str, str], place: tuple[str, int]) -> None:
    assert [(e.path, e.line) for e in details_of(tmp_path, files).roots] == [place]


def test_routers_built_like_applications_and_remarks_are_no_roots(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "x", "dependencies": {"hono": "4"}}',
        "src/index.ts": "import { Hono } from 'hono'\n// const old = new Hono()\nexport const app = new Hono<Env>()\n",
        "src/orders.ts": "import { Hono } from 'hono'\nexport const orders = new Hono()\n",
        "src/index.test.ts": "import { Hono } from 'hono'\nconst app = new Hono()\n",
    }

    assert [(e.path, e.line) for e in details_of(tmp_path, files).roots] == [("src/index.ts", 3)]


def test_commands_come_with_the_line_that_tells_them(tmp_path: Path) -> None:
    python, node = details_of(tmp_path / "p", PYTHON), details_of(tmp_path / "n", NODE)

    told = {one.what: (one.command, one.evidence.path, one.evidence.line) for one in (*python.commands,)}
    assert told["lint"] == ("ruff check", "pyproject.toml", 4)
    assert told["start"][1:] == ("shop/main.py", 3)
    scripts = {one.what: (one.evidence.line, one.evidence.text) for one in node.commands}
    assert scripts["start"] == (3, '"start": "node src/app.js",')
    assert scripts["test"] == (4, '"test": "jest"}}')
    assert scripts["install"][0] == 1


def test_people_are_told_evidence_layers_roots_commands_and_what_cannot_be_told(tmp_path: Path) -> None:
    write(tmp_path, {**PYTHON, "tool/pyproject.toml": '[project]\nname = "tool"\n', "tool/x.py": ""})
    found = detect(tmp_path)

    text = tell(found, describe(tmp_path, found))

    for words in (
        "shop  (the whole repository)",
        "fastapi (90%)",
        "shop/main.py:1 from fastapi import FastAPI",
        "routes            2  shop/routes/ 2",
        "5 of 6 source files have a layer by their names",
        "shop/main.py:3 app = FastAPI()",
        "pyproject.toml:4 [tool.ruff]",
        "Beside them, code without a server of its own:\n  tool  python: no framework, ORM or database was found",
    ):
        assert words in text, text


def test_data_access_that_is_known_by_name_only_is_told_as_such(tmp_path: Path) -> None:
    package = '{"name": "api", "dependencies": {"express": "4", "knex": "3"}}'
    write(tmp_path, {"package.json": package, "index.js": "require('express')\nrequire('knex')\n"})
    found = detect(tmp_path)

    text = tell(found, describe(tmp_path, found))

    assert "data access   Knex.js, by name only" in text
    assert "database      cannot tell: looked for" in text
    assert "built in      cannot tell" in text
