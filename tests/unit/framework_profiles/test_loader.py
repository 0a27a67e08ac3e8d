from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from framework_profiles.loader import HOME, compose, load_all
from framework_profiles.parsing import ProfileError


def test_a_stack_is_composed_of_its_parts() -> None:
    profile = compose("fastapi", "sqlalchemy", "postgres", "clean")

    assert profile.framework is not None
    assert profile.architecture is not None
    assert profile.framework.app_constructors == ("fastapi.FastAPI",)
    assert profile.architecture.order == ("routes", "services", "repositories", "models")
    assert profile.words >= {"fastapi", "sqlalchemy", "async", "postgres", "asyncpg", "clean", "python"}


def test_the_mode_decides_which_entries_hold() -> None:
    asynchronous = {entry.id for entry in compose("fastapi", "sqlalchemy", "sqlite", mode="async").entries}
    synchronous = {entry.id for entry in compose("fastapi", "sqlalchemy", "sqlite", mode="sync").entries}

    assert "sa-missing-greenlet" in asynchronous - synchronous
    assert "sa-repository-sync" in synchronous - asynchronous


def test_the_frameworks_usual_mode_is_assumed_and_said() -> None:
    profile = compose("flask", "sqlalchemy")

    assert profile.mode == "sync"
    assert [(note.severity, note.message) for note in profile.notes] == [
        ("assumed", "SQLAlchemy is used in its sync mode")
    ]


def test_an_unknown_stack_has_a_profile_with_nothing_in_it() -> None:
    profile = compose("rocket", "diesel", "dynamodb", "onion")

    assert profile.for_step(["services"], 4_000) == []
    assert [note.severity for note in profile.notes] == ["unknown"] * 4
    assert "fastapi" in profile.notes[0].message


def test_nothing_known_at_all_is_no_error() -> None:
    assert compose().notes == ()


@pytest.mark.parametrize(
    ("parts", "part_of_message"),
    [
        (("express", "sqlalchemy", None), "Express runs on node, SQLAlchemy on python"),
        ((None, "sqlalchemy", "mongodb"), "SQLAlchemy does not talk to MongoDB"),
        ((None, "mongoose", "postgres"), "Mongoose does not talk to PostgreSQL"),
    ],
)
def test_parts_that_do_not_fit_are_a_conflict(
    parts: tuple[str | None, str | None, str | None], part_of_message: str
) -> None:
    conflicts = [note.message for note in compose(*parts).notes if note.severity == "conflict"]

    assert len(conflicts) == 1
    assert part_of_message in conflicts[0]


@pytest.mark.parametrize(
    ("orm", "database"), [("sequelize", "mariadb"), ("prisma", "mongodb"), ("django_orm", "mysql")]
)
def test_parts_that_fit_are_no_conflict(orm: str, database: str) -> None:
    assert not [note for note in compose(None, orm, database).notes if note.severity == "conflict"]


def test_names_are_read_as_people_write_them() -> None:
    profile = compose("FastAPI", "SQLAlchemy", "PostgreSQL", "Clean")

    assert profile.database is not None
    assert profile.database.name == "postgres"
    assert [note.severity for note in profile.notes] == ["assumed"]


def test_a_framework_brings_its_own_orm_unless_none_is_wanted() -> None:
    own, none = compose("django"), compose("django", "none")

    assert own.orm is not None
    assert own.orm.name == "django_orm"
    assert none.orm is None
    assert none.notes == ()


def test_an_orm_that_builds_on_another_takes_its_advice() -> None:
    entries = {entry.id for entry in compose("fastapi", "sqlmodel", "sqlite").entries}

    assert "sa-missing-greenlet" in entries


def test_the_mode_is_read_from_imports() -> None:
    known = load_all()

    assert known.mode_of("sqlalchemy", ["fastapi.FastAPI", "sqlalchemy.ext.asyncio.AsyncSession"]) == "async"
    assert known.mode_of("sqlalchemy", ["sqlalchemy.orm.Session", "sqlalchemy.select"]) == "sync"
    assert known.mode_of("sqlalchemy", ["sqlalchemy.orm.SessionTransaction"]) is None
    assert known.mode_of("prisma", ["@prisma/client"]) is None


