"""Races: a check passes each time with the lock and fails each time without, for what it says and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from evals.behaviour.checks import check
from evals.behaviour.checks import choose as choose_checks
from evals.behaviour.contract import Contract
from evals.behaviour.contract import load as load_contract
from evals.behaviour.world import Session
from evals.ground import __main__ as command
from evals.ground import races as engine
from evals.ground.faults import apply
from evals.ground.races import Count, Race, Racing, choose_races, load_races, table
from evals.ground.references import BadReference, Reference, assemble, choose, load, load_all
from evals.ground.serving import Ground
from tests.unit.evals.ground_toys import ToyWorld, contract, python_toy, write
from tests.unit.evals.test_ground_serving import CACHE

ROUNDS = 3
INSERT = '        found = run("INSERT INTO notes (text) VALUES (?) RETURNING id", body["text"])\n'
LOCKED = """\
        with LOCK:
            if run("SELECT id FROM notes WHERE text = ?", body["text"]):
                return self.answer(409, {"error": "taken"})
            found = run("INSERT INTO notes (text) VALUES (?) RETURNING id", body["text"])
"""
CHANGES = (
    (INSERT, LOCKED),
    ("import json, os, sqlite3\n", "import json, os, sqlite3, threading, time\n"),
    ("def escaped(", "LOCK = threading.Lock()\n\ndef escaped("),
)
REMOVALS = r"""
    references = ["notes", "elsewhere"]

    [[removal]]
    id = "not-locked"
    description = "texts are looked for side by side"
    check = "one_of_two_is_made"
    still = "a_text_is_taken_once"
    file = "app.py"
    before = "with LOCK:"
    after = "if LOCK:"
    yields = [{ file = "app.py", before = "  found = run(\"INSERT", after = "  time.sleep(0.3); found = run(\"INSERT" }]

    [[removal]]
    id = "log-without-flush"
    description = "something that no check can see"
    check = "one_of_two_is_made"
    still = "a_text_is_taken_once"
    file = "app.py"
    before = ", flush=True"
    after = ""
    cannot = { sqlite = "nobody waits for a log" }
