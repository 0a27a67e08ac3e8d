"""jest, vitest, mocha and ``node --test``: how they are started and how their results are read."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.runners.model import Failure, Launch, Outcome, ReadFile, Runner
from tools.shell import ExecResult
from tools.traces import Trace, read_traces

_TAP = re.compile(r"^(\s*)(not ok|ok) \d+ - (.*?)(?: # (SKIP|TODO).*)?$")
_TAP_FIELD = re.compile(r"^\s*(location|error|failureType|type|code): (.*)$")
_PLAIN_ERROR = re.compile(r"^\s*((?:[A-Za-z]\w*)?Error)(?: \[\w+\])?:? ?(.*)$", re.MULTILINE)


def launch_json(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    """Jest and vitest: results as JSON into a file."""
    millis = str(int(limit * 1000))
    if runner.name == "vitest":
        run = [] if "run" in runner.argv else ["run"]
        options = [*run, "--reporter=json", f"--outputFile={folder}/report.json", f"--testTimeout={millis}"]
    else:
        options = ["--json", f"--outputFile={folder}/report.json", "--forceExit", "--passWithNoTests"]
        options += ["--runTestsByPath"] if tests else []
    return Launch(command=_command(runner, [*options, *tests]), env=(("CI", "true"),))


def launch_mocha(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    """mocha: results as JSON into a file, and an end even when handles stay open."""
    options = ["--reporter", "json", "--reporter-option", f"output={folder}/report.json", "--exit"]
    return Launch(command=_command(runner, [*options, *tests]), env=(("CI", "true"),))


def launch_tap(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    """``node --test``: TAP into a file; options must stand before the files."""
    options = ["--test-reporter=tap", f"--test-reporter-destination={folder}/report.tap"]
    at = runner.argv.index("--test") + 1
    argv = [*runner.argv[:at], *options, *runner.argv[at:], *tests]
    return Launch(command=runner.prefix + shlex.join(argv), env=(("CI", "true"),))


def _command(runner: Runner, more: Sequence[str]) -> str:
    return runner.prefix + shlex.join([*runner.argv, *more])


def read_json(result: ExecResult, read: ReadFile) -> Outcome:
    """The JSON of jest, which vitest writes too."""
    report = _loads(read("report.json"))
    if report is None:
        return _nothing_written(result)
    failures: list[Failure] = []
    for file in report.get("testResults", []):
        cases = file.get("assertionResults", [])
        failures += [_case(file, case) for case in cases if case.get("status") == "failed"]
        if file.get("status") == "failed" and not any(case.get("status") == "failed" for case in cases):
            failures.append(_file(file))
    total = int(report.get("numTotalTests", 0))
    return Outcome(
        passed=int(report.get("numPassedTests", 0)),
        skipped=int(report.get("numPendingTests", 0)) + int(report.get("numTodoTests", 0)),
        failures=tuple(failures),
        complete=not result.timed_out,
        empty=total == 0 and not failures,
    )


def _case(file: Mapping[str, Any], case: Mapping[str, Any]) -> Failure:
    text = "\n".join(str(message) for message in case.get("failureMessages", []))
    place = case.get("location") or {}
    path = str(file.get("name", ""))
    name = str(case.get("fullName") or case.get("title") or "")
    return Failure(
        test=f"{path}::{name}",
        kind=_kind(text),
        path=path,
        line=int(place.get("line") or 0),
        trace=_trace(text),
        text=text[:1500],
    )


def _file(file: Mapping[str, Any]) -> Failure:
    path, text = str(file.get("name", "")), str(file.get("message", ""))
    return Failure(test=path, kind="collect", path=path, trace=_trace(text), text=text[:1500])


def read_mocha(result: ExecResult, read: ReadFile) -> Outcome:
    """Mocha's JSON."""
    report = _loads(read("report.json"))
    if report is None:
        return _nothing_written(result)
    stats = report.get("stats", {})
    failures = []
    for case in report.get("failures", []):
        error = case.get("err", {})
        text = str(error.get("stack") or error.get("message") or "")
        path = str(case.get("file") or "")
        failures.append(
            Failure(
                test=f"{path}::{case.get('fullTitle', '')}",
                kind=_kind(text),
                path=path,
                trace=_trace(text),
                text=text[:1500],
            )
        )
    return Outcome(
        passed=int(stats.get("passes", 0)),
        skipped=int(stats.get("pending", 0)),
        failures=tuple(failures),
        complete=not result.timed_out,
        empty=int(stats.get("tests", 0)) == 0 and not failures,
    )


