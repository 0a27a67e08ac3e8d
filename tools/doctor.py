"""Proves, before anything is spent, that a target runs here: imports, migrations, boot, one test."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tools.constraints.model import ConstraintSet
from tools.errors import EnvironmentFault, ToolError
from tools.facts.model import Project
from tools.findings import RungResult, Status
from tools.probes.boot import boot
from tools.probes.context import GateContext, GateLimits
from tools.probes.databases import Prepared, prepare
from tools.probes.schema import migrate
from tools.runtime import Runtime
from tools.services import Scratch
from tools.shell import ExecResult, Shell, ShellSettings
from tools.target import Environment, Environments, Target, write_carried
from tools.targets.files import Tree
from tools.testing import find_runner, needs_missing_service, run_tests

_TEST_FILE = re.compile(r"(^|/)(test_[^/]+\.py|[^/]+_test\.py|tests\.py|[^/]+\.(test|spec)\.[cm]?[jt]sx?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and with what a target is tried."""

    root: Path
    """The workspace; code of the target writes into it (caches, generated clients)."""
    run_dir: Path
    """For the environment; ours alone."""
    environments: Environments
    scratch: Scratch
    sandbox: bool = True
    limits: GateLimits = GateLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a target can do here."""

    target: Target
    environment: Environment
    rungs: tuple[RungResult, ...]
    """``environment``, ``imports``, ``migrations``, ``boot``, ``one test``: green, red before us, or not checked
    with the reason why it cannot run here."""

    @property
    def usable(self) -> bool:
        """Whether gates that run code can say anything."""
        return self.environment.installed


def doctor_target(target: Target, place: Place) -> Examination:
    """Installs a target and tries it; whatever this machine lacks is a reason, never an exception."""
    begin = time.monotonic()
    environment = place.environments.provision(target, place.root, place.run_dir)
    rungs = [_installed(environment, time.monotonic() - begin)]
    if not environment.installed:
        reason = f"cannot run here: {environment.notes[0] if environment.notes else 'nothing is installed'}"
        names = ("imports", "migrations", "boot", "one test")
        rungs += [RungResult(name=name, status=Status.NOT_CHECKED, reason=reason) for name in names]
        return Examination(target=target, environment=environment, rungs=tuple(rungs))
    settings = ShellSettings(
        root=place.root,
        readable=environment.readable,
        writable=(*environment.writable, place.scratch.folder),
        env=environment.env,
        path_prepend=environment.path_prepend,
        sandbox=place.sandbox,
    )
    place.scratch.folder.mkdir(parents=True, exist_ok=True)
    with Shell(settings) as shell:
        rungs += _run_rungs(target, environment, place, shell)
    return Examination(target=target, environment=environment, rungs=tuple(rungs))


def _run_rungs(target: Target, environment: Environment, place: Place, shell: Shell) -> list[RungResult]:
    context = GateContext(
        root=place.root,
        targets=[target],
        environments={target.name: environment},
        shell=shell,
        scratch=place.scratch,
        constraints=ConstraintSet(),
        project=Project(root=place.root),
        limits=place.limits,
    )
    prepared = prepare(context, target, "doctor")
    write_carried(target, place.root, prepared.values)
    runtime = Runtime(shell=shell, target=target, environment=environment, root=place.root, env=prepared.env(target))
    steps: dict[str, Callable[[], RungResult]] = {
        "imports": lambda: _imports(target, environment, place, shell),
        "migrations": lambda: _migrations(runtime, prepared, place.limits),
        "boot": lambda: _boot(runtime, prepared, place.limits),
        "one test": lambda: _one_test(runtime, prepared),
    }
    return [_timed(name, step) for name, step in steps.items()]


def _timed(name: str, step: Callable[[], RungResult]) -> RungResult:
    begin = time.monotonic()
    try:
        result = step()
    except (ToolError, EnvironmentFault) as error:
        reason = f"cannot run here: {str(error).splitlines()[0]}"
        result = RungResult(name=name, status=Status.NOT_CHECKED, reason=reason)
    return replace(result, seconds=time.monotonic() - begin)


def _installed(environment: Environment, seconds: float) -> RungResult:
    status = Status.GREEN if environment.installed else Status.NOT_CHECKED
    reason = "; ".join(environment.notes) or "installed"
    return RungResult(name="environment", status=status, reason=reason, evidence=environment.evidence, seconds=seconds)


def _imports(target: Target, environment: Environment, place: Place, shell: Shell) -> RungResult:
    if not target.packages:
        return _not_checked("imports", "the repository has no packages of its own to import")
    proof = place.environments.prove(environment, target, place.root, shell)
    found = f"{len(proof.resolved)} of the repository's own packages come from the worktree"
    return RungResult(
        name="imports",
        status=Status.GREEN if proof.ok else Status.RED_BEFORE,
        reason="; ".join(proof.problems) or found,
        evidence=(proof.evidence,) if proof.evidence else (),
    )


def _migrations(runtime: Runtime, prepared: Prepared, limits: GateLimits) -> RungResult:
    if prepared.problem:
        return _not_checked("migrations", f"cannot run here: {prepared.problem}")
    looked = migrate(runtime, limits.migrate)
    if not looked.checked:
        return _not_checked("migrations", looked.reason, looked.evidence)
    status = Status.RED_BEFORE if looked.findings else Status.GREEN
    reason = looked.findings[0].message if looked.findings else looked.reason
    return RungResult(
        name="migrations", status=status, reason=reason, findings=looked.findings, evidence=looked.evidence
    )


def _boot(runtime: Runtime, prepared: Prepared, limits: GateLimits) -> RungResult:
    if prepared.problem:
        return _not_checked("boot", f"cannot run here: {prepared.problem}")
    if not runtime.target.start:
        return _not_checked("boot", "the repository does not say how the application is started")
    built = runtime.run(runtime.target.build, timeout=limits.build) if runtime.target.build else None
    if built is not None and built.exit_code != 0:
        return RungResult(name="boot", status=Status.RED_BEFORE, reason="the build fails", evidence=(built,))
    booted = boot(runtime, lambda port: prepared.env(runtime.target, port), limits)
    status = Status.GREEN if booted.healthy else Status.RED_BEFORE
    reason = booted.findings[0].message if booted.findings and not booted.healthy else booted.reason
    return RungResult(name="boot", status=status, reason=reason, findings=booted.findings, evidence=booted.evidence)


def _one_test(runtime: Runtime, prepared: Prepared) -> RungResult:
    runner = find_runner(runtime.target, runtime.root)
    test = _smallest_test(runtime)
    if runner is None or test is None:
        return _not_checked("one test", "the repository has no tests that we can find")
    if prepared.problem:
        return _not_checked("one test", f"cannot run here: {prepared.problem}")
    run = run_tests(runtime, runner, [test])
    missing = next(filter(None, map(needs_missing_service, run.failures)), "")
    if run.not_checked or missing:
        return _not_checked("one test", f"cannot run here: {run.not_checked or missing}", run.evidence)
    failed = f"{test}: {len(run.failures)} of {len(run.failures) + run.passed} fail"
    return RungResult(
        name="one test",
        status=Status.RED_BEFORE if run.failures else Status.GREEN,
        reason=failed if run.failures else f"{test}: {run.passed} pass",
        evidence=run.evidence,
    )


def _smallest_test(runtime: Runtime) -> str | None:
    """The smallest test file, relative to the target's folder: it is the likeliest to need nothing else."""
    tree = Tree(runtime.folder)
    files = [path for path in tree.files if _TEST_FILE.search(path) and tree.read(path)]
    return min(files, key=lambda path: (len(tree.read(path) or ""), path), default=None)


def _not_checked(name: str, reason: str, evidence: tuple[ExecResult, ...] = ()) -> RungResult:
    return RungResult(name=name, status=Status.NOT_CHECKED, reason=reason, evidence=evidence)
