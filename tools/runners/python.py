"""pytest and unittest: how they are started and how their results are read."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.runners.model import Failure, Launch, Outcome, ReadFile, Runner, Warned
from tools.shell import ExecResult
from tools.traces import Frame, Trace, read_traces

_PLUGIN = "archwright_report"
_STACK_FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+) in (.+)$', re.MULTILINE)
_SHORT_FRAME = re.compile(r"^(\S+\.py):(\d+): in (.+)$", re.MULTILINE)
_SHORT_ERROR = re.compile(r"^E\s+([\w.]+(?:Error|Exception|Warning|Exit)): ?(.*)$", re.MULTILINE)
_SUMMARY = re.compile(r"^(FAILED|ERROR) (\S+?\.py\S*)(?: - (.*))?$", re.MULTILINE)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_USAGE_EXIT, _EMPTY_EXIT = 4, 5
_UNITTEST_LINE = re.compile(
    r"^(\w+) \(([\w.]+)\)(?:\n[^\n]*?)? \.\.\. ?(ok|FAIL|ERROR|skipped.*|expected failure)?$", re.M
)
_UNITTEST_BLOCK = re.compile(
    r"^={20,}\n(FAIL|ERROR): (\S+)(?: \(([\w.]+)\))?.*?\n-{20,}\n(.*?)(?=\n={20,}|\n-{20,}|\Z)", re.M | re.S
)
_UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in", re.MULTILINE)


def launch_pytest(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    """Start pytest with our reporting plug-in, which it finds through PYTHONPATH."""
    plugin = (Path(__file__).with_name("pytest_report.py")).read_text(encoding="utf-8")
    settings = json.dumps({"out": f"{folder}/report.jsonl", "limit": limit})
    subset = ["--no-cov"] if tests and _uses_coverage(runner) else []
    argv = [*runner.argv, "-p", _PLUGIN, "--maxfail=0", "--color=no", *subset, *tests]
    return Launch(
        command=runner.prefix + shlex.join(argv),
        env=(("PYTHONPATH", folder),),
        files=((f"{_PLUGIN}.py", plugin), (f"{_PLUGIN}.json", settings)),
    )


def read_pytest(result: ExecResult, read: ReadFile) -> Outcome:
    """Read the plug-in's record; without one, the words of pytest's own summary."""
    records = list(_records(read("report.jsonl")))
    if not any(record.get("event") == "session" for record in records):
        return _without_plugin(result)
    failures: dict[str, Failure] = {}
    started: dict[str, None] = {}
    counts = {"passed": 0, "skipped": 0}
    warnings: list[Warned] = []
    end: Mapping[str, Any] | None = None
    for record in records:
        event = record.get("event")
        if event == "start":
            started[str(record["id"])] = None
        elif event == "result":
            started.pop(str(record["id"]), None)
            _count(record, counts, failures)
        elif event == "collect":
            failures[str(record["id"])] = _failure(record, "collect")
        elif event == "warning":
            warnings.append(_warned(record))
        elif event == "end":
            end = record
    found = _Found(failures, counts, tuple(warnings), started)
    return _finish(found, end, result, read("report.stacks"))


class _Found:
    """What the record holds, before the end of the session is judged."""

    def __init__(
        self,
        failures: dict[str, Failure],
        counts: Mapping[str, int],
        warnings: tuple[Warned, ...],
        started: Mapping[str, None],
    ) -> None:
        self.failures, self.counts, self.warnings, self.started = failures, counts, warnings, started


def _finish(found: _Found, end: Mapping[str, Any] | None, result: ExecResult, stacks: str) -> Outcome:
    running = next(reversed(list(found.started)), "") if end is None else ""
    failures = dict(found.failures)
    if running:
        hung = result.timed_out or "Timeout (" in stacks
        failures[running] = _unfinished(running, hung, stacks, result)
    exit_code = end.get("exit") if end is not None else None
    nothing = exit_code == _EMPTY_EXIT and not failures
    problem = ""
    if not failures and exit_code not in (0, 1, _EMPTY_EXIT, None):
        problem = f"pytest ended with exit code {exit_code}"
    if not failures and end is None:
        problem = "pytest ended before its end: " + (result.output.strip().splitlines() or ["no output"])[-1][:200]
    return Outcome(
        passed=found.counts["passed"],
        skipped=found.counts["skipped"],
        failures=tuple(failures.values()),
        warnings=found.warnings,
        complete=end is not None,
        running=running,
        empty=nothing,
        problem=problem,
    )


def _unfinished(test: str, hung: bool, stacks: str, result: ExecResult) -> Failure:
    stack = [Frame(path=m[1], line=int(m[2]), name=m[3]) for m in _STACK_FRAME.finditer(stacks)]
    trace = Trace(
        type="Timeout" if hung else "ProcessDied",
        message="did not end" if hung else f"the process ended with exit code {result.exit_code}",
        frames=tuple(reversed(stack)),
    )
    kind: Any = "hung" if hung else "crashed"
    return Failure(test=test, kind=kind, path=test.split("::")[0], trace=trace, text=result.output[-600:])


def _count(record: Mapping[str, Any], counts: dict[str, int], failures: dict[str, Failure]) -> None:
    outcome = record.get("outcome")
    if outcome == "failed":
        assertion = str((record.get("error") or {}).get("type", "")).endswith("AssertionError")
        failures.setdefault(str(record["id"]), _failure(record, "failed" if assertion else "error"))
    elif outcome in counts:
        counts[str(outcome)] += 1


def _failure(record: Mapping[str, Any], kind: Any) -> Failure:
    error = record.get("error") or {}
    trace = trace_of(error) if error else None
    if kind == "collect" and trace is not None and trace.causes:
        trace = trace.causes[-1]
    test = str(record["id"])
    return Failure(
        test=test,
        kind=kind,
        path=str(record.get("path") or test.split("::")[0]),
        line=int(record.get("line") or 0),
        trace=trace,
        text=str(record.get("text") or ""),
        logged=str(record.get("logged") or ""),
    )


def trace_of(error: Mapping[str, Any]) -> Trace:
    """The trace that the plug-in wrote down as plain data."""
    return Trace(
        type=str(error.get("type") or "Exception"),
        message=str(error.get("message") or "").strip(),
        frames=tuple(Frame(path=str(f[0]), line=int(f[1] or 0), name=str(f[2])) for f in error.get("frames") or ()),
        causes=tuple(trace_of(cause) for cause in error.get("causes") or () if cause),
    )


def _warned(record: Mapping[str, Any]) -> Warned:
    return Warned(
        test=str(record.get("id") or ""),
        category=str(record.get("category") or ""),
        text=str(record.get("text") or ""),
        path=str(record.get("path") or ""),
        line=int(record.get("line") or 0),
    )


def _records(text: str) -> Iterable[dict[str, Any]]:
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def _without_plugin(result: ExecResult) -> Outcome:
    """The session never began (a conftest that cannot be imported), or this pytest is too old for us."""
    output = result.output
    if result.exit_code == _EMPTY_EXIT:
        return Outcome(empty=True)
    error = list(_SHORT_ERROR.finditer(output))
    if error and result.exit_code not in (0, 1):
        frames = tuple(Frame(path=m[1], line=int(m[2]), name=m[3]) for m in _SHORT_FRAME.finditer(output))
        trace = Trace(type=error[-1][1], message=error[-1][2], frames=frames)
        place = frames[0].path if frames else "conftest.py"
        failure = Failure(test=place, kind="collect", path=place, trace=trace, text=output[-1500:])
        return Outcome(failures=(failure,), complete=False)
    counts = {word: int(number) for number, word in _COUNT.findall(output)}
    failures = tuple(
        Failure(
            test=m[2],
            kind="failed" if m[1] == "FAILED" else "error",
            path=m[2].split("::")[0],
            text=m[3] or "",
        )
        for m in _SUMMARY.finditer(output)
    )
    problem = "" if counts or failures else "pytest did not start: " + output.strip()[-300:]
    return Outcome(passed=counts.get("passed", 0), skipped=counts.get("skipped", 0), failures=failures, problem=problem)


def _uses_coverage(runner: Runner) -> bool:
    return any(word.startswith("--cov") for word in shlex.split(runner.command.replace("&&", " ")))


# unittest


def launch_unittest(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    """``python -m unittest -v``: paths become dotted modules, and discovery stays when nothing is chosen."""
    argv = list(runner.argv)
    env: tuple[tuple[str, str], ...] = ()
    top = _discovery_top(argv)
    if tests and "discover" in argv:
        argv = argv[: argv.index("discover")]
        env = (("PYTHONPATH", top),) if top else ()
    verbose = [] if "-v" in argv or "--verbose" in argv else ["-v"]
    if "test" in argv:
        verbose = ["-v", "2"]
    chosen = [_dotted(test.removeprefix(f"{top}/") if top else test) for test in tests]
    return Launch(command=runner.prefix + shlex.join([*argv, *verbose, *chosen]), env=env, silence=limit)


def _discovery_top(argv: Sequence[str]) -> str:
    """The folder that discovery names modules from (``-t``, else ``-s``); empty for the target's own."""
    words = list(argv[argv.index("discover") + 1 :]) if "discover" in argv else []
    given: dict[str, str] = {}
    for at, word in enumerate(words):
        option, _, value = word.partition("=")
        short = {"--start-directory": "-s", "--top-level-directory": "-t"}.get(option, option)
        if short in ("-s", "-t"):
            given[short] = value or next(iter(words[at + 1 :]), "")
    plain = words[0] if words and not words[0].startswith("-") else ""
    top = given.get("-t") or given.get("-s") or plain
    return "" if top in (".", "./") else top.rstrip("/")


