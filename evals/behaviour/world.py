"""What a check is given: clients, words of its own, assertions, requests at once, a restart.

A contract derives its ``World`` from this one and adds its users and fixture builders.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from evals.behaviour.asking import Client, Failed, Json, Record, Reply, brief, same
from evals.behaviour.wire import TransportError, Wires

FAULTS = (
    ArithmeticError, AttributeError, AssertionError, LookupError, NameError, OSError, RuntimeError, TypeError,
    ValueError, TransportError,
)  # fmt: skip
"""What a wrong server can make a check raise: it is judged, not trusted."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """What is made once, before the first check. A contract derives its own, with tokens of its users.

    No client belongs here: each counts for the check that it was made for.
    """

    tag: str = ""
    """Put into every word, so that a server that holds rows of an earlier run can be used again."""


S = TypeVar("S", bound=Session)


@dataclass(kw_only=True)
class Desk:
    """What the runner lends a world."""

    name: str
    """Word of the check, for what it makes."""
    wires: Wires
    record: Record
    prefix: str
    restart: Callable[[bool], None]
    """Told whether to kill."""
    session: Callable[[], Any]
    """Raises SetupFailed when the session could not be made."""
    secret: str = ""
    """The key of the server's tokens, empty when nobody told."""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))


class World(Generic[S]):
    """A server as one check sees it."""

    health = "/health"
    """Answers, whatever, as long as the server lives."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.api = Client(wires=desk.wires, record=desk.record, prefix=desk.prefix)
        """Asks without a login."""

    def prepare(self, seeded: tuple[str, str] | None) -> S:
        """Make what all checks share, on a server that was just started; to be defined by the contract.

        Args:
            seeded: email and password of a user with all rights, when the server is not empty.

        Raises:
            SetupFailed: it cannot be made; checks that ask for the session then fail with this cause.
        """
        raise NotImplementedError

    @property
    def session(self) -> S:
        """What ``prepare`` returned."""
        session: S = self._desk.session()
        return session

    def word(self, stem: str = "") -> str:
        """A word, lower-case letters and digits, that no other row of any check contains; the same in every run."""
        return f"{stem}{self._desk.name}n{next(self._desk.numbers)}z"

    def that(self, holds: bool, claim: str) -> None:
        """Assert a sentence."""
        self._desk.record.assertions += 1
        if not holds:
            raise Failed(f"not so: {claim}")

    def equal(self, got: Json, wanted: Json, what: str) -> None:
        """Assert that two JSON values are the same; ``what`` names the first."""
        self._desk.record.assertions += 1
        if not same(got, wanted):
            raise Failed(f"{what} is {brief(got)} instead of {brief(wanted)}")

    def together(self, *calls: Callable[[], Reply]) -> list[Reply]:
        """Send requests at the same time, each on a connection that is open by then; replies in the same order.

        Raises:
            TransportError: one of them got no answer.
        """
        barrier = threading.Barrier(len(calls))
        outcomes: list[Reply | BaseException] = [Failed("nothing came of the request")] * len(calls)

        def run(index: int, call: Callable[[], Reply]) -> None:
            wires, record, ready = self._desk.wires, self._desk.record, False
            try:
                wires.here.connect(record.deadline())
                barrier.wait(record.request_seconds)
                ready = True
                outcomes[index] = call()
            except FAULTS as error:
                outcomes[index] = error
                if not ready:  # the others would wait for us in vain
                    barrier.abort()
            finally:
                wires.close_here()

        threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        broken = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for error in sorted(broken, key=lambda error: isinstance(error, threading.BrokenBarrierError)):
            raise error
        return [outcome for outcome in outcomes if isinstance(outcome, Reply)]

    @property
    def secret(self) -> str:
        """The key of the server's tokens; for checks declared with ``secret=True``."""
        if not self._desk.secret:
            raise LookupError("declare the check with secret=True")
        return self._desk.secret

    def restart(self, *, kill: bool = False) -> None:
        """Stop the server and start it again; for checks declared with ``restart=True``.

        Args:
            kill: end it by SIGKILL, now: nothing can be finished or written any more.

        Raises:
            RestartFailed: it cannot be, or does not answer afterwards.
        """
        self._desk.restart(kill)
