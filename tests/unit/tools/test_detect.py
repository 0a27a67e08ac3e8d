from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.detect import Application, detect
from tools.facts.index import Index
from tools.targets.files import Tree


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


@pytest.mark.parametrize(
    ("others", "named"), [({f"app/part{n}/work{n}.py": "" for n in range(60)}, False), ({}, True)], ids=["few", "most"]
)
def test_a_few_files_with_fitting_names_are_no_architecture(
    tmp_path: Path, others: dict[str, str], named: bool
) -> None:
    (application,) = detect(write(tmp_path, {**LAYERED, **others}))

    assert (application.stack.architecture.name is not None) is named
    assert named or "files looked at have a layer" in application.stack.architecture.note


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


def stack_of(found: list[Application], root: str) -> tuple[str | None, ...]:
    return next(names(one) for one in found if one.root == root)


def test_modules_that_are_only_called_like_manifests_make_no_application(tmp_path: Path) -> None:
    files = {
        **LAYERED,
        "app/cli/setup.py": "def setup(config):\n    return config\n",
        "app/db/manage.py": "def create():\n    return setup()\n",
    }

    assert [one.root for one in detect(write(tmp_path, files))] == ["."]


def test_a_project_folder_without_a_manifest_has_what_the_folder_above_declares(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "django\npsycopg\n",
        "shop/manage.py": "import os\nif __name__ == '__main__':\n    os.environ.setdefault('X', 'shop.settings')\n",
        "shop/goods/models.py": "from django.db import models\n",
    }

    (application,) = detect(write(tmp_path, files))

    assert application.root == "shop"
    assert names(application) == ("python", "django", "django_orm", "postgres")
    assert "requirements.txt" in {e.path for e in application.stack.database.evidence}


def test_a_manifest_that_is_copied_up_at_setup_describes_the_folder_above(tmp_path: Path) -> None:
    manifest = '{"name": "forum", "main": "app.js", "dependencies": {"express": "4"}}'
    files = {"install/package.json": manifest, "app.js": "const express = require('express')\n"}

    (application,) = detect(write(tmp_path, files))

    assert (application.root, application.stack.framework.name) == (".", "express")
    assert application.stack.framework.evidence[0].path == "install/package.json"


WORKSPACE = {
    "package.json": '{"name": "top", "workspaces": ["apps/*", "packages/*"], "devDependencies": {"express": "4"}}',
    "apps/api/package.json": '{"name": "@x/api", "dependencies": {"hono": "4", "@x/domain": "*"}}',
    "apps/api/src/index.ts": "import { Hono } from 'hono'\nimport { list } from '@x/domain'\n",
    "apps/site/package.json": '{"name": "@x/site", "dependencies": {"react": "18"}}',
    "apps/site/src/app.tsx": "import React from 'react'\n",
    "packages/domain/package.json": '{"name": "@x/domain", "dependencies": {"@x/db": "*"}}',
    "packages/domain/index.ts": "import { db } from '@x/db'\n",
    "packages/db/package.json": '{"name": "@x/db", "dependencies": {"@prisma/client": "6"}}',
    "packages/db/index.ts": "import { PrismaClient } from '@prisma/client'\n",
    "packages/db/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\n',
    "packages/auth/package.json": '{"name": "@x/auth", "dependencies": {"hono": "4"}}',
    "packages/auth/index.ts": "import { Hono } from 'hono'\n",
    "apps/worker/package.json": '{"name": "@x/worker", "dependencies": {"koa": "2", "@x/auth": "*"}}',
    "apps/worker/main.ts": "import Koa from 'koa'\n",
    "integration-tests/package.json": '{"name": "@x/tests", "dependencies": {"fastify": "5", "@x/api": "*"}}',
    "integration-tests/server.js": "const fastify = require('fastify')\n",
}


def test_an_application_has_the_data_access_of_the_packages_that_it_is_made_of(tmp_path: Path) -> None:
    found = detect(write(tmp_path, WORKSPACE))

    assert stack_of(found, "apps/api") == ("node", "hono", "prisma", "postgres")
    evidence = next(one for one in found if one.root == "apps/api").stack.orm.evidence
    assert ("packages/db/package.json", 1) in {(e.path, e.line) for e in evidence}


