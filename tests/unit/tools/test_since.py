"""Which findings are older than a change, and which lines it added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.repositories import Repo
from tests.support.results import found, result
from tools.constraints.baseline import Baseline
from tools.constraints.model import ConstraintSet
from tools.facts.store import Store
from tools.since import Since
from tools.verify.adopt import Older, adopt
from tools.verify.result import CheckResult, Suppressed
from tools.workspace_since import tree_name

CODE = "".join(f"line_{n} = {n}\n" for n in range(1, 20))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files={"a.py": CODE, "b.py": CODE.replace("line", "other")})


def never(root: Path) -> CheckResult:
    raise AssertionError("the base was checked by its own rules")


def lines(checked: CheckResult) -> list[int]:
    return [f.line for f in checked.findings]


def test_added_and_edited_lines_are_known_also_in_a_file_that_moved(repo: Repo) -> None:
    (repo.path / "a.py").write_text("new = 0\n" + CODE.replace("line_7 = 7", "line_7 = 70"))
    repo.git("mv", "b.py", "c.py")
    (repo.path / "c.py").write_text(CODE.replace("line", "other") + "more = 1\n")
    repo.write({"d.py": CODE})

    since = Since.open(repo.path, "HEAD")

    assert since.added("a.py") == {1, 8}
    assert since.added("c.py") == {20}
    assert since.added("d.py") == frozenset()


def test_of_findings_that_read_the_same_the_one_on_an_added_line_is_new(tmp_path: Path) -> None:
    older = Older(ref="main", findings=[found(1), found(8)], added=lambda path: frozenset({1}))

    checked = adopt(result(found(1), found(2), found(9)), tmp_path, older=older)

    assert (lines(checked), checked.older, checked.since) == ([1], 2, "main")


def test_lines_are_not_asked_for_when_all_is_old_or_all_is_new(tmp_path: Path) -> None:
    def added(path: str) -> frozenset[int]:
        raise AssertionError(path)

    older = Older(ref="main", findings=[found(1), found(3, "gone.py")], added=added)

    assert lines(adopt(result(found(4), found(1, "new.py")), tmp_path, older=older)) == [1]


def test_what_is_old_and_in_the_baseline_counts_once(tmp_path: Path) -> None:
    now = result(*(found(n) for n in range(1, 6)))
    older = Older(ref="main", findings=[found(1), found(2), found(3)])

    checked = adopt(now, tmp_path, baseline=Baseline.of([found(1), found(2)]), older=older)

    assert (len(checked.findings), checked.in_baseline, checked.older) == (2, 2, 1)
    larger = adopt(now, tmp_path, baseline=Baseline.of([found(n) for n in range(4)]), older=older)
    assert (len(larger.findings), larger.in_baseline, larger.older) == (1, 4, 0)


def test_without_baseline_and_change_a_result_stays_as_it_is(tmp_path: Path) -> None:
    checked = result(found(3), found(9), suppressed=(Suppressed(finding=found(4), by="ignore"),), notes=("n",))

    assert adopt(checked, tmp_path) == checked


def test_the_base_is_not_checked_when_it_can_say_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.since.base_tree", never)
    unchanged = Since.open(repo.path, "HEAD")
    assert unchanged.older(result(found(1, "a.py")), never).findings == (found(1, "a.py"),)

    repo.write({"new.py": ""})
    since = Since.open(repo.path, "HEAD")
    assert since.older(result(), never).findings == ()
    assert since.older(result(found(1, "new.py")), never).findings == ()
    held = Baseline.of([found(1, "a.py")])
    assert since.older(result(found(1, "a.py")), never, baseline=held).findings == ()
    for path in ("a.py", ""):
        with pytest.raises(AssertionError, match="by its own rules"):
            since.older(result(found(1, path)), never)


def test_paths_in_messages_follow_the_files(repo: Repo) -> None:
    repo.write({"x.py": "import nowhere_at_all.x\nfrom b import missing_name\n"})
    repo.commit("breaks")
    repo.git("mv", "b.py", "core.py")
    repo.git("mv", "x.py", "y.py")
    since = Since.open(repo.path, "HEAD")

    older = since.older(result(found(1, "y.py")), never)

    told = [f for f in older.findings if "missing_name" in f.message]
    assert [f.path for f in told] == ["y.py"]
    assert told[0].message.startswith("core.py ")


BROKEN = "from b import missing_name\n"


def test_a_base_is_checked_once(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({"x.py": BROKEN})
    repo.commit("breaks")
    repo.write({"a.py": CODE + "more = 1\n"})
    checked, cache = result(found(1, "x.py")), tmp_path / "cache"
    first = Since.open(repo.path, "HEAD").older(checked, never, cache)
    monkeypatch.setattr("tools.since.base_tree", never)

    again = Since.open(repo.path, "HEAD").older(checked, never, cache)

    assert again.findings == first.findings
    assert [f.rule for f in again.findings if f.path == "x.py"] == ["import-unresolved"]
    others = replace(checked, constraints=ConstraintSet())
    with pytest.raises(AssertionError, match="by its own rules"):
        Since.open(repo.path, "HEAD").older(others, never, cache)


class Damaging(Store):
    """Keeps something else than it was given."""

    def put(self, rows: Iterable[tuple[str, bytes]]) -> None:
        super().put([(key, b"[{}]") for key, _ in rows])


def test_what_is_remembered_of_a_base_may_be_damaged(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"x.py": BROKEN})
    repo.commit("breaks")
    repo.write({"a.py": ""})
    checked, cache = result(found(1, "x.py")), tmp_path / "cache"
    monkeypatch.setattr("tools.since.Store", Damaging)
    Since.open(repo.path, "HEAD").older(checked, never, cache)

    assert "x.py" in [f.path for f in Since.open(repo.path, "HEAD").older(checked, never, cache).findings]


def test_a_base_with_submodules_is_checked_each_time(repo: Repo, tmp_path: Path) -> None:
    assert tree_name(Since.open(repo.path, "HEAD").base) == repo.git("rev-parse", "HEAD^{tree}")
    repo.write({".gitmodules": ""})

    assert tree_name(Since.open(repo.path, "HEAD").base) == ""


@pytest.mark.parametrize(("text", "asked"), [("[project]\n", 0), ("[tool.archwright.rules]\n", 1)])
def test_the_bases_own_rules_count_when_the_change_touches_them(repo: Repo, text: str, asked: int) -> None:
    calls: list[Path] = []

    def again(folder: Path) -> CheckResult:
        calls.append(folder)
        assert (folder / "a.py").read_text(encoding="utf-8") == CODE
        return result(found(1, "a.py", message="by the old rules"))

    repo.write({"pyproject.toml": text})

    older = Since.open(repo.path, "HEAD").older(result(found(1, "a.py")), again)

    assert len(calls) == asked
    assert [f.message for f in older.findings if "old rules" in f.message] == ["by the old rules"] * asked
