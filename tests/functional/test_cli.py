"""The command line on odd input: one paragraph on stderr, the exit code of the design, and never a traceback."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from tests.support.command import NOTES, PROGRAM, Command, Result
from tests.support.repositories import Repo
from tests.support.scripted_model import ScriptedModel

Run = Callable[..., Result]


@pytest.fixture
def archwright_cli(tmp_path: Path, cache_folder: Path) -> Command:
    return Command(tmp_path / "state", cache_folder)


@pytest.fixture
def here(tmp_path: Path, cache_folder: Path, monkeypatch, capfd) -> Run:
    """The same in this process, which is twenty times as fast: for what ends before anything heavy begins."""
    command = Command(tmp_path / "state", cache_folder)

    def run(*arguments: str | bytes, at: Path, env: dict[str, str | None] | None = None) -> Result:
        model = ScriptedModel(())
        address = {"OPENAI_API_BASE": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "k", "ARCHWRIGHT_MODEL": "openai/x"}
        monkeypatch.chdir(at)
        with monkeypatch.context() as patched:
            patched.setattr(os, "environ", command.environment({**address, **(env or {})}))
            code = main([os.fsdecode(word) for word in arguments])
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return Result(code, said.out, said.err, model)

    return run


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "répo of notes", files=NOTES)


def refused(result: Result, code: int, *words: str) -> None:
    """Nothing on stdout, one paragraph on stderr that says what to do."""
    assert (result.code, result.out) == (code, ""), (result.code, result.out, result.err)
    assert "internal error" not in result.err
    assert "\n\n" not in result.err.split("Usage:")[0].strip()
    for word in words:
        assert word in result.err, result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], ["No such command"]),
        (["run", "--nonsense", "x"], ["No such option"]),
        (["run"], ["request is empty", "-f FILE"]),
        (["run", " \n"], ["request is empty"]),
        (["plan"], ["request is empty"]),
        (["run", "x", "-f", "notes.py"], ["not both"]),
        (["run", "-f", "missing.md"], ["missing.md", "no such file"]),
        (["run", "-f", "tests"], ["tests", "cannot be read"]),
        (["run", "x", "--spec", "missing.yaml"], ["--spec missing.yaml", "no such file"]),
        (["run", "x", "-c", "missing.toml"], ["missing.toml", "no such file"]),
        (["run", "x", "--repo", "missing"], ["missing", "no such folder"]),
        (["run", "x", "--mode", "odd"], ["full or plain"]),
        (["run", "x", "--max-tokens", "many"], ["--max-tokens"]),
        (["run", "x", "--max-tokens", "0"], ["max_tokens must be a number above zero"]),
        (["run", "x", "--max-cost-usd", "0"], ["max_cost_usd must be a number above zero"]),
        (["run", "x", "--max-cost-usd", "nan"], ["max_cost_usd must be a number above zero"]),
        (["run", "x", "--timeout", "-1"], ["timeout must be a number above zero"]),
        (["run", "x", "--constraint", "odd"], ["--constraint odd", "KIND=VALUE"]),
        (["run", "x", "--constraint", "database=papyrus"], ["papyrus", "postgres"]),
        (["check", "missing"], ["missing", "no such file or folder"]),
        (["check", ".."], ["..", "--repo"]),
        (["check", "--format", "odd"], ["sarif"]),
        (["check", "-c", "missing.toml"], ["missing.toml"]),
        (["check", "--constraint", "architecture=odd"], ["odd", "clean"]),
        (["explain", "odd"], ["'odd'", "layer-skip"]),
        (["explain", b"\xff"], ["no rule"]),
        (["run", b"\xff"], ["not UTF-8"]),
        (["detect", "--repo", "missing"], ["no such folder"]),
        (["profiles", "show", "odd"], ["profiles list"]),
        (["show"], ["no run yet"]),
        (["diff"], ["no run yet"]),
        (["apply"], ["no run yet"]),
        (["clean", "odd"], ["no run yet"]),
    ],
    ids=lambda value: " ".join(map(repr, value))[:40] if isinstance(value, list) else None,
)
def test_wrong_usage_ends_with_2_and_says_what_is_right(here: Run, repo: Repo, arguments, words) -> None:
    before = repo.fingerprint(strict=True)

    refused(here(*arguments, at=repo.path), 2, *words)

    assert repo.fingerprint(strict=True) == before


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (["OPENAI_API_KEY", "OPENAI_API_BASE"], ["OPENAI_API_KEY", "`archwright check`", "`demo`"]),
        (["ARCHWRIGHT_MODEL"], ["-m PROVIDER/NAME", "ARCHWRIGHT_MODEL", "`demo`"]),
    ],
)
def test_without_key_or_model_run_says_what_to_set_and_what_works_without(here, repo, away, words) -> None:
    refused(here("run", "x", at=repo.path, env=dict.fromkeys(away)), 2, *words)


def test_a_request_that_is_empty_or_not_utf8_is_refused_from_standard_input_too(
    archwright_cli: Run, repo: Repo
) -> None:
    refused(archwright_cli("run", "-", at=repo.path, stdin=b"Add \xff\xfe"), 2, "not UTF-8")
    refused(archwright_cli("run", "-", at=repo.path), 2, "request is empty")


@pytest.mark.parametrize(("closed", "code"), [("check >&- 2>&-", 0), ("run - <&-", 2), ("check <&- >&-", 0)])
def test_a_closed_stream_is_no_failure_of_ours(repo: Repo, closed: str, code: int) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{shlex.join(PROGRAM)} {closed}"], cwd=repo.path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "internal error" not in done.stderr


@pytest.mark.parametrize("arguments", [["run", "x"], ["plan", "x"], ["doctor", "--target"]], ids=" ".join)
def test_outside_of_a_repository_the_remedy_is_named(here: Run, tmp_path: Path, arguments) -> None:
    folder = tmp_path / "no repository"
    folder.mkdir()

    refused(here(*arguments, at=folder), 3, "not a git repository", "git init")

    assert list(folder.iterdir()) == []
    assert list((tmp_path / "state").glob("*/runs/*")) == [], "a run that never began has left a folder"


def test_without_git_or_a_state_folder_the_environment_is_named(here: Run, repo: Repo) -> None:
    # /dev/null is a file for root, too.
    refused(here("run", "x", at=repo.path, env={"ARCHWRIGHT_STATE_DIR": "/dev/null/x"}), 3, "ARCHWRIGHT_STATE_DIR")
    refused(
        here("run", "x", at=repo.path, env={"ARCHWRIGHT_STATE_DIR": str(repo.path / "state")}),
        3,
        "inside the repository",
    )
    refused(here("run", "x", at=repo.path, env={"PATH": "/nonexistent"}), 3, "git is not installed")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[run]\nmodel = 5\nmode = ['x']\nmax_calls = 'a'\ntimeout = true\n", ["--mode", "max_calls", "timeout"]),
        ("[run]\napi_base = 'http://x'\nodd = 1\n", ["ARCHWRIGHT_API_BASE", "odd is unknown"]),
        ("constraints = []\nrules = 1\nlayers = 2\ncontracts = 3\n", ["constraints", "rules", "layers", "contracts"]),
        ("[constraints]\ndatabase = 5\n[odd]\n", ["archwright.toml:2", "archwright.toml:3"]),
        ("[constraints\n", ["not TOML"]),
        (b"\xff\xfe", ["UTF-8"]),
    ],
)
def test_every_mistake_of_a_configuration_file_is_named_at_once(here: Run, repo: Repo, text, words) -> None:
    (repo.path / "archwright.toml").write_bytes(text if isinstance(text, bytes) else text.encode())

    for command in (["check"], ["constraints", "show"]):
        refused(here(*command, at=repo.path), 2, *words)


def test_a_pyproject_of_another_shape_is_no_configuration(here: Run, repo: Repo) -> None:
    (repo.path / "pyproject.toml").write_text("tool = 3\n")

    assert here("check", at=repo.path).code == 0


def test_another_configuration_file_is_used_for_rules_and_for_settings(here: Run, repo: Repo) -> None:
    other = repo.path.parent / "house.toml"
    other.write_text('[constraints]\ndatabase = "sqlite"\n')

    shown = here("constraints", "show", "--json", "-c", str(other), at=repo.path)
    by_variable = here("constraints", "show", "--json", at=repo.path, env={"ARCHWRIGHT_CONFIG": str(other)})

    assert json.loads(shown.out)["constraints"][0]["value"] == "sqlite"
    assert by_variable.out == shown.out


def test_the_file_that_init_writes_is_read_back_and_not_overwritten(here: Run, repo: Repo) -> None:
    first = here("constraints", "init", at=repo.path)
    written = (repo.path / "archwright.toml").read_bytes()

    assert (first.code, here("check", at=repo.path).code) == (0, 0)
    refused(here("constraints", "init", at=repo.path), 2, "--force")
    assert (repo.path / "archwright.toml").read_bytes() == written


def test_a_folder_in_the_place_of_the_file_is_an_environment_fault(here: Run, repo: Repo) -> None:
    (repo.path / "archwright.toml").mkdir()

    refused(here("constraints", "init", "--force", at=repo.path), 3, "directory", "archwright.toml")


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--json"],
        ["check", "--format", "sarif"],
        ["detect", "--json"],
        ["constraints", "show", "--json"],
        ["profiles", "list", "--json"],
        ["profiles", "show", "sqlite", "--json"],
        ["runs", "--json"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("where", ["repository", "empty folder"])
def test_with_json_stdout_is_exactly_one_document(here, repo, tmp_path, arguments, where) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    result = here(*arguments, at=repo.path if where == "repository" else empty)

    assert result.code == 0, result.err
    assert json.loads(result.out)


def test_commands_that_need_no_model_say_something_in_an_empty_folder(here: Run, tmp_path: Path) -> None:
    said = [here(*words, at=tmp_path) for words in (["check"], ["detect"], ["constraints", "show"], ["runs"])]

    assert [result.code for result in said] == [0, 0, 0, 0]
    assert all(result.out or result.err for result in said)


def test_check_tells_what_it_could_not_read_and_waits_for_no_pipe(archwright_cli: Run, repo: Repo) -> None:
    root = repo.path
    (root / "big.py").write_text("X = [\n" + "    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',\n" * 280_000 + "]\n")
    (root / "bundle.min.js").write_text("var a=" + "(function(){return 1})()," * 100_000 + "1;\n")
    (root / "deep.py").write_text("x = " + "(" * 3000 + "1" + ")" * 3000 + "\n")
    (root / "utf16.py").write_bytes("import os\n".encode("utf-16"))
    (root / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nname = 'M\xfcller'\n")
    (root / "random.py").write_bytes(bytes(range(256)) * 8)
    (root / "broken.ts").write_text("export const = = {{{\n")
    (root / "package.json").write_text("[" * 100_000)
    (root / "pyproject.toml").write_text("[broken\n")
    (root / "new\nline ünï.py").write_text("import os\n")
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "requirements.txt")
    (root / "loop").symlink_to(".")
    (root / "gone.py").symlink_to("nowhere")

    for command in (["check", "--json"], ["detect", "--json"], ["constraints", "show", "--json"]):
        result = archwright_cli(*command, at=root)
        assert result.code == 0, result.err
    checked = archwright_cli("check", "--json", at=root)

    unread = {row["path"] for row in json.loads(checked.out)["not_checked"]}
    assert {"big.py", "bundle.min.js", "deep.py", "utf16.py", "random.py", "broken.ts", "pyproject.toml"} <= unread
    assert not {"latin.py", "pipe.py", "gone.py"} & unread


def test_a_reader_that_goes_away_is_no_failure_and_a_full_disk_is_one(repo: Repo, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    gone_read, gone_write = os.pipe()
    os.close(gone_read)
    with os.fdopen(gone_write, "wb") as gone, Path("/dev/full").open("wb") as full:
        endings = [
            subprocess.run([*PROGRAM, "profiles", "list"], stdout=out, stderr=subprocess.PIPE, env=env, check=False)
            for out in (gone, full)
        ]

    assert (endings[0].returncode, endings[0].stderr) == (0, b"")
    assert endings[1].returncode == 3
    assert endings[1].stderr.count(b"\n") == 1
