"""The tests rung: run what the change touches, and tell what was red before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tools.findings import Finding, RungResult, Severity, Status
from tools.probes.context import GateContext, not_checked
from tools.runners.model import Failure, Runner, Warned
from tools.runtime import Runtime
from tools.symptoms import headline, symptom_of
from tools.testing import Limits, RunningTests, TestRun, find_runner, needs_missing_service, run_tests
from tools.traces import workspace_line, workspace_path

_SHOWN = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What the tests showed."""

    rung: RungResult = field(default_factory=lambda: not_checked("tests", "not run"))
    blamed: tuple[Failure, ...] = ()
    """Failures that the change is to blame for."""
    warnings: tuple[Warned, ...] = ()
    ran: bool = False
    red_before: bool = False
    """Some of the tests fail without the change, too."""


class RunningSuite:
    """Tests of a target that were started and run beside other rungs."""

    def __init__(
        self,
        context: GateContext,
        runtime: Runtime,
        files: Sequence[str],
        base_runtime: Callable[[], Runtime],
    ) -> None:
        """Start them.

        Args:
            context: For the base and the limits.
            runtime: The target on its own scratch database.
            files: Test files relative to the workspace; none = the whole suite.
            base_runtime: Makes the target ready at the base, when something is red.
        """
        self._context, self._runtime, self._base_runtime = context, runtime, base_runtime
        self._files = tuple(files)
        self._runner = find_runner(runtime.target, runtime.root)
        chosen = [_relative(path, runtime) for path in files]
        limits = _limits(context, not files)
        self._running = RunningTests(runtime, self._runner, chosen, limits) if self._runner else None

    def finish(self) -> Suite:
        """Wait for them and judge them."""
        if self._running is None or self._runner is None:
            return Suite(rung=not_checked("tests", "the repository does not say how its tests are run"))
        run = self._running.finish()
        if run.not_checked:
            return Suite(rung=not_checked("tests", run.not_checked, evidence=run.evidence))
        wanting = {f.test: reason for f in run.failures if (reason := needs_missing_service(f))}
        before = _red_at_base(self._context, self._runtime, self._runner, (run.failures, self._base_runtime))
        blamed = [failure for failure in run.failures if not _excused(failure, wanting, before)]
        self._remember(run)
        return Suite(
            rung=_rung(self._runtime, run, blamed, (wanting, before)),
            blamed=tuple(blamed),
            warnings=run.warnings,
            ran=True,
            red_before=bool(before),
        )

    def _remember(self, run: TestRun) -> None:
        """Files that pass now were not red before; the base need not be asked when they fail later."""
        red = {_file_of(failure, self._runtime) for failure in run.failures}
        for file in self._files if run.complete and None not in red else ():
            if file not in red:
                self._context.base.remember(_key(self._runtime, file), frozenset())


def _key(runtime: Runtime, file: str) -> str:
    return f"tests:{runtime.target.name}:{file}"


def _excused(failure: Failure, wanting: dict[str, str], before: frozenset[str] | None) -> bool:
    """Red without the change, too; or it wanted a server that is not here and nobody can say how it was."""
    if before is not None and failure.test in before:
        return True
    return before is None and failure.test in wanting


def _limits(context: GateContext, everything: bool) -> Limits:
    limits = context.limits
    return Limits(run=limits.all_tests if everything else limits.tests, test=limits.one_test)


def _red_at_base(
    context: GateContext,
    runtime: Runtime,
    runner: Runner,
    red: tuple[Sequence[Failure], Callable[[], Runtime]],
) -> frozenset[str] | None:
    """Which of the failing tests fail at the base; None when nobody can go there."""
    failures, base_runtime = red
    files: set[str] = set()
    nameless: set[str] = set()
    for failure in failures:
        file = _file_of(failure, runtime)
        if file is None:
            nameless.add(failure.test)
        elif context.read_base(file) is not None:
            files.add(file)
    found: set[str] = set()
    # one run per file: a file that cannot be collected must not hide the others
    asked = [([_relative(file, runtime)], _key(runtime, file)) for file in sorted(files)]
    if nameless:  # known by the runner's own name for them alone
        asked.append((sorted(nameless), _key(runtime, " ".join(sorted(nameless)))))
    for tests, key in asked:
        names = context.base.ask(key, partial(_failing, runner, base_runtime, tests, context))
        if names is None:
            return None
        found |= names
    return frozenset(found)


