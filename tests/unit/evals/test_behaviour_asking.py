"""Requests and answers of the behaviour frame, against servers that misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from evals.behaviour import wire
from evals.behaviour.asking import Client, Failed, Record, SetupFailed, same
from evals.behaviour.wire import TransportError, Wires
from evals.behaviour.world import Desk, Session, World
from tests.support.behaviour_servers import Hostile, hostile


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as server:
        yield server


def world(url: str, seconds: float = 5.0) -> World[Session]:
    host, port = url.removeprefix("http://").split(":")
    record = Record(request_seconds=seconds, end=time.monotonic() + 20)
    wires = Wires(host, int(port))
    return World(Desk(name="w", wires=wires, record=record, prefix="", restart=lambda kill: None, session=lambda: None))


def client(url: str, seconds: float = 5.0) -> Client:
    return world(url, seconds).api


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/hang", "no complete answer within 0.3 s"),
        ("/drip/head", "no complete answer within 0.3 s"),
        ("/drip/body", "no complete answer within 0.3 s"),
        ("/reset", "connection reset"),
        ("/leave", "connection closed without an answer"),
        ("/noise", "the answer is no HTTP"),
        ("/short", "the answer was cut off: 95 bytes"),
        ("/short/chunks", "the answer was cut off"),
        ("/huge", "the answer is longer than 4 MB"),
    ],
)
def test_no_complete_answer_is_told_with_its_cause_and_sent_only_once(server: Hostile, path: str, cause: str) -> None:
    api = client(server.url, 5.0 if path == "/huge" else 0.3)

    with pytest.raises(TransportError, match=cause) as told:
        api.post(path, {"a": 1})

    assert str(told.value).startswith(f"POST {path}: ")
    assert server.targets == [f"POST {path}"]
    assert api.record.exchanges[0].startswith(f'> POST {path} {{"a": 1}}\n< ')
    assert api.get("/health").status == 200, "the connection is replaced afterwards"


def test_a_refused_connection_is_told() -> None:
    with hostile() as server:
        pass

    with pytest.raises(TransportError, match="GET /health: connection refused"):
        client(server.url).get("/health")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/malformed", "the body is malformed JSON"),
        ("/not_utf8", "the body is malformed JSON"),
        ("/nan", "the body is malformed JSON .NaN is no JSON"),
        ("/deep", "the body is malformed JSON"),
        ("/html", "content-type is text/html instead of application/json"),
    ],
)
def test_a_body_that_is_no_json_fails_the_check_with_its_cause(server: Hostile, path: str, cause: str) -> None:
    reply = client(server.url).get(path).expect(200)

    with pytest.raises(Failed, match=f"^GET {path}: {cause}") as told:
        reply.has(a=1)

    assert told.value.exchange.startswith(f"> GET {path}\n< 200 ")


def test_connections_are_kept(server: Hostile) -> None:
    api = client(server.url)

    for _ in range(5):
        api.get("/health").expect(200)

    assert (server.connections, len(server.targets)) == (1, 5)


@pytest.mark.parametrize("path", ["/goodbye", "/stray"])
def test_a_connection_that_the_server_ended_or_spoilt_is_not_used_again(server: Hostile, path: str) -> None:
    api = client(server.url)
    api.get(path)
    time.sleep(0.05)  # until its last bytes have come

    api.get("/health").expect(200)

    assert server.connections == 2


def test_an_idle_connection_is_not_used_again(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_IDLE_SECONDS", 0.0)
    api = client(server.url)

    api.get("/health")
    api.get("/health")

    assert server.connections == 2


def test_requests_go_out_as_they_were_written(server: Hostile) -> None:
    api = client(server.url).bearing("t0k")

    got = api.get("/echo", from_="2030-01-01T00:00:00+02:00", tag=["a b", "100%"], none=None)
    assert got["target"] == "GET /echo?from=2030-01-01T00%3A00%3A00%2B02%3A00&tag=a%20b&tag=100%25"
    assert "authorization: bearer t0k" in got["head"]
    assert "content-type" not in got["head"]
    posted = api.post("/echo", {"a": None}, {"Idempotency-Key": "k1"})
    assert posted["body"] == '{"a": null}'
    assert "idempotency-key: k1" in posted["head"]
    assert "content-type: application/json" in posted["head"]
    assert "[Idempotency-Key: k1]" in str(posted)
    assert "t0k" not in str(posted).splitlines()[0], "the request is shown without its token"
    raw = api.send("PUT", "/echo", body=b"{", headers={"Authorization": None, "Content-Type": "text/plain"})
    assert (raw["body"], "authorization" in raw["head"]) == ("{", False)
    assert "content-type: text/plain" in raw["head"]
    assert "idempotency-key: \r\n" in api.post("/echo", None, {"Idempotency-Key": ""})["head"]
    assert api.put("/echo", [])["target"] == "PUT /echo"
    assert api.patch("/echo", {})["target"] == "PATCH /echo"
    assert api.delete("/echo")["target"] == "DELETE /echo"


def test_assertions_are_counted_and_name_request_expectation_and_answer(server: Hostile) -> None:
    api = client(server.url)
    reply = api.get("/health", q="x")

    reply.expect(200).has(status="ok").lacks("password", "hash")
    assert api.record.assertions == 4
    with pytest.raises(Failed, match="^GET /health: status 200 instead of 201 or 204$") as told:
        reply.expect(201, 204)
    assert told.value.exchange == '> GET /health?q=x\n< 200 application/json {"status": "ok"}'
    with pytest.raises(Failed, match='^GET /health: `status` is "ok" instead of "down"$'):
        reply.has({"status": "down"})
    with pytest.raises(Failed, match="^GET /health: the body has `status`$"):
        reply.lacks("status")
    assert api.record.assertions == 7


@pytest.mark.parametrize("path", ["id", "status.0", "status.x", "items.0.id"])
def test_a_missing_value_is_named(server: Hostile, path: str) -> None:
    with pytest.raises(Failed, match=f"GET /health: the body has no `{path}`"):
        client(server.url).get("/health")[path]


def test_trouble_with_a_fixture_is_told_as_such(server: Hostile) -> None:
    api = client(server.url)

    with pytest.raises(SetupFailed, match="^setup: GET /refusal answered 500$") as told:
        api.get("/refusal").needed(200, 201)
    assert '< 500 application/json {"error": "no"}' in told.value.exchange
    with pytest.raises(SetupFailed, match="^setup: GET /health: the body has no `id`$"):
        api.get("/health").needed(200)["id"]
    assert api.record.assertions == 0


@pytest.mark.parametrize(
    ("got", "wanted", "equal"),
    [
        (1, 1.0, False),
        (True, 1, False),
        ({"b": 1, "a": [2]}, {"a": [2], "b": 1}, True),
        ([1, 2], [2, 1], False),
        (None, None, True),
    ],
)
def test_sameness_is_that_of_json(got: object, wanted: object, equal: bool) -> None:
    assert same(got, wanted) is equal


def test_a_world_asserts_and_counts(server: Hostile) -> None:
    here = world(server.url)

    here.equal([1], [1], "list")
    here.that(True, "the sky is blue")
    with pytest.raises(Failed, match="^total is 1 instead of 2$"):
        here.equal(1, 2, "total")
    with pytest.raises(Failed, match="^not so: ids ascend$"):
        here.that(False, "ids ascend")

    assert here.api.record.assertions == 4


def test_words_are_unique_and_no_part_of_each_other(server: Hostile) -> None:
    here = world(server.url)

    words = [here.word(stem) for stem in ("", "ann", "") for _ in range(12)]

    assert words[:2] == ["wn1z", "wn2z"]
    assert len(set(words)) == 36
    assert not [(a, b) for a in words for b in words if a != b and a in b]


def test_requests_are_sent_at_the_same_time_on_connections_of_their_own(server: Hostile) -> None:
    server.meeting = threading.Barrier(4)
    here = world(server.url)

    replies = here.together(*[lambda: here.api.get("/meet")] * 3, lambda: here.api.post("/meet", {}))

    assert [reply.status for reply in replies] == [200] * 4
    assert str(replies[3]).startswith("> POST /meet {}")
    assert server.connections == 4
    assert len(here.api.record.exchanges) == 4


def test_no_request_is_sent_before_all_are_connected(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(server.url)
    connect, first, seen = wire.Wire.connect, threading.Lock(), []

    def slowly(self: wire.Wire, deadline: float) -> None:
        if first.acquire(blocking=False):
            time.sleep(0.2)
            seen.append(list(server.targets))
        connect(self, deadline)

    monkeypatch.setattr(wire.Wire, "connect", slowly)
    here.together(*[lambda: here.api.get("/health")] * 3)

    assert seen == [[]]
    assert len(server.targets) == 3


def test_one_of_several_requests_without_an_answer_is_told(server: Hostile) -> None:
    here = world(server.url)

    with pytest.raises(TransportError, match="GET /leave: connection closed without an answer"):
        here.together(lambda: here.api.get("/health"), lambda: here.api.get("/leave"))
    with pytest.raises(Failed, match="status 200 instead of 201"):
        here.together(lambda: here.api.get("/health"), lambda: here.api.get("/health").expect(201))


def test_several_requests_to_a_dead_server_are_told() -> None:
    with hostile() as server:
        pass
    here = world(server.url)

    with pytest.raises(TransportError, match="connection refused"):
        here.together(*[lambda: here.api.get("/health")] * 3)


def test_a_check_without_time_sends_nothing(server: Hostile) -> None:
    here = world(server.url)
    here.api.record.end = time.monotonic()

    with pytest.raises(TransportError, match="GET /health: not sent: the time of the check is over"):
        here.api.get("/health")

    assert server.targets == []
