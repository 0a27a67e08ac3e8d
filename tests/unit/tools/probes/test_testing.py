"""Test runners: found, started, read; hanging, missing and crashing tests are told apart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tools.runners import node
from tools.shell import ExecResult
from tools.testing import Limits, find_runner, needs_missing_service, run_tests

LIMITS = Limits(run=60.0, test=2.0)


@pytest.fixture
def run(empty):
    """Write test files and run them with the command given."""

    def go(command="pytest", tests=(), limits=LIMITS, **files):
        for name, text in files.items():
            empty.write(name, text)
        empty.target = replace(empty.target, test=command)
        runner = find_runner(empty.target, empty.root)
        assert runner is not None
        return run_tests(empty.runtime(), runner, tests, limits)

    return go


def failed(result):
    return [(failure.test, failure.kind) for failure in result.failures]


def test_results_of_pytest_are_read_without_its_prose(run):
    text = (
        "import pytest\n\n\ndef test_good():\n    pass\n\n\ndef test_bad():\n    assert 1 == 2\n\n\n"
        "def test_raises():\n    {}['user']\n\n\n@pytest.mark.skip\ndef test_later():\n    pass\n\n\n"
        "@pytest.fixture\ndef broken():\n    raise OSError('no disk')\n\n\ndef test_setup(broken):\n    pass\n"
    )

    result = run(**{"tests/test_all.py": text})

    assert (result.passed, result.skipped, result.not_checked) == (1, 1, "")
    assert failed(result) == [
        ("tests/test_all.py::test_bad", "failed"),
        ("tests/test_all.py::test_raises", "error"),
        ("tests/test_all.py::test_setup", "error"),
    ]
    assert [failure.trace.type for failure in result.failures] == ["AssertionError", "KeyError", "OSError"]


def test_only_the_chosen_files_run_even_when_the_command_names_a_folder(run):
    files = {"tests/test_a.py": "def test_a(): pass\n", "tests/test_b.py": "def test_b(): assert 0\n"}

    result = run("pytest -q tests", ["tests/test_a.py"], **files)

    assert (result.passed, failed(result)) == (1, [])


def test_a_test_that_hangs_is_stopped_named_and_the_others_still_run(run):
    text = (
        "import time\n\n\ndef test_hangs():\n    while True:\n        time.sleep(1)\n\n\ndef test_after():\n    pass\n"
    )

    result = run(**{"tests/test_slow.py": text})

    assert failed(result) == [("tests/test_slow.py::test_hangs", "hung")]
    assert result.passed == 1
    assert ("test_slow.py", 6) in [(f.path.rpartition("/")[2], f.line) for f in result.failures[0].trace.frames]


def test_a_test_that_ends_the_process_is_named(run):
    text = "import os\n\n\ndef test_dies():\n    os._exit(3)\n\n\ndef test_after():\n    pass\n"

    result = run(**{"tests/test_dies.py": text})

    assert failed(result) == [("tests/test_dies.py::test_dies", "crashed")]
    assert result.passed == 1


def test_a_file_that_cannot_be_loaded_keeps_its_real_exception(run):
    result = run(**{"tests/test_import.py": "import nowhere\n", "tests/test_ok.py": "def test_ok(): pass\n"})

    (failure,) = result.failures
    assert (failure.kind, failure.trace.type) == ("collect", "ModuleNotFoundError")


def test_a_conftest_that_cannot_be_loaded_is_a_failure_with_its_line(run):
    result = run(**{"conftest.py": "x = 1\nimport nowhere\n", "tests/test_ok.py": "def test_ok(): pass\n"})

    (failure,) = result.failures
    assert (failure.kind, failure.trace.frames[-1].line) == ("collect", 2)
    assert "nowhere" in failure.trace.message


def test_a_coroutine_that_nobody_awaits_is_recorded_with_its_origin(run):
    text = "async def save(): ...\n\n\ndef test_save():\n    save()\n"

    result = run(**{"tests/test_save.py": text})

    (warning,) = [warning for warning in result.warnings if "never awaited" in warning.text]
    assert 'test_save.py", line 5' in warning.text


def test_no_tests_is_not_checked_rather_than_red(run):
    result = run(**{"app.py": "x = 1\n"})

    assert (result.not_checked, result.failures) == ("no tests were found", ())


def test_settings_that_stop_at_the_first_failure_do_not_hide_the_others(run):
    result = run(
        **{
            "pytest.ini": "[pytest]\naddopts = -x\n",
            "test_a.py": "def test_1(): assert 0\n\n\ndef test_2(): assert 0\n",
        }
    )

    assert len(result.failures) == 2


def test_a_plugin_that_is_missing_is_no_verdict_on_the_tests(run):
    result = run("pytest --no-such-option", **{"test_a.py": "def test_1(): pass\n"})

    assert "pytest did not start" in result.not_checked


def test_a_test_that_wants_a_server_that_is_not_here_is_recognised(run):
    text = "import socket\n\n\ndef test_redis():\n    socket.create_connection(('127.0.0.1', 6379))\n"

    (failure,) = run(**{"test_redis.py": text}).failures

    assert "Connection refused" in needs_missing_service(failure)


UNITTEST = (
    "import unittest\n\n\nclass Articles(unittest.TestCase):\n    def test_good(self):\n        pass\n\n"
    "    def test_bad(self):\n        self.assertEqual(1, 2)\n\n    @unittest.skip('later')\n"
    "    def test_later(self):\n        pass\n\n    def test_raises(self):\n        {}['user']\n"
)


@pytest.mark.parametrize("tests", [(), ("tests/test_articles.py",)])
def test_results_of_unittest_are_read(run, tests):
    files = {"tests/__init__.py": "", "tests/test_articles.py": UNITTEST}

    result = run("python -m unittest discover", tests, **files)

    assert (result.passed, result.skipped) == (1, 1)
    assert failed(result) == [
        ("tests.test_articles.Articles.test_raises", "error"),
        ("tests.test_articles.Articles.test_bad", "failed"),
    ]
    assert result.failures[0].trace.type == "KeyError"


NODE = (
    "const test = require('node:test');\nconst assert = require('node:assert');\n\n"
    "test('good', () => {});\ntest('bad', () => {\n  assert.strictEqual(1, 2);\n});\n"
    "test('raises', () => {\n  undefined.id;\n});\ntest('later', { skip: true }, () => {});\n"
    "test.describe('group', () => {\n  test.it('inner', () => {});\n});\n"
)


def test_results_of_nodes_own_runner_are_read(run):
    package = json.dumps({"scripts": {"test": "node --test"}})

    result = run("npm test", ["test/all.test.js"], **{"package.json": package, "test/all.test.js": NODE})

    assert (result.passed, result.skipped) == (2, 1)
    assert [(failure.test.rpartition("::")[2], failure.kind) for failure in result.failures] == [
        ("bad", "failed"),
        ("raises", "error"),
    ]
    assert result.failures[1].path.endswith("test/all.test.js")
    assert "reading 'id'" in result.failures[1].trace.message


def test_a_javascript_file_that_does_not_load_is_a_failure(run):
    result = run("node --test", **{"test/broken.test.js": "require('./nowhere');\n"})

    assert len(result.failures) == 1


JEST = {
    "numTotalTests": 3,
    "numPassedTests": 1,
    "numPendingTests": 1,
    "testResults": [
        {
            "name": "/work/src/a.test.js",
            "status": "failed",
            "message": "",
            "assertionResults": [
                {"status": "passed", "fullName": "a good"},
                {
                    "status": "failed",
                    "fullName": "a bad",
                    "location": {"line": 7},
                    "failureMessages": [
                        "Error: expect(received).toBe(expected)\n\nExpected: 1\nReceived: 2\n"
                        "    at Object.<anonymous> (/work/src/a.test.js:8:17)\n"
                    ],
                },
            ],
        },
        {
            "name": "/work/src/b.test.js",
            "status": "failed",
            "message": "  Test suite failed to run\n\n    Cannot find module './nowhere' from 'src/b.test.js'",
            "assertionResults": [],
        },
    ],
}


def executed(exit_code=1, output=""):
    return ExecResult(
        command="npx jest",
        exit_code=exit_code,
        output=output,
        output_sha256="",
        seconds=1.0,
        timed_out=False,
        profile="offline",
        sandboxed=True,
    )


def test_the_json_of_jest_and_vitest_is_read():
    outcome = node.read_json(executed(), lambda name: json.dumps(JEST))

    assert (outcome.passed, outcome.skipped) == (1, 1)
    assert [(f.test, f.kind, f.line) for f in outcome.failures] == [
        ("/work/src/a.test.js::a bad", "failed", 7),
        ("/work/src/b.test.js", "collect", 0),
    ]
    assert outcome.failures[0].trace.frames[-1].line == 8


def test_the_json_of_mocha_is_read():
    stack = "TypeError: Cannot read properties of undefined (reading 'id')\n    at load (/work/src/a.js:3:9)"
    report = {
        "stats": {"tests": 2, "passes": 1, "pending": 0},
        "failures": [{"fullTitle": "a bad", "file": "/work/test/a.js", "err": {"stack": stack}}],
    }

    outcome = node.read_mocha(executed(), lambda name: json.dumps(report))

    assert (outcome.passed, outcome.failures[0].kind) == (1, "error")
    assert outcome.failures[0].trace.frames[-1].path == "/work/src/a.js"


def test_a_runner_that_writes_nothing_is_a_problem_and_no_success():
    outcome = node.read_json(executed(output="Validation Error: no preset"), lambda name: "")

    assert "no preset" in outcome.problem


@pytest.mark.parametrize(
    ("command", "files", "name", "argv"),
    [
        ("pytest", {}, "pytest", ("pytest",)),
        ("poetry run pytest -q tests", {"tests/a": ""}, "pytest", ("pytest", "-q")),
        (
            "uv run python -m pytest tests/unit -n 2",
            {"tests/unit/a": ""},
            "pytest",
            ("python", "-m", "pytest", "-n", "2"),
        ),
        ("cd api && python manage.py test", {}, "unittest", ("python", "manage.py", "test")),
        ("npm test", {"package.json": '{"scripts": {"test": "jest --runInBand"}}'}, "jest", ("jest", "--runInBand")),
        ("pnpm run test", {"package.json": '{"scripts": {"test": "vitest"}}'}, "vitest", ("vitest",)),
        ("npm test", {"package.json": '{"scripts": {"test": "NODE_ENV=test mocha"}}'}, "mocha", ("mocha",)),
        ("make test", {}, "command", ()),
    ],
)
def test_the_runner_behind_a_command_is_found(empty, command, files, name, argv):
    for path, text in files.items():
        empty.write(path, text)

    runner = find_runner(replace(empty.target, test=command), empty.root)

    assert (runner.name, runner.argv) == (name, argv)


def test_what_stands_before_the_runner_stays_there(empty):
    empty.write("package.json", '{"scripts": {"pretest": "tsc", "test": "NODE_ENV=test jest"}}')

    runner = find_runner(replace(empty.target, test="npm test"), empty.root)

    assert runner.prefix.endswith("(tsc) && NODE_ENV=test ")


def test_an_unknown_command_is_judged_by_its_exit_code(run):
    assert run("true").passed == 1
    assert failed(run("echo no; exit 3")) == [("echo no; exit 3", "failed")]
    assert "cannot be run here" in run("no-such-program").not_checked
