"""JSON, SARIF and the commands of GitHub: what machines read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.results import EVIL, STATED, found, result
from tests.support.sarif import LOG
from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.errors import ToolError
from tools.findings import Severity
from tools.verify import render_json
from tools.verify.registry import RULES
from tools.verify.render import FORMATS, View, render
from tools.verify.render_github import SHOWN, markdown
from tools.verify.result import CheckResult, NotChecked, Suppressed

SCHEMA = json.loads(Path(render_json.__file__).with_name("check.schema.json").read_text(encoding="utf-8"))
FULL = result(
    found(hint="Call the service."),
    found(0, "b.py", severity=Severity.WARNING),
    found(0, "", "wrong-orm", severity=Severity.INFO, message="two ORMs"),
    found(3, f"c{EVIL}\n\udcff é#?.py", message=EVIL, chain=("c.py", "d e.py", "f.py")),
    not_checked=(NotChecked(path="big.js", reason="larger than 1 MB"),),
    notes=("1 entry of the baseline is gone",),
    suppressed=(
        Suppressed(finding=found(9), by="ignore", reason="legacy"),
        Suppressed(finding=found(10), by="ignore"),
        Suppressed(finding=found(11), by="baseline"),
    ),
    since="origin/main",
    older=4,
)


def closed(schema: Any) -> Any:
    """The schema with every object closed: what it does not name must not be there."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in inner else inner


@pytest.mark.parametrize("checked", [FULL, result()], ids=["full", "empty"])
def test_the_json_document_is_what_its_schema_says(checked: CheckResult) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    jsonschema.validate(json.loads(render(checked, "json")), closed(SCHEMA))


def test_the_schema_refuses_other_documents() -> None:
    document = json.loads(render(FULL, "json"))

    for key in document:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in document.items() if k != key}, SCHEMA)


def test_the_summary_counts() -> None:
    summary = json.loads(render(FULL, "json", View(strict=True)))["summary"]

    assert {k: v for k, v in summary.items() if k not in ("by_rule", "seconds")} == {
        "rules": 2, "files": 3, "errors": 2, "warnings": 1, "notes": 1, "not_checked": 1, "ignored": 2,
        "baseline": 1, "since": "origin/main", "older": 4, "exit_code": 1,
    }  # fmt: skip
    assert summary["by_rule"] == {
        "layer-skip": {"severity": "error", "findings": 3, "files": 3},
        "wrong-orm": {"severity": "info", "findings": 1, "files": 1},
    }


def test_paths_that_are_no_utf8_survive_in_json() -> None:
    text = render(FULL, "json")

    text.encode("utf-8")
    assert json.loads(text)["findings"][3]["path"] == FULL.findings[3].path


@pytest.mark.parametrize("checked", [FULL, result()], ids=["full", "empty"])
def test_sarif_keeps_to_the_standard(checked: CheckResult, tmp_path: Path) -> None:
    for view in (View(), View(root=tmp_path / "a folder é", strict=True)):
        jsonschema.validate(json.loads(render(checked, "sarif", view)), LOG)


def sarif(checked: CheckResult, **view: Any) -> dict[str, Any]:
    (run,) = json.loads(render(checked, "sarif", View(**view)))["runs"]
    return run  # type: ignore[no-any-return]


