"""The contracts: every requirement has a check, every check a requirement, and the tables say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.behaviour.contract import load
from evals.behaviour.requirements import gaps, read, stale

CONTRACTS = Path(__file__).parents[3] / "evals" / "contracts"


@pytest.mark.parametrize("name", ["clinic", "library"])
def test_every_sentence_has_a_check_and_the_table_is_fresh(name: str) -> None:
    contract = load(name)

    assert gaps(contract) == []
    assert stale(contract) == ""


@pytest.mark.parametrize("name", ["clinic", "library"])
def test_the_text_of_a_contract_can_be_read_without_defects(name: str) -> None:
    specification = read((CONTRACTS / name / "openapi.yaml").read_text(encoding="utf-8"))

    assert specification.defects == ()
    assert len(specification.requirements) > 60
