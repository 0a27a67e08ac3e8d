"""Stack traces as the runtimes print them, and the workspace line they point to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.traces import Frame, Trace, decisive_lines, read_traces, workspace_line


def run_python(root: Path, script: str) -> str:
    (root / "main.py").write_text(script)
    command = [sys.executable, str(root / "main.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_real_python_trace_ends_at_the_innermost_workspace_line(tmp_path):
    (tmp_path / "repo.py").write_text("import json\n\n\ndef load():\n    return json.loads('{')\n")
    output = run_python(tmp_path, "import repo\n\nrepo.load()\n")

    (trace,) = read_traces("starting\n" + output)

    assert trace.type == "json.decoder.JSONDecodeError"
    assert workspace_line(trace, tmp_path) == ("repo.py", 5)


def test_a_chain_of_exceptions_is_one_trace_with_its_causes(tmp_path):
    script = "try:\n    int('x')\nexcept ValueError as e:\n    raise RuntimeError('no number') from e\n"

    (trace,) = read_traces(run_python(tmp_path, script))

    assert (trace.type, trace.message) == ("RuntimeError", "no number")
    assert [cause.type for cause in trace.causes] == ["ValueError"]


def test_two_separate_traces_are_two(tmp_path):
    script = (
        "import traceback\nfor word in 'ab':\n    try:\n        int(word)\n"
        "    except ValueError:\n        traceback.print_exc()\n"
    )

    assert [trace.type for trace in read_traces(run_python(tmp_path, script))] == ["ValueError", "ValueError"]


def test_an_exception_group_shows_its_member(tmp_path):
    script = "try:\n    {}['user']\nexcept KeyError as e:\n    raise ExceptionGroup('many', [e]) from None\n"

    assert any(trace.type == "KeyError" for trace in read_traces(run_python(tmp_path, script)))


def test_a_syntax_error_points_to_the_broken_file(tmp_path):
    (tmp_path / "broken.py").write_text("def f(:\n    pass\n")

    (trace,) = read_traces(run_python(tmp_path, "import broken\n"))

    assert trace.type == "SyntaxError"
    assert workspace_line(trace, tmp_path) == ("broken.py", 1)


def test_the_statement_of_a_database_error_stays_with_the_message():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/x/app.py", line 3, in run\n'
        "    session.execute(q)\n"
        "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such column: articles.slug\n"
        "[SQL: SELECT articles.slug FROM articles]\n"
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)\n"
    )

    (trace,) = read_traces(text)

    assert trace.message.splitlines() == [
        "(sqlite3.OperationalError) no such column: articles.slug",
        "[SQL: SELECT articles.slug FROM articles]",
    ]


def test_frames_of_installed_packages_are_not_the_workspace(tmp_path):
    inside = tmp_path / ".venv" / "lib" / "site-packages" / "dep.py"
    inside.parent.mkdir(parents=True)
    inside.write_text("x\n")
    own = tmp_path / "app.py"
    own.write_text("x\n")
    frames = (Frame(path=str(own), line=1), Frame(path=str(inside), line=9), Frame(path="<string>", line=1))

    assert workspace_line(Trace(type="E", message="", frames=frames), tmp_path) == ("app.py", 1)


@pytest.mark.parametrize(
    ("script", "kind", "line"),
    [
        ("function load() {\n  return undefined.id;\n}\nload();\n", "TypeError", 2),
        ("const a = 1;\nconst b = `${a;\n", "SyntaxError", 2),
    ],
)
def test_a_real_node_trace_ends_at_the_innermost_workspace_line(tmp_path, script, kind, line):
    file = tmp_path / "app.js"
    file.write_text(script)
    done = subprocess.run(["node", str(file)], capture_output=True, text=True, check=False)

    (trace,) = read_traces(done.stderr)

    assert trace.type == kind
    assert workspace_line(trace, tmp_path) == ("app.js", line)


def test_a_wall_of_text_is_cut_to_its_telling_lines():
    text = "\n".join(["INFO fine"] * 100 + ["ERROR: Address already in use"] + ["INFO bye"] * 20)

    assert decisive_lines(text, markers=("ERROR",)) == "ERROR: Address already in use"
