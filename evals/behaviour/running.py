"""Run a contract's checks against a server: always a complete result, never a hang."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evals.behaviour.asking import Failed, Record, SetupFailed
from evals.behaviour.checks import Check, UnknownChoice, choose
from evals.behaviour.contract import Contract, load
from evals.behaviour.results import NO_RESTART, NO_SECRET, CheckResult, Status, SuiteResult
from evals.behaviour.wire import Request, TransportError, Wire, Wires
from evals.behaviour.world import FAULTS, Desk, World

REQUEST_SECONDS = 10.0
_CHECK_REQUESTS, _SUITE_REQUESTS = 3, 30
"""How many requests that take all their time a check, and the suite, may hold."""
_PROBES, _PROBE_SECONDS, _PAUSE_SECONDS = 3, 2.0, 0.2
_RESTART_SECONDS = 30.0


class RestartFailed(Exception):
    """The server did not come back; to be raised by what was given to restart it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server to ask, and what is known of its inside."""

    base_url: str
    """Of a server that was started on an empty database, ``http://host:port`` and perhaps a path."""
    restart: Callable[[bool], None] | None = None
    """Stops the server, or kills it (SIGKILL) when called with true, and starts it again at the same address and on the
    same data; raises RestartFailed when it cannot. It may return before the server answers. None: checks that need it
    are not run."""
    secret: str = ""
    """Key that it signs its tokens with. Empty: checks that need it are not run."""


def run_suite(
    contract: str | Contract,
    server: str | Server,
    *,
    only: Sequence[str] = (),
    stop_at_first: bool = False,
    timeout: float = REQUEST_SECONDS,
) -> SuiteResult:
    """Run checks one after another. No state is shared between calls: two may run at once against two servers.

    Args:
        contract: its name, or itself.
        server: what to ask, or just its address.
        only: groups, requirements or names of checks; nothing is all.
        stop_at_first: run nothing more after the first check that does not pass.
        timeout: seconds for one request; a check gets 3 times that, all together 30 times.

    Raises:
        UnknownChoice: no such contract, check or kind of address.
    """
    found = load(contract) if isinstance(contract, str) else contract
    chosen = sorted(choose(found.checks, only), key=lambda check: check.restart)
    asked = Server(base_url=server) if isinstance(server, str) else server
    run = _Run(found, asked, timeout)
    results = run.all(chosen, stop_at_first=stop_at_first)
    return SuiteResult(
        contract=found.name,
        version=found.version,
        base_url=asked.base_url,
        results=tuple(results),
        unreachable=run.unreachable,
        seconds=time.monotonic() - run.begin,
    )


