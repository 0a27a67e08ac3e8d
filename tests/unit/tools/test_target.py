from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.target import Target, fill_env, find_targets, placeholder_values, write_carried

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/healthz')\ndef health():\n    return {}\n"
REQUIREMENTS = {"requirements.txt": "fastapi\nuvicorn\nsqlalchemy\nasyncpg\n"}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def only(root: Path, files: Mapping[str, str], carry_from: Path | None = None) -> Target:
    (target,) = find_targets(write(root, files), carry_from)
    return target


def evidence(target: Target, fact: str) -> tuple[str, int]:
    return next((e.path, e.line) for e in target.evidence if e.text.startswith(fact + ":"))


# Start commands of Python applications


def test_an_app_object_in_code_becomes_the_start_command(tmp_path: Path) -> None:
    target = only(tmp_path, {**REQUIREMENTS, "shop/main.py": MAIN})

    assert target.start == "python -m uvicorn shop.main:app --host 127.0.0.1 --port {port}"
    assert evidence(target, "start") == ("shop/main.py", 3)
    assert (target.health, evidence(target, "health")) == ("/healthz", ("shop/main.py", 5))


def test_a_factory_is_started_as_one(tmp_path: Path) -> None:
    factory = "from fastapi import FastAPI\n\ndef create_app():\n    app = FastAPI()\n    return app\n"

    target = only(tmp_path, {**REQUIREMENTS, "shop/app.py": factory})

    assert target.start == "python -m uvicorn shop.app:create_app --host 127.0.0.1 --port {port} --factory"


def test_an_object_made_by_a_factory_elsewhere_wins_over_the_factory(tmp_path: Path) -> None:
    files = {
        **REQUIREMENTS,
        "shop/factory.py": "from fastapi import FastAPI\n\ndef make():\n    return FastAPI()\n",
        "main.py": "from shop.factory import make\n\nserver = make()\n",
    }

    assert "main:server " in (only(tmp_path, files).start or "")


def test_modules_of_a_src_layout_are_named_without_src(tmp_path: Path) -> None:
    manifest = '[build-system]\nrequires = []\n[project]\nname = "shop"\ndependencies = ["fastapi", "uvicorn"]\n'

    target = only(tmp_path, {"pyproject.toml": manifest, "src/shop/__init__.py": "", "src/shop/main.py": MAIN})

    assert "shop.main:app" in (target.start or "")
    assert target.packages == ("shop",)


def test_the_folder_is_changed_where_imports_resolve_only_there(tmp_path: Path) -> None:
    files = {
        **REQUIREMENTS,
        "backend/app/main.py": "from core.settings import x\n" + MAIN,
        "backend/app/core/settings.py": "x = 1\n",
    }

    target = only(tmp_path, files)

    assert target.start == "cd backend/app && python -m uvicorn main:app --host 127.0.0.1 --port {port}"


HERE = "uvicorn shop.main:app --port {port}"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "Procfile",
            "web: uvicorn shop.main:app --host=0.0.0.0 --port=$PORT\n",
            "uvicorn shop.main:app --host=127.0.0.1 --port={port}",
        ),
        ("Procfile", "web: uvicorn shop.main:app --port ${PORT:-5000}\n", HERE),
        ("Makefile", "run:\n\tpoetry run uvicorn shop.main:app --reload --port 9000\n", HERE),
        ("Makefile", "APP = shop.main:app\nrun: install\n\t@uvicorn $(APP) --port 80\n", HERE),
        ("Dockerfile", 'FROM x\nCMD ["uvicorn", "shop.main:app", \\\n  "--port", "80"]\n', HERE),
        ("Dockerfile", "FROM x\nCMD sh -c x\nCMD uvicorn shop.main:app --port 80\n", HERE),
        ("README.md", "Run:\n```bash\n$ uv run uvicorn shop.main:app --reload --port 1234\n```\n", HERE),
        ("pyproject.toml", '[tool.poe.tasks]\nserve = "uvicorn shop.main:app --port 8001"\n', HERE),
        ("run.sh", "#!/bin/sh\nuvicorn shop.main:app --port $PORT\n", "sh run.sh"),
    ],
)
def test_written_start_commands_are_taken_and_made_to_run_here(
    tmp_path: Path, path: str, text: str, expected: str
) -> None:
    target = only(tmp_path, {**REQUIREMENTS, "shop/main.py": MAIN, path: text})

    assert target.start == expected
    assert evidence(target, "start")[0] == path


