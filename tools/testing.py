"""Find the repository's test runner, run some or all of its tests, and read the result reliably."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tools.runners import node, python
from tools.runners.model import Failure, Launch, Outcome, Runner, Warned
from tools.runtime import Pending, Runtime
from tools.traces import Trace

if TYPE_CHECKING:
    from tools.shell import ExecResult
    from tools.targets.model import Target

_WRAPPERS = {
    ("poetry", "run"),
    ("uv", "run"),
    ("pdm", "run"),
    ("pipenv", "run"),
    ("hatch", "run"),
    ("rye", "run"),
}
_NODE_WRAPPERS = {("npx",), ("npm", "exec"), ("pnpm", "exec"), ("yarn", "exec"), ("pnpm", "dlx")}
_SCRIPT = re.compile(r"^(?:npm|pnpm|yarn)(?: run)? (test(?::\w+)?)\b\s*(?:-- )?(.*)$")
_HANGS = 3
"""So many hanging tests are set aside one after the other before the run is given up."""
_UNAVAILABLE = re.compile(
    r"ECONNREFUSED|[Cc]onnection refused|Connect call failed|ENOTFOUND|EAI_AGAIN|Name or service not known"
    r"|Temporary failure in name resolution|could not translate host name|Network is unreachable"
    r"|ServerSelectionTimeoutError|DockerException|redis\.exceptions\.ConnectionError|No route to host"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """What a run of tests showed."""

    __test__ = False

    passed: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = ()
    warnings: tuple[Warned, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    not_checked: str = ""
    """Why nothing can be said; empty when the tests ran."""
    complete: bool = True
    """Every chosen test was run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long tests may take, in seconds."""

    run: float = 300.0
    test: float = 40.0


def find_runner(target: Target, root: Path) -> Runner | None:
    """The runner behind the target's test command; None when it has no test command.

    A command that is none of the known runners is run as it is, and judged by its exit code alone.
    """
    if not target.test:
        return None
    prefix, words = _split(target.test)
    words, prefix = _resolve_script(words, prefix, target.path(root))
    words = _unwrapped(words)
    runner = _known(words)
    if runner is None:
        return Runner(name="command", command=target.test, launch=_launch_command, read=_read_command)
    # What discovery is told is where it starts, not a choice of tests.
    kept = words.index("discover") if "discover" in words else len(words)
    chosen = [
        word for at, word in enumerate(words[:kept]) if at == 0 or not _is_path(word, words[at - 1], target.path(root))
    ]
    argv = (*chosen, *words[kept:])
    return replace(runner, prefix=prefix, argv=argv, command=f"{prefix}{shlex.join(words)}")


def run_tests(runtime: Runtime, runner: Runner, tests: Sequence[str] = (), limits: Limits | None = None) -> TestRun:
    """Run the given tests (none = all) and read what happened; see `RunningTests`."""
    return RunningTests(runtime, runner, tests, limits).finish()


class RunningTests:
    """Tests that were started and run beside other commands; `finish` waits for them.

    A test that does not end is stopped, named, and the others are run without it.
    """

    def __init__(
        self, runtime: Runtime, runner: Runner, tests: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        """Start them.

        Args:
            runtime: The target, ready to run.
            runner: From `find_runner`.
            tests: Paths relative to the target's folder, or names as `Failure.test` gives them; none = all.
            limits: Seconds for the whole run and for one test.
        """
        self._runtime, self._runner, self._tests = runtime, runner, tuple(tests)
        self._limits = limits or Limits()
        self._started = self._start(())

    def finish(self) -> TestRun:
        """Wait for the end and read it; ``not_checked`` when there are no tests or the runner did not work."""
        evidence: list[ExecResult] = []
        hung: dict[str, Failure] = {}
        outcome, result = self._read()
        evidence.append(result)
        while stuck := [f for f in outcome.failures if f.kind in ("hung", "crashed") and f.test not in hung]:
            hung |= {failure.test: failure for failure in stuck}
            if outcome.complete or result.timed_out or self._runner.name != "pytest" or len(evidence) == _HANGS:
                break
            self._started = self._start(hung)
            outcome, result = self._read()
            evidence.append(result)
        return _summary(outcome, hung, evidence)

    def _start(self, without: Iterable[str]) -> tuple[str, Pending]:
        folder = self._runtime.scratch_folder()
        leave_out = [word for test in without for word in ("--deselect", test)]
        start = self._runner.launch(self._runner, [*self._tests, *leave_out], folder, self._limits.test)
        for name, text in start.files:
            self._runtime.put(folder, name, text)
        env = dict(start.env)
        return folder, self._runtime.begin(start.command, timeout=self._limits.run, env=env, silence=start.silence)

    def _read(self) -> tuple[Outcome, ExecResult]:
        folder, pending = self._started
        try:
            result = pending.finish()
            return self._runner.read(result, lambda name: self._runtime.get(folder, name)), result
        finally:
            self._runtime.drop(folder)


def _summary(outcome: Outcome, hung: Mapping[str, Failure], evidence: Sequence[ExecResult]) -> TestRun:
    seen = {failure.test for failure in outcome.failures}
    failures = (*outcome.failures, *(failure for test, failure in hung.items() if test not in seen))
    reason = "no tests were found" if outcome.empty else outcome.problem
    return TestRun(
        passed=outcome.passed,
        skipped=outcome.skipped,
        failures=failures,
        warnings=outcome.warnings,
        evidence=tuple(evidence),
        not_checked="" if failures else reason,
        complete=outcome.complete,
    )


def needs_missing_service(failure: Failure) -> str:
    """The words that say that the test wanted a server that is not here; empty when it failed otherwise."""
    texts = [failure.text] if failure.trace is None else []
    trace: Trace | None = failure.trace
    if trace is not None:
        texts += [trace.text, *(cause.text for cause in trace.causes)]
    for text in texts:
        match = _UNAVAILABLE.search(text)
        if match:
            line = next(part for part in text.splitlines() if match[0] in part)
            return line[:200]
    return ""


# Which runner it is


def _split(command: str) -> tuple[str, list[str]]:
    """What must stay in front (``cd api && ``) and the words of the runner itself."""
    prefix, joint, last = command.rpartition("&&")
    try:
        words = shlex.split(last)
    except ValueError:
        return "", [command]
    assigned = []
    while words and re.fullmatch(r"\w+=\S*", words[0]):
        assigned.append(shlex.quote(words.pop(0)))
    return f"{prefix}{joint}{' ' if joint else ''}{''.join(a + ' ' for a in assigned)}", words


def _resolve_script(words: list[str], prefix: str, folder: Path) -> tuple[list[str], str]:
    """``npm test`` is what package.json says it is; its programs lie in node_modules."""
    match = _SCRIPT.match(" ".join(words))
    if not match:
        return words, prefix
    scripts = _scripts(folder)
    body = scripts.get(match[1], "")
    before = scripts.get("pre" + match[1], "")
    inner, own = _split(body) if body else ("", [])
    if not own or _known(_unwrapped(own)) is None:
        return words, prefix
    path = 'PATH="$PWD/node_modules/.bin:$PATH"; export PATH; '
    return [*own, *shlex.split(match[2])], f"{prefix}{path}{f'({before}) && ' if before else ''}{inner}"


def _scripts(folder: Path) -> dict[str, str]:
    try:
        manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    return {str(k): str(v) for k, v in scripts.items()} if isinstance(scripts, dict) else {}


def _unwrapped(words: list[str]) -> list[str]:
    """Without ``poetry run``, ``npx`` and the like: the environment is already active, and they go online."""
    for wrapper in _WRAPPERS | _NODE_WRAPPERS:
        if tuple(words[: len(wrapper)]) == wrapper:
            rest = words[len(wrapper) :]
            while rest and rest[0].startswith("-"):
                rest = rest[1:]
            return rest
    return words


def _known(words: Sequence[str]) -> Runner | None:
    names = [Path(word).name for word in words[:4]]
    if "pytest" in names or "py.test" in names:
        return Runner(name="pytest", launch=python.launch_pytest, read=python.read_pytest)
    if "unittest" in names or ("manage.py" in names and "test" in names):
        return Runner(name="unittest", launch=python.launch_unittest, read=python.read_unittest)
    if names[:1] == ["node"] and "--test" in words:
        return Runner(name="node", launch=node.launch_tap, read=node.read_tap)
    for name in ("jest", "vitest"):
        if name in names:
            return Runner(name=name, launch=node.launch_json, read=node.read_json)
    if "mocha" in names:
        return Runner(name="mocha", launch=node.launch_mocha, read=node.read_mocha)
    return None


def _is_path(word: str, before: str, folder: Path) -> bool:
    """A positional path of tests: it would run beside the tests that we choose."""
    if word.startswith("-") or before in (
        "-c",
        "-p",
        "-k",
        "-m",
        "-n",
        "-W",
        "-o",
        "--rootdir",
        "--config",
        "-r",
    ):
        return False
    if word == "manage.py" or Path(word).name in ("jest.js", "vitest.mjs"):
        return False
    if before.startswith("--") and "=" not in before:
        return False
    target = folder / word.split("::")[0]
    return target.is_dir() or (target.is_file() and target.suffix in (".py", ".js", ".ts", ".mjs", ".cjs"))


# A command that we do not know


def _launch_command(runner: Runner, tests: Sequence[str], folder: str, limit: float) -> Launch:
    return Launch(command=runner.command, env=(("CI", "true"),))


def _read_command(result: ExecResult, read: object) -> Outcome:
    if result.exit_code == 0:
        return Outcome(passed=1)
    if result.timed_out:
        return Outcome(complete=False, failures=(Failure(test=result.command, kind="hung"),))
    missing = result.exit_code in (126, 127)
    if missing:
        return Outcome(complete=False, problem="the test command cannot be run here: " + result.output[-200:])
    return Outcome(failures=(Failure(test=result.command, kind="failed", text=result.output[-1500:]),))
