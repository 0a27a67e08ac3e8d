"""The reference applications keep the rules that they show: with what is true of them stated, nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.ground.references import Reference, assemble, load_all
from tools.check import run_check

_ORM_OF = {"django-orm": "django", "express-prisma": "prisma"}
"""References whose ORM is another one than the usual one of their language."""
_USUAL = {"python": "sqlalchemy", "node": "sequelize"}
_OTHER_STYLE = {"django-orm"}
"""References that keep their framework's own layers."""
_KEPT = [reference for reference in load_all() if reference.contract]
_TREES = [(reference, database) for reference in _KEPT for database in reference.databases]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one tree of a reference says, the other one need not be read for again."""
    return tmp_path_factory.mktemp("facts")


@pytest.mark.parametrize(("reference", "database"), _TREES, ids=[f"{r.name}-{d}" for r, d in _TREES])
def test_a_reference_has_no_findings(reference: Reference, database: str, tmp_path: Path, facts: Path) -> None:
    assemble(reference, database, tmp_path)

    result = run_check(tmp_path, constraints=_truths(reference, database), cache_dir=facts)

    assert [f"{f.rule} {f.path}:{f.line} {f.message}" for f in result.findings] == []


def test_a_reference_with_another_truth_has_findings(tmp_path: Path, facts: Path) -> None:
    reference = next(r for r in _KEPT if r.name == "fastapi")
    assemble(reference, "postgres", tmp_path)

    result = run_check(tmp_path, constraints=["database=sqlite", "orm=peewee", "framework=flask"], cache_dir=facts)

    assert {"wrong-database", "wrong-orm", "wrong-framework"} <= {f.rule for f in result.findings}


def _truths(reference: Reference, database: str) -> list[str]:
    orm = _ORM_OF.get(reference.name, _USUAL[reference.language])
    style = [] if reference.name in _OTHER_STYLE else ["architecture=clean"]
    return [f"database={database}", f"orm={orm}", f"framework={reference.framework}", *style]
