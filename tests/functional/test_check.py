"""`archwright check` and its baseline as a team meets them: first run, adoption, changes, pipes, odd places."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from tests.support.command import PROGRAM, Command, Result
from tests.support.repositories import Repo
from tests.support.scripted_model import ScriptedModel

Run = Callable[..., Result]

ROUTE = """from fastapi import APIRouter

from app.repositories.{name} import {title}Repository

router = APIRouter()


@router.get("/{name}")
def read() -> str:
    return repr({title}Repository)
"""
SERVICE = "from app.repositories.{name} import {title}Repository\n\nREPOSITORY = {title}Repository\n"
REPOSITORY = "from app.models.{name} import {title}\n\n\nclass {title}Repository:\n    model = {title}\n"
MODEL = "class {title}:\n    pass\n"


def layered(*names: str) -> dict[str, str]:
    """An application whose routes skip the services: one `layer-skip` error for each name."""
    texts = {"routes": ROUTE, "services": SERVICE, "repositories": REPOSITORY, "models": MODEL}
    return {
        f"app/{layer}/{name}.py": text.format(name=name, title=name.capitalize())
        for layer, text in texts.items()
        for name in names
    }


FILES = {
    "requirements.txt": "fastapi==0.120.0\n",
    "archwright.toml": """[constraints]
protected = ["app/models/**"]

[[contracts]]
name = "layers"
within = "app"
order = ["routes", "services", "repositories", "models"]
closed = true
""",
    **layered("article", "user"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, which is many times as fast."""
    command = Command(tmp_path / "state", tmp_path / "cache")

    def run(*arguments: str, at: Path, env: Mapping[str, str | None] | None = None) -> Result:
        monkeypatch.chdir(at)
        with monkeypatch.context() as patched:
            patched.setattr(os, "environ", command.environment(env or {}))
            code = main(list(arguments))
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return Result(code, said.out, said.err, ScriptedModel(()))

    return run


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


def document(run: Run, repo: Repo, *arguments: str) -> dict[str, Any]:
    return run("check", "--json", *arguments, at=repo.path).report


def places(found: Mapping[str, Any]) -> list[str]:
    return [f"{f['rule']} {f['path']}:{f['line']}" for f in found["findings"]]


SKIPS = ["layer-skip app/routes/article.py:3", "layer-skip app/routes/user.py:3"]


def test_the_sample_breaks_what_the_tests_below_count_on(here: Run, repo: Repo) -> None:
    result = here("check", at=repo.path)

    assert result.code == 1
    assert "app/routes/article.py:3  error  layer-skip  " in result.out
    assert "  > 3 | from app.repositories.article import ArticleRepository" in result.out
    assert re.search(r"\d+ rules, 8 files, 2 errors \(\d+\.\d\d s\)\n$", result.out)
    assert "\x1b" not in result.out
    assert result.err == ""


# The first run


def test_a_repository_that_states_nothing_is_told_what_was_seen(here: Run, repo: Repo) -> None:
    (repo.path / "archwright.toml").unlink()

    out = here("check", at=repo.path).out

    assert "found    sample (.): fastapi" in out
    assert "`archwright constraints init`" in out
    assert "constraints init" not in here("check", "-q", at=repo.path).out
    assert "constraints init" not in here("check", "--constraint", "database=postgres", at=repo.path).out


# --since


def test_since_tells_only_what_the_change_brings(here: Run, repo: Repo) -> None:
    assert document(here, repo, "--since", "HEAD")["findings"] == []
    repo.git("checkout", "-q", "-b", "work")
    repo.write(layered("order"))
    repo.commit("order")
    repo.write(layered("stock"))

    found = document(here, repo, "--since", "main")

    skips = [place for place in places(found) if place.startswith("layer-skip")]
    assert skips == ["layer-skip app/routes/order.py:3", "layer-skip app/routes/stock.py:3"]
    assert (found["summary"]["since"], found["summary"]["older"]) == ("main", 2)
    assert [p for p in places(document(here, repo, "--since", "HEAD")) if "skip" in p] == skips[1:]
    assert len([p for p in places(document(here, repo)) if "skip" in p]) == 4


def test_a_file_that_moved_keeps_its_findings(here: Run, repo: Repo) -> None:
    repo.git("mv", "app/routes/article.py", "app/routes/news.py")
    (repo.path / "app/routes/user.py").rename(repo.path / "app/routes/people.py")

    found = document(here, repo, "--since", "HEAD")

    assert (places(found), found["summary"]["older"]) == ([], 2)


