"""Requirements, tables, reports and the command line of the behaviour frame."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evals.behaviour import reports
from evals.behaviour.__main__ import main
from evals.behaviour.checks import UnknownChoice, check
from evals.behaviour.contract import Contract, load
from evals.behaviour.requirements import END, START, gaps, read, stale, table, write_table
from evals.behaviour.results import NO_RESTART, CheckResult, Status, SuiteResult
from evals.behaviour.world import World
from tests.support.behaviour_servers import NotesServer, hostile, notes_server
from tests.support.sources import ROOT

TEXT = """\
openapi: 3.1.0
info:
  title: Notes
  description: |
    A sentence with `MUST` binds, "it MUST be" too. Amounts are in cents.
    They MUST be whole numbers,
    e.g. 5. [ALL-01]

    # Errors: how they look
    Note: an error MUST have a code. [ALL-02] It SHOULD be short.
paths:
  /notes:
    parameters:
      - name: word
        description: 'A word MUST be found anywhere. [NOTE-02]'
    post:
      summary: Make one
      description: >-
        - The answer MUST be 201. [NOTE-01]
        - The text | title MUST NOT be empty
          (`""`). [NOTE-03]
      responses:
        '201': {description: made}
        "409":
          description: Whoever is second MUST
            get this. [NOTE-04]
components:
  schemas:
    Note:
      description: Unknown fields MUST be refused. [NOTE-05]
"""


def test_requirements_are_read_with_sentence_and_place() -> None:
    found = {one.id: (one.where, one.sentence) for one in read(TEXT).requirements}

    assert read(TEXT).defects == ()
    assert found == {
        "ALL-01": ("info", "They MUST be whole numbers, e.g. 5."),
        "ALL-02": ("info", "Note: an error MUST have a code."),
        "NOTE-01": ("POST /notes", "The answer MUST be 201."),
        "NOTE-02": ("/notes", "A word MUST be found anywhere."),
        "NOTE-03": ("POST /notes", 'The text | title MUST NOT be empty (`""`).'),
        "NOTE-04": ("POST /notes", "Whoever is second MUST get this."),
        "NOTE-05": ("components.schemas.Note", "Unknown fields MUST be refused."),
    }


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("info: A MUST be b. C MUST be d. [X-01]".replace("X", "XX"), "MUST without an id (info): A MUST be b."),
        ("info: A MUST be b.", "MUST without an id (info): A MUST be b."),
        ("info: A MUST be b. [XX-01] C MUST be d.", "MUST without an id (info): C MUST be d."),
        ("info: A is b. [XX-01]", "XX-01 (info) stands after no sentence with MUST"),
        ("info: A MUST be b. [XX-01]\nmore: C MUST be d. [XX-01]", "XX-01 is given 2 times"),
    ],
)
def test_defects_of_the_text_are_told(text: str, defect: str) -> None:
    assert read(text).defects == (defect,)


MAKING = """\
from evals.behaviour.asking import SetupFailed
from evals.behaviour.world import Session
from evals.behaviour.world import World as Base

class World(Base[Session]):
    def prepare(self, seeded):
        if seeded:
            self.api.post("/sessions", {"email": seeded[0], "password": seeded[1]}).needed(201)
        return Session()
"""
CHECKS = """\
import os
from evals.behaviour.checks import check

@check("ALL-01", "ALL-02")
def a_server_says_that_it_is_well(world):
    world.api.get("/health").expect(200).has(status="ok")

@check("NOTE-01", "NOTE-02")
def notes_want_a_login(world):
    '''Notes | lists want a login.'''
    world.api.get("/notes").expect(401)