def test_a_url_scheme_names_its_database() -> None:
    known = load_all()

    found = [known.database_of_scheme(scheme) for scheme in ("postgresql+asyncpg", "SQLITE", "mongodb+srv", "https")]

    assert [database.name if database else None for database in found] == ["postgres", "sqlite", "mongodb", None]


def test_a_driver_names_its_databases() -> None:
    known = load_all()

    assert [db.name for db in known.databases_of_driver("psycopg2-binary")] == ["postgres"]
    assert known.databases_of_driver("requests") == ()


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("databases/sqlite/profile.toml", "title = ", "Invalid value"),
        ("databases/sqlite/profile.toml", 'title = "x"\ncolour = "red"', "unknown key 'colour'"),
        ("databases/sqlite/profile.toml", 'title = "x"\nserver = "no"\n[marks]', "'server' may not be str"),
        ("databases/sqlite/profile.toml", 'name = "other"\ntitle = "x"\n[marks]', "is not the folder's"),
        ("orms/prisma/profile.toml", "[marks]\nimports = []", "missing key 'title'"),
        ("orms/prisma/profile.toml", 'title = "x"\nmarks = 1', "expected a table"),
    ],
)
def test_a_broken_profile_is_named_with_its_problem(tmp_path: Path, file: str, text: str, problem: str) -> None:
    home = copied(tmp_path)
    (home / file).write_text(text)

    with pytest.raises(ProfileError, match=problem) as caught:
        load_all(home)

    assert file in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no front matter", "no front matter"),
        ("+++\nid = \n+++\nx", "front matter"),
        ('+++\nid = "other"\napplies-to = ["sqlite"]\n+++\nx', "is not the file's name"),
        ('+++\nid = "sqlite-locked"\n+++\nx', "needs id and applies-to"),
        ('+++\nid = "sqlite-locked"\napplies-to = ["sqlite"]\ncolour = 1\n+++\nx', "unknown keys"),
        ('+++\nid = "sqlite-locked"\napplies-to = ["sqlite"]\nwrong = "explodes"\n+++\nx', "expected 'raises"),
    ],
)
def test_a_broken_pitfall_is_named_with_its_problem(tmp_path: Path, text: str, problem: str) -> None:
    home = copied(tmp_path)
    (home / "databases/sqlite/pitfalls/sqlite-locked.md").write_text(text)

    with pytest.raises(ProfileError, match=problem) as caught:
        _ = load_all(home).entries

    assert "sqlite-locked.md" in str(caught.value)


def test_a_pitfall_without_its_code_is_named(tmp_path: Path) -> None:
    home = copied(tmp_path)
    (home / "databases/sqlite/pitfalls/sqlite-locked.right.py").unlink()

    with pytest.raises(ProfileError, match=r"code is missing: .*sqlite-locked\.right\.py"):
        _ = load_all(home).entries


def test_an_id_cannot_be_used_twice(tmp_path: Path) -> None:
    home = copied(tmp_path)
    idioms = home / "orms/sqlalchemy/idioms"
    shutil.copy(idioms / "sa-model.py", idioms / "sa-model-again.py")

    with pytest.raises(ProfileError, match="'sa-model' is used twice"):
        _ = load_all(home).entries


def test_profiles_are_found_beside_the_loader_wherever_it_lies(tmp_path: Path) -> None:
    copied(tmp_path)

    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
            "from framework_profiles.loader import HOME, compose;"
            "print(HOME, len(compose('fastapi', 'sqlalchemy', 'sqlite', 'clean').entries) > 50)",
        ],
        capture_output=True,
        text=True,
        cwd="/",
        check=True,
    )

    assert done.stdout.split() == [str(tmp_path / "framework_profiles"), "True"]


def test_detection_reads_no_advice() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from framework_profiles.loader import load_all; from framework_profiles.entries import read_entries;"
            "load_all(); print(read_entries.cache_info().misses)",
        ],
        capture_output=True,
        text=True,
        cwd=HOME.parent,
        check=True,
    )

    assert done.stdout.strip() == "0"


def copied(tmp_path: Path) -> Path:
    home = tmp_path / "framework_profiles"
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("__pycache__"))
    return home