def test_rules_that_the_change_states_do_not_blame_it_for_old_code(here: Run, repo: Repo) -> None:
    (repo.path / "archwright.toml").rename(repo.path / "kept.toml")
    repo.commit("no rules")
    (repo.path / "kept.toml").rename(repo.path / "archwright.toml")

    found = document(here, repo, "--since", "HEAD")

    assert (places(found), found["summary"]["older"]) == ([], 2)


def test_a_layer_that_moves_with_its_entry_in_the_file_brings_nothing_new(here: Run, repo: Repo) -> None:
    config = FILES["archwright.toml"] + '\n[contracts.paths]\nroutes = ["{0}/**"]\n'
    repo.write({"archwright.toml": config.format("app/routes")})
    repo.commit("layers")
    repo.git("mv", "app/routes", "app/doors")
    repo.write({"archwright.toml": config.format("app/doors")})
    assert len([p for p in places(document(here, repo)) if "app/doors" in p]) == 2

    assert places(document(here, repo, "--since", "HEAD")) == []


def test_an_ignore_that_the_change_takes_away_brings_its_finding_back(here: Run, repo: Repo) -> None:
    path = repo.path / "app/routes/user.py"
    text = path.read_text()
    path.write_text(text.replace("UserRepository\n", "UserRepository  # archwright: ignore[layer-skip] old\n", 1))
    repo.commit("ignored")
    path.write_text(text)

    assert places(document(here, repo, "--since", "HEAD")) == SKIPS[1:]


def test_protected_paths_are_judged_by_the_change(here: Run, repo: Repo) -> None:
    repo.write({"app/models/user.py": MODEL.format(title="User") + "    name = 1\n"})
    (repo.path / "app/models/article.py").unlink()

    found = {p for p in places(document(here, repo, "--since", "HEAD")) if p.startswith("protected")}

    assert found == {"protected-path app/models/article.py:0", "protected-path app/models/user.py:0"}
    assert not any(p.startswith("protected") for p in places(document(here, repo)))


def test_since_leaves_no_trace(here: Run, repo: Repo) -> None:
    repo.write({**layered("order"), "app/routes/user.py": "x = 1\n"})
    before = repo.fingerprint(strict=True)

    here("check", "--since", "HEAD", at=repo.path)

    assert repo.fingerprint(strict=True) == before


def test_since_in_a_folder_of_the_repository(here: Run, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "mono", files={f"api/{name}": text for name, text in FILES.items()})
    repo.write({f"api/{name}": text for name, text in layered("order").items()})

    found = here("check", "--json", "--since", "HEAD", "--repo", "api", at=repo.path).report

    assert [p for p in places(found) if "skip" in p] == ["layer-skip app/routes/order.py:3"]


@pytest.mark.parametrize(
    ("ref", "words"), [("nowhere", "git knows no such commit"), ("--", "git knows no such commit")]
)
def test_a_commit_that_is_not_there_ends_with_3(here: Run, repo: Repo, ref: str, words: str) -> None:
    result = here("check", f"--since={ref}", at=repo.path)

    assert (result.code, result.out) == (3, "")
    assert words in result.err


