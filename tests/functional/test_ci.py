"""The pre-commit hook and the GitHub Action: their files are valid, and what they run does what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from tests.support.command import PROGRAM, ROOT, Command
from tests.support.repositories import Repo

BROKEN = "from app.missing import name\n\nprint(name)\n"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files={"app/__init__.py": "", "app/old.py": BROKEN, "README.md": "hi\n"})


# pre-commit


def hook() -> dict[str, Any]:
    (found,) = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    return dict(found)


def run_hook(repo: Repo, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    name, *arguments = shlex.split(hook()["entry"])
    assert name == "archwright"
    environment = Command(tmp_path / "state", tmp_path / "cache").environment({})
    # As git runs it: these variables are set for hooks.
    environment.update(GIT_DIR=".git", GIT_INDEX_FILE=".git/index", GIT_AUTHOR_NAME="x")
    command = [*PROGRAM, *arguments]
    return subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, text=True, check=False)


def test_the_hook_looks_at_the_whole_repository_once() -> None:
    assert hook()["id"] == "archwright-check"
    assert hook()["language"] == "python"
    assert hook()["pass_filenames"] is False
    assert hook()["require_serial"] is True


def test_the_hook_lets_pass_what_was_broken_before_and_stops_what_the_commit_breaks(repo: Repo, tmp_path: Path) -> None:
    repo.write({"README.md": "other\n"})
    repo.git("add", "-A")
    assert run_hook(repo, tmp_path).returncode == 0

    repo.write({"app/new.py": BROKEN})
    repo.git("add", "-A")
    done = run_hook(repo, tmp_path)

    assert done.returncode == 1
    assert "app/new.py:1  error  import-unresolved" in done.stdout
    assert "app/old.py" not in done.stdout


def test_the_hook_judges_a_first_commit(tmp_path: Path) -> None:
    fresh = Repo(tmp_path / "fresh")
    fresh.write({"app/__init__.py": "", "app/new.py": BROKEN})
    fresh.git("add", "-A")

    assert "app/new.py:1  error" in run_hook(fresh, tmp_path).stdout


# The action


def step(name: str, repo: Repo, tmp_path: Path, **more: str) -> tuple[int, str, dict[str, str]]:
    """Exit code, output, and what the step gives to the next."""
    folder = tmp_path / "runner"
    command = folder / "archwright/bin/archwright"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    command.chmod(0o755)
    output = folder / "output"
    output.write_text("")
    inputs = {name: str(given.get("default", "")) for name, given in ACTION["inputs"].items()}
    variables = {key: _filled(value, inputs) for key, value in STEPS[name]["env"].items()}
    environment = Command(tmp_path / "state", tmp_path / "cache").environment(
        {
            **variables, "RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(output), "GITHUB_ACTIONS": "true",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file", **more,
        }
    )  # fmt: skip
    script = folder / "step.sh"
    script.write_text(STEPS[name]["run"])
    # As the runner starts a step with `shell: bash`.
    line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = subprocess.run(line, cwd=repo.path, env=environment, capture_output=True, text=True, check=False)
    given = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return done.returncode, done.stdout + done.stderr, given


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    found = re.fullmatch(r"\$\{\{ (inputs\.(\w+)|github\.action_path) \}\}", text)
    assert found, text
    return inputs[found[2]] if found[2] else str(ROOT)


def test_the_action_is_composite_and_puts_no_input_into_a_script() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for one in STEPS.values():
        assert one["shell"] == "bash"
        assert "${{" not in one["run"]
        subprocess.run(["bash", "-n", "-c", one["run"]], check=True)
    for name, given in ACTION["inputs"].items():
        assert given["description"].strip(), name
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])


def test_the_action_uses_nothing_that_is_not_pinned() -> None:
    for one in STEPS.values():
        if "uses" in one:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one["uses"])
    assert "--require-hashes" in STEPS["Install archwright"]["run"]


def test_outside_of_pull_requests_everything_is_told(repo: Repo, tmp_path: Path) -> None:
    code, output, given = step("archwright check", repo, tmp_path)

    assert code == 1
    assert "::error file=app/old.py,line=1,title=import-unresolved::" in output
    assert given == {"exit-code": "1"}


def test_paths_rules_strictness_and_form_are_handed_over(repo: Repo, tmp_path: Path) -> None:
    code, output, _ = step(
        "archwright check", repo, tmp_path,
        PATHS="README.md\n\n", CONSTRAINTS="protected=docs/**\n  \n", STRICT="true", FORMAT="text",
    )  # fmt: skip
    assert (code, "app/old.py" in output, "::" in output) == (0, False, False)

    code, output, _ = step("archwright check", repo, tmp_path, CONSTRAINTS="database=papyrus")
    assert code == 2
    assert "papyrus" in output

    code, output, given = step("archwright check", repo, tmp_path, PATHS="-x; touch pwned\n$(touch pwned)")
    assert (code, given["exit-code"]) == (2, "2")
    assert not (repo.path / "pwned").exists()


def pull_request(repo: Repo, tmp_path: Path, depth: int) -> tuple[Repo, dict[str, str]]:
    """What actions/checkout leaves of a pull request: a clone of some depth, at GitHub's merge of it."""
    repo.git("checkout", "-q", "-b", "work")
    repo.write({"app/new.py": BROKEN})
    repo.commit("work")
    repo.git("checkout", "-q", "main")
    repo.write({"app/theirs.py": BROKEN})
    repo.commit("theirs")
    repo.git("checkout", "-q", "--detach")
    repo.git("merge", "-q", "--no-edit", "work")
    repo.git("update-ref", "refs/pull/1/merge", "HEAD")
    clone = Repo(tmp_path / "clone")
    clone.git("remote", "add", "origin", f"file://{repo.path}")
    limit = [f"--depth={depth}"] if depth else []
    clone.git("fetch", "-q", *limit, "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
    clone.git("checkout", "-q", "refs/remotes/pull/1/merge")
    sha = clone.git("rev-parse", "HEAD")
    # GitHub serves any commit that a ref reaches.
    repo.git("config", "uploadpack.allowReachableSHA1InWant", "true")
    return clone, {"GITHUB_BASE_REF": "main", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": sha}


@pytest.mark.parametrize("depth", [1, 0], ids=["shallow", "whole"])
def test_in_a_pull_request_only_its_own_findings_are_told(repo: Repo, tmp_path: Path, depth: int) -> None:
    clone, variables = pull_request(repo, tmp_path, depth)

    code, output, _ = step("archwright check", clone, tmp_path, **variables)

    assert code == 1, output
    assert "file=app/new.py" in output
    assert "app/old.py" not in output
    assert "app/theirs.py" not in output


def test_a_checkout_of_the_branch_itself_fetches_the_base(repo: Repo, tmp_path: Path) -> None:
    clone, variables = pull_request(repo, tmp_path, 1)
    clone.git("fetch", "-q", "--depth=1", "origin", "work")
    clone.git("checkout", "-q", "FETCH_HEAD")

    code, output, _ = step("archwright check", clone, tmp_path, **variables)

    assert code == 1, output
    assert "file=app/new.py" in output
    assert "app/old.py" not in output


def test_a_pull_request_can_be_told_everything(repo: Repo, tmp_path: Path) -> None:
    clone, variables = pull_request(repo, tmp_path, 1)

    _, output, _ = step("archwright check", clone, tmp_path, SINCE="none", **variables)

    assert "file=app/old.py" in output


def test_sarif_is_written_beside_the_annotations(repo: Repo, tmp_path: Path) -> None:
    code, output, given = step("archwright check", repo, tmp_path, SARIF="out.sarif")

    assert (code, given) == (1, {"sarif": "out.sarif", "exit-code": "1"}), output
    assert "::error " in output
    document = json.loads((repo.path / "out.sarif").read_text(encoding="utf-8"))
    assert [r["ruleId"] for r in document["runs"][0]["results"]] == ["import-unresolved"]


def test_a_repository_without_the_commit_to_compare_with_ends_with_3(repo: Repo, tmp_path: Path) -> None:
    code, output, given = step("archwright check", repo, tmp_path, SINCE="nowhere", SARIF="out.sarif")

    assert (code, given) == (3, {"exit-code": "3"})
    assert "git knows no such commit" in output
    assert not (repo.path / "out.sarif").exists()


def stub(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("", f"--require-hashes -r {ROOT}/requirements/run.lock"),
        ("archwright==9", "archwright==9"),
    ],
)
def test_installing_makes_an_environment_of_pinned_packages(
    repo: Repo, tmp_path: Path, requirement: str, told: str
) -> None:
    tools, said = tmp_path / "tools", tmp_path / "said"
    tools.mkdir()
    (tmp_path / "runner/archwright/bin").mkdir(parents=True)
    stub(tmp_path / "runner/archwright/bin", "python", f'echo "$@" >> {said}')
    for name in ("python3.13", "python3.12", "python3.11"):
        stub(tools, name, "exit 1")
    stub(tools, "python3", f'[ "$1" = -c ] || echo "$@" >> {said}')

    code, output, _ = step(
        "Install archwright", repo, tmp_path, REQUIREMENT=requirement, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}"
    )

    assert code == 0, output
    first, *others = said.read_text().splitlines()
    assert first == f"-m venv {tmp_path}/runner/archwright"
    assert [line.partition(" install ")[2] for line in others] == [told]
    if not requirement:
        command = tmp_path / "runner/archwright/bin/archwright"
        subprocess.run([command, "check", "a b"], check=True)
        assert said.read_text().splitlines()[-1] == f"-I {ROOT}/archwright.py check a b"


def test_without_a_python_that_fits_the_step_says_what_to_add(repo: Repo, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        stub(tools, name, "exit 1")

    code, output, _ = step("Install archwright", repo, tmp_path, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")

    assert code == 3
    assert "actions/setup-python" in output
