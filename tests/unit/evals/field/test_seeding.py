"""Violations that are put into a repository: drawn by lot, still code, and found or named as missed."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from evals.field.planting import BadSeeds, Ground, draw, ground
from evals.field.seeding import document, reached, report, seed
from tools.check import listed_files

_FILES = {
    "pyproject.toml": """
[project]
name = "kitchen"
version = "1"
dependencies = ["fastapi", "sqlalchemy", "psycopg"]
""",
    "mealie/core/settings.py": "import os\n\nURL = os.environ['DATABASE_URL']\n",
    "mealie/db/models/{name}.py": """
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class {title}(Base):
    __tablename__ = "{name}s"
    id = Column(Integer, primary_key=True)
""",
    "mealie/repos/{name}_repository.py": """
from sqlalchemy import select
from sqlalchemy.orm import Session

from mealie.db.models.{name} import {title}


class {title}Repository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> object:
        return self._session.scalars(select({title}))
""",
    "mealie/services/{name}_service.py": """
from mealie.repos.{name}_repository import {title}Repository


class {title}Service:
    def __init__(self, dishes: {title}Repository) -> None:
        self._dishes = dishes

    def all(self) -> object:
        return self._dishes.all()
""",
    "mealie/routes/{name}s.py": """
from fastapi import APIRouter

from mealie.services.{name}_service import {title}Service

router = APIRouter()


def menu_of(service: {title}Service) -> object:
    return service.all()
""",
}


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    """A repository with the folders of one that seeds are known for."""
    root = tmp_path / "mealie"
    for name in ("dish", "cook", "guest", "table"):
        for path, text in _FILES.items():
            target = root / path.replace("{name}", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("{name}", name).replace("{title}", name.title()).lstrip("\n"))
    return root


def _ground(root: Path) -> Ground:
    return ground(root, listed_files(root))


def test_the_same_seed_draws_the_same_violations(kitchen: Path) -> None:
    first, again, other = (draw(_ground(kitchen), 10, number) for number in (7, 7, 8))

    assert first == again
    assert [s.path for s in first] != [s.path for s in other]


def test_each_violation_is_one_change_in_a_file_of_its_own(kitchen: Path) -> None:
    seeds = draw(_ground(kitchen), 14, 7)

    assert len({s.path for s in seeds}) == len(seeds) == 14
    assert all(s.after != s.before == (kitchen / s.path).read_text() for s in seeds)


def test_only_a_syntax_error_breaks_a_file(kitchen: Path) -> None:
    for planted in draw(_ground(kitchen), 14, 7):
        if planted.breaks:
            with pytest.raises(SyntaxError):
                ast.parse(planted.after)
        else:
            ast.parse(planted.after)


def test_kinds_that_fit_nowhere_are_left_out(kitchen: Path) -> None:
    kinds = {s.kind for s in draw(_ground(kitchen), 14, 7)}

    assert "missing await" not in kinds
    assert len(kinds) >= 10


def test_what_is_put_in_is_found(kitchen: Path) -> None:
    outcome = seed(kitchen, 14)

    assert (outcome.missed, outcome.troubles) == ([], [])
    assert reached([outcome])
    assert "14/14 100.0" in report([outcome])


def test_what_is_missed_is_named(kitchen: Path) -> None:
    outcome = seed(kitchen, 3)
    blind = replace(outcome, found=set())

    assert not reached([blind])
    assert all(f"missed {s.kind} in {s.path}" in report([blind]) for s in outcome.seeds)
    assert [entry["path"] for entry in document([blind])["repositories"][0]["missed"]] == [
        s.path for s in outcome.seeds
    ]


def test_a_repository_without_seeds_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSeeds, match="there are no seeds for it"):
        ground(tmp_path, [])