def test_since_outside_of_a_repository_ends_with_3(here: Run, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    result = here("check", "--since", "main", at=tmp_path / "plain")

    assert result.code == 3
    assert "not a git repository" in result.err


# The baseline


def test_a_baseline_holds_back_what_it_knows_and_says_so(here: Run, repo: Repo) -> None:
    created = here("baseline", "create", at=repo.path)
    assert (created.code, "2 findings" in created.out) == (0, True)

    checked = here("check", at=repo.path)
    assert checked.code == 0
    assert "0 findings (2 in the baseline)" in checked.out
    assert places(document(here, repo, "--no-baseline")) == SKIPS

    repo.write(layered("order"))
    assert places(document(here, repo)) == ["layer-skip app/routes/order.py:3"]


def test_a_baseline_shrinks_and_grows_only_when_told(here: Run, repo: Repo) -> None:
    here("baseline", "create", at=repo.path)
    file = repo.path / ".archwright/baseline.json"
    repo.write({"app/routes/user.py": "x = 1\n", **layered("order")})
    assert "1 entry of the baseline is gone: `archwright baseline update`" in here("check", at=repo.path).out

    refused = here("baseline", "update", at=repo.path)
    assert refused.code == 1
    assert "1 finding (1 gone)" in refused.out
    assert "app/routes/order.py:3  layer-skip" in refused.out
    assert [e["path"] for e in json.loads(file.read_text())["findings"]] == ["app/routes/article.py"]

    grown = here("baseline", "update", "--grow", at=repo.path)
    assert grown.code == 0
    assert "2 findings (none gone, 1 added)" in grown.out
    assert "app/routes/order.py:3  layer-skip" in grown.out
    assert here("check", at=repo.path).code == 0


def test_an_update_without_news_leaves_the_file_as_it_is(here: Run, repo: Repo) -> None:
    here("baseline", "create", at=repo.path)
    before = repo.fingerprint(strict=True)

    assert here("baseline", "update", at=repo.path).code == 0

    assert repo.fingerprint(strict=True) == before


def test_entries_are_not_called_gone_when_only_a_part_was_looked_at(here: Run, repo: Repo) -> None:
    here("baseline", "create", at=repo.path)

    assert "gone" not in here("check", "app/models", at=repo.path).out


def test_a_file_in_the_baseline_that_moved_is_not_new_to_a_change(here: Run, repo: Repo) -> None:
    here("baseline", "create", at=repo.path)
    repo.commit("baseline")
    repo.git("mv", "app/routes/user.py", "app/routes/people.py")

    assert places(document(here, repo, "--since", "HEAD")) == []


def test_the_baseline_and_since_do_not_use_up_each_others_share(here: Run, repo: Repo) -> None:
    here("baseline", "create", at=repo.path)
    repo.commit("baseline")
    repo.write(layered("order"))

    found = document(here, repo, "--since", "HEAD")

    assert [p for p in places(found) if "skip" in p] == ["layer-skip app/routes/order.py:3"]
    assert (found["summary"]["baseline"], found["summary"]["older"]) == (2, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["baseline", "create"], "there already"),
        (["check"], "not JSON"),
        (["baseline", "update"], "not JSON"),
    ],
)
def test_a_damaged_baseline_ends_with_2(here: Run, repo: Repo, arguments: list[str], words: str) -> None:
    repo.write({".archwright/baseline.json": "{"})

    result = here(*arguments, at=repo.path)

    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_a_damaged_baseline_can_be_left_out_or_made_anew(here: Run, repo: Repo) -> None:
    repo.write({".archwright/baseline.json": "{"})

    assert here("check", "--no-baseline", at=repo.path).code == 1
    assert here("baseline", "create", "--force", at=repo.path).code == 0
    assert here("check", at=repo.path).code == 0


def test_there_is_nothing_to_update_or_to_take_as_given(here: Run, repo: Repo) -> None:
    assert here("baseline", "update", at=repo.path).code == 2
    repo.write({"app/routes/user.py": "x = 1\n", "app/routes/article.py": "x = 1\n", "archwright.toml": ""})

    created = here("baseline", "create", at=repo.path)

    assert created.code == 0
    assert not (repo.path / ".archwright").exists()


# Forms and flags