def read_tap(result: ExecResult, read: ReadFile) -> Outcome:
    """TAP of ``node --test``: leaves count, suites only when they have no failing leaf."""
    text = read("report.tap")
    if not text.strip():
        return _nothing_written(result)
    passed = skipped = 0
    failures: list[Failure] = []
    for point in _tap_points(text.splitlines()):
        if point.is_suite:
            continue
        if point.skipped:
            skipped += 1
        elif point.ok:
            passed += 1
        else:
            failures.append(_tap_failure(point))
    return Outcome(
        passed=passed,
        skipped=skipped,
        failures=tuple(failures),
        complete=not result.timed_out,
        empty=passed + skipped == 0 and not failures,
    )


class _Point:
    """One ``ok`` or ``not ok`` line of TAP with the block below it."""

    def __init__(self, ok: bool, name: str, skipped: bool, block: Sequence[str]) -> None:
        self.ok, self.name, self.skipped, self.block = ok, name, skipped, block
        self.fields = {m[1]: m[2].strip("'\"") for m in map(_TAP_FIELD.match, block) if m}
        by_children = self.fields.get("failureType") == "subtestsFailed"
        self.is_suite = self.fields.get("type") == "suite" or by_children


def _tap_points(lines: Sequence[str]) -> Iterator[_Point]:
    for at, line in enumerate(lines):
        match = _TAP.match(line)
        if not match:
            continue
        block: list[str] = []
        if at + 1 < len(lines) and lines[at + 1].strip() == "---":
            for later in lines[at + 2 :]:
                if later.strip() == "...":
                    break
                block.append(later)
        yield _Point(match[2] == "ok", match[3], bool(match[4]), block)


def _tap_failure(point: _Point) -> Failure:
    location = point.fields.get("location", "")
    path, _, rest = location.partition(":")
    text = "\n".join(
        line.strip() if not line.strip().startswith("at ") else "    " + line.strip() for line in point.block
    )
    stack = [line.strip() for line in point.block]
    frames = [
        f"    at {line}"
        for line in stack
        if re.search(r"\(?(?:file://)?/\S+:\d+:\d+\)?$", line) and "location:" not in line
    ]
    kind: Any = (
        "hung" if "test timed out" in text or point.fields.get("failureType") == "testTimeoutFailure" else _kind(text)
    )
    error = point.fields.get("error", "")
    if error in ("|-", "|"):
        at = next(i for i, line in enumerate(stack) if line.startswith("error:"))
        error = stack[at + 1] if at + 1 < len(stack) else ""
    traces = read_traces("\n".join([f"Error: {error}", *frames]))
    return Failure(
        test=f"{path}::{point.name}" if path else point.name,
        kind=kind,
        path=path or point.name,
        line=int(rest.split(":")[0]) if rest.split(":")[0].isdigit() else 0,
        trace=traces[0] if traces else Trace(type="Error", message=error),
        text=text[:1500],
    )


def _kind(text: str) -> Any:
    if "xceeded timeout" in text or "Timeout of" in text or "timed out in" in text:
        return "hung"
    assertion = "AssertionError" in text or "ERR_ASSERTION" in text or "expect(" in text
    return "failed" if assertion else "error"


def _trace(text: str) -> Trace | None:
    traces = read_traces(text)
    if traces:
        return traces[0]
    match = _PLAIN_ERROR.search(text)
    return Trace(type=match[1], message=match[2].strip()) if match else None


def _loads(text: str) -> dict[str, Any] | None:
    try:
        report = json.loads(text)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _nothing_written(result: ExecResult) -> Outcome:
    """The runner died before it wrote a result: a configuration or a time-out."""
    if result.timed_out:
        return Outcome(complete=False, problem="the test runner did not end in time and named no test")
    traces = read_traces(result.output)
    if traces:
        failure = Failure(test="", kind="collect", trace=traces[-1], text=result.output[-1500:])
        return Outcome(failures=(failure,), complete=False)
    return Outcome(complete=False, problem="the test runner wrote no result: " + result.output.strip()[-300:])
