"""The mutation engine: what is killed and by whom, what is not counted, and that a run goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.ground.mutants import Mutant, Mutation, Outcome, Report, Verdict, choose_mutants, load_mutants
from evals.ground.references import BadReference, load
from evals.ground.serving import Ground
from tests.unit.evals.ground_toys import contract, python_toy, write
from tests.unit.evals.test_ground_serving import CACHE

OPERATORS = """
    [[mutant]]
    id = "wildcards"
    group = "FIND"
    description = "wildcards of a search are not escaped"
    file = "app.py"
    before = "+ escaped(query) +"
    after = "+ query +"

    [[mutant]]
    id = "all-wrong"
    group = "FIND"
    description = "every answer is empty: checks of other groups fail, too"
    file = "app.py"
    before = "json.dumps(body).encode()"
    after = 'json.dumps(body if "status" in body else {}).encode()'

    [[mutant]]
    id = "unseen"
    group = "ADD"
    description = "nobody asks for the order"
    file = "app.py"
    before = " ORDER BY id"
    after = ""
    explained = "the contract leaves the order open"

    [[mutant]]
    id = "broken"
    group = "ADD"
    description = "no Python"
    file = "app.py"
    before = "def run("
    after = "def run(("

    [[mutant]]
    id = "twice"
    group = "ADD"
    description = "its text is there twice"
    file = "app.py"
    before = "self.answer(200"
    after = "self.answer(500"
