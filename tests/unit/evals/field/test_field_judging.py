from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.field import judge
from evals.field.__main__ import main
from evals.field.sample import draw, entry, identity, sample


def finding(rule: str, line: int, **changes: Any) -> dict[str, Any]:
    base = {"rule": rule, "severity": "warning", "path": "a.py", "line": line, "message": f"{rule} {line}"}
    return {**base, "hint": "", "chain": [], **changes}


MANY = [finding("often", line) for line in range(100)] + [finding("seldom", line) for line in range(3)]


def test_rare_rules_are_drawn_as_often_as_frequent_ones_until_they_are_used_up() -> None:
    drawn = draw(MANY, 10, "7")

    assert [f["rule"] for f in drawn] == ["often", "seldom"] * 3 + ["often"] * 4
    assert len({f["message"] for f in drawn}) == 10


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    assert draw(MANY, 10, "7") == draw(list(MANY), 10, "7")
    assert draw(MANY, 10, "7") != draw(MANY, 10, "8")


def test_all_are_drawn_when_there_are_few() -> None:
    assert len(draw(MANY, 500, "7")) == len(MANY)
    assert draw([], 5, "7") == []


def test_an_entry_shows_the_code_around_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("\n".join(f"line {n}" for n in range(1, 100)), encoding="utf-8")

    shown = entry(tmp_path, finding("r", 50))["code"]
    first = entry(tmp_path, finding("r", 0))["code"]

    assert len(shown) == 25
    assert shown[12] == ">   50 line 50"
    assert first[0] == "     1 line 1"
    assert entry(tmp_path, finding("r", 0, path=""))["code"] == []


def test_ids_tell_findings_apart_and_stay() -> None:
    ids = {identity("shop", f) for f in MANY}

    assert len(ids) == len(MANY)
    assert identity("shop", MANY[0]) == identity("shop", {**MANY[0], "hint": "another", "severity": "error"})
    assert identity("other", MANY[0]) != identity("shop", MANY[0])


def test_a_sample_is_drawn_by_running_the_check(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "a.py").write_text("from .nowhere import thing\n", encoding="utf-8")

    drawn = list(sample([root], tmp_path / "place", 5, 7))

    assert [(f["rule"], f["path"], f["line"]) for f in drawn] == [("import-unresolved", "a.py", 1)]
    assert drawn[0]["repository"] == "shop"
    assert drawn[0]["code"] == [">    1 from .nowhere import thing"]


def files(tmp_path: Path, first: str, second: str) -> list[str]:
    """A sample of rule ``r`` with as many findings as letters, and what readers say: t, f, u."""
    words = {"t": "true", "f": "false", "u": "unsure"}
    found = [{"id": f"id{n}", "repository": "shop", **finding("r", n)} for n in range(len(first))]
    paths = [tmp_path / name for name in ("sample.json", "first.json", "second.json")]
    paths[0].write_text(json.dumps({"schema_version": 1, "findings": found}), encoding="utf-8")
    for path, said in zip(paths[1:], (first, second), strict=True):
        verdicts = {f"id{n}": {"verdict": words[letter], "why": f"because {n}"} for n, letter in enumerate(said)}
        path.write_text(json.dumps(verdicts), encoding="utf-8")
    return [str(path) for path in paths]


def test_agreement_beyond_chance_is_counted_as_cohen_does(tmp_path: Path) -> None:
    # 20 true-true, 5 true-false, 10 false-true, 15 false-false: observed 0.7, by chance 0.5.
    given = files(tmp_path, "t" * 25 + "f" * 25, "t" * 20 + "f" * 5 + "t" * 10 + "f" * 15)
    pairs = judge.judged(*map(Path, given))

    assert judge.kappa(pairs) == pytest.approx(0.4)
    assert judge.document(pairs)["rules"]["r"] | {"kappa": 0} == {
        "judged": 50, "first": 25, "second": 30, "both": 20, "agreement": 0.7, "kappa": 0, "unproven": False,
    }  # fmt: skip


def test_readers_who_call_everything_true_have_no_kappa(tmp_path: Path) -> None:
    pairs = judge.judged(*map(Path, files(tmp_path, "t" * 12, "t" * 12)))

    assert judge.kappa(pairs) is None
    assert judge.reached(pairs)
    assert "unproven (fewer than 10 judged): no rule" in judge.report(pairs)


def test_few_findings_prove_nothing_and_unsure_is_not_true(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", *files(tmp_path, "tttt", "tttu")]) == 1
    said = capsys.readouterr().out

    assert "unproven (fewer than 10 judged): r" in said
    assert "goal (95% true): missed" in said
    assert "id3  a.py:3" in said
    assert "second: unsure: because 3" in said
    assert "id2" not in said


def test_a_rule_below_the_goal_is_named(tmp_path: Path) -> None:
    pairs = judge.judged(*map(Path, files(tmp_path, "t" * 18 + "ff", "t" * 20)))

    line = next(line for line in judge.report(pairs).splitlines() if line.startswith("r "))
    assert line.split()[:7] == ["r", "20", "18", "20", "18", "90.0", "90.0"]
    assert line.endswith("below the goal")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id0": None}, "no verdict on id0"),
        ({"other": {"verdict": "true", "why": "x"}}, "other is not in the sample"),
        ({"id1": {"verdict": "yes", "why": "x"}}, "id1: the verdict is 'yes'"),
        ({"id1": {"verdict": "true", "why": " "}}, "id1: no reason"),
        ({"id1": "true"}, "id1: the verdict is None"),
    ],
)
def test_incomplete_files_are_refused(
    tmp_path: Path, change: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = files(tmp_path, "tt", "tt")
    second = Path(given[2])
    verdicts = {**json.loads(second.read_text()), **change}
    second.write_text(json.dumps({name: found for name, found in verdicts.items() if found is not None}))

    assert main(["judge", *given]) == 2
    assert f"second.json: {said}" in capsys.readouterr().err


def test_the_faults_of_both_readers_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, "tt", "tt")
    Path(given[1]).write_text("{}")
    Path(given[2]).write_text("[")

    assert main(["judge", *given]) == 2
    said = capsys.readouterr().err
    assert "first.json: no verdict on id1" in said
    assert "second.json: cannot be read" in said


def test_something_else_than_a_sample_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, "t", "t")

    assert main(["judge", given[1], given[1], given[2]]) == 2
    assert "not a sample" in capsys.readouterr().err
