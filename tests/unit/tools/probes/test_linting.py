"""The repository's own tools: only when it configures them, only on what changed, only what is new."""

from __future__ import annotations

import pytest

from tools.linters import LINTERS
from tools.linting import LintJob, format_changed, lint, tools_for

RUFF = "[tool.ruff]\nline-length = 100\nlint.select = ['E', 'F', 'I']\n[tool.ruff.format]\n"


@pytest.fixture
def job(empty):
    def make(at_base=lambda key, look: look(), **files):
        for name, (before, _) in files.items():
            if before is not None:
                empty.write(name, before)
        empty.keep_as_base()
        for name, (_, now) in files.items():
            empty.write(name, now)
        return LintJob(
            runtime=empty.runtime(),
            files=[change.path for change in empty.changes()],
            read_base=empty.base.get,
            read_now=lambda path: (empty.root / path).read_bytes(),
            at_base=(lambda key, look: empty.at_base(look)) if at_base else lambda key, look: None,
        )

    return make


def found(result):
    return [(finding.rule, finding.path, finding.line) for finding in result.findings]


def test_only_complaints_that_the_change_brought_count(job):
    before = "import os\n\n\ndef old():\n    pass\n"
    now = "import os\nimport sys\n\n\ndef old():\n    pass\n"
    work = job(**{"pyproject.toml": (RUFF, RUFF), "app.py": (before, now), "new.py": (None, "import re\n")})

    result = lint(work, "lint")

    assert result.ran == ("ruff",)
    assert found(result) == [("ruff:F401", "app.py", 2), ("ruff:F401", "new.py", 1)]


def test_an_import_that_the_change_left_unused_is_new_although_its_line_is_old(job):
    before = "import os\n\nprint(os.name)\n"
    work = job(**{"pyproject.toml": (RUFF, RUFF), "app.py": (before, "import os\n\nprint()\n")})

    assert found(lint(work, "lint")) == [("ruff:F401", "app.py", 1)]


def test_a_tool_that_nobody_configures_does_not_run(job, empty):
    work = job(**{"app.py": (None, "import os\n")})

    result = lint(work, "lint")

    assert (result.ran, result.evidence) == ((), ())
    assert [
        tool.name for kind in ("lint", "format", "types") for tool in tools_for(empty.target, empty.root, kind)
    ] == []


def test_a_tool_that_is_configured_but_not_installed_is_named(job):
    work = job(**{".flake8": ("[flake8]\n", "[flake8]\n"), "app.py": (None, "import os\n")})

    assert lint(work, "lint").reasons == ("flake8 is configured but not installed",)


def test_a_broken_configuration_is_no_verdict(job):
    broken = "[tool.ruff]\nno-such-setting = 1\n"
    work = job(**{"pyproject.toml": (broken, broken), "app.py": (None, "import os\n")})

    result = lint(work, "lint")

    assert (result.findings, result.ran) == ((), ())
    assert "ruff could not run" in result.reasons[0]


def test_formatting_is_red_only_where_it_was_in_order_before(job):
    work = job(
        **{
            "pyproject.toml": (RUFF, RUFF),
            "tidy.py": ("x = 1\n", "x   =   1\n"),
            "untidy.py": ("x   =   1\n", "x   =   2\n"),
            "new.py": (None, "x   =   1\n"),
        }
    )

    assert found(lint(work, "format")) == [("format:ruff-format", "new.py", 0), ("format:ruff-format", "tidy.py", 0)]


def test_the_repositorys_formatter_is_applied_to_what_changed(job, empty):
    work = job(
        **{
            "pyproject.toml": (RUFF, RUFF),
            "tidy.py": ("x = 1\n", "import sys\nimport os\nx   =   (os, sys)\n"),
            "untidy.py": ("y   =   1\n", "y   =   2\n"),
        }
    )

    assert format_changed(work) == ["tidy.py"]
    assert (empty.root / "tidy.py").read_text() == "import os\nimport sys\n\nx = (os, sys)\n"
    assert (empty.root / "untidy.py").read_text() == "y   =   2\n"


MYPY = "[mypy]\nstrict = true\n"


@pytest.mark.parametrize("reachable", [True, False])
def test_type_errors_are_compared_with_the_base_or_with_the_lines_touched(job, reachable):
    before = "def old(x):\n    return x\n"
    now = before + "\n\ndef new(x: int) -> str:\n    return x\n"
    work = job(at_base=reachable, **{"mypy.ini": (MYPY, MYPY), "app.py": (before, now)})

    result = lint(work, "types")

    assert result.ran == ("mypy",)
    assert found(result) == [("mypy:return-value", "app.py", 6)]


SAMPLES = {
    "flake8": ("app.py:3:1: F401 'os' imported but unused\n", "F401", 3),
    "eslint": (
        '[{"filePath": "/w/a.js", "messages": [{"ruleId": "no-undef", "severity": 2, "message": "m", "line": 4}]}]',
        "no-undef",
        4,
    ),
    "black": ("would reformat app.py\nOh no!\n", "format", 0),
    "isort": ("ERROR: /w/app.py Imports are incorrectly sorted and/or formatted.\n", "format", 0),
    "prettier": ("src/a.ts\n", "format", 0),
    "pyright": (
        '{"generalDiagnostics": [{"file": "/w/a.py", "severity": "error", "message": "m", '
        '"rule": "reportX", "range": {"start": {"line": 1}}}]}',
        "reportX",
        2,
    ),
    "tsc": ("src/a.ts(5,3): error TS2322: Type 'string' is not assignable.\n", "TS2322", 5),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_output_of_tools_that_are_not_installed_here_is_read(name):
    output, code, line = SAMPLES[name]
    tool = next(tool for tool in LINTERS if tool.name == name)

    (mark,) = tool.read(output)

    assert (mark.code, mark.line, mark.minor) == (code, line, False)