def test_configuration_at_the_top_confirms_a_database_and_decides_none(tmp_path: Path) -> None:
    files = {
        "orders/package.json": '{"name": "orders", "dependencies": {"hono": "4", "pg": "8"}}',
        "orders/index.ts": "import { Hono } from 'hono'\n",
        "users/package.json": '{"name": "users", "dependencies": {"hono": "4"}}',
        "users/index.ts": "import { Hono } from 'hono'\n",
    }
    plain = {one.root: one for one in detect(write(tmp_path, files))}

    write(tmp_path, {"compose.yml": "services:\n  db:\n    image: postgres:16\n"})
    found = {one.root: one for one in detect(tmp_path)}

    assert found["orders"].stack.database.confidence > plain["orders"].stack.database.confidence
    assert "compose.yml" in {e.path for e in found["orders"].stack.database.evidence}
    assert found["users"].stack.database.name is None


def test_the_schema_of_an_orm_is_the_word_of_the_application(tmp_path: Path) -> None:
    (api,) = (one for one in detect(write(tmp_path, WORKSPACE)) if one.root == "apps/api")

    assert api.stack.database.confidence >= 0.8
    assert [e.path for e in api.stack.database.evidence] == ["packages/db/schema.prisma"]


def test_packages_that_others_use_are_told_from_applications(tmp_path: Path) -> None:
    found = {one.root: one.kind for one in detect(write(tmp_path, WORKSPACE))}

    assert found == {
        "apps/api": "application",
        "apps/worker": "application",
        "packages/auth": "package",
        "packages/db": "package",
    }


@pytest.mark.parametrize(
    ("manifest", "source", "name", "database"),
    [
        ("knex", "import knex from 'knex'", "knex", None),
        ("kysely", "import { Kysely } from 'kysely'", "kysely", None),
        ("objection", "const { Model } = require('objection')", "objection", None),
        ("bookshelf", "const bookshelf = require('bookshelf')", "bookshelf", None),
        ("@mikro-orm/core", "import { MikroORM } from '@mikro-orm/core'", "mikro-orm", None),
        ("@mikro-orm/postgresql", "import { MikroORM } from '@mikro-orm/postgresql'", "mikro-orm", "postgres"),
        ("slonik", "import { createPool } from 'slonik'", "slonik", "postgres"),
        ("@house/slonik", "import { createPool } from '@house/slonik'", "slonik", "postgres"),
    ],
)
def test_data_access_without_a_profile_is_named(tmp_path: Path, manifest, source, name, database) -> None:
    package = f'{{"name": "api", "dependencies": {{"express": "4", "{manifest}": "1"}}}}'
    files = {"package.json": package, "index.js": f"import express from 'express'\n{source}\n"}

    (application,) = detect(write(tmp_path, files))

    assert (application.stack.orm.name, application.stack.orm.known) == (name, False)
    assert application.stack.orm.confidence >= 0.9
    assert application.stack.database.name == database
    project = Index(None).load(tmp_path)
    assert detect(tmp_path, sorted(files), project)[0].stack.orm == application.stack.orm


@pytest.mark.parametrize(
    ("requirement", "source", "name"),
    [
        ("pony", "from pony.orm import db_session", "pony"),
        ("motor", "import motor.motor_asyncio", "motor"),
        ("pymongo", "from pymongo import MongoClient", "pymongo"),
        ("asyncpg", "import asyncpg", "asyncpg"),
    ],
)
def test_the_same_in_python(tmp_path: Path, requirement: str, source: str, name: str) -> None:
    files = {"requirements.txt": f"flask\n{requirement}\n", "app.py": f"from flask import Flask\n{source}\n"}

    (application,) = detect(write(tmp_path, files))

    assert (application.stack.orm.name, application.stack.orm.known) == (name, False)


def test_a_mapper_is_meant_and_not_the_driver_below_it(tmp_path: Path) -> None:
    package = '{"name": "api", "dependencies": {"express": "4", "knex": "3", "pg": "8"}}'
    source = "import express from 'express'\nimport knex from 'knex'\nimport pg from 'pg'\n"

    (application,) = detect(write(tmp_path, {"package.json": package, "index.js": source}))

    assert names(application) == ("node", "express", "knex", "postgres")
    assert application.stack.orm.also == ()


def test_two_databases_that_are_both_in_use_are_both_named(tmp_path: Path) -> None:
    package = '{"name": "api", "dependencies": {"express": "4", "pg": "8", "mongodb": "7"}}'
    source = "import express from 'express'\nimport pg from 'pg'\nimport { MongoClient } from 'mongodb'\n"

    (application,) = detect(write(tmp_path, {"package.json": package, "index.js": source}))

    database = application.stack.database
    assert {database.name, *database.also} == {"mongodb", "postgres"}