@pytest.mark.parametrize(
    "text",
    [
        "web: docker compose up\n",
        "web: gunicorn shop.main:app\n",
        "web: uvicorn other.gone:app --port $PORT\n",
        "web: ./bin/unknown --serve\n",
        "web: python gone.py\n",
    ],
)
def test_written_commands_that_cannot_run_here_are_passed_over(tmp_path: Path, text: str) -> None:
    target = only(tmp_path, {**REQUIREMENTS, "shop/main.py": MAIN, "Procfile": text})

    assert target.start == "python -m uvicorn shop.main:app --host 127.0.0.1 --port {port}"


def test_a_script_that_serves_on_a_fixed_port_names_the_port(tmp_path: Path) -> None:
    script = "import uvicorn\n" + MAIN + "\nif __name__ == '__main__':\n    uvicorn.run(app, port=8765)\n"

    target = only(tmp_path, {**REQUIREMENTS, "serve.py": script, "Procfile": "web: python serve.py\n"})

    assert (target.start, target.port) == ("python serve.py", 8765)
    assert target.env["PORT"] == "{port}"


def test_a_server_that_nobody_declares_is_added_for_our_gates(tmp_path: Path) -> None:
    target = only(tmp_path, {"requirements.txt": "fastapi\n", "main.py": MAIN})

    assert target.helpers == ("uvicorn",)


def test_the_server_inside_an_extra_counts_as_declared(tmp_path: Path) -> None:
    target = only(tmp_path, {"requirements.txt": "fastapi[standard]\n", "main.py": MAIN})

    assert target.helpers == ()


def test_a_managed_project_is_started_migrated_and_tested_through_its_script(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "django\n",
        "manage.py": "import django\n",
        "site/settings.py": "from django.conf import x\n",
        "blog/models.py": "from django.db import models\n",
        "blog/tests.py": "from django.test import TestCase\n",
    }

    target = only(tmp_path, files)

    assert "manage.py runserver" in (target.start or "")
    assert "{port}" in (target.start or "")
    assert "manage.py migrate" in (target.migrate or "")
    assert "manage.py test" in (target.test or "")


# Migrations, tests, judges


def test_migrations_run_with_the_settings_file_where_it_lies(tmp_path: Path) -> None:
    files = {**REQUIREMENTS, "shop/main.py": MAIN, "db/alembic.ini": "[alembic]\n"}

    assert only(tmp_path, files).migrate == "python -m alembic -c db/alembic.ini upgrade head"


def test_tests_are_run_as_people_write_it(tmp_path: Path) -> None:
    files = {"requirements-dev.txt": "pytest\n", "a.py": "", "tests/test_a.py": "def test_a():\n    assert True\n"}

    module = only(tmp_path / "one", files)
    alone = only(tmp_path / "two", {**files, "Makefile": "test:\n\tuv run pytest -q\n"})

    assert module.test == "python -m pytest"
    assert alone.test == "pytest"
    assert evidence(module, "test") == ("requirements-dev.txt", 1)


def test_a_test_runner_that_nobody_declares_is_added(tmp_path: Path) -> None:
    target = only(tmp_path, {**REQUIREMENTS, "tests/test_a.py": "import pytest\n"})

    assert "pytest" in target.helpers


def test_only_configured_judges_are_used(tmp_path: Path) -> None:
    manifest = "[tool.ruff]\nline-length = 99\n[tool.ruff.format]\n[tool.mypy]\nstrict = true\n"

    target = only(tmp_path / "one", {"pyproject.toml": manifest, "a.py": ""})
    bare = only(tmp_path / "two", {"requirements.txt": "ruff\nmypy\n", "a.py": ""})

    assert (target.lint, target.format, target.typecheck) == ("ruff check", "ruff format --check", "mypy")
    assert (bare.lint, bare.format, bare.typecheck) == (None, None, None)


# Node


def test_node_scripts_become_commands(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "api", "main": "dist/server.js",\n'
        '"dependencies": {"fastify": "4", "@prisma/client": "5"},\n'
        '"devDependencies": {"typescript": "5", "eslint": "9", "prisma": "5"},\n'
        '"scripts": {"start": "node dist/server.js", "build": "tsc", "test": "node --test"}}',
        "pnpm-lock.yaml": "lockfileVersion: 9\n",
        "tsconfig.json": "{}",
        "eslint.config.js": "export default []\n",
        "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
        "generator client {\n}\n",
        "prisma/migrations/1/migration.sql": "",
        "src/server.ts": "app.listen({ port: Number(process.env.PORT) })\n",
    }

    target = only(tmp_path, files)

    assert (target.runtime, target.package_manager) == ("node", "pnpm")
    assert target.setup == "pnpm install --frozen-lockfile"
    assert (target.build, target.start) == ("npm run build --silent", "npm run start --silent")
    assert (target.generate, target.migrate) == ("npx prisma generate", "npx prisma migrate deploy")
    assert (target.test, target.lint, target.typecheck) == ("npm test --silent", "eslint", "tsc --noEmit -p .")
    assert target.env["DATABASE_URL"] == "postgresql://{postgres_address}"
    assert target.env["PORT"] == "{port}"
    assert target.port is None


