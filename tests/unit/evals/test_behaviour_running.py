"""Runs of the behaviour frame: complete results whatever the server does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evals.behaviour import running
from evals.behaviour.asking import Client, SetupFailed
from evals.behaviour.checks import Check, UnknownChoice, check, check_each, choose, collect
from evals.behaviour.contract import Contract
from evals.behaviour.results import NO_RESTART, NO_SECRET, Status, SuiteResult
from evals.behaviour.running import RestartFailed, Server, run_suite
from evals.behaviour.world import Session, World
from tests.support.behaviour_servers import Hostile, NotesServer, hostile, notes_server


@dataclass(frozen=True, kw_only=True)
class ToySession(Session):
    manager: str


class ToyWorld(World[ToySession]):
    def prepare(self, seeded: tuple[str, str] | None) -> ToySession:
        email, password = seeded or ("boss", "pw")
        if seeded is None:
            user = self.api.post("/users", {"email": email, "password": password}).needed(201)
            if user["role"] != "manager":
                raise SetupFailed("the server is not empty: name a manager with --seed-manager")
        token = self.api.post("/sessions", {"email": email, "password": password}).needed(201)["token"]
        count = 0 if seeded is None else self.api.bearing(token).get("/notes")["total"]
        return ToySession(manager=token, tag=f"t{count}" if count else "")

    @property
    def manager(self) -> Client:
        return self.api.bearing(self.session.manager)

    def note(self) -> str:
        text: str = self.manager.post("/notes", {"text": self.word()}).needed(201)["text"]
        return text


@check("NOTE-01")
def a_note_is_found_by_a_word(world: ToyWorld) -> None:
    """A note is found by a word of its text."""
    text = world.note()
    found = world.manager.get("/notes", word=text).expect(200).has({"total": 1, "items.0.text": text})
    world.equal(len(found["items"]), 1, "number of items")


@check("NOTE-02", "USER-01")
def notes_want_a_login(world: ToyWorld) -> None:
    world.api.get("/notes").expect(401)


@check("NOTE-03", restart=True)
def notes_survive_a_restart(world: ToyWorld) -> None:
    text = world.note()
    world.restart()
    world.manager.get("/notes", word=text).has(total=1)


@check("USER-02")
def an_email_is_taken_once(world: ToyWorld) -> None:
    body = {"email": world.word("u"), "password": "pw"}
    first, second = world.together(*[lambda: world.api.post("/users", body)] * 2)
    world.equal(sorted([first.status, second.status]), [201, 409], "statuses")


TOY = (notes_survive_a_restart, a_note_is_found_by_a_word, notes_want_a_login, an_email_is_taken_once)


class Bare(World[Session]):
    def prepare(self, seeded: tuple[str, str] | None) -> Session:
        return Session()


def ask(name: str, path: str) -> Check:
    def run(world: Bare) -> None:
        world.api.get(path).expect(200).body  # noqa: B018

    run.__name__ = name
    return check("ASK-01")(run)


def contract(checks: tuple[Check, ...] = TOY, world: type[World[Any]] = ToyWorld) -> Contract:
    return Contract(name="toy", folder=Path(__file__).parent, checks=checks, world=world)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_PAUSE_SECONDS", 0.02)


@pytest.fixture
def server() -> Iterator[NotesServer]:
    with notes_server() as server:
        yield server


@pytest.fixture
def bad() -> Iterator[Hostile]:
    with hostile() as server:
        yield server


def statuses(result: SuiteResult) -> dict[str, str]:
    return {one.check.name: one.status.value for one in result.results}


def causes(result: SuiteResult) -> list[str]:
    return [one.cause for one in result.results]


def test_an_honest_server_passes(server: NotesServer) -> None:
    result = run_suite(contract(), server.url)

    assert statuses(result) == {
        "a_note_is_found_by_a_word": "passed",
        "notes_want_a_login": "passed",
        "an_email_is_taken_once": "passed",
        "notes_survive_a_restart": "not_run",
    }
    assert result.ok
    assert [(one.assertions, one.requests) for one in result.results] == [(4, 2), (1, 1), (1, 2), (0, 0)]
    assert causes(result) == ["", "", "", NO_RESTART]


def restarter(server: NotesServer) -> tuple[list[NotesServer], Callable[[bool], None]]:
    servers = [server]

    def restart(kill: bool) -> None:
        servers[-1].stop()
        servers.append(NotesServer(server.rows, server.server_port))

    return servers, restart


def test_a_check_may_restart_the_server(server: NotesServer) -> None:
    servers, restart = restarter(server)

    result = run_suite(contract(), Server(base_url=server.url, restart=restart))
    servers[-1].stop()

    assert len(servers) == 2
    assert set(statuses(result).values()) == {"passed"}
    assert statuses(result).popitem()[0] == "notes_survive_a_restart", "last, for it disturbs others"


def test_a_check_may_kill_the_server(bad: Hostile) -> None:
    @check("ASK-01", restart=True)
    def again(world: Bare) -> None:
        world.restart(kill=True)
        world.restart()
        world.api.get("/health").expect(200)

    kills: list[bool] = []
    result = run_suite(contract((again,), Bare), Server(base_url=bad.url, restart=kills.append))

    assert causes(result) == [""]
    assert kills == [True, False]


def test_a_check_that_needs_the_secret_is_not_run_without(bad: Hostile) -> None:
    @check("ASK-01", secret=True)
    def knowing(world: Bare) -> None:
        world.equal(world.secret, "s3cret", "the secret")

    @check("ASK-01")
    def prying(world: Bare) -> None:
        world.that(bool(world.secret), "there is a secret")

    told = run_suite(contract((knowing,), Bare), Server(base_url=bad.url, secret="s3cret"))
    untold = run_suite(contract((knowing, prying), Bare), bad.url)

    assert causes(told) == [""]
    assert causes(untold)[0] == NO_SECRET
    assert "declare the check with secret=True" in causes(untold)[1]
    assert [one.check.name for one in untold.bad] == ["prying"]


def test_a_slow_restart_is_not_taken_from_the_time_of_the_check(bad: Hostile) -> None:
    @check("ASK-01", restart=True)
    def again(world: Bare) -> None:
        world.restart()
        world.api.get("/health").expect(200)

    slow = Server(base_url=bad.url, restart=lambda kill: time.sleep(1.6))
    result = run_suite(contract((again,), Bare), slow, timeout=0.5)

    assert causes(result) == [""]


def test_data_that_a_restart_loses_fail_the_check(server: NotesServer) -> None:
    servers, restart = restarter(server)

    def losing(kill: bool) -> None:
        server.rows.notes.clear()
        restart(kill)

    result = run_suite(contract(), Server(base_url=server.url, restart=losing), only=["NOTE-03"])
    servers[-1].stop()

    assert causes(result) == ["GET /notes: `total` is 0 instead of 1"]


def test_a_restart_that_fails_is_a_cause(server: NotesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_RESTART_SECONDS", 0.1)

    def refusing(kill: bool) -> None:
        raise RestartFailed("no such service")

    refused = run_suite(contract(), Server(base_url=server.url, restart=refusing), only=["NOTE-03"])
    seeded = replace(contract(), seeded=("boss", "pw"))
    gone = run_suite(seeded, Server(base_url=server.url, restart=lambda kill: server.stop()), only=["NOTE-03"])

    assert [one.status for one in refused.results + gone.results] == [Status.ERROR] * 2
    assert causes(refused) == ["no such service"]
    assert causes(gone) == ["no answer after the restart: connection refused"]


def test_a_missing_feature_fails_only_what_needs_it(server: NotesServer) -> None:
    server.rows.broken = frozenset({"/notes"})

    result = run_suite(contract(), server.url)

    assert statuses(result) == {
        "a_note_is_found_by_a_word": "failed",
        "notes_want_a_login": "failed",
        "an_email_is_taken_once": "passed",
        "notes_survive_a_restart": "not_run",
    }
    assert causes(result)[:2] == ["setup: POST /notes answered 500", "GET /notes: status 500 instead of 401"]
    assert '< 500 application/json; charset=utf-8 {"error": "broken"}' in result.results[0].exchange
    assert [one.check.name for one in result.bad] == ["a_note_is_found_by_a_word", "notes_want_a_login"]


def test_without_a_session_only_what_needs_it_fails(server: NotesServer) -> None:
    server.rows.broken = frozenset({"/sessions"})

    result = run_suite(contract(), server.url)

    assert causes(result)[:3] == ["setup: POST /sessions answered 500", "", ""]
    assert '> POST /sessions {"email": "boss"' in result.results[0].exchange


def test_a_server_that_is_not_empty_wants_a_manager(server: NotesServer) -> None:
    run_suite(contract(), server.url)
    taken = run_suite(contract(), server.url)
    again = run_suite(replace(contract(), seeded=("boss", "pw")), server.url)

    assert causes(taken)[0] == "setup: POST /users answered 409"
    assert again.ok, causes(again)


def test_names_are_the_same_in_every_run() -> None:
    made = []
    for _ in range(2):
        with notes_server() as server:
            run_suite(contract(), server.url)
            made.append((server.rows.users, server.rows.notes))

    assert made[0] == made[1]
    assert made[0][1] != []


def test_two_suites_at_once_do_not_disturb_each_other() -> None:
    results: list[SuiteResult] = []
    with notes_server() as one, notes_server() as other:
        other.rows.broken = frozenset({"/notes"})
        urls = [one.url, other.url]
        threads = [threading.Thread(target=lambda url=url: results.append(run_suite(contract(), url))) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert {result.base_url: result.ok for result in results} == {urls[0]: True, urls[1]: False}
    assert len(one.rows.notes) == 1


def test_an_address_where_nobody_listens_runs_nothing() -> None:
    with hostile() as server:
        pass

    result = run_suite(contract(), server.url)

    assert result.unreachable == "GET /health: connection refused, 3 times"
    assert set(statuses(result).values()) == {"not_run"}
    assert set(causes(result)) == {f"server not reachable at the start ({result.unreachable})"}
    assert not result.ok


@pytest.mark.parametrize(
    ("path", "cause"),
    [("/die", "connection refused"), ("/deafen", "no complete answer within 0.5 s")],
)
def test_what_comes_after_the_death_of_the_server_is_not_run(bad: Hostile, path: str, cause: str) -> None:
    checks = (ask("before", "/health"), ask("deadly", path), ask("after", "/health"), ask("later", "/health"))

    result = run_suite(contract(checks, Bare), bad.url, timeout=0.5)

    assert statuses(result) == {"before": "passed", "deadly": "error", "after": "not_run", "later": "not_run"}
    assert causes(result)[1].startswith(f"GET {path}: ")
    assert causes(result)[2] == f"server died after check deadly (GET /health: {cause}, 3 times)"
    assert result.results[1].exchange.startswith(f"> GET {path}\n< ")


def test_a_server_that_dies_in_the_set_up_runs_nothing(bad: Hostile) -> None:
    class Deadly(Bare):
        def prepare(self, seeded: tuple[str, str] | None) -> Session:
            self.api.get("/die")
            return Session()

    result = run_suite(contract((ask("after", "/health"),), Deadly), bad.url)

    assert statuses(result) == {"after": "not_run"}
    assert causes(result)[0].startswith("server died while the session was made (GET /die: connection ")


def test_one_bad_answer_does_not_end_the_suite(bad: Hostile) -> None:
    paths = ["/reset", "/noise", "/hang", "/malformed", "/html", "/health"]

    result = run_suite(
        contract(tuple(ask(f"n{at}", path) for at, path in enumerate(paths)), Bare), bad.url, timeout=0.5
    )

    assert list(statuses(result).values()) == ["error", "error", "error", "failed", "failed", "passed"]
    assert [one.requests for one in result.results] == [1] * 6
    assert [bool(one.exchange) for one in result.results] == [True] * 5 + [False]


def test_a_check_has_its_time_and_so_has_the_suite(bad: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_SUITE_REQUESTS", 4)

    @check("ASK-01")
    def patient(world: Bare) -> None:
        while True:
            world.api.get("/health").expect(200)

    checks = (patient, ask("hanging", "/hang"), ask("last", "/health"))
    result = run_suite(contract(checks, Bare), bad.url, timeout=0.5)

    assert list(statuses(result).values()) == ["error", "error", "not_run"]
    assert any(why in causes(result)[0] for why in ("the time of the check is over", "no complete answer"))
    assert causes(result)[2] == "the 2 s of the suite were over"
    assert not result.ok


def test_the_first_that_does_not_pass_can_end_it(bad: Hostile) -> None:
    checks = (ask("fine", "/health"), ask("broken", "/refusal"), ask("never", "/health"))

    result = run_suite(contract(checks, Bare), bad.url, stop_at_first=True)

    assert statuses(result) == {"fine": "passed", "broken": "failed", "never": "not_run"}
    assert causes(result)[2] == "stopped at the first that did not pass: broken"


def test_a_check_that_trips_over_an_answer_fails_and_says_where(bad: Hostile) -> None:
    @check("ASK-01")
    def trips(world: Bare) -> None:
        world.api.get("/health").expect(200).body["id"]["deeper"]

    result = run_suite(contract((trips,), Bare), bad.url)

    assert statuses(result) == {"trips": "failed"}
    assert causes(result)[0].startswith("KeyError: 'id' (test_behaviour_running.py:")
    assert result.results[0].exchange.startswith("> GET /health")


def test_a_check_that_asserts_nothing_fails(bad: Hostile) -> None:
    @check("ASK-01")
    def silent(world: Bare) -> None:
        world.api.get("/health")

    assert causes(run_suite(contract((silent,), Bare), bad.url)) == ["the check asserted nothing"]


def test_a_restart_that_was_not_declared_is_refused(bad: Hostile) -> None:
    @check("ASK-01")
    def hasty(world: Bare) -> None:
        world.restart()

    assert causes(run_suite(contract((hasty,), Bare), bad.url)) == ["declare the check with restart=True"]


def test_an_address_may_have_a_path_and_must_be_http(bad: Hostile) -> None:
    @check("ASK-01")
    def prefixed(world: Bare) -> None:
        world.equal(world.api.get("/echo")["target"], "GET /api/echo", "target")

    assert run_suite(contract((prefixed,), Bare), f"{bad.url}/api/").ok
    assert bad.targets[0] == "GET /api/health"
    for url in ("ftp://127.0.0.1", "127.0.0.1:1", "http://", "http://h:port", "http://h?x=1"):
        with pytest.raises(UnknownChoice, match="address|of the form"):
            run_suite(contract(), url)


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ([], ["notes_survive_a_restart", "a_note_is_found_by_a_word", "notes_want_a_login", "an_email_is_taken_once"]),
        (["NOTE-01"], ["a_note_is_found_by_a_word"]),
        (["USER"], ["notes_want_a_login", "an_email_is_taken_once"]),
        (["an_email_is_taken_once", "NOTE-01"], ["a_note_is_found_by_a_word", "an_email_is_taken_once"]),
    ],
)
def test_groups_requirements_and_checks_are_chosen(only: list[str], names: list[str]) -> None:
    assert [one.name for one in choose(TOY, only)] == names


@pytest.mark.parametrize(("word", "hint"), [("NOTE-1", "did you mean NOTE-01"), ("XYZ", "groups are NOTE, USER")])
def test_an_unknown_choice_is_refused_with_what_there_is(word: str, hint: str) -> None:
    with pytest.raises(UnknownChoice, match=f"{word} is no group, requirement or check: {hint}"):
        run_suite(contract(), "http://127.0.0.1:1", only=[word])


def test_a_check_tells_its_claim_and_names_a_requirement() -> None:
    assert a_note_is_found_by_a_word.claim == "A note is found by a word of its text."
    assert notes_want_a_login.claim == "notes want a login"
    assert (notes_want_a_login.group, notes_want_a_login.requirements) == ("NOTE", ("NOTE-02", "USER-01"))
    with pytest.raises(ValueError, match="at least one requirement"):
        check()


def test_two_checks_of_one_name_are_refused() -> None:
    module = type(pytest)("toy")
    for name in ("one", "two"):
        twin = ask("twin", "/health")
        twin.run.__module__ = "toy"
        setattr(module, name, twin)

    with pytest.raises(ValueError, match="two checks are called twin"):
        collect([module])


def test_one_function_may_be_several_checks(server: NotesServer) -> None:
    module = ModuleType("toys")

    @check_each("NOTE-01", over={"first": "a", "in_front": "b"})
    def words_are_found(world: ToyWorld, letter: str) -> None:
        """A word is found."""
        world.equal(letter in "a", True, "whether it is there")

    for one in words_are_found:
        one.run.__module__ = "toys"
    vars(module)["words_are_found"] = words_are_found
    result = run_suite(contract(collect([module])), server.url)

    assert statuses(result) == {"words_are_found_first": "passed", "words_are_found_in_front": "failed"}
    assert [one.check.claim for one in result.results] == ["First: A word is found.", "In front: A word is found."]