def _failing(
    runner: Runner, base_runtime: Callable[[], Runtime], tests: Sequence[str], context: GateContext
) -> frozenset[str]:
    run = run_tests(base_runtime(), runner, tests, _limits(context, False))
    return frozenset(failure.test for failure in run.failures)


def _file_of(failure: Failure, runtime: Runtime) -> str | None:
    for text in (failure.path, failure.test.split("::")[0]):
        path = workspace_path(text, runtime.root, runtime.target.root) if text else None
        if path is not None:
            return path
    if failure.trace is not None:
        place = workspace_line(failure.trace, runtime.root, runtime.target.root)
        return place[0] if place else None
    return None


def _relative(path: str, runtime: Runtime) -> str:
    return path.removeprefix(runtime.target.root + "/") if runtime.target.root != "." else path


def _rung(
    runtime: Runtime,
    run: TestRun,
    blamed: Sequence[Failure],
    known: tuple[dict[str, str], frozenset[str] | None],
) -> RungResult:
    wanting, before = known
    old = [failure for failure in run.failures if before is not None and failure.test in before]
    elsewhere = [failure for failure in run.failures if failure not in blamed and failure not in old]
    parts = [f"{run.passed} passed", f"{len(blamed)} failed" if blamed else ""]
    parts += [f"{run.skipped} skipped" if run.skipped else "", f"{len(old)} red before the change" if old else ""]
    if elsewhere:
        reason = wanting.get(elsewhere[0].test, "")
        parts.append(f"{len(elsewhere)} need a service that is not here ({reason})")
    if not run.complete:
        parts.append("the run did not come to its end")
    status = Status.RED if blamed else Status.RED_BEFORE if old else Status.GREEN
    if not blamed and not old and elsewhere and not run.passed:
        status = Status.NOT_CHECKED
    shown = blamed or old
    findings = [_finding(failure, runtime, blamed=bool(blamed)) for failure in shown[:_SHOWN]]
    reason = ", ".join(part for part in parts if part)
    return RungResult(name="tests", status=status, findings=tuple(findings), evidence=run.evidence, reason=reason)


def _finding(failure: Failure, runtime: Runtime, *, blamed: bool) -> Finding:
    path, line = _place(failure, runtime)
    symptom = symptom_of(failure.trace) if failure.trace is not None else None
    rule = {"hung": "test-hangs", "collect": "test-not-loaded", "crashed": "test-crashes"}.get(
        failure.kind, "test-fails"
    )
    return Finding(
        rule=rule,
        severity=Severity.ERROR if blamed else Severity.WARNING,
        path=path,
        line=line,
        message=f"{failure.test}: {_said(failure)}",
        hint=symptom.hint if symptom is not None else "",
    )


def _place(failure: Failure, runtime: Runtime) -> tuple[str, int]:
    """The innermost workspace line of the error, else the test itself."""
    root, within = runtime.root, runtime.target.root
    place = workspace_line(failure.trace, root, within) if failure.trace is not None else None
    if place is not None:
        return place
    return _file_of(failure, runtime) or "", failure.line


def _said(failure: Failure) -> str:
    if failure.kind == "hung":
        return "does not end"
    if failure.trace is None:
        lines = [line for line in failure.text.splitlines() if line.strip()]
        return lines[-1].strip()[:240] if lines else "failed"
    if failure.kind == "failed":
        asserted = [line[2:].strip() for line in failure.text.splitlines() if line.startswith("E ")]
        if asserted:
            return " ".join(asserted[:3])[:240]
    return headline(failure.trace)
