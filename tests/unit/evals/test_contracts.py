"""The contracts: every requirement has a check, every check a requirement, and the tables say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.behaviour.contract import load
from evals.behaviour.requirements import gaps, read, stale

CONTRACTS = Path(__file__).parents[3] / "evals" / "contracts"


def test_the_clinic_has_no_gap_and_its_table_is_fresh() -> None:
    clinic = load("clinic")

    assert gaps(clinic) == []
    assert stale(clinic) == ""


@pytest.mark.parametrize("name", ["clinic", "library"])
def test_the_text_of_a_contract_can_be_read_without_defects(name: str) -> None:
    specification = read((CONTRACTS / name / "openapi.yaml").read_text(encoding="utf-8"))

    assert specification.defects == ()
    assert len(specification.requirements) > 60
