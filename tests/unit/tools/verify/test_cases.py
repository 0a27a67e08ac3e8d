"""Every case of tests/repos/cases gives exactly the findings that it lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import BLIND, CASES, Case, build, read_case
from tools.constraints.compile import combine, from_flags
from tools.constraints.file import find_constraints
from tools.detect import detect
from tools.facts.index import Index
from tools.findings import Finding
from tools.verify.registry import RULES, rule_ids
from tools.verify.rule import Change
from tools.verify.runner import check


def findings_of(case: Case, root: Path) -> list[Finding]:
    project = Index(None).load(root)
    constraints = combine(from_flags(case.constraints), find_constraints(root, rule_ids=rule_ids()))
    applications = detect(root, sorted(project.listed))
    change = Change(tuple(case.changed), {path: case.text_before(path) for path in case.changed})
    return check(project, constraints, applications, gate=case.stage == "gate", change=change)


def shown(finding: Finding) -> str:
    return f"{finding.rule} {finding.path}:{finding.line} {finding.severity.value}"


PATHS = sorted([*CASES.glob("*/*.case"), *BLIND.glob("*/*.case")])


@pytest.mark.parametrize("path", PATHS, ids=["/".join(p.with_suffix("").parts[-3:]) for p in PATHS])
def test_a_case_gives_exactly_its_findings(path: Path, tmp_path: Path) -> None:
    case = read_case(path)
    root = tmp_path / "repo"
    root.mkdir()
    build(case, root)

    found = findings_of(case, root)

    assert sorted(map(shown, found)) == sorted(case.expect), "\n".join(f"{shown(f)}: {f.message}" for f in found)
    text = "\n".join(f"{f.message} {f.hint}" for f in found)
    assert [words for words in case.says if words not in text] == []


@pytest.mark.parametrize("base", ["python_clean", "node_clean", "ts_features"])
def test_a_clean_repository_keeps_every_rule(base: str, tmp_path: Path) -> None:
    orm = {"python_clean": "sqlalchemy", "node_clean": "sequelize", "ts_features": "prisma"}[base]
    framework = {"python_clean": "fastapi", "node_clean": "express", "ts_features": "fastify"}[base]
    flags = ["architecture=clean", "database=postgres", f"orm={orm}", f"framework={framework}"]
    root = tmp_path / "repo"
    case = Case(base=base, constraints=flags)
    build(case, root)

    assert findings_of(case, root) == []


def test_every_rule_has_a_kept_and_a_broken_case() -> None:
    without = {rule: [] for rule in RULES}
    for rule in RULES:
        cases = [read_case(p) for p in (CASES / rule).glob("*.case")]
        if not any(any(e.startswith(rule + " ") for e in c.expect) for c in cases):
            without[rule].append("broken")
        if not any(not any(e.startswith(rule + " ") for e in c.expect) for c in cases):
            without[rule].append("kept")

    assert {rule: lacking for rule, lacking in without.items() if lacking} == {}