@check("NOTE-03", "NOTE-04", "NOTE-05", restart=True)
def it_lives_again(world):
    world.restart()
    world.api.get("/health").expect(200)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A package with one contract, ``toy``; of a name of its own, for modules are imported once."""
    name = f"toys_{abs(hash(request.node.name))}"
    folder = tmp_path / name / "toy"
    (folder / "checks").mkdir(parents=True)
    for package in (tmp_path / name, folder, folder / "checks"):
        (package / "__init__.py").write_text('"""Toys."""\n')
    (folder / "openapi.yaml").write_text(TEXT)
    (folder / "README.md").write_text(f"# Notes\n\n{START}\nold\n{END}\nmore\n")
    (folder / "checks" / "making.py").write_text(MAKING)
    (folder / "checks" / "notes.py").write_text(CHECKS)
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.fixture
def toy(home: str) -> Contract:
    return load("toy", home)


@pytest.fixture
def server() -> Iterator[NotesServer]:
    with notes_server() as server:
        yield server


def test_a_contract_is_loaded_from_its_package(toy: Contract, home: str) -> None:
    assert [one.name for one in toy.checks] == ["a_server_says_that_it_is_well", "notes_want_a_login", "it_lives_again"]
    assert toy.world.__name__ == "World"
    with pytest.raises(UnknownChoice, match="clinics is no contract: there is toy"):
        load("clinics", home)


def test_the_version_changes_with_text_and_checks(toy: Contract) -> None:
    versions = [toy.version]
    for path in (toy.folder / "openapi.yaml", toy.folder / "checks" / "notes.py"):
        path.write_text(path.read_text() + "\n# more\n")
        versions.append(toy.version)

    assert len(set(versions)) == 3


def test_gaps_between_text_and_checks_are_found(toy: Contract) -> None:
    assert gaps(toy) == []

    @check("NOTE-99", "ALL-01")
    def stray(world: World) -> None:  # type: ignore[type-arg]
        pass

    assert gaps(replace(toy, checks=(stray, toy.checks[2]))) == [
        "ALL-02 has no check: Note: an error MUST have a code.",
        "NOTE-02 has no check: A word MUST be found anywhere.",
        "NOTE-01 has no check: The answer MUST be 201.",
        "stray names NOTE-99, which is not in the text",
    ]


def test_the_table_goes_both_ways_and_is_stale_until_written(toy: Contract) -> None:
    assert stale(toy) == "the table is stale: python -m evals.behaviour toy --table"
    write_table(toy)
    assert stale(toy) == ""

    readme = (toy.folder / "README.md").read_text()
    assert readme.startswith(f"# Notes\n\n{START}\n\n7 requirements, 3 checks.\n")
    assert readme.endswith(f"\n\n{END}\nmore\n")
    assert "| ALL-02 | info | Note: an error MUST have a code. | `a_server_says_that_it_is_well` |" in readme
    assert "| `notes_want_a_login` | Notes \\| lists want a login. | NOTE-01, NOTE-02 |" in readme
    assert "| **none** |" in table(replace(toy, checks=()))
    (toy.folder / "README.md").write_text("# Notes\n")
    with pytest.raises(ValueError, match="has no lines"):
        stale(toy)


def result(toy: Contract) -> SuiteResult:
    first, second, third = toy.checks
    failed = {"cause": "GET /notes: \x00 & <b> \ud800", "exchange": "> GET /notes\n< 500 text/html \x0b<b>"}
    return SuiteResult(
        contract="toy",
        version="0123",
        base_url="http://h:1",
        results=(
            CheckResult(check=first, status=Status.PASSED, assertions=2, requests=1, seconds=0.25),
            CheckResult(check=second, status=Status.FAILED, assertions=1, requests=3, seconds=0.5, **failed),
            CheckResult(check=third, status=Status.NOT_RUN, cause=NO_RESTART),
        ),
        unreachable="",
        seconds=1.0,
    )


def test_a_result_as_json(toy: Contract) -> None:
    told = json.loads(json.dumps(reports.document(result(toy))))

    assert (told["schema_version"], told["contract"], told["version"], told["ok"]) == (1, "toy", "0123", False)
    counts = {"passed": 1, "failed": 1, "error": 0, "not_run": 1, "assertions": 3, "requests": 4}
    assert told["totals"] == counts
    assert told["checks"][1] == {
        "name": "notes_want_a_login",
        "claim": "Notes | lists want a login.",
        "requirements": ["NOTE-01", "NOTE-02"],
        "status": "failed",
        "cause": "GET /notes: \x00 & <b> \ud800",
        "exchange": "> GET /notes\n< 500 text/html \x0b<b>",
        "assertions": 1,
        "requests": 3,
        "seconds": 0.5,
    }


def test_a_result_as_junit(toy: Contract) -> None:
    suite = ET.fromstring(reports.junit(result(toy)))

    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert [case.get("classname") for case in suite] == ["toy.ALL", "toy.NOTE", "toy.NOTE"]
    (failure,) = suite[1]
    assert (failure.tag, failure.get("message")) == ("failure", "GET /notes: \ufffd & <b> \ufffd")
    assert suite[2][0].tag == "skipped"


def test_a_result_as_a_table(toy: Contract) -> None:
    assert reports.text(result(toy)) == (
        "toy 0123 against http://h:1: 1.0 s\n\n"
        "group  passed  failed  error  not run  assertions  requests  seconds\n"
        "ALL         1       0      0        0           2         1      0.2\n"
        "NOTE        0       1      0        1           1         3      0.5\n"
        "all         1       1      0        1           3         4      0.8\n"
        "\n"
        "failed  notes_want_a_login  [NOTE-01, NOTE-02]\n"
        "  GET /notes: \\x00 & <b> \\ud800\n"
        "    > GET /notes\n"
        "    < 500 text/html \\x0b<b>\n"
        "\n"
        "not run: no restart command was given\n"
        "  it_lives_again"
    )


def test_the_command_line_says_0_when_all_passed(
    home: str, server: NotesServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "r.json", tmp_path / "r.xml"]

    code = main(["toy", server.url, "--json", str(files[0]), "--junit", str(files[1])], home)

    assert code == 0
    assert json.loads(files[0].read_text())["ok"] is True
    assert ET.parse(files[1]).getroot().get("tests") == "3"
    assert "not run: no restart command was given\n  it_lives_again" in capsys.readouterr().out


def test_the_command_line_says_1_when_something_failed(
    home: str, server: NotesServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.rows.broken = frozenset({"/notes"})

    assert main(["toy", server.url, "--stop-at-first"], home) == 1
    assert "failed  notes_want_a_login" in capsys.readouterr().out
    assert main(["toy", server.url, "--only", "ALL"], home) == 0


def test_the_command_line_restarts_with_a_command(
    home: str, server: NotesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["toy", server.url, "--restart", "echo $SIGNAL >> restarted"], home) == 0
    assert (tmp_path / "restarted").read_text() == "TERM\n"
    assert "not run:" not in capsys.readouterr().out
    assert main(["toy", server.url, "--restart", "echo alas; exit 4", "--only", "it_lives_again"], home) == 1
    assert "the restart command ended with 4: alas" in capsys.readouterr().out


def test_the_command_line_says_3_when_nobody_answers(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    with hostile() as server:
        pass

    assert main(["toy", server.url], home) == 3
    assert "not run: server not reachable at the start (GET /health: connection refused" in capsys.readouterr().out


def test_a_manager_is_handed_on(home: str, server: NotesServer) -> None:
    server.rows.users.append({"email": "a", "password": "b:c"})

    assert main(["toy", server.url, "--seed-manager", "a:b:c"], home) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["toy"], "give the address"),
        (["joy", "http://h"], "joy is no contract"),
        (["toy", "http://h", "--only", "XX"], "XX is no group"),
        (["toy", "h"], "not of the form"),
        (["toy", "http://h", "--timeout", "0"], "--timeout"),
        (["toy", "http://h", "--seed-manager", "a"], "EMAIL:PASSWORD"),
    ],
)
def test_the_command_line_says_2_when_it_is_wrong(
    home: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, home)

    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_told(
    home: str, server: NotesServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["toy", server.url, "--json", str(tmp_path / "no" / "r.json")], home)

    assert ended.value.code == 2
    assert "No such file" in capsys.readouterr().err


def test_the_command_line_lists_and_tabulates(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "--list", "--only", "NOTE-01"], home) == 0
    assert capsys.readouterr().out == "NOTE-01, NOTE-02  notes_want_a_login: Notes | lists want a login.\n"
    assert main(["toy", "--table"], home) == 0
    toy = load("toy", home)
    assert stale(toy) == ""
    (toy.folder / "openapi.yaml").write_text(f"{TEXT}      title: It MUST be. [NOTE-06]\n")
    assert main(["toy", "--table"], home) == 1
    assert capsys.readouterr().out == "NOTE-06 has no check: It MUST be.\n"


def test_the_suite_needs_nothing_installed() -> None:
    probe = "import sys; sys.path.insert(0, sys.argv[1]); import evals.behaviour.__main__, evals.behaviour.reports"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", probe, str(ROOT)], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
