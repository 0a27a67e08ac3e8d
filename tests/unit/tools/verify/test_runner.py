"""Running the rules, telling new findings from old ones, showing the result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tools.check import run_check
from tools.errors import InvalidConstraints, ToolError
from tools.findings import Finding, Severity
from tools.verify.registry import RULES, get_rule, rules_for
from tools.verify.render import FORMATS, SCHEMA_VERSION, render
from tools.verify.result import CheckResult
from tools.verify.runner import new_findings

HOUSE = Path(__file__).parents[4]
REPOS = HOUSE / "tests" / "repos"
SKIP = (
    "from fastapi import APIRouter\n\nfrom app.repositories.articles import ArticleRepository\n\n"
    'router = APIRouter()\n\n\n@router.get("/search")\nasync def search() -> str:\n    return repr(ArticleRepository)\n'
)


def finding(line: int, message: str = "m", path: str = "a.py") -> Finding:
    return Finding(rule="layer-skip", severity=Severity.ERROR, path=path, line=line, message=message)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    shutil.copytree(REPOS / "python_clean", root)
    (root / "app/routes/search.py").write_text(SKIP)
    return root


def check_broken(root: Path) -> CheckResult:
    return run_check(root, constraints=["architecture=clean"])


def test_findings_that_only_moved_are_not_new() -> None:
    before = [finding(3), finding(9, "other")]

    assert new_findings(before, [finding(5), finding(11, "other")]) == []


def test_a_second_instance_of_an_old_finding_is_new() -> None:
    assert new_findings([finding(3)], [finding(3), finding(8)]) == [finding(8)]


def test_a_finding_in_another_file_is_new() -> None:
    assert len(new_findings([finding(3)], [finding(3, path="b.py")])) == 1


def test_this_repository_keeps_its_own_rules() -> None:
    result = run_check(HOUSE)

    assert [f for f in result.findings if f.severity is Severity.ERROR] == []
    assert len(result.constraints.of("contract")) == 3


def test_paths_limit_what_is_reported_and_not_what_is_read(broken: Path) -> None:
    elsewhere = run_check(broken, paths=[broken / "app/services"], constraints=["architecture=clean"])
    there = run_check(broken, paths=["app/routes"], constraints=["architecture=clean"])

    assert elsewhere.findings == ()
    assert [f.path for f in there.findings] == ["app/routes/search.py"]


def test_mistakes_in_flags_and_file_are_told_together(broken: Path) -> None:
    (broken / "archwright.toml").write_text('[constraints]\norm = "x"\n')

    with pytest.raises(InvalidConstraints) as caught:
        run_check(broken, constraints=["architecture=lean"])

    assert len(caught.value.problems) == 2


def test_files_that_do_not_parse_are_named_as_read_in_part(broken: Path) -> None:
    (broken / "app/broken.py").write_text("def one(:\n")

    result = check_broken(broken)

    assert [n.path for n in result.not_checked] == ["app/broken.py"]
    assert "1 file not checked" in result.verdict


def test_what_an_instruction_file_names_warns_and_does_not_gate(broken: Path) -> None:
    (broken / "AGENTS.md").write_text("# Rules\n\nFollow clean architecture.\n")

    result = run_check(broken)

    assert [(f.rule, f.severity) for f in result.findings] == [("layer-skip", Severity.WARNING)]
    assert not result.failed()
    assert result.failed(strict=True)


def test_severities_follow_the_file(broken: Path) -> None:
    text = '[constraints]\narchitecture = "clean"\n[rules]\nlayer-skip = "{}"\n'
    (broken / "archwright.toml").write_text(text.format("info"))
    lowered = run_check(broken)
    (broken / "archwright.toml").write_text(text.format("off"))
    silenced = run_check(broken)

    assert [f.severity for f in lowered.findings] == [Severity.INFO]
    assert silenced.findings == ()


def test_excluded_paths_have_no_findings(broken: Path) -> None:
    (broken / "archwright.toml").write_text(
        '[constraints]\narchitecture = "clean"\nexclude = ["app/routes/search.py"]\n'
    )

    assert run_check(broken).findings == ()


def test_two_checks_give_the_same_result(broken: Path, tmp_path: Path) -> None:
    first = run_check(broken, constraints=["architecture=clean"], cache_dir=tmp_path / "cache")
    second = run_check(broken, constraints=["architecture=clean"], cache_dir=tmp_path / "cache")

    assert first == second


def test_a_clean_check_has_a_verdict_too() -> None:
    result = run_check(REPOS / "python_clean", constraints=["architecture=clean"])

    assert render(result).startswith(f"{len(RULES)} rules, 17 files, 0 findings")
    assert result.exit_code() == 0


def test_json_is_one_versioned_document(broken: Path) -> None:
    document = json.loads(render(check_broken(broken), "json"))

    assert document["schema_version"] == SCHEMA_VERSION
    assert [f["rule"] for f in document["findings"]] == ["layer-skip"]
    assert document["summary"]["errors"] == 1
    assert document["constraints"]["constraints"][0]["id"] == "architecture=clean"


def test_an_unknown_format_or_rule_lists_the_choices() -> None:
    result = run_check(REPOS / "python_clean")

    with pytest.raises(ToolError, match="text, json, github, sarif"):
        render(result, "xml")
    with pytest.raises(ToolError, match="layer-skip"):
        get_rule("layer-skp")
    assert set(FORMATS) == {"text", "json", "github", "sarif"}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_explains_wrong_and_right_and_how_to_silence_it(rule: str) -> None:
    text = RULES[rule].explain

    assert text.startswith(f"# {rule}\n")
    for heading in ("## Wrong", "## Right", "## Silence it"):
        assert heading in text


def test_every_stated_kind_of_constraint_has_a_rule() -> None:
    result = run_check(
        REPOS / "python_clean", constraints=["architecture=clean", "database=postgres", "orm=sqlalchemy"]
    )

    checked = {c.id: rules_for(c) for c in result.constraints.stated}
    assert "layer-skip" in checked["architecture=clean"]
    assert checked["database=postgres"] == ("wrong-database",)
    assert checked["orm=sqlalchemy"] == ("wrong-orm",)