"""
REFUSED = """if "before" in body["text"]:
            return self.answer(500, {})
        with LOCK:"""
"""What the check needs cannot be made, what passes still can."""


class OneWorld(ToyWorld):
    """Its session cannot be made twice on one server."""

    def prepare(self, seeded: tuple[str, str] | None) -> Session:
        self.note("the session")
        return Session()


@check("CON-01")
def one_of_two_is_made(world: OneWorld) -> None:
    assert world.session
    world.note(world.word("before"))
    post = partial(world.api.post, "/notes", {"text": world.word()})
    world.equal(sorted(reply.status for reply in world.together(post, post)), [201, 409], "statuses")


@check("ADD-02")
def a_text_is_taken_once(world: OneWorld) -> None:
    word = world.word()
    world.note(word)
    world.api.post("/notes", {"text": word}).expect(409)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path / "cache") as made:
        made.environments = Ground(CACHE).environments  # a venv takes seconds
        yield made


@pytest.fixture
def toy(tmp_path: Path) -> Contract:
    checks = (a_text_is_taken_once, one_of_two_is_made)
    return replace(contract(tmp_path / "contract"), checks=checks, world=OneWorld)


@pytest.fixture
def notes(tmp_path: Path) -> Reference:
    return load(python_toy(tmp_path, *CHANGES))


def raced(
    ground: Ground, notes: Reference, toy: Contract, told: str, *only: str, fresh: bool = False
) -> dict[str, Count]:
    home = write(notes.folder.parent / "races", {"toys.toml": told})
    racing = Racing(ground, [notes], rounds=ROUNDS, contracts=lambda name: toy, fresh=fresh)
    chosen = choose_races(load_races([notes], home, lambda name: toy), only)
    return {count.race.name: count for count in racing.run(chosen, 2)}


def test_with_its_lock_it_passes_each_time_and_without_never(ground: Ground, notes: Reference, toy: Contract) -> None:
    found = raced(ground, notes, toy, REMOVALS)

    assert {name: (count.passed, count.failed, count.ok) for name, count in found.items()} == {
        "notes-sqlite": (3, 0, True),
        "notes-sqlite/not-locked": (0, 3, True),
        "notes-sqlite/log-without-flush": (3, 0, True),
    }
    assert "statuses is [201, 201] instead of [201, 409]" in found["notes-sqlite/not-locked"].cause
    told = table([found[f"notes-sqlite{name}"] for name in ("", "/not-locked", "/log-without-flush")])
    assert [line.split() for line in told.splitlines()] == [
        ["row", "and", "removals", "check", "runs"],
        ["notes-sqlite", "CON", "passed", "3", "of", "3", "ok"],
        ["not-locked", "one_of_two_is_made", "failed", "3", "of", "3", "with", "a", "yield", "ok"],
        ["log-without-flush", "one_of_two_is_made", "cannot:", "passed", "3", "of", "3", "ok"],
        [],
        ["cannot", "(sqlite):", "nobody", "waits", "for", "a", "log"],
    ]


@pytest.mark.parametrize(
    ("after", "passed", "told"),
    [
        ("with LOCK:  # still", 3, "round 1: passed"),
        ("if (LOCK:", 0, "does not boot: .*SyntaxError"),
        ("if None:", 0, "it does more than to open a race: a_text_is_taken_once_0: "),
        (REFUSED, 0, "round 1: one_of_two_is_made_1: setup: POST /notes answered 500"),
    ],
)
def test_a_removal_that_opens_no_race_is_wrong(
    ground: Ground, notes: Reference, toy: Contract, after: str, passed: int, told: str
) -> None:
    changed = REMOVALS.replace('"if LOCK:"', json.dumps(after))

    (count,) = raced(ground, notes, toy, changed, "not-locked").values()

    assert (count.ok, count.passed, count.failed) == (False, passed, 0)
    assert re.match(told, count.cause, re.S), count.cause
    assert "notes-sqlite/not-locked: texts are looked for side by side" in table([count])


def test_a_removal_that_does_not_apply_says_so(ground: Ground, notes: Reference, toy: Contract) -> None:
    changed = REMOVALS.replace("with LOCK:", "with KEY:")

    (count,) = raced(ground, notes, toy, changed, "not-locked").values()

    assert (count.ok, count.cause) == (False, "does not apply: app.py has its text 0 times")


def test_what_is_said_to_be_impossible_must_not_happen(ground: Ground, notes: Reference, toy: Contract) -> None:
    changed = REMOVALS.replace("    yields", '    cannot = { sqlite = "one at a time" }\n    yields')

    (count,) = raced(ground, notes, toy, changed, "not-locked").values()

    assert (count.ok, count.passed, count.failed) == (False, 0, 3)
    assert "statuses is [201, 201]" in count.cause


def test_what_came_of_a_race_is_kept_until_something_changes(ground: Ground, notes: Reference, toy: Contract) -> None:
    first = raced(ground, notes, toy, REMOVALS, "not-locked")
    for path in (ground.cache / "races").glob("*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"cause": "kept"}))

    def cause(told: str = REMOVALS, **how: bool) -> str:
        return raced(ground, notes, toy, told, "not-locked", **how)["notes-sqlite/not-locked"].cause

    assert cause() == "kept"
    assert cause(REMOVALS.replace("0.3", "0.25")) != "kept"
    assert cause(fresh=True) == first["notes-sqlite/not-locked"].cause


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('check = "one_of_two_is_made"', "", "not-locked: check is missing"),
        ('after = "if LOCK:"', 'after = "with LOCK:"', "not-locked: changes nothing"),
        ('description = "texts', 'colour = "red"\ndescription = "texts', "not-locked: unknown key colour"),
        ('id = "log-without-flush"', 'id = "not-locked"', "more than one notes-sqlite/not-locked"),
        ("references", "reference", "references"),
        ("[[removal]]", "[[removals]]", "removal"),
    ],
)
def test_a_removal_that_cannot_be_says_so(notes: Reference, toy: Contract, before: str, after: str, told: str) -> None:
    count = -1 if before == "[[removal]]" else 1
    home = write(notes.folder.parent / "races", {"toys.toml": REMOVALS.replace(before, after, count)})

    with pytest.raises(BadReference, match=told):
        load_races([notes], home, lambda name: toy)


def test_a_check_that_the_contract_lacks_is_refused(ground: Ground, notes: Reference, toy: Contract) -> None:
    with pytest.raises(BadReference, match="notes-sqlite/not-locked: one_of_three is no group, requirement or check"):
        raced(ground, notes, toy, REMOVALS.replace("one_of_two_is_made", "one_of_three", 1))


def test_races_are_chosen_by_row_reference_database_and_removal(notes: Reference, toy: Contract) -> None:
    home = write(notes.folder.parent / "races", {"toys.toml": REMOVALS})
    others = [replace(notes, name="bare", contract=""), replace(notes, name="calm", contract="calm")]
    calm = replace(toy, checks=(a_text_is_taken_once,))
    races = load_races([notes, *others], home, lambda name: calm if name == "calm" else toy)

    def names(*only: str) -> list[str]:
        return [race.name for race in choose_races(races, only)]

    assert names() == ["notes-sqlite", "notes-sqlite/not-locked", "notes-sqlite/log-without-flush"]
    assert names("notes") == names("sqlite") == names("notes-sqlite") == names()
    assert names("not-locked") == ["notes-sqlite/not-locked"]
    with pytest.raises(BadReference, match="bare is no reference"):
        names("bare")
    with pytest.raises(BadReference, match="calm is no reference"):
        names("calm")


def test_no_runs_at_all_are_not_ok() -> None:
    assert not Count(race=Race(reference="r", database="d"), rounds=0).ok


def test_the_command_prints_the_table_and_writes_it(
    notes: Reference, toy: Contract, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = notes.folder.parent
    write(home / "races", {"toys.toml": REMOVALS.replace("if LOCK:", "with LOCK:  # still")})
    monkeypatch.setattr(command, "Racing", partial(Racing, contracts=lambda name: toy))
    monkeypatch.setattr(command, "load_races", partial(load_races, home=home / "races", contracts=lambda name: toy))

    def run(*words: str) -> int:
        out = ["--home", str(home), "--cache", str(CACHE), "--json", str(home / "out.json")]
        return command.main(["races", *words, "--rounds", "2", *out])

    assert run("log-without-flush") == 0
    assert "cannot: passed 2 of 2" in capsys.readouterr().out
    assert run("not-locked") == 1
    (told,) = json.loads((home / "out.json").read_text())["races"]
    assert (told["name"], told["rounds"], told["passed"], told["ok"]) == ("notes-sqlite/not-locked", 2, 2, False)
    assert run("nothing") == 2


REFERENCES = [reference for reference in load_all() if reference.contract == "clinic"]
RACES = load_races(REFERENCES)
CLINIC = load_contract("clinic")


@pytest.mark.parametrize(
    ("reference", "database"),
    [pytest.param(*row, id=f"{row[0].name}-{row[1]}") for row in choose(REFERENCES, ())],
)
def test_each_removal_of_a_reference_applies(tmp_path: Path, reference: Reference, database: str) -> None:
    for number, race in enumerate(choose_races(RACES, [f"{reference.name}-{database}"])):
        assemble(reference, database, tmp_path / str(number))

        assert apply(race.edits, tmp_path / str(number)) == "", race.name


def test_each_removal_names_a_race_and_a_check_that_is_none() -> None:
    for race in RACES:
        assert {one.group for one in choose_checks(CLINIC.checks, [race.check])} == {engine.GROUP}, race.name
        if race.id:
            assert {one.group for one in choose_checks(CLINIC.checks, [race.still])} != {engine.GROUP}, race.name
