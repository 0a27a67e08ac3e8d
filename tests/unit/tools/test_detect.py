from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.detect import Application, detect


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def names(application: Application) -> tuple[str | None, ...]:
    stack = application.stack
    return (stack.runtime.name, stack.framework.name, stack.orm.name, stack.database.name)


LAYERED = {
    "requirements.txt": "fastapi==0.115\nsqlalchemy[asyncio]>=2\nasyncpg\n",
    "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "app/db.py": "from sqlalchemy.ext.asyncio import create_async_engine\n",
    "app/routes/items.py": "from fastapi import APIRouter\n",
    "app/services/items.py": "",
    "app/repositories/items.py": "from sqlalchemy import select\n",
    "app/models/item.py": "from sqlalchemy.orm import DeclarativeBase\n",
}


def test_manifest_and_imports_together_name_the_stack_with_file_and_line(tmp_path: Path) -> None:
    (application,) = detect(write(tmp_path, LAYERED))

    assert names(application) == ("python", "fastapi", "sqlalchemy", "postgres")
    framework = application.stack.framework
    assert framework.confidence >= 0.9
    assert ("requirements.txt", 1, "fastapi==0.115") in [(e.path, e.line, e.text) for e in framework.evidence]
    assert ("app/main.py", 1) in [(e.path, e.line) for e in framework.evidence]


def test_a_folder_for_each_layer_means_the_layered_architecture(tmp_path: Path) -> None:
    (application,) = detect(write(tmp_path, LAYERED))

    assert application.stack.architecture.name == "clean"
    assert "app/routes/items.py" in [e.path for e in application.stack.architecture.evidence]


def test_without_a_layer_no_architecture_is_named(tmp_path: Path) -> None:
    files = {path: text for path, text in LAYERED.items() if "repositories" not in path}

    (application,) = detect(write(tmp_path, files))

    assert application.stack.architecture.name is None


def test_a_development_dependency_alone_does_not_make_a_framework(tmp_path: Path) -> None:
    manifest = '[project]\nname = "x"\n[dependency-groups]\ndev = ["flask"]\n'

    (application,) = detect(write(tmp_path, {"pyproject.toml": manifest, "x/a.py": "import json\n"}))

    assert application.stack.framework.name is None


def test_sqlite_in_the_tests_does_not_outweigh_postgres_in_the_application(tmp_path: Path) -> None:
    files = {
        **LAYERED,
        "requirements-dev.txt": "aiosqlite\npytest\n",
        "tests/conftest.py": "import aiosqlite\nURL = 'sqlite+aiosqlite:///x.db'\n",
    }

    (application,) = detect(write(tmp_path, files))

    assert application.stack.database.name == "postgres"


def test_an_orm_that_builds_on_another_is_the_one_that_is_meant(tmp_path: Path) -> None:
    files = {"requirements.txt": "sqlmodel\nsqlalchemy\n", "main.py": "import sqlmodel\nimport sqlalchemy\n"}

    (application,) = detect(write(tmp_path, files))

    assert application.stack.orm.name == "sqlmodel"


def test_a_node_application_is_read_from_its_manifest_and_imports(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "api", "dependencies": {"express": "^4", "sequelize": "^6", "pg": "^8"}}',
        "src/index.js": "const express = require('express')\nimport { Sequelize } from \"sequelize\"\n",
    }

    (application,) = detect(write(tmp_path, files))

    assert names(application) == ("node", "express", "sequelize", "postgres")
    assert application.name == "api"


def test_applications_of_a_monorepo_are_told_apart(tmp_path: Path) -> None:
    files = {
        "services/orders/pyproject.toml": '[project]\nname = "orders"\ndependencies = ["fastapi"]\n',
        "services/orders/orders/main.py": "from fastapi import FastAPI\n",
        "services/users/requirements.txt": "flask\n",
        "services/users/app.py": "from flask import Flask\n",
        "gateway/package.json": '{"name": "gateway", "dependencies": {"koa": "2"}}',
        "gateway/index.js": "const Koa = require('koa')\n",
        "web/package.json": '{"name": "web", "dependencies": {"react": "18"}, "scripts": {"start": "vite"}}',
        "web/src/app.jsx": "import React from 'react'\n",
    }

    found = {one.root: one.stack.framework.name for one in detect(write(tmp_path, files))}

    assert found == {"gateway": "koa", "services/orders": "fastapi", "services/users": "flask"}


def test_examples_and_fixtures_are_no_applications(tmp_path: Path) -> None:
    files = {
        **LAYERED,
        "examples/demo/requirements.txt": "flask\n",
        "examples/demo/app.py": "from flask import Flask\n",
        "tests/fixtures/pkg/package.json": '{"dependencies": {"express": "4"}}',
    }

    assert [one.root for one in detect(write(tmp_path, files))] == ["."]


def test_an_empty_folder_holds_no_application(tmp_path: Path) -> None:
    assert detect(tmp_path) == []


def test_only_the_given_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "import fastapi\n", "other.py": "import flask\n"})

    (application,) = detect(tmp_path, ["main.py"])

    assert application.stack.framework.name == "fastapi"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("pyproject.toml", b"[project\nname = "),
        ("package.json", b"{not json"),
        ("package.json", b'["a list"]'),
        ("requirements.txt", b"\xff\xfe\x00f\x00l\x00a\x00s\x00k\x00"),
        ("requirements.txt", b"-r requirements.txt\n-r ../../../../etc/passwd\n"),
        ("setup.cfg", b"no section header\n"),
        ("setup.py", b"from setuptools import setup\nsetup(**compute(\n"),
        ("Pipfile", b"= = ="),
        ("app/main.py", b"def broken(:\n" * 50),
        ("app/huge.py", b"x = 1\n" * 400_000),
        ("app/binary.py", bytes(range(256)) * 100),
    ],
)
def test_odd_files_never_raise(tmp_path: Path, path: str, data: bytes) -> None:
    write(tmp_path, {"app/ok.py": "from flask import Flask\n"})
    (tmp_path / path).write_bytes(data)

    found = detect(tmp_path)

    assert found[0].stack.framework.name == "flask"


def test_symbolic_links_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.py": "import flask\n", "more/x.py": "import flask\n"})
    repo = write(tmp_path / "repo", {"main.py": "import fastapi\n"})
    (repo / "linked.py").symlink_to(outside / "secret.py")
    (repo / "folder").symlink_to(outside / "more")
    (repo / "loop").symlink_to(repo)

    (application,) = detect(repo)

    assert application.stack.framework.name == "fastapi"
    assert {e.path for e in application.stack.framework.evidence} == {"main.py"}


def test_spaces_and_unicode_in_paths_are_kept(tmp_path: Path) -> None:
    write(tmp_path, {"my service ü/requirements.txt": "flask\n", "my service ü/app.py": "from flask import Flask\n"})

    (application,) = detect(tmp_path)

    assert application.root == "my service ü"
