from __future__ import annotations

import ast
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from evals.field import bench, corpus, parsing, peers
from evals.field.edits import KINDS, drawn
from evals.field.rechecks import figures, has_history, rechecks
from evals.field.running import Ran
from tools.errors import EnvironmentFault
from tools.shell import Shell, ShellSettings

SOURCE = (
    '"""Doc."""\nfrom __future__ import annotations\nimport json\n\n\n@decorated\ndef f(x):\n    y = x\n    return y\n'
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for name in ("app/a.py", "app/b.py", "app/deep/c.py", "web/d.ts", "zoo/e.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(SOURCE if name.endswith(".py") else "export function f() { g() }\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    (root / "zoo/requirements.txt").write_text("httpx\n", encoding="utf-8")
    return root


def test_every_kind_of_edit_is_made_and_still_parses(repository: Path) -> None:
    paths = ["app/a.py", "app/b.py", "web/d.ts"]
    made = list(drawn(repository, paths, 8, 7))

    assert [edit.kind for edit in made] == [*KINDS, *KINDS]
    assert made == list(drawn(repository, paths, 8, 7))
    for edit in made:
        assert edit.path.endswith(".py")
        assert ast.dump(ast.parse(edit.after)) != ast.dump(ast.parse(edit.before))
    after = {edit.kind: edit.after for edit in made}
    assert "decorated" not in after["remove a definition"]
    assert after["add an import"].startswith('"""Doc."""\nfrom __future__ import annotations\nimport app.')
    assert "    _field_changed = 1\n    return y\n" in after["change a body"]


def test_nothing_is_edited_where_nothing_can_be(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("this is no (Python\n", encoding="utf-8")

    assert list(drawn(tmp_path, ["a.py"], 4, 7)) == []
    assert list(drawn(tmp_path, ["a.ts"], 4, 7)) == []


def test_rechecks_leave_the_files_as_they_were_and_find_what_a_check_from_nothing_finds(repository: Path) -> None:
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}

    found = json.loads(json.dumps(rechecks(repository, None, 4, 7)))

    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before
    assert (found["edits"], found["differences"]) == (4, [])
    assert set(found["kinds"]) == {*KINDS, "take it back"}
    assert 0 < found["median"] <= found["longest"]


def test_an_edit_is_there_for_a_while(repository: Path) -> None:
    (repository / "app/a.py").write_bytes(SOURCE.replace("\n", "\r\n").encode())
    (edit,) = drawn(repository, ["app/a.py"], 1, 7)

    with edit.made(repository):
        assert (repository / "app/a.py").read_bytes() == edit.after.encode()
    assert (repository / "app/a.py").read_bytes() == SOURCE.replace("\n", "\r\n").encode()


def test_a_copy_has_what_git_does_not_ignore_and_no_history(repository: Path, tmp_path: Path) -> None:
    with Shell(ShellSettings(root=tmp_path, sandbox=False)) as shell:
        corpus.track(shell, repository)
        corpus.track(shell, corpus.copy(repository, tmp_path / "copy"))

    assert corpus.python_files(tmp_path / "copy") == ["app/a.py", "app/b.py", "app/deep/c.py", "zoo/e.py"]
    assert not has_history(tmp_path / "copy")


def test_figures_of_nothing_are_nothing() -> None:
    assert figures([]) == {}
    assert figures([1.0]) == {"median": 1.0, "p95": 1.0, "longest": 1.0}


def test_a_part_has_whole_folders_first_and_every_manifest(repository: Path, tmp_path: Path) -> None:
    corpus.part(repository, 0.6, tmp_path / "part")

    found = {path.relative_to(tmp_path / "part").as_posix() for path in (tmp_path / "part").rglob("*.*")}
    assert found == {"app/a.py", "app/b.py", "app/deep/c.py", "pyproject.toml", "zoo/requirements.txt"}


def test_a_repository_is_made_of_installed_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "installed"
    for package, count in (("large", 30), ("middle", 25), ("small", 3)):
        (home / package).mkdir(parents=True)
        for number in range(count):
            (home / package / f"m{number}.py").write_text("x = 1\n", encoding="utf-8")
        (home / package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"purelib": str(home)})

    corpus.make(tmp_path / "made")

    assert {path.name for path in (tmp_path / "made").iterdir()} == {"large", "middle", "pyproject.toml"}
    assert len(list((tmp_path / "made").rglob("*.py"))) == 57
    assert '"pytest",' in (tmp_path / "made/pyproject.toml").read_text()


def test_the_floor_parses_every_file_it_is_given(repository: Path, tmp_path: Path) -> None:
    files = corpus.source_files(repository)
    peer = peers.floor(files, tmp_path / "files.json")
    done = subprocess.run(peer.command, capture_output=True, text=True, check=True)

    assert sorted(Path(path).name for path, _, _ in files) == ["a.py", "b.py", "c.py", "d.ts", "e.py"]
    # Each Python file: two imports, a function, a decorator; the other: a function, a call.
    assert done.stdout == "5 18\n"


def test_portions_are_of_one_size_and_lose_nothing() -> None:
    files = [(f"{number}.py", "python", 150_000) for number in range(10)]
    parts = parsing.portions(files)

    assert sorted(path for part in parts for path, _ in part) == sorted(path for path, _, _ in files)
    assert {len(part) for part in parts} == {3, 1}


def test_a_peer_that_cannot_be_installed_is_told_and_left_out(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(cache: Path, requirements: tuple[str, ...]) -> Path:
        raise EnvironmentFault("pip said much\nno such package")

    monkeypatch.setattr(peers, "environment", refuse)
    found, lacking = peers.linters(repository, tmp_path / "out.json", tmp_path)

    assert [peer.name for peer in found] == [peers.LINTER]
    assert lacking == [f"{peers.SEMGREP} cannot be installed: no such package"]


def measured(**seconds: float) -> bench.Field:
    names = {"cold": bench.COLD, "warm": bench.WARM, "floor": peers.FLOOR, "peer": peers.PEER}
    runs = {
        names[name]: [
            Ran(exit_code=0, output="", errors="", seconds=value * factor, processor=value, memory=500_000_000)
            for factor in (3.0, 1.0, 0.5)
        ]
        for name, value in seconds.items()
    }
    return bench.Field(share=1.0, files=10, lines=1000, runs=runs)


def test_goals_are_judged_by_medians() -> None:
    told = bench.goals(measured(cold=10.0, warm=0.8, floor=5.0, peer=30.0), {"median": 0.02})

    assert told == [
        "goal: cold check, times tree-sitter alone: 2.00 (at most 2): reached",
        "goal: cold check, part of semgrep's time: 0.33 (at most 0.5): reached",
        "goal: warm check, s: 0.80 (at most 0.7): missed",
        "goal: memory of all processes, MB: 500.00 (at most 600): reached",
        "goal: re-check after an edit, ms: 20.00 (at most 30): reached",
    ]


def test_what_was_not_measured_reaches_no_goal() -> None:
    told = bench.goals(measured(cold=10.0, warm=0.8, floor=4.0), {})

    assert "goal: cold check, part of semgrep's time: not measured (at most 0.5)" in told
    assert "goal: cold check, times tree-sitter alone: 2.50 (at most 2): missed" in told
    assert not any("re-check" in line for line in told)


def test_the_bench_tells_programs_growth_and_what_is_lacking() -> None:
    whole = measured(cold=10.0, warm=0.8, floor=5.0)
    whole.notes.append("semgrep is not there")
    shown = bench.text("shop", [measured(cold=1.0, warm=0.1, floor=0.5), whole], {})

    assert "shop: 10 files, 1000 lines" in shown
    assert shown.endswith("semgrep is not there")
    assert any(line.split()[:3] == ["tree-sitter", "alone", "5.00"] for line in shown.splitlines())
    assert json.loads(json.dumps(bench.document("shop", [whole], {})))["fields"][0]["runs"][bench.COLD]


def test_the_rules_of_the_peer_are_ten() -> None:
    text = Path(peers.__file__).with_name("semgrep.yml").read_text(encoding="utf-8")

    assert text.count("\n  - id: ") == 10


def test_edits_are_refused_where_a_history_is(repository: Path) -> None:
    (repository / ".git/refs/heads").mkdir(parents=True)
    (repository / ".git/refs/heads/main").write_text("0" * 40, encoding="utf-8")
    command = [sys.executable, "-m", "evals.field", "rechecks", str(repository)]
    done = subprocess.run(command, cwd=Path(bench.__file__).parents[2], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "a copy without history" in done.stderr
