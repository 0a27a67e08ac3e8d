"""The rungs that run a target: boot, schema, tests, and the database errors seen meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tools.findings import Finding, RungResult, Severity, Status
from tools.probes import queries, schema
from tools.probes.boot import Boot, boot, failures, missing_service
from tools.probes.context import GateContext, against_base, has_error, judged, not_checked
from tools.probes.databases import Prepared, copy, fixed_files, prepare, set_aside
from tools.probes.static import inside
from tools.probes.suite import RunningSuite, Suite
from tools.runtime import Runtime
from tools.targets.model import Environment, Target

RUNGS = ("boot", "schema", "queries", "tests")
"""What is run of a target, in the order of judging."""
_NOT_FOUND = 127
_VOLATILE = re.compile(
    r"\d{1,4}[-/]\w{2,3}[-/]\d{1,4}[ T:]?|\d{1,2}:\d\d:\d\d(?:[.,]\d+)?|\b(?:pid|process)\W{1,3}\d+|\b0x[0-9a-f]{4,}",
    re.I,
)
_SOME_PORT = 8000
"""For variables that must be filled although nothing listens."""


@dataclass(kw_only=True)
class Wanted:
    """Which rungs a change calls for, and why the others are left out."""

    boot: str = ""
    """Empty = run it; else why not."""
    schema: str = ""
    tests: str = ""
    files: Sequence[str] = ()
    """Tests to run, relative to the workspace; empty = all."""


@dataclass(kw_only=True)
class TargetRun:
    """The runtime rungs of one target."""

    boot: RungResult
    schema: RungResult
    tests: RungResult
    queries: RungResult


def probe(context: GateContext, target: Target, wanted: Wanted) -> TargetRun:
    """Run what the change calls for, on a scratch database; migrations first, then start, then tests."""
    environment = context.environments.get(target.name)
    reason = _not_runnable(target, environment)
    if reason or environment is None:
        return _nothing(reason)
    files = fixed_files(context, target)
    with set_aside(files, context.scratch.folder):
        return _Prober(context, target, environment).run(wanted)


def _not_runnable(target: Target, environment: Environment | None) -> str:
    if target.runtime is None:
        return "" if target.test else "the repository does not say how it is run"
    if environment is None:
        return "it has no environment"
    if not environment.installed:
        return environment.notes[0] if environment.notes else "its dependencies are not installed"
    return ""


def _nothing(reason: str) -> TargetRun:
    rungs = {name: not_checked(name, reason) for name in RUNGS}
    return TargetRun(**rungs)


class _Prober:
    """One target and its scratch database during one gate."""

    def __init__(self, context: GateContext, target: Target, environment: Environment) -> None:
        self.context, self.target, self.environment = context, target, environment
        self.prepared = Prepared()
        self.applied = schema.Looked(checked=False, ok=False)
        self.booted = Boot()
        self.suite = Suite()
        self.log_mark = context.scratch.server.log_size()

    def run(self, wanted: Wanted) -> TargetRun:
        """Migrations first; then the tests, on a copy, beside the comparison and the start."""
        self.prepared = prepare(self.context, self.target, "main")
        built = None if wanted.boot and wanted.tests else self._build()
        self._migrate(wanted)
        running = self._begin_tests(wanted, beside=True)
        schema_rung = self._schema_by_migrations(wanted)
        boot_rung = built or self._boot(wanted)
        schema_rung = schema_rung or self._schema_by_start(wanted)
        running = running or self._begin_tests(wanted, beside=False)
        self.suite = running.finish() if running else Suite(rung=not_checked("tests", wanted.tests))
        # only now: nothing of the present state is running any more, so the base may be visited
        boot_rung = self._against_base(boot_rung, self._boot_at_base)
        schema_rung = self._against_base(schema_rung, self._schema_at_base)
        rungs = (boot_rung, schema_rung, self.suite.rung, self._queries())
        return TargetRun(**{rung.name: replace(rung, seconds=_seconds(rung)) for rung in rungs})

    def _runtime(self, prepared: Prepared | None = None, port: int | None = None) -> Runtime:
        return Runtime(
            shell=self.context.shell,
            target=self.target,
            environment=self.environment,
            root=self.context.root,
            env=(prepared or self.prepared).env(self.target, port),
        )

    # build and boot

    def _build(self) -> RungResult | None:
        """Generated and built code must be there before anything starts; None when that went well."""
        for command in (self.target.generate, self.target.build):
            if not command:
                continue
            result = self._runtime().run(command, timeout=self.context.limits.build)
            if result.exit_code == _NOT_FOUND:
                return not_checked("boot", f"the build command is not installed: {command}", evidence=(result,))
            if result.exit_code != 0:
                what = f"`{command}` fails"
                found = failures("build-fails", what, result.output, self.context.root, self.target.root)
                return judged("boot", found, evidence=(result,))
        return None

    def _boot(self, wanted: Wanted) -> RungResult:
        reason = wanted.boot or self.prepared.problem
        if reason or not self.target.start:
            return not_checked("boot", reason or "the repository does not say how the application is started")
        self.booted = self._start(self.prepared)
        wanting = "" if self.booted.healthy else missing_service(self.booted.output)
        if wanting:
            reason = f"the application wants a service that is not here: {wanting}"
            return not_checked("boot", reason, evidence=self.booted.evidence)
        findings = [_plain(finding) for finding in self.booted.findings]
        return judged("boot", findings, evidence=self.booted.evidence, reason=self.booted.reason)

    def _start(self, prepared: Prepared) -> Boot:
        return boot(self._runtime(prepared), lambda port: prepared.env(self.target, port), self.context.limits)

    # schema

    def _migrate(self, wanted: Wanted) -> None:
        """Boot and tests need the tables, too, so migrations run even when nobody asks for the schema rung."""
        needed = not (wanted.boot and wanted.schema and wanted.tests)
        if needed and self.target.migrate and not self.prepared.problem:
            self.applied = schema.migrate(self._runtime(), self.context.limits.migrate)

    def _schema_by_migrations(self, wanted: Wanted) -> RungResult | None:
        """The schema rung where migrations make the tables; None when the application makes them itself."""
        applied = self.applied
        reason = wanted.schema or self.prepared.problem
        if reason:
            return not_checked("schema", reason, evidence=applied.evidence)
        if not self.target.migrate:
            return None
        if not applied.checked:
            return not_checked("schema", applied.reason, evidence=applied.evidence)
        compared = schema.Looked()
        if applied.ok:
            compared = self._compare(self.prepared, schema.Comparison(migrated=True))
        return judged(
            "schema",
            (*applied.findings, *compared.findings),
            evidence=(*applied.evidence, *compared.evidence),
            reason="; ".join(reason for reason in (applied.reason, compared.reason) if reason),
        )

    def _schema_by_start(self, wanted: Wanted) -> RungResult:
        """The schema rung where the application makes its own tables when it starts."""
        if not (self.booted.healthy or wanted.boot):
            return not_checked("schema", "there are no migrations and the application does not start")
        looked = self._compare(self.prepared, schema.Comparison(migrated=False))
        if not looked.checked:
            return not_checked("schema", looked.reason, evidence=looked.evidence)
        return judged("schema", looked.findings, evidence=looked.evidence, reason=looked.reason)

    def _compare(self, prepared: Prepared, how: schema.Comparison) -> schema.Looked:
        files = [path for path in fixed_files(self.context, self.target) if path.exists()]
        url = prepared.url or (f"sqlite:///{files[0]}" if files else None)
        return schema.compare(self.context, self._runtime(prepared, port=_SOME_PORT), url, how)

    # tests and queries

    def _begin_tests(self, wanted: Wanted, *, beside: bool) -> RunningSuite | None:
        """Start the tests; beside other rungs only where they get a database of their own."""
        own_file = self.prepared.database is None and fixed_files(self.context, self.target)
        if wanted.tests or (beside and (self.target.fixed_databases or own_file)):
            return None
        database = copy(self.context, self.target, self.prepared, "tests")
        runtime = self._runtime(database, port=self.context.shell.free_port())
        return RunningSuite(self.context, runtime, wanted.files, self._base_runtime)

    def _queries(self) -> RungResult:
        """What the database and the data layer complained about meanwhile."""
        if not (self.booted.output or self.suite.ran or self.applied.evidence):
            return not_checked("queries", "nothing was run that sends a query")
        root, within = self.context.root, self.target.root
        found = queries.of_failures(self.suite.blamed, root, within)
        found += queries.of_warnings(self.suite.warnings, root, self.context.present)
        found += queries.of_output(self.booted.output, root, within, "while the server ran")
        told = (*found, *self.booted.findings, *self.applied.findings)
        refused = queries.of_server_log(self.context.scratch.server.log(self.log_mark), told)
        if self.suite.red_before or has_error(self.applied.findings):
            refused = [replace(finding, severity=Severity.WARNING) for finding in refused]
        return judged("queries", [*found, *refused], reason="" if found or refused else "no database error was seen")

    # the base

    def _against_base(self, result: RungResult, look: Callable[[], list[Finding]]) -> RungResult:
        """Without the blame for what was red before; asked only when it is red and there was something before."""
        if result.status is not Status.RED or not any(map(self._existed, self.context.project.files)):
            return result
        return against_base(result, self.context.base.ask(f"{result.name}:{self.target.name}", look))

    def _existed(self, path: str) -> bool:
        return inside(path, self.target.root) and self.context.read_base(path) is not None

    def _base_runtime(self) -> Runtime:
        """The target on a database as the base would make it."""
        return self._runtime(self._prepare_base()[0], port=self.context.shell.free_port())

    def _prepare_base(self) -> tuple[Prepared, schema.Looked]:
        prepared = prepare(self.context, self.target, "base")
        return prepared, schema.migrate(self._runtime(prepared), self.context.limits.migrate)

    def _boot_at_base(self) -> list[Finding]:
        prepared, _ = self._prepare_base()
        return [_plain(finding) for finding in self._start(prepared).findings]

    def _schema_at_base(self) -> list[Finding]:
        prepared, applied = self._prepare_base()
        if self.target.migrate and not applied.ok:
            return list(applied.findings)
        if not self.target.migrate:
            self._start(prepared)
        how = schema.Comparison(migrated=bool(self.target.migrate), existed=self._existed)
        return [*applied.findings, *self._compare(prepared, how).findings]


def _plain(finding: Finding) -> Finding:
    """Ports, seconds, times and process ids differ from start to start, and how often a line was logged."""
    message = re.sub(r"http://127\.0\.0\.1:\d+", "", finding.message)
    message = _VOLATILE.sub("...", re.sub(r"within \d+ s", "in time", message))
    return replace(finding, message="\n".join(dict.fromkeys(message.splitlines())))


def _seconds(rung: RungResult) -> float:
    return sum(result.seconds for result in rung.evidence)