def test_sarif_tells_levels_places_and_flows(tmp_path: Path) -> None:
    run = sarif(FULL, root=tmp_path)
    first, second, third, fourth = run["results"][:4]

    assert [one["level"] for one in run["results"][:4]] == ["error", "warning", "note", "error"]
    assert first["message"]["text"].endswith("Call the service.")
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert "locations" not in third
    place = fourth["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"].endswith("%0A%FF%20%C3%A9%23%3F.py")
    assert place["uriBaseId"] in run["originalUriBaseIds"]
    steps = fourth["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [s["location"]["message"]["text"] for s in steps] == ["c.py", "d e.py", "f.py"]
    assert run["originalUriBaseIds"]["ROOT"]["uri"] == f"file://{tmp_path.as_posix()}/"


def test_sarif_carries_the_rules_with_their_texts() -> None:
    rules = {rule["id"]: rule for rule in sarif(result(rules=tuple(RULES)))["tool"]["driver"]["rules"]}

    assert set(rules) == set(RULES)
    for name, rule in rules.items():
        assert rule["shortDescription"]["text"] == RULES[name].summary
        assert rule["help"]["markdown"].startswith(f"# {name}")


def test_sarif_levels_of_rules_are_those_of_the_configuration() -> None:
    def level(severity: str) -> dict[str, Any]:
        rule = Constraint(kind="rule", value="layer-skip", params={"severity": severity}, source=Source(origin="file"))
        run = sarif(result(constraints=ConstraintSet(constraints=(*STATED, rule))))
        return run["tool"]["driver"]["rules"][0]["defaultConfiguration"]  # type: ignore[no-any-return]

    assert level("info") == {"level": "note", "enabled": True}
    assert level("error") == {"level": "error", "enabled": True}
    assert level("off")["enabled"] is False
    worst = sarif(result(found(severity=Severity.WARNING), found(6)))["tool"]["driver"]["rules"][0]
    assert worst["defaultConfiguration"]["level"] == "error"


def test_sarif_says_what_is_suppressed_and_why() -> None:
    results = sarif(FULL)["results"]

    assert [one.get("suppressions") for one in results[4:]] == [
        [{"kind": "inSource", "justification": "legacy"}],
        [{"kind": "inSource"}],
        [{"kind": "external", "justification": "It is in the baseline."}],
    ]
    assert all("suppressions" not in one for one in results[:4])


def test_sarif_fingerprints_stay_when_lines_move_and_differ_between_findings() -> None:
    def prints(*lines: int, message: str = "m") -> list[str]:
        run = sarif(result(*(found(line, message=message) for line in lines)))
        return [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]

    assert prints(5, 9) == prints(50, 90)
    assert len(set(prints(5, 9))) == 2
    assert prints(5) != prints(5, message="other")
    assert prints(5, message="a:b (archwright.toml:3)") == prints(5, message="a:b (archwright.toml:9)")


def test_sarif_tells_how_the_check_went() -> None:
    (invocation,) = sarif(FULL)["invocations"]

    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    unread, note = invocation["toolExecutionNotifications"]
    assert (unread["level"], unread["message"]["text"]) == ("warning", "big.js: larger than 1 MB")
    assert note["level"] == "note"
    warned = result(found(severity=Severity.WARNING))
    assert sarif(warned)["invocations"][0]["exitCode"] == 0
    assert sarif(warned, strict=True)["invocations"][0]["exitCode"] == 1


def test_github_annotations_escape_what_would_end_them() -> None:
    odd = found(2, "a,b:c.py", severity=Severity.WARNING, message="100%\nno", hint="h")

    assert render(result(odd), "github").splitlines()[0] == (
        "::warning file=a%2Cb%3Ac.py,line=2,title=layer-skip::100%25%0Ano h"
    )


def test_github_annotations_of_whole_files_and_repositories() -> None:
    lines = render(result(found(0, "b.py"), found(0, "")), "github").splitlines()

    assert lines[0].startswith("::error file=b.py,line=1,title=layer-skip::")
    assert lines[1].startswith("::error title=layer-skip::")


def test_github_shows_ten_of_each_kind_and_the_rest_is_in_the_log() -> None:
    errors = [found(n, message=f"e{n}") for n in range(1, SHOWN + 4)]
    warnings = [found(n, message=f"w{n}", severity=Severity.WARNING) for n in range(1, SHOWN + 1)]

    lines = render(result(*warnings, *errors), "github").splitlines()

    assert sum(line.startswith("::error ") for line in lines) == SHOWN
    assert sum(line.startswith("::warning ") for line in lines) == SHOWN
    group = lines.index("::group::3 more findings, beyond what GitHub shows as annotations")
    assert [line.split("  ")[-1] for line in lines[group + 1 : group + 4]] == ["e11", "e12", "e13"]
    assert lines[group + 4] == "::endgroup::"
    assert lines[-1] == "2 rules, 3 files, 13 errors, 10 warnings"


def test_a_hostile_repository_gives_no_commands_to_the_runner() -> None:
    evil = "x\n::stop-commands::y\r::add-mask::z ##[set-output name=a;]b"
    many = [found(n, f"::debug::{evil}.py", message=f"{n}{evil}") for n in range(1, SHOWN + 3)]

    lines = render(
        result(*many, not_checked=(NotChecked(path=f"::error::{evil}", reason=evil),), notes=("::notice::n",)), "github"
    ).split("\n")

    commands = {line.split("::")[1].split(" ")[0] for line in lines if line.lstrip().startswith("::")}
    assert commands == {"error", "group", "endgroup"} | {"group"}
    assert not any("##[" in line for line in lines)
    assert "\r" not in "".join(lines)


def test_the_summary_of_a_step_counts_and_names_the_first_findings() -> None:
    findings = [found(n, "b.py", message=f"m{n}", hint="h", severity=Severity.WARNING) for n in range(60)]
    text = markdown(result(*findings, found(7, message="first"), notes=("3 entries are gone",)))
    lines = text.splitlines()

    assert lines[0] == "### archwright check"
    assert "| layer-skip | error | 61 | 2 |" in lines
    rows = [line for line in lines if line.startswith(("| app/", "| b.py"))]
    assert rows[0] == "| app/a.py:7 | layer-skip | first |"
    assert len(rows) == 50
    assert "11 more in the log of the step." in lines
    assert "3 entries are gone" in lines


def test_the_summary_means_nothing_but_itself() -> None:
    evil = "| a | <img src=x onerror=y> [x](javascript:1) `code` @team #1 *b*\n# head"

    text = markdown(result(found(1, evil, message=evil, hint=EVIL)))

    row = text.splitlines()[-1]
    assert row.count(" | ") == 2
    assert "<img" not in text
    assert "](" not in text.replace("\\]", "")
    assert "\x1b" not in text


def test_a_summary_stays_below_what_github_takes() -> None:
    text = markdown(result(*(found(n, "p" * 200, message="m" * 30_000) for n in range(50))))

    assert len(text.encode()) < 1000
    assert "50 errors" in text


def test_an_unknown_format_lists_the_choices() -> None:
    with pytest.raises(ToolError, match="text, json, github, sarif"):
        render(result(), "xml")
    assert set(FORMATS) == {"text", "json", "github", "sarif"}