def test_a_placeholder_test_script_is_no_test(tmp_path: Path) -> None:
    text = '{"dependencies": {"express": "4"}, "scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'

    assert only(tmp_path, {"package.json": text, "index.js": ""}).test is None


def test_a_fixed_port_of_a_node_server_is_named(tmp_path: Path) -> None:
    files = {"package.json": '{"dependencies": {"express": "4"}}', "server.js": "app.listen(4321)\n"}

    target = only(tmp_path, files)

    assert (target.start, target.port) == ("node server.js", 4321)


def test_workspace_members_share_the_manifests_of_the_workspace(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "top", "private": true, "workspaces": ["packages/*", "!packages/old"]}',
        "package-lock.json": "{}",
        "packages/api/package.json": '{"name": "@x/api", "dependencies": {"express": "4", "@x/lib": "*"}}',
        "packages/api/index.js": "require('express')\n",
        "packages/lib/package.json": '{"name": "@x/lib"}',
        "packages/old/package.json": '{"name": "@x/old"}',
    }

    target = only(tmp_path, files)

    assert target.root == "packages/api"
    assert target.packages == ("@x/api", "@x/lib")
    assert set(target.manifests) == {
        "package.json", "package-lock.json", "packages/api/package.json", "packages/lib/package.json",
    }  # fmt: skip


# Variables


def test_the_driver_part_of_an_address_is_kept(tmp_path: Path) -> None:
    files = {
        **REQUIREMENTS,
        "main.py": MAIN,
        ".env.example": "DATABASE_URL=postgresql+asyncpg://me:pw@db.internal:5433/shop?sslmode=require\n",
    }

    target = only(tmp_path, files)

    assert target.env["DATABASE_URL"] == "postgresql+asyncpg://{postgres_address}"
    assert evidence(target, "env DATABASE_URL") == (".env.example", 1)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("DATABASE_URL=sqlite+aiosqlite:///./shop.db", "DATABASE_URL", "sqlite+aiosqlite:///{sqlite_path}"),
        ('DATABASE_URL="file:./dev.db"', "DATABASE_URL", "file:{sqlite_path}"),
        ("export DB_URI='postgres://a:b@h/n?schema=public'", "DB_URI", "postgres://{postgres_address}?schema=public"),
        ("POSTGRES_SERVER=db", "POSTGRES_SERVER", "{postgres_host}"),
        ("POSTGRES_DB=shop", "POSTGRES_DB", "{postgres_name}"),
        ("PGPASSWORD=x", "PGPASSWORD", "{postgres_password}"),
        ("DB_PORT=5432", "DB_PORT", "{postgres_port}"),
        ("APP_DB_USER=x", "APP_DB_USER", "{postgres_user}"),
        ("SQLITE_PATH=./x.db", "SQLITE_PATH", None),
        ("REDIS_URL=redis://cache:6379", "REDIS_URL", None),
    ],
)
def test_variables_of_the_database_point_to_the_scratch_database(
    tmp_path: Path, line: str, name: str, value: str | None
) -> None:
    target = only(tmp_path, {**REQUIREMENTS, "main.py": MAIN, ".env.example": line + "\n"})

    assert target.env.get(name) == value


def test_settings_classes_are_read_with_their_prefix_and_default(tmp_path: Path) -> None:
    settings = (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class Settings(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_prefix='SHOP_')\n"
        "    database_url: str = 'postgresql+psycopg://a:b@h/n'\n"
        "    secret_key: str\n"
        "    debug: bool = False\n"
    )

    target = only(tmp_path, {**REQUIREMENTS, "main.py": MAIN, "settings.py": settings})

    assert target.env["SHOP_DATABASE_URL"] == "postgresql+psycopg://{postgres_address}"
    assert target.env["SHOP_SECRET_KEY"].startswith("archwright-placeholder")
    assert "SHOP_DEBUG" not in target.env


def test_a_name_alone_gets_an_address_with_the_declared_driver(tmp_path: Path) -> None:
    files = {**REQUIREMENTS, "main.py": "import os\nimport sqlalchemy\nURL = os.environ['DATABASE_URL']\n"}

    assert only(tmp_path, files).env["DATABASE_URL"] == "postgresql+asyncpg://{postgres_address}"


def test_an_address_in_code_without_a_variable_is_fixed(tmp_path: Path) -> None:
    code = "import sqlalchemy\nengine = create_engine('postgresql://me:pw@localhost:5555/shop')\n"

    target = only(tmp_path, {**REQUIREMENTS, "db.py": code})

    assert target.fixed_databases == ("postgresql://me:pw@localhost:5555/shop",)