class _Run:
    def __init__(self, contract: Contract, server: Server, timeout: float) -> None:
        self._contract, self._server, self._timeout = contract, server, timeout
        self._host, self._port, self._prefix = address(server.base_url)
        self.begin = time.monotonic()
        self._end = self.begin + _SUITE_REQUESTS * timeout
        self._session: Any = None
        self._no_session = SetupFailed("the session was not made")
        self._over = ""
        """Why nothing more is run."""
        self.unreachable = ""

    def all(self, checks: Sequence[Check], *, stop_at_first: bool) -> list[CheckResult]:
        self.unreachable = self._dead()
        self._over = self.unreachable and f"server not reachable at the start ({self.unreachable})"
        if not self._over:
            self._prepare()
        results: list[CheckResult] = []
        for check in checks:
            result = self._one(check)
            results.append(result)
            if result.status is Status.ERROR and (why := self._dead()):
                self._over = f"server died after check {check.name} ({why})"
            elif stop_at_first and result.status in (Status.FAILED, Status.ERROR):
                self._over = f"stopped at the first that did not pass: {check.name}"
        return results

    def _prepare(self) -> None:
        """Make the session; what goes wrong is told by the checks that ask for it."""
        record = self._record()
        world = self._world("session", record)
        try:
            self._session = world.prepare(self._contract.seeded)
        except FAULTS as error:
            last = record.exchanges[-1] if record.exchanges else ""
            self._no_session = SetupFailed(_told(error, self._contract.folder), getattr(error, "exchange", "") or last)
            why = self._dead() if isinstance(error, TransportError) else ""
            self._over = why and f"server died while the session was made ({error}; {why})"
        finally:
            world.api.wires.close_here()

    def _session_made(self) -> Any:
        if self._session is None:
            raise SetupFailed(str(self._no_session), self._no_session.exchange)
        return self._session

    def _one(self, check: Check) -> CheckResult:
        if not self._over and time.monotonic() >= self._end:
            self._over = f"the {_SUITE_REQUESTS * self._timeout:g} s of the suite were over"
        if self._over:
            return CheckResult(check=check, status=Status.NOT_RUN, cause=self._over)
        if check.restart and self._server.restart is None:
            return CheckResult(check=check, status=Status.NOT_RUN, cause=NO_RESTART)
        if check.secret and not self._server.secret:
            return CheckResult(check=check, status=Status.NOT_RUN, cause=NO_SECRET)
        record = self._record()
        tag = self._session.tag if self._session is not None else ""
        world = self._world(f"{check.word}{tag}", record)
        begin = time.monotonic()
        status, cause, exchange = Status.PASSED, "", ""
        try:
            check.run(world)
            if not record.assertions:
                raise Failed("the check asserted nothing")
        except (TransportError, RestartFailed) as error:
            status, cause = Status.ERROR, str(error)
        except FAULTS as error:
            status, cause, exchange = Status.FAILED, _told(error, self._contract.folder), getattr(error, "exchange", "")
        finally:
            world.api.wires.close_here()
        if status is not Status.PASSED and not exchange and record.exchanges:
            exchange = record.exchanges[-1]
        return CheckResult(
            check=check,
            status=status,
            cause=cause,
            exchange=exchange,
            assertions=record.assertions,
            requests=len(record.exchanges),
            seconds=time.monotonic() - begin,
        )

    def _record(self) -> Record:
        end = min(time.monotonic() + _CHECK_REQUESTS * self._timeout, self._end)
        return Record(request_seconds=self._timeout, end=end)

    def _world(self, name: str, record: Record) -> World[Any]:
        desk = Desk(
            name=name,
            wires=Wires(self._host, self._port),
            record=record,
            prefix=self._prefix,
            restart=lambda kill: self._again(record, kill),
            session=self._session_made,
            secret=self._server.secret,
        )
        return self._contract.world(desk)

    def _again(self, record: Record, kill: bool) -> None:
        if self._server.restart is None:
            raise RestartFailed("declare the check with restart=True")
        begin = time.monotonic()
        self._server.restart(kill)
        while why := self._silent():
            if time.monotonic() - begin > _RESTART_SECONDS:
                raise RestartFailed(f"no answer after the restart: {why}")
            time.sleep(_PAUSE_SECONDS)
        spent = time.monotonic() - begin  # is not the server's slowness to answer
        record.end += spent
        self._end += spent

    def _dead(self) -> str:
        """Why the server is taken for dead, empty when it answers anything."""
        why = ""
        for attempt in range(_PROBES):
            if attempt:
                time.sleep(_PAUSE_SECONDS)
            why = self._silent()
            if not why:
                return ""
        return f"GET {self._contract.world.health}: {why}, {_PROBES} times"

    def _silent(self) -> str:
        wire = Wire(self._host, self._port)
        target = self._prefix + self._contract.world.health
        try:
            deadline = time.monotonic() + min(self._timeout, _PROBE_SECONDS)
            wire.send(Request(method="GET", target=target, headers={}, body=None), deadline)
        except TransportError as error:
            return str(error)
        finally:
            wire.close()
        return ""


def _told(error: Exception, folder: Path) -> str:
    if isinstance(error, Failed | TransportError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((one for one in reversed(frames) if Path(one.filename).is_relative_to(folder)), frames[-1])
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno}: {frame.line})"


def address(base_url: str) -> tuple[str, int, str]:
    """Host, port and path of a base address.

    Raises:
        UnknownChoice: it is not of the form http://host:port.
    """
    try:
        parts = urlsplit(base_url)
        port = parts.port or 80
    except ValueError as error:
        raise UnknownChoice(f"{base_url} is no address: {error}") from error
    if parts.scheme != "http" or not parts.hostname or parts.query or parts.fragment:
        raise UnknownChoice(f"{base_url} is not of the form http://host:port")
    return parts.hostname, port, parts.path.rstrip("/")
