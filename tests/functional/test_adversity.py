"""Runs in a hostile world: each ends with the exit code of the design, a report, and an untouched user's tree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.command import DONE, NOTES, PROGRAM, REQUEST, SECOND, TEST, Command, raw, shell
from tests.support.repositories import Repo
from tests.support.scripted_model import ScriptedModel, tool_results

GITS_OWN = ("HEAD", "index", "config", "packed-refs", "logs", "refs")


@pytest.fixture
def command(tmp_path: Path, cache_folder: Path) -> Command:
    return Command(tmp_path / "state", cache_folder)


@pytest.fixture
def notes(tmp_path: Path) -> Repo:
    """A tiny application: it boots, answers and has a test."""
    return Repo(tmp_path / "notes", files=NOTES)


def git_state(repo: Repo) -> dict[str, str]:
    """What says where the user stands: HEAD, index, refs and settings, byte for byte."""
    return {
        name: value
        for name, value in repo.fingerprint(strict=True).items()
        if name.startswith(tuple(f".git/{own}" for own in GITS_OWN))
    }


def no_trace_in_git(repo: Repo) -> None:
    """No branch, no worktree record."""
    assert repo.git("branch", "--list", "--all", "archwright/*") == ""
    assert len(repo.git("worktree", "list", "--porcelain").strip().split("\n\n")) == 1


# The target


def test_a_hostile_repository_is_worked_on_like_any_other(command: Command, tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "secret.py"
    secret.parent.mkdir()
    secret.write_text("TOKEN = 'keep-this'\n")
    boom = "raise SystemExit('a file of the target was imported')\n"
    ours = ("tools", "agent", "prompts", "framework_profiles")
    asked: list[str] = []
    with ScriptedModel(["mine now"]) as thief:
        dotenv = f"OPENAI_API_BASE={thief.base}\nOPENAI_BASE_URL={thief.base}\nOPENAI_API_KEY=stolen\n"
        repo = Repo(
            tmp_path / "a répo, with spaces",
            files={
                **NOTES,
                **{f"{name}/__init__.py": boom for name in ours},
                **{
                    f"{name}.py": boom
                    for name in ("git", "archwright", "litellm", "typing_extensions", "usercustomize")
                },
                "sitecustomize.py": f"import sys\nif 'archwright' in str(sys.argv):\n    {boom}",
                ".env": dotenv + "ARCHWRIGHT_MODEL=openai/theirs\nARCHWRIGHT_SANDBOX=false\n",
                "broken.py": "def (:\n",
                "dir with space/módulo 日本.py": "import os\n",
            },
        )
        (repo.path / "big.py").write_text("X = [\n" + "    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',\n" * 280_000 + "]\n")
        (repo.path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nname = 'M\xfcller'\n")
        (repo.path / "bytes.py").write_bytes(bytes(range(256)) * 8)
        (repo.path / os.fsdecode(b"bad\xffname.py")).write_text("x = 1\n")
        for name, goal in {"link.py": secret, "linked": secret.parent, "loop": Path(), "AGENTS.md": secret}.items():
            (repo.path / name).symlink_to(goal)
        repo.commit("more of it")
        before = repo.fingerprint()

        out = command(
            *("run", REQUEST, "--json"),
            at=repo.path,
            env={"PYTHONPATH": "."},
            turns=[
                [
                    ("edit", {"changes": "*** File: link.py\nx = 1\n*** File: linked/new.py\nx = 1\n"}),
                    ("look", {"paths": ["link.py", "linked/secret.py", "notes.py", "big.py", "bytes.py"]}),
                    ("look", {"find": "keep-this"}),
                ],
                lambda body: asked.extend(tool_results(body)) or [SECOND, DONE],
            ],
        )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert {out.rungs()[name] for name in ("parse", "boot", "tests")} == {"green"}
    assert thief.requests == [], "the key went where the target's .env points"
    edited, looked, found = asked
    assert edited.count("outside the workspace") == 2
    assert "def all_notes" in looked, "one refused path must not take the others along"
    assert looked.count("outside the workspace") == 2
    assert "occurs nowhere" in found
    assert "TOKEN =" not in json.dumps(out.model.requests)
    assert list(secret.parent.iterdir()) == [secret]
    assert repo.fingerprint() == before


def test_what_was_red_before_is_told_apart_from_what_the_change_breaks(command: Command, tmp_path: Path) -> None:
    old = (
        "\n    def test_was_red(self):\n        self.assertEqual(1, 2)\n"
        "\n    def test_wants_redis(self):\n        import socket\n\n"
        "        socket.create_connection(('localhost', 6379))\n"
        "\n    def test_counts(self):\n        self.assertEqual(len(all_notes()), 1)\n"
    )
    repo = Repo(tmp_path / "notes", files={**NOTES, "tests/test_notes.py": TEST + old})

    out = command(
        *("run", REQUEST, "--json"),
        at=repo.path,
        turns=[[SECOND, DONE], [shell("sed -i 's/all_notes()), 1/all_notes()), 2/' tests/test_notes.py"), DONE]],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert [(gate["green"], out.rungs(n)["tests"]) for n, gate in enumerate(out.report["gates"])] == [
        (False, "red"),
        (True, "red_before"),
    ]
    blamed = [finding["message"] for finding in out.findings(0) if finding["rule"] == "test-fails"]
    assert [message.split(":")[0] for message in blamed] == ["test_notes.NotesTest.test_counts"]


def test_a_server_that_the_change_makes_unhealthy_is_red_until_it_answers(command: Command, notes: Repo) -> None:
    out = command(
        *("run", REQUEST, "--json"),
        at=notes.path,
        turns=[
            [SECOND, shell("sed -i 's/(200)/(500)/' server.py"), DONE],
            [shell("git checkout -q HEAD -- server.py"), DONE],
        ],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert (out.rungs(0)["boot"], out.rungs(1)["boot"]) == ("red", "green")
    assert [finding["rule"] for finding in out.findings(0)] == ["boot-unhealthy"]


def test_code_in_a_language_without_a_reader_is_judged_by_its_own_tests(command: Command, tmp_path: Path) -> None:
    repo = Repo(
        tmp_path / "other",
        files={"app.rb": "puts 'first'\n", "Makefile": "test:\n\tgrep -q first app.rb\n\tgrep -qv third app.rb\n"},
    )
    seen: list[str] = []

    out = command(
        *("run", REQUEST, "--json"),
        at=repo.path,
        turns=[
            lambda body: (
                seen.append(body["messages"][-1]["content"])
                or [("edit", {"changes": "*** File: app.rb\nputs 'second'\n"}), DONE]
            ),
            [("edit", {"changes": "*** File: app.rb\nputs 'first'\nputs 'second'\n"}), DONE],
        ],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert (out.rungs(0)["tests"], out.rungs(1)["tests"]) == ("red", "green")
    assert "`make test`" in seen[0]
    assert "puts 'first'" in seen[0], "the code was not shown"


def test_no_tests_and_a_server_that_ignores_sigterm_are_told(command: Command, tmp_path: Path) -> None:
    start = 'if __name__ == "__main__":'
    stubborn = NOTES["server.py"].replace(start, f'{start}\n    __import__("signal").signal(15, lambda *_: None)')
    files = {name: text for name, text in NOTES.items() if not name.startswith("tests/")}
    repo = Repo(tmp_path / "notes", files={**files, "server.py": stubborn})
    before, stood = repo.fingerprint(strict=True), git_state(repo)

    out = command("run", REQUEST, "--json", "--in-place", at=repo.path, turns=[[SECOND, DONE]])

    assert (out.code, out.report["branch"]) == (0, None), out.err
    assert "tests" in {row["what"] for row in out.report["not_checked"]}
    assert [finding["rule"] for finding in out.findings()] == ["ignores-sigterm"]
    assert out.rungs()["boot"] == "green"
    # In place: the files changed and nothing else.
    after = repo.fingerprint(strict=True)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {"notes.py"}
    assert git_state(repo) == stood


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "on a branch"])
def test_an_empty_repository_stays_unborn(command: Command, tmp_path: Path, in_place: bool) -> None:
    repo = Repo(tmp_path / "empty")
    stood = git_state(repo)
    flags = ["--in-place"] if in_place else []

    out = command(
        *("run", "Make an application", "--json", *flags),
        at=repo.path,
        turns=[[("edit", {"changes": "*** File: app.py\nprint('hello')\n"}), DONE]],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert (repo.path / "app.py").exists() is in_place
    if in_place:
        assert git_state(repo) == stood
        applied = command("apply", at=repo.path)
        assert (applied.code, applied.out) == (2, "")
        assert "no branch to apply" in applied.err
    assert repo.git("rev-parse", "--verify", "--quiet", "HEAD", check=False) == ""
    # What a run left can be shown, taken and thrown away.
    shown = [command(*words, at=repo.path) for words in (["runs"], ["show"], ["show", "--json"], ["diff"])]
    assert [result.code for result in shown] == [0, 0, 0, 0]
    assert "achieved" in shown[0].out
    assert json.loads(shown[2].out) == {
        key: value for key, value in out.report.items() if key not in ("exit_code", "report")
    }
    assert "+print('hello')" in shown[3].out
    if not in_place:
        assert command("apply", at=repo.path).code == 0
        assert (repo.path / "app.py").read_text() == "print('hello')\n"
        again = command("apply", at=repo.path)
        assert (again.code, "nothing was changed" in again.err) == (3, True)
    assert command("clean", at=repo.path).code == 0
    assert command("runs", "--json", at=repo.path).report["runs"] == []
    assert (repo.path / "app.py").exists()
    no_trace_in_git(repo)


# The model


NONSENSE = [
    ("shell", "{broken"),
    ("shell", "[1]"),
    ("shell", ""),
    ("fly", "{}"),
    ("", "{}"),
    ("edit", '{"changes": 7}'),
    ("look", '{"paths": 5}'),
    ("look", '{"paths": "notes.py"}'),
    ("look", '{"paths": ["\\u0000"]}'),
    ("look", '{"find": "\\ud800"}'),
    ("shell", '{"command": ["ls"]}'),
    ("shell", '{"command": "ls", "timeout": "soon"}'),
    ("shell", '{"command": "ls", "timeout": NaN}'),
    ("shell", '{"command": "ls", "timeout": 1e999}'),
    ("shell", '{"command": "echo a\\u0000b"}'),
    (
        "edit",
        json.dumps({"changes": "*** File: .git/hooks/pre-commit\nx\n*** File: " + "a" * 300 + ".py\nx = 1\n"}),
    ),
    ("plan", '{"steps": "all"}'),
    ("plan", '{"steps": [1, null, {"intent": "Add\\nit\\u0000", "layers": 3}], "constraints": ["x", {"kind": 5}]}'),
    ("gate", '{"odd": 1}'),
]


def test_a_model_that_answers_nonsense_is_told_what_is_wrong_and_may_go_on(command: Command, notes: Repo) -> None:
    before = notes.fingerprint()
    destructive = (
        "chmod 000 .; kill -9 -1; rm -rf ./* .[a-z]*; cd .. && rm -rf notes; git branch -D main; "
        f"echo x > {notes.path}/evil; (setsid sleep 300 &); printf '\\xff' > \"$(printf 'n\\xff.txt')\"; mkfifo p.py"
    )
    told: list[list[str]] = []

    def after(turn):
        return lambda body: told.append(tool_results(body)) or turn

    out = command(
        *("run", REQUEST, "--json"),
        at=notes.path,
        turns=[
            raw(NONSENSE),
            after(raw([("done", '{"summary": ["x"], "waivers": "all"}')])),
            after(raw([("edit", '{"changes": "*** File: cut.py\\nx = 1')], finish="length")),
            after("Let me think about it."),
            after(
                [
                    shell("sleep 100", timeout=1),
                    shell(destructive),
                    shell("git checkout -f HEAD -- . && ls && rm -f p.py n*.txt"),
                ]
            ),
            after([SECOND, DONE]),
        ],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    first, empty, cut, words, shells = told
    assert len(first) == len(NONSENSE), "every call has an answer"
    kinds = ["error"] * 7 + ["=== notes.py"] + ["==="] + ["'"] + ["error"] * 3 + ["exit 0"] + ["exit 127"]
    assert [answer[: len(kind)] for answer, kind in zip(first, kinds, strict=False)] == kinds, first
    assert "belongs to git" in first[15]
    assert "too long" in first[15]
    assert "Nothing has been written" in empty[0]
    assert "same findings" not in empty[0]
    assert "cut off at the token limit" in cut[0]
    assert "held no usable tool call" in words[-1]
    assert shells[0].startswith("timed out")
    assert "notes.py" in shells[2], "git works again after its link was deleted"
    sent = [call for message in out.model.requests[-1]["messages"] for call in message.get("tool_calls") or ()]
    assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in sent), (
        "providers refuse broken JSON"
    )
    assert [file["path"] for file in out.report["files"]] == ["notes.py"]
    assert notes.git("log", "-1", "--format=%s", out.report["branch"]) == "Add it\ufffd"
    assert notes.fingerprint() == before


def test_a_refused_key_ends_with_4_and_names_the_variable(command: Command, notes: Repo) -> None:
    out = command(
        "run", REQUEST, "--json", at=notes.path, turns=[(401, {"error": {"message": "Incorrect API key", "type": "x"}})]
    )

    assert (out.code, out.report["outcome"], len(out.model.requests)) == (4, "model", 1)
    assert all(word in out.report["reason"] for word in ("OPENAI_API_KEY", "`archwright check`", out.model.base))
    assert "litellm" not in out.report["reason"]
    no_trace_in_git(notes)


def test_a_plan_alone_writes_nothing(command: Command, notes: Repo) -> None:
    before = notes.fingerprint()
    steps = {"steps": [{"intent": "Add it\nnow", "files": ["notes.py"]}]}

    good = command("plan", REQUEST, "--json", at=notes.path, turns=[[("plan", steps)]])

    assert (good.code, good.report["plan"]) == (0, [{"intent": "Add it now", "layers": [], "files": ["notes.py"]}])
    assert notes.fingerprint() == before
    no_trace_in_git(notes)


def test_the_scope_is_a_lock_for_the_shell_too(command: Command, notes: Repo) -> None:
    out = command(
        *("run", REQUEST, "--json", "--scope", "tests/*", "--scope", "notes.py"),
        at=notes.path,
        turns=[
            [("edit", {"changes": "*** File: tests/../other.py\nx = 1\n"}), shell("echo 'x = 1' > made.py"), SECOND],
            [DONE],
            [shell("rm made.py"), DONE],
        ],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.err
    assert [(finding["rule"], finding["path"]) for finding in out.findings(0)] == [("outside-scope", "made.py")]
    assert [file["path"] for file in out.report["files"]] == ["notes.py"]


# Limits and interruptions


def test_a_spent_budget_delivers_what_is_verified_and_keeps_the_rest_apart(command: Command, notes: Repo) -> None:
    plan = ("plan", {"steps": [{"intent": "The note"}, {"intent": "The rest"}]})
    more = ("edit", {"changes": "*** File: more.py\nx = 1\n"})

    out = command(
        *("run", REQUEST, "--json", "--max-tokens", "1500"),
        at=notes.path,
        turns=[[plan, SECOND, ("gate", {})], [more, shell("git mv server.py served.py")], [DONE]],
    )

    assert (out.code, out.report["outcome"]) == (5, "budget"), out.err
    assert "--max-tokens" in out.report["reason"]
    assert len(out.report["commits"]) == 1
    assert notes.git("diff", "--name-only", "main", out.report["branch"]) == "notes.py"
    assert "changes after the last green gate" in {row["what"] for row in out.report["not_checked"]}
    patch = Path(out.report["report"]).with_name("unverified.patch").read_text()
    assert "+++ b/more.py" in patch
    applied = command("apply", at=notes.path)
    assert applied.code == 0
    assert "ended as: budget" in applied.err
    assert notes.git("status", "--short") == " M notes.py"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C twice", "SIGTERM"])
def test_an_interruption_delivers_a_report_and_leaves_nothing_running(command: Command, notes: Repo, number) -> None:
    before = notes.fingerprint()
    mark = f"87654.{os.getpid()}"  # of this test process alone: the suite runs in several
    first = ("edit", {"changes": "*** File: extra.py\nx = 1\n"})
    turns = [[first, shell(f"(sleep {mark} &); (setsid sleep {mark} &); sleep {mark}"), DONE]]
    with ScriptedModel(turns) as model:
        process = subprocess.Popen(
            [*PROGRAM, "run", REQUEST, "--json"],
            cwd=notes.path,
            env=command.environment(model.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stderr is not None
        said = ""
        while "edit" not in said or "extra.py" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        while not running(mark):
            assert process.poll() is None
        if number is signal.SIGINT:  # as a terminal does it: to everyone in the group, and an impatient user again
            os.killpg(process.pid, number)
        os.kill(process.pid, number)
        out, rest = process.communicate(timeout=60)

    report = json.loads(out)
    assert (process.returncode, report["outcome"], report["exit_code"]) == (130, "interrupted", 130), said + rest
    assert "Traceback" not in rest
    assert running(mark) == []
    assert "extra.py" in Path(report["report"]).with_name("unverified.patch").read_text()
    assert notes.fingerprint() == before
    no_trace_in_git(notes)
    listed = command("runs", "--json", at=notes.path).report["runs"]
    assert [(run["outcome"], run["branch"], run["exit_code"]) for run in listed] == [("interrupted", None, 130)]


def running(mark: str) -> list[str]:
    """Command lines of the processes that sleep for just this long."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", mark.encode()]:
            found.append(folder.name)
    return found