def test_strict_quiet_and_statistics(here: Run, repo: Repo) -> None:
    repo.write({"archwright.toml": FILES["archwright.toml"] + '[rules]\nlayer-skip = "warning"\n'})

    assert here("check", at=repo.path).code == 0
    assert here("check", "--strict", at=repo.path).code == 1
    assert len(here("check", "-q", at=repo.path).out.splitlines()) == 1
    lines = here("check", "--statistics", at=repo.path).out.splitlines()
    assert lines[0].split() == ["2", "warning", "layer-skip", "in", "2", "files"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "odd"], "text, json, github, sarif"),
        (["--json", "--format", "sarif"], "sarif and --json"),
        (["--json", "--statistics"], "--statistics shapes the text form only"),
        (["--format", "github", "-q"], "-q shapes the text form only"),
        (["--since"], "requires an argument"),
        (["--nonsense"], "No such option"),
    ],
)
def test_flags_that_do_not_fit_end_with_2(here: Run, repo: Repo, arguments: list[str], words: str) -> None:
    result = here("check", *arguments, at=repo.path)

    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_github_gets_annotations_and_the_summary_of_the_step(here: Run, repo: Repo, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n")
    env = {"GITHUB_STEP_SUMMARY": str(summary)}

    result = here("check", "--format", "github", at=repo.path, env=env)

    assert result.out.startswith("::error file=app/routes/article.py,line=3,title=layer-skip::")
    assert summary.read_text().startswith("# before\n### archwright check\n")
    here("check", at=repo.path, env=env)
    assert summary.read_text().count("### archwright check") == 1


def test_github_gets_paths_from_the_top_of_its_checkout(here: Run, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "mono", files={f"api/{name}": text for name, text in FILES.items()})
    arguments = ("check", "--format", "github", "--repo", "api")

    inside = here(*arguments, at=repo.path, env={"GITHUB_WORKSPACE": str(repo.path)})
    elsewhere = here(*arguments, at=repo.path, env={"GITHUB_WORKSPACE": str(tmp_path / "other")})

    assert inside.out.startswith("::error file=api/app/routes/article.py,line=3,")
    assert elsewhere.out.startswith("::error file=app/routes/article.py,line=3,")


def test_a_summary_that_cannot_be_written_is_no_failure(here: Run, repo: Repo, tmp_path: Path) -> None:
    result = here("check", "--format", "github", at=repo.path, env={"GITHUB_STEP_SUMMARY": str(tmp_path)})

    assert result.code == 1
    assert "could not be written" in result.err


def run(repo: Repo, tmp_path: Path, script: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = Command(tmp_path / "state", tmp_path / "cache")
    environment = command.environment({"ARCHWRIGHT": " ".join(PROGRAM), **env})
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"], cwd=repo.path, env=environment, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def test_a_reader_that_leaves_early_is_no_failure(repo: Repo, tmp_path: Path) -> None:
    done = run(repo, tmp_path, "$ARCHWRIGHT check --json | head -c 1")

    assert (done.stdout, done.stderr) == (b"{", b"")


def test_text_and_documents_reach_a_terminal_that_knows_ascii_only(repo: Repo, tmp_path: Path) -> None:
    path = repo.path / "app/routes/user.py"
    path.write_text(path.read_text().replace("from app", "NAME = 'é😀'\nfrom app"), encoding="utf-8")
    ascii_only = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    text = run(repo, tmp_path, "$ARCHWRIGHT check", **ascii_only)
    document = run(repo, tmp_path, "$ARCHWRIGHT check --json", **ascii_only)

    assert text.returncode == document.returncode == 1
    assert b"NAME" in text.stdout
    assert json.loads(document.stdout.decode("utf-8"))["summary"]["errors"] == 2


@pytest.mark.parametrize(("variables", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals_that_want_them(
    repo: Repo, tmp_path: Path, variables: dict[str, str], colored: bool
) -> None:
    script = f"script -qec '{' '.join(PROGRAM)} check' /dev/null"

    done = run(repo, tmp_path, script, **{"TERM": "xterm", **variables})

    assert (b"\x1b[1;31merror" in done.stdout) is colored
    plain = run(repo, tmp_path, f"script -qec '{' '.join(PROGRAM)} check --no-color' /dev/null", TERM="xterm")
    assert b"\x1b[1;31m" not in plain.stdout


def test_interrupted(here: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.check.run_check", pressed)

    result = here("check", at=repo.path)

    assert (result.code, result.out, result.err) == (130, "", "archwright: interrupted\n")


def test_interrupted_while_other_processes_read_for_it(tmp_path: Path) -> None:
    """Ctrl-C reaches everyone in the group: one sentence is enough, and nobody is left behind."""
    repo = tmp_path / "large"
    repo.mkdir()
    for number in range(200):
        lines = [f"def f{line}(a: int) -> int:\n    return call(a, {line})\n" for line in range(1000)]
        (repo / f"m{number}.py").write_text(f"n = {number}\n" + "\n".join(lines))
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    process = subprocess.Popen(
        [*PROGRAM, "check", "--repo", str(repo)], env=environment, start_new_session=True, stderr=subprocess.PIPE
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(children.read_text().split()) < 2:
        time.sleep(0.01)
    readers = children.read_text().split()

    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (130, b"archwright: interrupted\n")
    assert len(readers) >= 2
    for _ in range(1000):  # the last one ends when its pipe does
        left = [pid for pid in readers if Path("/proc", pid).exists()]
        if not left:
            break
        time.sleep(0.01)
    assert left == []


def test_names_that_are_no_utf8_and_hold_line_feeds_are_checked_in_every_form(here: Run, repo: Repo) -> None:
    for name in ("\udcff.py", "two\nlines.py"):
        (repo.path / "app/routes" / name).write_text("from app.missing import name\n\nprint(name)\n")

    for form in ("text", "json", "sarif", "github"):
        for since in ((), ("--since", "HEAD")):
            result = here("check", "--format", form, *since, at=repo.path)
            assert (result.code, result.err) == (1, ""), form
            assert "import-unresolved" in result.out
    assert "app/routes/\\xff.py:1  error" in here("check", at=repo.path).out
    assert here("baseline", "create", at=repo.path).code == 0
    assert here("check", at=repo.path).code == 0
