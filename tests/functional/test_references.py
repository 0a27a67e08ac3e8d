"""Reference applications through the whole behaviour suite: one in Python, one in Node, and one more; seed data."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from evals.behaviour.contract import load
from evals.behaviour.seeding import seed
from evals.ground.references import Reference, assemble, load_all
from evals.ground.rows import Tree, run_row, table
from evals.ground.serving import Ground
from tests.support.command import ROOT

ALWAYS = ("fastapi", "express")
REFERENCES = load_all()


def chosen() -> list[tuple[Reference, str]]:
    """The rows of this commit: over many commits each reference, and each on each database, has its turn."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    turn = int(head.strip() or "0", 16)
    others = [reference.name for reference in REFERENCES if reference.name not in ALWAYS]
    names = {*ALWAYS, others[turn % len(others)]}
    ours = [reference for reference in REFERENCES if reference.name in names]
    return [(one, one.databases[(turn >> number) % len(one.databases)]) for number, one in enumerate(ours)]


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground(ROOT / ".cache" / "references") as made:
        yield made


@pytest.mark.parametrize(("reference", "database"), chosen(), ids=lambda value: getattr(value, "name", value))
def test_a_reference_does_all_that_the_contract_says(ground: Ground, reference: Reference, database: str) -> None:
    row = run_row(ground, reference, database)

    if row.not_run:
        pytest.skip(row.not_run)
    assert row.ok, table([row])
    assert row.assertions > 350 if reference.contract else row.own_tests == "ok"


@pytest.mark.parametrize("name", ["fastapi", "library-fastapi"])
def test_the_seed_data_of_a_contract_are_accepted(ground: Ground, name: str) -> None:
    reference = next(one for one in REFERENCES if one.name == name)
    folder = ground.place(name)
    assemble(reference, "sqlite", folder)
    environment = ground.environments.provide(reference, folder)
    tree = Tree(reference=reference, database="sqlite", folder=folder, environment=environment)

    with tree.served(ground) as (application, _):
        assert seed(load(reference.contract), application.base_url, 10.0) > 15
