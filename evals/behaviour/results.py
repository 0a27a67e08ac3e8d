"""What came of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evals.behaviour.checks import Check

NO_RESTART = "no restart command was given"
NO_SECRET = "the server's secret was not given"


class Status(StrEnum):
    """What can come of a check."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """The server gave no complete answer."""
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of one check."""

    check: Check
    status: Status
    cause: str = ""
    """Why it did not pass, in a line."""
    exchange: str = ""
    """Request and answer that show it."""
    assertions: int = 0
    """How many were made, the one that failed included."""
    requests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over some checks."""

    statuses: Counter[Status]
    assertions: int
    requests: int
    seconds: float


def totals(results: Iterable[CheckResult]) -> Totals:
    """Sum up."""
    listed = list(results)
    return Totals(
        statuses=Counter(result.status for result in listed),
        assertions=sum(result.assertions for result in listed),
        requests=sum(result.requests for result in listed),
        seconds=sum(result.seconds for result in listed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """What came of all checks that were asked for; each is there, also when it was not run."""

    contract: str
    version: str
    base_url: str
    results: tuple[CheckResult, ...]
    unreachable: str
    """Why the server could not be reached at the start; empty when it could."""
    seconds: float
    """From start to end, the set-up that all checks share included."""

    @property
    def bad(self) -> list[CheckResult]:
        """What speaks against the server: failed, errors, and what was not run though it was asked for."""
        fine = {(Status.NOT_RUN, NO_RESTART), (Status.NOT_RUN, NO_SECRET)}
        return [r for r in self.results if r.status is not Status.PASSED and (r.status, r.cause) not in fine]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the server."""
        return not self.bad and not self.unreachable