def test_of_several_drivers_the_configured_one_is_the_database(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "flask\npsycopg2\npymysql\n",
        "app.py": "from flask import Flask\nimport psycopg2\nimport pymysql\n",
        ".env.example": "DATABASE_URL=postgresql://a:b@localhost/x\n",
    }

    (application,) = detect(write(tmp_path, files))

    assert (application.stack.database.name, application.stack.database.also) == ("postgres", ())


def test_what_only_a_comment_says_is_no_configuration(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "flask\n",
        "app.py": "from flask import Flask\n",
        "config.py": "# once: mysql://root@localhost/x\nURL = 'sqlite:///x.db'\n",
        ".env": "# DATABASE_URL=postgresql://a:b@localhost/x\n",
    }

    (application,) = detect(write(tmp_path, files))

    assert (application.stack.database.name, application.stack.database.also) == ("sqlite", ())


@pytest.mark.parametrize(
    "source",
    ["import aiohttp\n", "from aiohttp import ClientSession\n", "x = 1\n"],
)
def test_a_library_that_is_also_a_client_is_no_framework_until_it_serves(tmp_path: Path, source: str) -> None:
    write(tmp_path, {"requirements.txt": "aiohttp\n", "tool.py": source})
    serving = write(tmp_path / "b", {"requirements.txt": "aiohttp\n", "tool.py": source + "from aiohttp import web\n"})

    assert detect(tmp_path, ["requirements.txt", "tool.py"])[0].stack.framework.name is None
    assert detect(serving)[0].stack.framework.name == "aiohttp"


def test_types_alone_are_no_use(tmp_path: Path) -> None:
    package = '{"name": "api", "dependencies": {"fastify": "5"}, "devDependencies": {"express": "4"}}'
    source = "import type { Request } from 'express'\nimport fastify from 'fastify'\n"

    (application,) = detect(write(tmp_path, {"package.json": package, "index.ts": source}))

    assert (application.stack.framework.name, application.stack.framework.also) == ("fastify", ())


def test_cannot_tell_says_what_was_looked_for(tmp_path: Path) -> None:
    (application,) = detect(write(tmp_path, {"requirements.txt": "requests\n", "app.py": "import requests\n"}))

    for part in (application.stack.framework, application.stack.orm, application.stack.database):
        assert part.name is None
        assert part.note.startswith("looked for ")
    assert "fastapi" in application.stack.framework.note
    assert "sqlalchemy" in application.stack.orm.note


def test_folders_of_a_web_client_are_no_layers(tmp_path: Path) -> None:
    package = '{"name": "wiki", "dependencies": {"koa": "2", "react": "18"}}'
    files = {"package.json": package, "server/index.ts": "import Koa from 'koa'\n"}
    files |= {f"server/{layer}/x.ts": "" for layer in ("routes", "services", "models")}
    files |= {f"client/views/v{n}.tsx": "" for n in range(4)} | {"client/repositories/s.ts": ""}

    (application,) = detect(write(tmp_path, files))

    assert application.stack.architecture.name is None
    assert "repositories" in application.stack.architecture.note


@pytest.mark.parametrize("files", [LAYERED, WORKSPACE], ids=["python", "workspace"])
def test_facts_and_a_look_at_the_files_say_the_same(tmp_path: Path, files: Mapping[str, str]) -> None:
    project = Index(None).load(write(tmp_path, files))

    told = {one.root: (one.kind, *names(one)) for one in detect(tmp_path, sorted(files), project)}

    assert told == {one.root: (one.kind, *names(one)) for one in detect(tmp_path)}


def test_of_a_large_application_some_files_are_read_and_with_facts_nearly_none(tmp_path, monkeypatch) -> None:
    files = dict(LAYERED) | {f"app/part{n % 40}/m{n}.py": "import json\n" for n in range(1200)}
    project = Index(None).load(write(tmp_path, files))
    read: list[str] = []
    whole = Tree._read
    monkeypatch.setattr(Tree, "_read", lambda tree, path: read.append(path) or whole(tree, path))

    (sampled,) = detect(tmp_path, sorted(files))
    without, read[:] = len(read), []
    (known,) = detect(tmp_path, sorted(files), project)

    assert names(sampled) == names(known) == ("python", "fastapi", "sqlalchemy", "postgres")
    assert without < 250
    assert len(read) < 30


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, LAYERED)
    os.mkfifo(tmp_path / "app/config.py")

    (application,) = detect(tmp_path)

    assert application.stack.framework.name == "fastapi"
