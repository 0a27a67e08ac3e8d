import json

import pytest

from agent.errors import UserError
from agent.journal import Journal, read
from agent.request import Request
from agent.runs import RunRecord, RunStore


def test_a_torn_last_line_is_passed_over_and_numbers_go_on(tmp_path):
    path = tmp_path / "j.jsonl"
    journal = Journal(path)
    journal.append("a")
    journal.close()
    with path.open("a") as file:
        file.write('{"n": 2, "kind": "ans')
    assert [event["kind"] for event in read(path)] == ["a"]
    assert Journal(path).append("b") == 2


def test_numbers_are_unbroken_and_events_are_json(tmp_path):
    journal = Journal(tmp_path / "j.jsonl")
    for kind in "abc":
        journal.append(kind, text="ü\n")
    lines = (tmp_path / "j.jsonl").read_text().splitlines()
    assert [json.loads(line)["n"] for line in lines] == [1, 2, 3]


def record(run_id, repo):
    return RunRecord(run_id=run_id, repo=str(repo), title="t", graph_version="1", started=1.0)


def test_runs_are_found_by_part_of_their_id_and_ambiguity_is_named(tmp_path):
    store = RunStore(tmp_path / "state")
    first, place = store.create(tmp_path, "add-loans")
    store.save(record(first, tmp_path), place)
    second, other = store.create(tmp_path, "add-members")
    store.save(record(second, tmp_path), other)
    assert store.find("members", tmp_path)[0].run_id == second
    with pytest.raises(UserError, match="Several"):
        store.find("add", tmp_path)
    with pytest.raises(UserError, match="no run"):
        store.find("zebra", tmp_path)


def test_a_broken_record_does_not_hide_the_others(tmp_path):
    store = RunStore(tmp_path / "state")
    good, place = store.create(tmp_path, "good")
    store.save(record(good, tmp_path), place)
    _, bad = store.create(tmp_path, "bad")
    (bad / "run.json").write_text("{")
    assert [r.run_id for r, _ in store.runs(tmp_path)] == [good]


def test_an_empty_request_is_refused_with_the_ways_to_give_one():
    with pytest.raises(UserError, match="-f FILE"):
        Request(text=" \n")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("# Add reservations: a queue!", "add-reservations-a-queue"),
        ("日本語", "task"),
        ("x" * 90, "x" * 40),
    ],
)
def test_the_slug_is_short_and_ascii(text, slug):
    assert Request(text=text).slug == slug