def read_unittest(result: ExecResult, read: ReadFile) -> Outcome:
    """Read the verbose output; the test that was begun last is the one that hangs."""
    passed = skipped = 0
    running = ""
    for match in _UNITTEST_LINE.finditer(result.output):
        verdict = match[3] or ""
        passed += verdict in ("ok", "expected failure")
        skipped += verdict.startswith("skipped")
        if not verdict:
            running = match[2] if match[2].endswith("." + match[1]) else f"{match[2]}.{match[1]}"
    failures = tuple(_unittest_failure(match) for match in _UNITTEST_BLOCK.finditer(result.output))
    ran = _UNITTEST_RAN.search(result.output)
    if ran is None and result.timed_out and running:
        failures += (Failure(test=running, kind="hung", trace=Trace(type="Timeout", message="did not end")),)
    problem = ""
    if ran is None and not failures:
        problem = "unittest did not run: " + result.output.strip()[-300:]
    return Outcome(
        passed=passed,
        skipped=skipped,
        failures=failures,
        complete=ran is not None,
        running=running if ran is None else "",
        empty=ran is not None and int(ran[1]) == 0,
        problem=problem,
    )


def _unittest_failure(match: re.Match[str]) -> Failure:
    name, owner = match[2], match[3] or ""
    test = owner if owner.endswith("." + name) else f"{owner}.{name}".strip(".")
    traces = read_traces(match[4])
    kind: Any = "failed" if match[1] == "FAIL" else "error"
    if owner.startswith("unittest.loader"):
        kind, test = "collect", name
    return Failure(test=test, kind=kind, trace=traces[-1] if traces else None, text=match[4][-1500:])


def _dotted(test: str) -> str:
    return test.removesuffix(".py").replace("/", ".") if test.endswith(".py") else test
