"""One row of the table: a reference on a database, through the whole suite; and rows side by side."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from evals.behaviour.contract import Contract
from evals.behaviour.contract import load as load_contract
from evals.behaviour.results import Status, totals
from evals.behaviour.running import run_suite
from evals.behaviour.world import FAULTS
from evals.ground.environments import Environment
from evals.ground.references import BadReference, Reference, assemble, traces
from evals.ground.serving import Application, BootFailure, Ground, build
from evals.ground.statements import Cost, Recorder, costs, recording
from tools.errors import EnvironmentFault

Job = TypeVar("Job")
Result = TypeVar("Result")
_HEAD = ("row", "checks", "assertions", "requests", "suite s", "start s", "install s", "SQL", "own tests", "")
_OK, _FAILED = "ok", "FAILED"
_SHOWN = 5


@dataclass(kw_only=True)
class Row:
    """What came of a reference on a database."""

    name: str
    framework: str
    passed: int = 0
    total: int = 0
    assertions: int = 0
    requests: int = 0
    suite_seconds: float = 0.0
    start_seconds: float = 0.0
    install_seconds: float = 0.0
    """Packages and build commands."""
    cold: bool = False
    """Whether packages were installed, rather than found."""
    own_tests: str = "-"
    """What came of the tests that the reference has itself; ``-`` when it has none."""
    costs: tuple[Cost, ...] = ()
    troubles: list[str] = field(default_factory=list)
    """Why it is not as it should be, a line each."""
    notes: tuple[str, ...] = ()
    log: str = ""
    """File with what the server printed during the suite."""
    not_run: str = ""
    """What this machine lacks; empty when it was run."""

    @property
    def ok(self) -> bool:
        """Whether everything passed, and there was something that could."""
        judged = self.total > 0 or self.own_tests == _OK
        return judged and self.passed == self.total and not self.troubles and not self.not_run

    @property
    def statements(self) -> int | None:
        """SQL statements of the fixed list with the larger number of rows."""
        return sum(cost.many for cost in self.costs) if self.costs else None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "statements": self.statements, "ok": self.ok}

    def cells(self) -> tuple[str, ...]:
        """As a line of the table."""
        if self.not_run:
            return (self.name, *[""] * (len(_HEAD) - 2), "not run")
        install = f"{self.install_seconds:.1f} {'cold' if self.cold else 'warm'}"
        seconds = (f"{self.suite_seconds:.1f}", f"{self.start_seconds:.2f}", install)
        counts = (f"{self.passed}/{self.total}" if self.total else "-", str(self.assertions), str(self.requests))
        sql = "-" if self.statements is None else str(self.statements)
        return (self.name, *counts, *seconds, sql, self.own_tests, _OK if self.ok else _FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A reference, assembled and installed."""

    reference: Reference
    database: str
    folder: Path
    environment: Environment

    @contextmanager
    def served(self, ground: Ground, record: bool = False) -> Iterator[tuple[Application, Recorder | None]]:
        """Run it on a fresh database; with ``record``, statements are heard."""
        with ground.database(self.database) as database:
            if not record:
                with Application(self.reference, self.folder, self.environment, database.url) as application:
                    yield application, None
                return
            with (
                recording(database, ground.place("statements")) as recorder,
                Application(
                    self.reference, self.folder, self.environment, recorder.url, variables=recorder.variables
                ) as application,
            ):
                yield application, recorder


def run_row(ground: Ground, reference: Reference, database: str, contract: Contract | None = None) -> Row:
    """Assemble, install, start, run its own tests and the suite, count statements; what goes wrong is in the row."""
    row = Row(name=f"{reference.name}-{database}", framework=reference.framework)
    try:
        if contract is None and reference.contract:
            contract = load_contract(reference.contract)
        folder = ground.place(row.name)
        assemble(reference, database, folder)
        row.troubles += [f"trace of another database: {trace}" for trace in traces(folder, database)]
        environment = ground.environments.provide(reference, folder)
        begin = time.monotonic()
        build(reference, folder, environment)
        row.install_seconds = environment.seconds + time.monotonic() - begin
        row.cold, row.notes = environment.cold, environment.notes
        tree = Tree(reference=reference, database=database, folder=folder, environment=environment)
        _test(ground, tree, row)
        _judge(ground, tree, contract, row)
        if contract is not None and row.passed:
            row.costs = costs(contract, lambda: _heard(ground, tree))
    except EnvironmentFault as error:
        row.not_run = str(error).partition("\n")[0]
    except (BadReference, BootFailure) as error:
        row.troubles.append(str(error))
    except FAULTS as error:
        row.troubles.append(f"the statements could not be counted: {type(error).__name__}: {error}")
    row.troubles += [str(cost) for cost in row.costs if cost.many > cost.few]
    row.troubles += ["no statement was heard: the counter does not see this reference"] if row.statements == 0 else []
    return row


def _test(ground: Ground, tree: Tree, row: Row) -> None:
    """Run the tests that the reference has itself."""
    if not tree.reference.test:
        return
    with ground.database(tree.database) as database:
        try:
            Application(tree.reference, tree.folder, tree.environment, database.url).test()
            row.own_tests = _OK
        except BootFailure as error:
            row.own_tests = _FAILED
            row.troubles.append(f"own tests: {str(error)[-500:]}")  # the summary is at the end


def _judge(ground: Ground, tree: Tree, contract: Contract | None, row: Row) -> None:
    """Start it, and run the suite on it when there is one."""
    with tree.served(ground) as (application, _):
        row.start_seconds = application.seconds
        try:
            result = run_suite(contract, application.server) if contract is not None else None
        finally:
            log = ground.cache / "logs" / f"{row.name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(application.log, encoding="utf-8")
            row.log = str(log)
    if result is None:
        return
    sums = totals(result.results)
    row.passed, row.total = sums.statuses[Status.PASSED], len(result.results)
    row.assertions, row.requests, row.suite_seconds = sums.assertions, sums.requests, result.seconds
    row.troubles += [f"{one.status.value} {one.check.name}: {one.cause}" for one in result.bad]
    row.troubles += [result.unreachable] if result.unreachable else []


@contextmanager
def _heard(ground: Ground, tree: Tree) -> Iterator[tuple[str, Recorder]]:
    with tree.served(ground, record=True) as (application, recorder):
        assert recorder is not None
        yield application.base_url, recorder


def side_by_side(work: Callable[[Job], Result], jobs: Iterable[Job], workers: int) -> Iterator[Result]:
    """Do jobs in so many threads; results as they come."""
    pool = ThreadPoolExecutor(workers)
    try:
        for future in as_completed([pool.submit(work, job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def table(rows: Sequence[Row]) -> str:
    """As text for people: the table, then what is wrong."""
    lines = columns([_HEAD, *(row.cells() for row in rows)])
    for cause in dict.fromkeys(row.not_run for row in rows if row.not_run):
        lines += ["", f"not run: {cause}"]
    for row in rows:
        shown = [re.sub(r"\s+", " ", trouble)[:600] for trouble in row.troubles[:_SHOWN]]
        shown += [f"... and {more} more"] if (more := len(row.troubles) - _SHOWN) > 0 else []
        shown += [f"the server's output: {row.log}"] if shown and row.log else []
        lines += ["", row.name, *(f"  {line}" for line in shown)] if shown else []
    return "\n".join(lines)


def columns(cells: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the first column to the left and the others to the right."""
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in cells
    ]
