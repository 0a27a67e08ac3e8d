"""The JSON Schema of archwright.toml: what the reader takes it takes, what the reader refuses it refuses."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from framework_profiles.loader import load_all
from tests.support.cases import CASES, read_case
from tests.support.sources import ROOT
from tools.constraints.file import TABLES, parse
from tools.constraints.names import choices, resolve
from tools.constraints.schema import schema
from tools.errors import InvalidConstraints
from tools.verify.registry import rule_ids

SCHEMA = schema(load_all(), rule_ids())
OF_CASES = [read_case(path).files.get("archwright.toml") for path in sorted(CASES.glob("*/*.case"))]
VALID = [
    *(text for text in OF_CASES if text),
    (ROOT / "archwright.toml").read_text(encoding="utf-8"),
    (ROOT / "agent/demo/sample/archwright.toml").read_text(encoding="utf-8"),
    "",
    '[constraints]\narchitecture = "Clean Architecture"\ndatabase = "PostgreSQL"\norm = "NONE"\n',
    '[constraints]\norm = "Django"\ndatabase = "sqlite3"\nqueries = "repositories"\nprotected = "migrations/**"\n',
    '[constraints]\nframework = "Express"\nforbid = ["routes -> models"]\n',
    '[constraints]\nforbid = [{ from = "services", to = "routes", within = "a", except = ["a/b"] }]\n',
    '[layers]\nservices = ["src/domain/**"]\nroots = "src/start.py"\ninfrastructure = []\n',
    '[[contracts]]\norder = ["web", "agent | jobs", "core"]\nclosed = true\nshared = ["core"]\nroots = ["x.py"]\n'
    '[contracts.paths]\nweb = ["src/web/**"]\n',
    '[run]\nmodel = "x/y"\nmode = "plain"\nmax_tokens = 5\ntimeout = 1.5\n',
    '[rules]\nlayer-skip = "off"\n[target]\nstart = "x"\n',
]
REFUSED_BY_BOTH = [
    '[constraints]\narchitecture = "lean"\n',
    '[constraints]\ndatabse = "postgres"\n',
    "[constraints]\norm = 3\n",
    '[constraints.database]\nname = "postgres"\n',
    "[constraints]\nprotected = [1]\n",
    '[constraints]\nexclude = [" "]\n',
    '[constraints]\nforbid = ["routes, repositories"]\n',
    '[constraints]\nforbid = ["routes ->"]\n',
    "[constraints]\nforbid = [3]\n",
    '[constraints]\nforbid = [{ from = "routes" }]\n',
    '[constraints]\nforbid = [{ from = "routes", to = "models", inside = "x" }]\n',
    '[layers]\nsevices = ["src/**"]\n',
    "[layers]\nservices = [1]\n",
    '[layers.services]\nx = "y"\n',
    '[[contracts]]\nname = "house"\n',
    '[[contracts]]\norder = ["a"]\nclosed = "yes"\n',
    '[[contracts]]\norder = ["a"]\nodd = 1\n',
    '[[contracts]]\norder = ["a"]\nname = 1\n',
    '[[contracts]]\norder = ["a"]\npaths = "x"\n',
    '[contracts]\norder = ["a"]\n',
    '[rules]\nlayer-skp = "warning"\n',
    '[rules]\nlayer-skip = "loud"\n',
    "[rules]\nlayer-skip = 1\n",
    "rules = 1\n",
    "constraints = []\n",
    "run = 5\n",
    "[unknown]\n",
]


def refused(text: str) -> bool:
    return any(Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text)))


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert set(SCHEMA["properties"]) == set(TABLES)


@pytest.mark.parametrize("text", VALID)
def test_what_the_reader_takes_the_schema_takes(text: str) -> None:
    parse(text, "archwright.toml", load_all(), rule_ids())

    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))] == []


@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    with pytest.raises(InvalidConstraints):
        parse(text, "archwright.toml", load_all(), rule_ids())

    assert refused(text)


def words(kind: str) -> list[str]:
    """Names as people may write them, right and wrong."""
    known = load_all().of_kind(kind)
    titles = [profile.title for profile in known.values()]
    written = [*known, *titles, *choices(load_all(), kind), "none", "NONE", "django", "flask", "postgresql", "mongo"]
    return [form for word in written for form in (word, word.upper(), word.replace("-", " "), f" {word} ", f"{word}x")]


@pytest.mark.parametrize("kind", ["architecture", "database", "orm", "framework"])
def test_names_are_taken_in_every_spelling_that_the_reader_knows_and_in_no_other(kind: str) -> None:
    for word in words(kind):
        document: dict[str, Any] = {"constraints": {kind: word}}
        taken = not any(Draft202012Validator(SCHEMA).iter_errors(document))

        assert taken == (resolve(load_all(), kind, word) is not None), word


def test_editors_can_offer_the_choices() -> None:
    offered = SCHEMA["properties"]["constraints"]["properties"]["orm"]["anyOf"][0]["enum"]

    assert offered == list(choices(load_all(), "orm"))
    assert set(SCHEMA["properties"]["rules"]["properties"]) == set(rule_ids())


def test_a_table_in_pyproject_is_the_same(tmp_path: Path) -> None:
    text = '[tool.archwright.constraints]\norm = "sqlalchemy"\n'

    inner = tomllib.loads(text)["tool"]["archwright"]

    assert not any(Draft202012Validator(SCHEMA).iter_errors(inner))
