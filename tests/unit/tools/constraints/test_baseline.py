"""The baseline holds back what it knows, loses what is mended, and never takes in anything by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tools.constraints.baseline import FILE, Baseline, Split, parse, read_baseline, text_of, write_baseline
from tools.errors import InvalidConstraints
from tools.findings import Finding, Severity


def found(message: str = "m", path: str = "a.py", line: int = 1, rule: str = "layer-skip") -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, path=path, line=line, message=message)


def split(baseline: Baseline, *now: Finding, there: Callable[[str], bool] = lambda path: True) -> Split:
    return baseline.split(now, there)


def test_what_it_knows_is_held_back_wherever_it_stands_in_the_file() -> None:
    result = split(Baseline.of([found(line=3)]), found(line=90), found("other"))

    assert ([f.line for f in result.known], [f.message for f in result.fresh], result.gone) == ([90], ["other"], 0)


def test_it_counts() -> None:
    result = split(Baseline.of([found(), found()]), found(line=1), found(line=2), found(line=3))

    assert (len(result.known), [f.line for f in result.fresh]) == (2, [3])


def test_what_is_mended_is_gone() -> None:
    result = split(Baseline.of([found(), found(), found("x")]), found())

    assert (len(result.known), result.fresh, result.gone) == (1, [], 2)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("'(' of line 12 is not closed", "'(' of line 14 is not closed"),
        ("a must be b (stated: archwright.toml:3)", "a must be b (stated: archwright.toml:41)"),
        ("lines 3 and on", "lines 8 and on"),
    ],
)
def test_lines_in_messages_may_move_too(before: str, now: str) -> None:
    assert split(Baseline.of([found(before)]), found(now)).fresh == []


def test_other_figures_in_messages_count() -> None:
    assert split(Baseline.of([found("pydantic 1 with fastapi 3")]), found("pydantic 2 with fastapi 3")).fresh


def test_a_file_that_moved_takes_its_entries_along() -> None:
    baseline = Baseline.of([found("a/x.py uses c", "a/x.py"), found("m", "a/x.py"), found("m", "a/y.py")])
    now = [found("b/x.py uses c", "b/x.py"), found("m", "b/x.py"), found("m", "b/z.py")]

    result = baseline.split(now, lambda path: path.startswith("b/"))

    assert [(f.path, f.message) for f in result.known] == [("b/x.py", "b/x.py uses c"), ("b/x.py", "m")]
    assert [f.path for f in result.fresh] == ["b/z.py"]
    assert result.gone == 1


def test_a_copy_of_a_file_brings_its_findings_as_new_ones() -> None:
    result = split(Baseline.of([found("m", "a/x.py")]), found("m", "a/x.py"), found("m", "b/x.py"))

    assert [f.path for f in result.fresh] == ["b/x.py"]


def test_a_mended_file_lends_its_entry_to_no_other() -> None:
    result = split(Baseline.of([found("m", "a/x.py")]), found("m", "b/x.py"))

    assert (len(result.fresh), result.gone) == (1, 1)


def test_the_file_is_sorted_has_one_entry_a_line_and_reads_as_it_was_written(tmp_path: Path) -> None:
    findings = [found('é\n\u2028"', "b.py"), found("m", "a.py"), found("m", "a.py", 9), found("m", "a.py", rule="a")]
    baseline = Baseline.of(findings)

    path = write_baseline(tmp_path, baseline)

    text = path.read_text(encoding="utf-8")
    assert text == text_of(Baseline.of(findings[::-1]))
    assert [json.loads(line.strip().rstrip(","))["path"] for line in text.splitlines()[3:6]] == ["a.py", "a.py", "b.py"]
    assert json.loads(text)["findings"][1]["count"] == 2
    assert read_baseline(tmp_path) == baseline
    assert "line" not in json.loads(text)["findings"][0]
    assert sorted(p.name for p in path.parent.iterdir()) == ["baseline.json"]


def test_an_empty_one_reads_as_it_was_written() -> None:
    assert parse(text_of(Baseline())) == Baseline()


def test_names_that_are_no_utf8_survive(tmp_path: Path) -> None:
    baseline = Baseline.of([found("m", "\udcff.py")])

    write_baseline(tmp_path, baseline)

    assert read_baseline(tmp_path) == baseline


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert read_baseline(tmp_path) is None


def test_an_entry_that_came_from_both_sides_of_a_merge_counts_once() -> None:
    text = text_of(Baseline.of([found()]))
    line = next(line for line in text.splitlines() if "layer-skip" in line)

    assert parse(text.replace(line, f"{line},\n{line}")) == Baseline.of([found()])


GOOD = {"rule": "r", "path": "p", "message": "m"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no baseline of archwright"),
        ('{"findings": {}}', "no baseline of archwright"),
        ('{"findings": []}', "schema_version is None"),
        ('{"schema_version": 2, "findings": []}', "schema_version is 2"),
        (json.dumps({"schema_version": 1, "findings": [GOOD, {**GOOD, "count": 0}]}), "Entry 2"),
        (json.dumps({"schema_version": 1, "findings": [{**GOOD, "count": True}]}), "Entry 1"),
        (json.dumps({"schema_version": 1, "findings": [{**GOOD, "path": None}]}), "Entry 1"),
        (json.dumps({"schema_version": 1, "findings": ["x"]}), "Entry 1"),
        ("{\n<<<<<<< HEAD\n}", "unfinished merge"),
    ],
)
def test_a_damaged_or_foreign_file_is_an_error_with_a_remedy(text: str, words: str) -> None:
    with pytest.raises(InvalidConstraints, match=words) as caught:
        parse(text)

    (problem,) = caught.value.problems
    assert problem.where == FILE
    assert problem.remedy


def test_a_file_that_is_no_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".archwright").mkdir()
    (tmp_path / FILE).write_bytes(b"\xff")

    with pytest.raises(InvalidConstraints, match="cannot be read"):
        read_baseline(tmp_path)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    repo, other = tmp_path / "repo", tmp_path / "other"
    repo.mkdir()
    other.mkdir()
    (repo / ".archwright").symlink_to(other)

    with pytest.raises(InvalidConstraints, match="symbolic link"):
        write_baseline(repo, Baseline.of([found()]))
    assert list(other.iterdir()) == []


def test_severities_do_not_matter() -> None:
    assert split(Baseline.of([found()]), replace(found(), severity=Severity.INFO)).fresh == []