def test_an_ignored_env_file_is_carried_without_addresses_and_secrets(tmp_path: Path) -> None:
    own = write(
        tmp_path / "own",
        {
            ".env": "# prod: postgres://root:real@prod/db\n"
            "DATABASE_URL=postgresql+asyncpg://root:real-password@prod.example/shop\n"
            "OPENAI_API_KEY=sk-real\nREDIS_URL=redis://:real@prod.example:6379/1\n"
            "DEBUG=1\nPRIVATE='-----BEGIN\nreal-key-material\n-----END'\n"
        },
    )

    target = only(tmp_path / "tree", {**REQUIREMENTS, "main.py": MAIN}, carry_from=own)

    text = target.carry[".env"]
    assert "DATABASE_URL=postgresql+asyncpg://{postgres_address}" in text
    assert "REDIS_URL=redis://127.0.0.1:6379/1" in text
    assert "DEBUG=1" in text
    assert "real" not in text
    assert "prod.example" not in str(target)


def test_a_carried_file_is_written_with_values_and_never_over_another(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {".env": "DATABASE_URL=postgresql://a:b@h/n\n"})
    root = tmp_path / "tree"
    target = only(root, {**REQUIREMENTS, "main.py": MAIN}, carry_from=own)
    values = placeholder_values(postgres_url="postgresql://u:p@127.0.0.1:6000/x")

    first = write_carried(target, root, values)
    (root / ".env").write_text("MINE=1\n")
    second = write_carried(target, root, values)

    assert (first, second) == ([".env"], [])
    assert (root / ".env").read_text() == "MINE=1\n"


def test_variables_without_a_value_are_left_out_when_filled(tmp_path: Path) -> None:
    target = Target(name="x", root=".", runtime="python", env={"A": "{postgres_url}", "B": "{port}", "C": "{x}"})

    assert fill_env(target, placeholder_values(port=81)) == {"B": "81", "C": "{x}"}


# Manifests


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({"uv.lock": "version = 1\n", "pyproject.toml": "[project]\nname = 'x'\n"}, "uv"),
        ({"pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nflask = '^3'\n"}, "poetry"),
        ({"pdm.lock": "", "pyproject.toml": "[project]\nname = 'x'\n"}, "pdm"),
        ({"requirements/base.txt": "flask\n"}, "pip"),
        ({"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=['flask'])\n"}, "pip"),
        ({"yarn.lock": "", "package.json": '{"dependencies": {"koa": "2"}}', "i.js": ""}, "yarn"),
    ],
)
def test_package_managers_are_told_by_their_files(tmp_path: Path, files: dict[str, str], manager: str) -> None:
    assert only(tmp_path, {**files, "x.py" if manager != "yarn" else "y.js": ""}).package_manager == manager


def test_requirement_files_of_development_are_part_of_the_manifests(tmp_path: Path) -> None:
    files = {
        "requirements/base.txt": "flask\n",
        "requirements/dev.txt": "-r base.txt\npytest\n",
        "requirements/prod.txt": "-r base.txt\ngunicorn\n",
        "app.py": "from flask import Flask\n",
    }

    assert only(tmp_path, files).manifests == ("requirements/base.txt", "requirements/dev.txt")


def test_groups_of_development_are_extras(tmp_path: Path) -> None:
    manifest = (
        '[project]\nname = "x"\nrequires-python = ">=3.12"\n[project.optional-dependencies]\n'
        'docs = ["sphinx"]\ntest = ["pytest"]\n[dependency-groups]\ndev = [{include-group = "base"}]\nbase = ["ruff"]\n'
    )

    target = only(tmp_path, {"pyproject.toml": manifest, "x/__init__.py": ""})

    assert target.extras == ("test", "dev")
    assert target.requires_runtime == ">=3.12"


def test_an_empty_repository_is_one_target_without_a_runtime(tmp_path: Path) -> None:
    (target,) = find_targets(tmp_path)

    assert (target.runtime, target.root, target.start) == (None, ".", None)


def test_a_table_of_parts_in_code_is_a_fixed_address_too(tmp_path: Path) -> None:
    code = (
        "DATABASES = {'default': {'ENGINE': 'x.postgresql', 'NAME': 'shop', 'USER': 'me',\n"
        "    'PASSWORD': 'p@w', 'HOST': 'db', 'PORT': 5433}}\n"
    )

    target = only(tmp_path, {**REQUIREMENTS, "conf.py": code})

    assert target.fixed_databases == ("postgresql://me:p%40w@db:5433/shop",)
