"""The idioms of a stack, put where they say they belong, are an application that works and migrates."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from framework_profiles.loader import compose
from tools.check import run_check

DRIVER = """
import sys
from pathlib import Path

import alembic
import pytest
from alembic import command
from alembic.config import Config

here = Path.cwd()
sys.path.insert(0, str(here))
config = Config()
config.set_main_option("script_location", str(here / "migrations"))
template = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
(here / "migrations" / "script.py.mako").write_bytes(template.read_bytes())
(here / "migrations" / "versions").mkdir()
command.revision(config, "first", autogenerate=True)
command.upgrade(config, "head")
command.check(config)
print("migrated")
code = pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(here), "tests"])
print("tests ended with", int(code))
"""

STACKS = [(mode, database) for mode in ("async", "sync") for database in ("sqlite", "postgres")]


@pytest.mark.parametrize(("mode", "database"), STACKS)
def test_the_composed_idioms_migrate_boot_and_answer(
    mode: str, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lay_out(tmp_path, mode, database)
    if database == "postgres":
        new_database: Callable[[], str] = request.getfixturevalue("postgres")
        urls = {"DATABASE_URL": new_database(), "TEST_DATABASE_URL": new_database()}
    else:
        urls = {"DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'migrated.sqlite'}"}
    (tmp_path / "driver.py").write_text(DRIVER)

    done = subprocess.run(
        [sys.executable, "driver.py"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **urls},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert "migrated" in done.stdout, done.stdout + done.stderr
    assert "tests ended with 0" in done.stdout, done.stdout + done.stderr
    assert "3 passed" in done.stdout


@pytest.mark.parametrize(("mode", "database"), STACKS)
def test_the_manifest_of_the_idioms_names_what_is_tested_here(mode: str, database: str, tmp_path: Path) -> None:
    lay_out(tmp_path, mode, database)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    needed = [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["test"])]

    wrong = [str(item) for item in needed if not item.specifier.contains(version(item.name))]

    assert len(needed) >= 7
    assert wrong == []


@pytest.mark.parametrize(("mode", "database"), STACKS)
def test_the_composed_idioms_keep_the_rules_they_serve(mode: str, database: str, tmp_path: Path) -> None:
    lay_out(tmp_path, mode, database)
    stated = ["architecture=clean", f"database={database}", "orm=sqlalchemy"]

    result = run_check(tmp_path, constraints=stated, cache_dir=tmp_path / ".cache")

    assert [f"{f.path}:{f.line} {f.rule} {f.message}" for f in result.findings] == []


def lay_out(root: Path, mode: str, database: str) -> None:
    profile = compose("fastapi", "sqlalchemy", database, "clean", mode=mode)
    for entry in profile.entries:
        if entry.kind == "idiom":
            file = (root / "app" / entry.path).resolve()
            assert not file.exists(), f"two idioms for {entry.path}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(entry.text)
    for package in ("app", "app/routes", "app/services", "app/repositories"):
        (root / package / "__init__.py").touch()
