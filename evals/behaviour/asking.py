"""Requests as a check writes them, and answers that can be asserted on."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from evals.behaviour.wire import Answer, Request, TransportError, Wires

Json = Any
_SHOWN_REQUEST, _SHOWN_REPLY, _SHOWN_VALUE = 600, 1200, 200


class Failed(AssertionError):
    """The server does not do what the check claims."""

    def __init__(self, message: str, exchange: str = "") -> None:
        super().__init__(message)
        self.exchange = exchange
        """Request and answer that show it; empty: the last ones of the check."""


class SetupFailed(Failed):
    """What the check needs could not be made: nothing was learnt about its claim."""

    def __init__(self, message: str, exchange: str = "") -> None:
        super().__init__(f"setup: {message.removeprefix('setup: ')}", exchange)


@dataclass(kw_only=True)
class Record:
    """What one check has done so far."""

    request_seconds: float
    """How long one request may take."""
    end: float
    """When the time of the check is over, of ``time.monotonic``."""
    assertions: int = 0
    exchanges: list[str] = field(default_factory=list)
    """Requests and what came of each, as text. Appended to from several threads."""

    def deadline(self) -> float:
        """Of a request that starts now.

        Raises:
            TransportError: the check has no time left.
        """
        now = time.monotonic()
        if now >= self.end:
            raise TransportError("not sent: the time of the check is over")
        return min(now + self.request_seconds, self.end)


class Reply:
    """An answer. Its assertions are counted, raise ``Failed`` and name the request."""

    def __init__(self, request: Request, answer: Answer, record: Record) -> None:
        self._request, self._answer, self._record = request, answer, record
        self._setup = False
        self.status = answer.status

    def __str__(self) -> str:
        return shown(self._request, self._answer)

    def header(self, name: str) -> str:
        """A header, empty when there is none."""
        return self._answer.headers.get(name.lower(), "")

    @property
    def asked(self) -> str:
        """Method and path of the request, as in ``GET /health``."""
        return f"{self._request.method} {_bare(self._request)}"

    @property
    def sent(self) -> Json:
        """The JSON body of the request, None without one."""
        return None if self._request.body is None else json.loads(self._request.body)

    @property
    def text(self) -> str:
        """The body as text, whatever its type."""
        return self._answer.body.decode("utf-8", "replace")

    @cached_property
    def body(self) -> Json:
        """The body, read as JSON.

        Raises:
            Failed: it is no JSON, or not declared as such.
        """
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise self.failure(f"content-type is {kind or 'missing'} instead of application/json")
        try:
            return json.loads(self._answer.body.decode("utf-8"), parse_constant=_no_json)
        except (ValueError, RecursionError) as error:
            raise self.failure(f"the body is malformed JSON ({error})") from error

    def __getitem__(self, path: str) -> Json:
        """A value of the body; ``items.0.id`` goes into objects and lists.

        Raises:
            Failed: it is not there.
        """
        value = self.body
        for step in path.split("."):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (LookupError, TypeError, ValueError):
                raise self.failure(f"the body has no `{path}`") from None
        return value

    def expect(self, *statuses: int) -> Reply:
        """Assert that the status is one of these; returns itself."""
        self._record.assertions += 1
        if self.status not in statuses:
            raise self.failure(f"status {self.status} instead of {' or '.join(map(str, statuses))}")
        return self

    def has(self, fields: Mapping[str, Json] | None = None, /, **named: Json) -> Reply:
        """Assert the values of fields, one assertion each; dotted paths go into ``fields``; returns itself."""
        for path, wanted in {**(fields or {}), **named}.items():
            self._record.assertions += 1
            got = self[path]
            if not same(got, wanted):
                raise self.failure(f"`{path}` is {brief(got)} instead of {brief(wanted)}")
        return self

    def lacks(self, *names: str) -> Reply:
        """Assert that the object in the body has no such fields, one assertion each; returns itself."""
        for name in names:
            self._record.assertions += 1
            if name in self.body:
                raise self.failure(f"the body has `{name}`")
        return self

    def needed(self, *statuses: int) -> Reply:
        """For fixtures: not counted, and trouble with this answer is told as trouble of the set-up.

        Raises:
            SetupFailed: the status is another.
        """
        self._setup = True
        if self.status not in statuses:
            raise SetupFailed(f"{self.asked} answered {self.status}", str(self))
        return self

    def failure(self, message: str) -> Failed:
        """What to raise: the message, after the request."""
        kind = SetupFailed if self._setup else Failed
        return kind(f"{self.asked}: {message}", str(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Sends requests; safe to use from several threads."""

    wires: Wires
    record: Record
    prefix: str = ""
    """Path of the base address."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request."""

    def bearing(self, token: str) -> Client:
        """The same with ``Authorization: Bearer``."""
        return replace(self, headers={**self.headers, "Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Json) -> Reply:
        """GET; a list repeats its name, None leaves it out, a trailing underscore is dropped (``from_``)."""
        return self.send("GET", path, query={name.removesuffix("_"): value for name, value in query.items()})

    def post(self, path: str, body: Json = None, headers: Mapping[str, str | None] | None = None) -> Reply:
        """POST a JSON body, or none."""
        return self.send("POST", path, body=body, headers=headers)

    def put(self, path: str, body: Json) -> Reply:
        """PUT a JSON body."""
        return self.send("PUT", path, body=body)

    def patch(self, path: str, body: Json) -> Reply:
        """PATCH with a JSON body."""
        return self.send("PATCH", path, body=body)

    def delete(self, path: str) -> Reply:
        """DELETE."""
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Json] | None = None,
        body: Json = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Reply:
        """Send anything.

        Args:
            method: the HTTP method.
            path: starts with a slash.
            query: as in ``get``, names as they are.
            body: JSON; ``bytes`` are sent as they are and declared as JSON; None sends no body.
            headers: over those of the client; None takes one away.

        Raises:
            TransportError: no complete answer came.
        """
        pairs = {name: value for name, value in (query or {}).items() if value is not None}
        target = self.prefix + path + (f"?{urlencode(pairs, doseq=True, quote_via=quote)}" if pairs else "")
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        wanted = {**kind, **self.headers, **(headers or {})}
        sent = {name: value for name, value in wanted.items() if value is not None}
        request = Request(method=method, target=target, headers=sent, body=content)
        try:
            answer = self.wires.here.send(request, self.record.deadline())
        except TransportError as error:
            self.record.exchanges.append(f"{_shown_request(request)}\n< {error}")
            raise TransportError(f"{method} {_bare(request)}: {error}") from error
        self.record.exchanges.append(shown(request, answer))
        return Reply(request, answer, self.record)


def same(got: Json, wanted: Json) -> bool:
    """Whether both are the same JSON: 1, 1.0 and true are three values."""
    return json.dumps(got, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def brief(value: Json) -> str:
    """A value as JSON, cut."""
    return _cut(json.dumps(value, ensure_ascii=False), _SHOWN_VALUE)


def shown(request: Request, answer: Answer) -> str:
    """Request and answer as two lines for people."""
    kind = answer.headers.get("content-type", "")
    text = _cut(answer.body.decode("utf-8", "replace"), _SHOWN_REPLY)
    return f"{_shown_request(request)}\n< {answer.status} {kind} {text}".rstrip()


def _shown_request(request: Request) -> str:
    usual = ("authorization", "content-type")  # a token says nothing and is nobody's business
    extra = "".join(f" [{name}: {value}]" for name, value in request.headers.items() if name.lower() not in usual)
    return f"> {request}{extra} {_cut((request.body or b'').decode('utf-8', 'replace'), _SHOWN_REQUEST)}".rstrip()


def _bare(request: Request) -> str:
    return request.target.partition("?")[0]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def _no_json(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")