"""


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path / "cache") as made:
        made.environments = Ground(CACHE).environments  # a venv takes seconds
        yield made


@pytest.fixture
def operators(tmp_path: Path) -> Path:
    return write(tmp_path / "operators", {"notes.toml": OPERATORS})


def judged(ground: Ground, tmp_path: Path, home: Path, *only: str, fresh: bool = False) -> dict[str, Verdict]:
    references = [load(tmp_path / "notes")]
    toy = contract(tmp_path / "contract")
    engine = Mutation(ground, references, contracts=lambda name: toy, fresh=fresh)
    chosen = choose_mutants(load_mutants(references, home), only)
    return {verdict.mutant.id: verdict for verdict in engine.run(chosen, 2)}


def test_each_mutant_gets_its_verdict(ground: Ground, tmp_path: Path, operators: Path) -> None:
    python_toy(tmp_path)

    found = judged(ground, tmp_path, operators)

    assert {name: verdict.outcome for name, verdict in found.items()} == {
        "wildcards": Outcome.KILLED,
        "all-wrong": Outcome.KILLED,
        "unseen": Outcome.SURVIVED,
        "broken": Outcome.NO_BOOT,
        "twice": Outcome.NO_MATCH,
    }
    assert found["wildcards"].by == "wildcards_are_literal"
    assert found["all-wrong"].by == "a_search_finds_the_text"  # though a check of ADD stands first in the contract
    assert "SyntaxError" in found["broken"].cause
    assert found["twice"].cause == "app.py has its text 2 times"


def test_a_verdict_is_kept_until_something_changes(ground: Ground, tmp_path: Path, operators: Path) -> None:
    python_toy(tmp_path)
    first = judged(ground, tmp_path, operators, "wildcards")["wildcards"]
    for path in (ground.cache / "mutants").glob("*.json"):
        told = json.loads(path.read_text())
        path.write_text(json.dumps(told | {"cause": "kept"}))

    assert judged(ground, tmp_path, operators, "wildcards")["wildcards"] == replace(first, cause="kept")
    assert judged(ground, tmp_path, operators, "wildcards", fresh=True)["wildcards"] == first
    python_toy(tmp_path, ("print(", "print(1,"))
    assert judged(ground, tmp_path, operators, "wildcards")["wildcards"].cause != "kept"


def test_a_reference_that_fails_itself_is_no_ground_for_mutants(
    ground: Ground, tmp_path: Path, operators: Path
) -> None:
    python_toy(tmp_path, ('"text": body["text"]})', '"text": "x"})'))

    verdict = judged(ground, tmp_path, operators, "wildcards")["wildcards"]

    assert verdict.outcome is Outcome.NO_BASE
    assert verdict.cause.startswith("a_note_is_made: ")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('id = "twice"', 'id = "broken"', "broken: .*its id is taken"),
        ('after = "+ query +"', 'after = "+ escaped(query) +"', "wildcards: changes nothing"),
        ('description = "no Python"', "", "description"),
        ('explained = "the', 'database = "postgres"\nexplained = "the', "unseen: there is no postgres overlay"),
        ('id = "unseen"', 'id = "unseen"\ncolour = "red"', "colour"),
        ("[[mutant]]", "[[mutants]]", "mutant"),
    ],
)
def test_an_operator_that_cannot_be_says_so(tmp_path: Path, before: str, after: str, told: str) -> None:
    home = write(tmp_path / "operators", {"notes.toml": OPERATORS.replace(before, after)})

    with pytest.raises(BadReference, match=f"notes.toml: .*{told}"):
        load_mutants([load(python_toy(tmp_path))], home)


def test_a_group_that_the_contract_lacks_is_refused(ground: Ground, tmp_path: Path) -> None:
    python_toy(tmp_path)
    home = write(tmp_path / "operators", {"notes.toml": OPERATORS.replace('group = "ADD"', 'group = "FLY"')})

    with pytest.raises(BadReference, match="notes/unseen: there is no group FLY"):
        judged(ground, tmp_path, home)


def test_mutants_are_chosen_by_reference_group_and_id(tmp_path: Path, operators: Path) -> None:
    all_of_them = load_mutants([load(python_toy(tmp_path))], operators)

    def names(*only: str) -> list[str]:
        return [mutant.id for mutant in choose_mutants(all_of_them, only)]

    assert len(names("notes")) == len(names()) == 5
    assert names("FIND", "notes/twice") == ["wildcards", "all-wrong", "twice"]
    with pytest.raises(BadReference, match="FLY is no reference, group or id"):
        names("FLY")


def report(*outcomes: tuple[str, Outcome, int]) -> Report:
    def verdicts(group: str, outcome: Outcome, count: int) -> Sequence[Verdict]:
        mutant = Mutant(reference="r", id="i", group=group, description="d", file="f", before="b", after="a")
        return [Verdict(mutant=mutant, outcome=outcome)] * count

    return Report(verdicts=[one for told in outcomes for one in verdicts(*told)])


def test_enough_must_be_killed_in_all_and_in_each_group() -> None:
    assert report(("A", Outcome.KILLED, 19), ("B", Outcome.SURVIVED, 1), ("B", Outcome.KILLED, 4)).ok
    assert not report(("A", Outcome.KILLED, 96), ("B", Outcome.SURVIVED, 1), ("B", Outcome.KILLED, 3)).ok
    assert not report(("A", Outcome.KILLED, 18), ("A", Outcome.SURVIVED, 1)).ok
    assert not report(("A", Outcome.KILLED, 20), ("A", Outcome.NO_BOOT, 1)).ok
    assert not report().ok


def test_the_report_tells_groups_and_survivors() -> None:
    told = report(("A", Outcome.KILLED, 3), ("A", Outcome.SURVIVED, 1), ("B", Outcome.NO_MATCH, 1))

    assert [line.split() for line in told.text().splitlines()[:3]] == [
        ["group", "killed", "survived"],
        ["A", "3", "1", "75", "%"],
        ["all", "3", "1", "75", "%"],
    ]
    assert "survived  r/i  [A] d\n  not explained" in told.text()
    assert "does not apply  r/i  [B] d" in told.text()
    document = told.document()
    assert (document["killed"], document["total"], document["groups"]) == (3, 4, {"A": {"killed": 3, "total": 4}})
