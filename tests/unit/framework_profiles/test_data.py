"""The data itself: complete, consistent with itself and with the rules and gates that it names."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from framework_profiles.loader import compose, load_all
from framework_profiles.model import ArchitectureProfile, Entry
from tools.probes.ladder import ORDER
from tools.verify.registry import rule_ids

KNOWN = load_all()
PITFALLS = [entry for entry in KNOWN.entries if entry.kind == "pitfall"]
IDIOMS = [entry for entry in KNOWN.entries if entry.kind == "idiom"]
ROLES = {"routes", "services", "repositories", "models", "infrastructure", "root", "tests", "migrations"}
FOREIGN = re.compile(r"article|favou?rit|follow(?:er|ing)|conduit|realworld|clinic|patient|appointment|doctor", re.I)


def by_id(entry: Entry) -> str:
    return entry.id


def test_the_stacks_asked_for_are_there() -> None:
    assert set(KNOWN.frameworks) == {
        "fastapi", "django", "flask", "aiohttp", "express", "koa", "fastify", "hono",
    }  # fmt: skip
    assert set(KNOWN.orms) >= {
        "sqlalchemy", "sqlmodel", "django_orm", "tortoise", "peewee",
        "sequelize", "prisma", "typeorm", "drizzle", "mongoose",
    }  # fmt: skip
    assert set(KNOWN.databases) == {
        "sqlite", "postgres", "mysql", "mariadb", "mongodb", "mssql", "oracle", "redis",
    }  # fmt: skip
    assert set(KNOWN.architectures) >= {"clean", "layered"}


def test_full_profiles_carry_enough_pitfalls() -> None:
    counted = Counter(entry.owner for entry in PITFALLS)

    assert counted["frameworks/fastapi"] >= 10
    assert counted["orms/sqlalchemy"] >= 10
    assert counted["databases/sqlite"] >= 5
    assert counted["databases/postgres"] >= 5
    full = [p for kind in ("framework", "orm", "database") for p in KNOWN.of_kind(kind).values() if p.full]
    assert {f"{p.kind}s/{p.name}" for p in full} == set(counted) - {"architectures/clean"}


@pytest.mark.parametrize("entry", PITFALLS, ids=by_id)
def test_advice_is_short(entry: Entry) -> None:
    assert 2 <= len(entry.text.splitlines()) <= 4
    assert len(entry.text) <= 400
    assert entry.title


@pytest.mark.parametrize("entry", KNOWN.entries, ids=by_id)
def test_an_entry_names_layers_and_stacks_that_exist(entry: Entry) -> None:
    parts = {*KNOWN.frameworks, *KNOWN.orms, *KNOWN.databases, *KNOWN.architectures}
    modes = {mode for orm in KNOWN.orms.values() for mode in orm.modes}
    drivers = {name for orm in KNOWN.orms.values() for mode in orm.modes.values() for name in mode.drivers.values()}
    words = {word for alternative in entry.applies_to for word in alternative}

    assert words <= parts | modes | drivers | {"python", "node"}
    assert set(entry.layers) <= ROLES
    assert entry.layers


@pytest.mark.parametrize("entry", PITFALLS, ids=by_id)
def test_what_is_said_to_catch_it_exists(entry: Entry) -> None:
    assert entry.caught_by in {"", *ORDER, *rule_ids()}


@pytest.mark.parametrize("entry", PITFALLS, ids=by_id)
def test_wrong_and_right_code_differ_and_parse(entry: Entry) -> None:
    assert ast.dump(ast.parse(entry.wrong)) != ast.dump(ast.parse(entry.right))


@pytest.mark.parametrize("entry", KNOWN.entries, ids=by_id)
def test_nothing_is_told_of_the_domain_of_a_benchmark(entry: Entry) -> None:
    assert not FOREIGN.search(entry.text + entry.wrong + entry.right + entry.title)


@pytest.mark.parametrize("entry", IDIOMS, ids=by_id)
def test_an_idiom_says_where_it_belongs(entry: Entry) -> None:
    assert entry.title
    assert entry.path
    assert len(entry.text) <= 2_000


@pytest.mark.parametrize("architecture", KNOWN.architectures.values(), ids=lambda a: a.name)
def test_layers_import_downwards_only(architecture: ArchitectureProfile) -> None:
    layers = architecture.layers
    for number, layer in enumerate(layers):
        assert set(layer.may_import) <= {below.name for below in layers[number + 1 :]}


@pytest.mark.parametrize("architecture", KNOWN.architectures.values(), ids=lambda a: a.name)
def test_no_directory_belongs_to_two_layers(architecture: ArchitectureProfile) -> None:
    layers = architecture.layers
    names = [name for layer in layers for name in (*layer.directories, *layer.weak_directories)]
    names += architecture.infrastructure_directories
    names += architecture.test_directories

    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("kind", ["framework", "orm", "database"])
def test_marks_are_regular_expressions_and_normal_names(kind: str) -> None:
    for profile in KNOWN.of_kind(kind).values():  # type: ignore[arg-type]
        for pattern in profile.marks.text:
            re.compile(pattern, re.IGNORECASE | re.MULTILINE)
        for name in (*profile.marks.dependencies, *profile.marks.driver_names):
            assert name == name.lower()
            assert "_" not in name


def test_no_url_scheme_belongs_to_two_databases() -> None:
    schemes = [scheme for database in KNOWN.databases.values() for scheme in database.marks.url_schemes]

    assert [scheme for scheme, count in Counter(schemes).items() if count > 1] == []


def test_orms_name_databases_and_drivers_that_are_known() -> None:
    for orm in KNOWN.orms.values():
        assert set(orm.databases) <= set(KNOWN.databases)
        assert set(orm.builds_on) <= set(KNOWN.orms)
        for mode in orm.modes.values():
            assert set(mode.drivers) <= set(orm.databases)
            assert set(mode.urls) <= set(mode.drivers)


def test_every_framework_can_be_started_and_tested() -> None:
    for framework in KNOWN.frameworks.values():
        assert framework.commands.start
        assert framework.commands.test
        assert "{app}" in framework.commands.start or "manage.py" in framework.commands.start
        assert framework.app_constructors
        assert framework.request_types
        assert framework.health_paths


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("mode", ["async", "sync"])
def test_every_role_has_an_idiom_in_the_full_stacks(database: str, mode: str) -> None:
    entries = compose("fastapi", "sqlalchemy", database, "clean", mode=mode).entries

    assert {layer for entry in entries if entry.kind == "idiom" for layer in entry.layers} == ROLES
