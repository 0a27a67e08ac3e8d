"""Named checks of a service over HTTP: one sentence of the specification each, data of their own, no order.

Standard library only and nothing of ours: the checks run beside the service, in its sandbox, in any Python.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

CODES = {422: "invalid", 404: "not_found", 409: "conflict"}
_ANSWER_SECONDS = 10.0
_FAULTS = (
    AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError, http.client.HTTPException,
)  # fmt: skip
"""What a wrong service can make a check raise: it is judged, not trusted."""

Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a service answered; ``body`` is None when it is no JSON."""

    status: int
    body: Json
    text: str

    def __getitem__(self, key: str) -> Json:
        return (self.body or {})[key]

    def __str__(self) -> str:
        return f"{self.status} {self.text[:200]}"


class Api:
    """A service at a base address; safe to use from several threads."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._prefix = f"t{secrets.token_hex(3)}"
        self._numbers = itertools.count(1)

    def token(self) -> str:
        """A word that no other row contains, also when the database is used again."""
        return f"{self._prefix}n{next(self._numbers)}z"

    def call(
        self, method: str, path: str, body: Json = None, query: Mapping[str, Json] | None = None, raw: str | None = None
    ) -> Reply:
        """Ask once.

        Args:
            method: the HTTP method.
            path: starts with a slash.
            body: sent as JSON; None sends none.
            query: parameters; a list repeats its name.
            raw: sent as it is, declared as JSON.
        """
        target = path + (f"?{urlencode(query, doseq=True)}" if query else "")
        text = raw if raw is not None else json.dumps(body) if body is not None else None
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_ANSWER_SECONDS)
        try:
            headers = {} if text is None else {"content-type": "application/json"}
            connection.request(method, target, body=text.encode() if text is not None else None, headers=headers)
            answer = connection.getresponse()
            received = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        return Reply(status=answer.status, body=_parsed(received), text=received)

    def get(self, path: str, **query: Json) -> Reply:
        """GET with query parameters; a trailing underscore of a name is left out (``from_``)."""
        return self.call("GET", path, query={name.rstrip("_"): value for name, value in query.items()})

    def post(self, path: str, body: Json = None) -> Reply:
        """POST a JSON body."""
        return self.call("POST", path, body)

    def put(self, path: str, body: Json) -> Reply:
        """PUT a JSON body."""
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Json) -> Reply:
        """PATCH with a JSON body."""
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Reply:
        """DELETE."""
        return self.call("DELETE", path)

    def made(self, path: str, body: Json) -> Json:
        """POST something that must be created; returns it."""
        return ok(self.post(path, body), 201)


def at_once(*requests: Callable[[], Reply]) -> list[Reply]:
    """Send requests at the same time; the answers in the order of the requests."""
    gate = threading.Barrier(len(requests))
    replies: list[Reply | None] = [None] * len(requests)
    errors: list[BaseException] = []

    def send(index: int, request: Callable[[], Reply]) -> None:
        gate.wait()
        try:
            replies[index] = request()
        except _FAULTS as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=item) for item in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [reply for reply in replies if reply is not None]


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None


def same(actual: Json, wanted: Json, what: str = "answer") -> None:
    """Fail unless both are equal."""
    if actual != wanted or type(actual) is not type(wanted):
        raise AssertionError(f"{what}: {actual!r} instead of {wanted!r}")


def ok(reply: Reply, status: int = 200) -> Json:
    """Fail unless the answer has this status; returns its body."""
    if reply.status != status:
        raise AssertionError(f"{reply} instead of {status}")
    return reply.body


def refused(reply: Reply, status: int) -> None:
    """Fail unless the answer is this error with the body that every error has."""
    ok(reply, status)
    error: Json = reply.body.get("error") if isinstance(reply.body, dict) and len(reply.body) == 1 else None
    fits = isinstance(error, dict) and error.keys() == {"code", "message"} and error["code"] == CODES[status]
    if not fits or not isinstance(error["message"], str) or not error["message"]:
        raise AssertionError(f"the body of the error is {reply.text[:200]}")


def statuses(replies: Sequence[Reply]) -> list[int]:
    """Sorted statuses of several answers."""
    return sorted(reply.status for reply in replies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One named check."""

    name: str
    sentence: str
    """Of the specification, word for word (but for its first letter and its full stop): why this may be asked."""
    run: Callable[..., Json]


class Suite:
    """The checks of one task."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.planted: dict[str, Callable[[Api], Json]] = {}
        """By name of the check that looks after a restart: what makes its data before."""

    def check(self, run: Callable[[Api], None]) -> Callable[[Api], None]:
        """Register a check; its docstring is the sentence."""
        self._add(run)
        return run

    def after_restart(
        self, before: Callable[[Api], Json]
    ) -> Callable[[Callable[[Api, Json], None]], Callable[[Api, Json], None]]:
        """Register a check that gets what ``before`` returned, with a restart of the service in between."""

        def add(run: Callable[[Api, Json], None]) -> Callable[[Api, Json], None]:
            self._add(run)
            self.planted[run.__name__] = before
            return run

        return add

    def _add(self, run: Callable[..., None]) -> None:
        self.checks.append(Check(name=run.__name__, sentence=" ".join((run.__doc__ or "").split()), run=run))

    def judge(self, base: str, seconds: float = 150.0) -> dict[str, Json]:
        """Run what needs no restart: ``{"results": {name: failure or ""}, "planted": {name: data}}``."""
        api, end = Api(base), time.monotonic() + seconds
        results, planted = {}, {}
        for check in self.checks:
            if check.name not in self.planted:
                results[check.name] = _outcome(check.run, api, end=end)
        for name, before in self.planted.items():
            try:
                planted[name] = before(api)
            except _FAULTS as error:
                results[name] = _told(error)
        return {"results": results, "planted": planted}

    def judge_again(self, base: str, planted: Mapping[str, Json]) -> dict[str, Json]:
        """Run what looks after a restart."""
        api, end = Api(base), time.monotonic() + 60.0
        chosen = [check for check in self.checks if check.name in planted]
        return {"results": {check.name: _outcome(check.run, api, planted[check.name], end=end) for check in chosen}}


def _outcome(run: Callable[..., Json], *arguments: Json, end: float) -> str:
    if time.monotonic() > end:
        return "no time was left"
    try:
        run(*arguments)
    except _FAULTS as error:
        return _told(error)
    return ""


def _told(error: BaseException) -> str:
    kind = "no answer" if isinstance(error, socket.timeout) else type(error).__name__
    return str(error) if isinstance(error, AssertionError) else f"{kind}: {error}"


def main(suite: Suite, arguments: Sequence[str]) -> str:
    """Judge the service at an address; returns JSON. ``--planted JSON`` asks for the part after the restart."""
    parser = argparse.ArgumentParser(description="Hidden behaviour checks over HTTP.")
    parser.add_argument("base", help="address of the running service")
    parser.add_argument("--planted", help="what the first part left, JSON")
    parser.add_argument("--names", action="store_true", help="list the checks and run nothing")
    options = parser.parse_args(arguments)
    if options.names:
        return json.dumps({check.name: check.sentence for check in suite.checks})
    if options.planted is not None:
        return json.dumps(suite.judge_again(options.base, json.loads(options.planted)))
    return json.dumps(suite.judge(options.base))
