"""The graders can be believed: references pass whole, nothing scores nothing, seeded mutants are caught."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from evals.floor.cell import prepare
from evals.floor.endpoint import Endpoint, Turnstile
from evals.floor.grade import Grade, grade, names
from evals.floor.tasks import SAMPLE, TASKS

pytestmark = pytest.mark.slow

REFERENCE = {name: task.folder / "reference" for name, task in TASKS.items()}


@pytest.fixture
def solution(tmp_path: Path):
    """A copy of the reference of a task, to be changed."""

    def copy(name: str) -> Path:
        folder = tmp_path / name
        if name == "feature":
            shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(REFERENCE[name], folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return folder

    return copy


def graded(name: str, folder: Path, cache_folder: Path) -> Grade:
    return grade(TASKS[name], folder, cache_folder)


def change(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} has {text.count(old)} times {old!r}"
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", TASKS)
def test_a_reference_passes_every_check_and_breaks_no_rule(name: str, solution, cache_folder: Path) -> None:
    result = graded(name, solution(name), cache_folder)

    assert result.failed == {}
    assert (result.findings, result.other_findings) == ([], [])
    assert result.passed == len(names(TASKS[name])) >= 24


@pytest.mark.parametrize("name", TASKS)
def test_an_empty_folder_scores_nothing(name: str, tmp_path: Path, cache_folder: Path) -> None:
    result = graded(name, tmp_path, cache_folder)

    assert (result.passed, result.perfect) == (0, False)
    assert len(result.outcomes) == len(names(TASKS[name]))


def test_mutants_of_the_greenfield_reference_are_caught(solution, cache_folder: Path) -> None:
    # All in one folder, one grade: each mutant is caught by checks that no other one touches.
    folder = solution("greenfield")
    change(folder, "app/repositories/customers.py", "search, autoescape=True", "search")
    change(folder, "app/repositories/parts.py", "            .with_for_update()\n", "")
    change(folder, "app/repositories/jobs.py", ".order_by(Job.due_at, Job.id).limit", ".order_by(Job.id).limit")
    change(folder, "app/schemas/fields.py", 'extra="forbid", strict=True', 'extra="forbid"')
    change(
        folder,
        "app/routes/parts.py",
        "from app.services.parts import PartService\n",
        "from app.repositories.parts import PartRepository\nfrom app.services.parts import PartService\n",
    )

    result = graded("greenfield", folder, cache_folder)

    assert {
        "wildcards_mean_themselves",
        "no_delivery_is_lost",
        "the_stock_never_goes_below_zero",
        "jobs_come_in_the_order_of_due_at",
        "numbers_are_strict",
    } <= result.failed.keys()
    assert "layer-skip" in {finding.rule for finding in result.findings}
    assert result.passed > 40


def test_mutants_of_the_feature_reference_are_caught(solution, cache_folder: Path) -> None:
    folder = solution("feature")
    change(folder, "toolshed/services/reservations.py", "        if was_ready and (", "        if False and (")
    change(folder, "toolshed/services/loans.py", "            ready.status = Status.FULFILLED\n", "            pass\n")
    change(
        folder,
        "migrations/versions/0002_reservations.py",
        '    op.create_index("ix_reservations_tool_id", "reservations", ["tool_id"])\n',
        "",
    )

    # Without the lock and without the index behind it, a member can queue twice at once.
    lock = "        tool = await self.tools.get{}(tool_id)\n        if tool is None or tool.retired:\n            raise"
    unlocked = (folder / "toolshed/services/reservations.py").read_text(encoding="utf-8")
    unlocked = unlocked.replace(lock.format("_for_update"), lock.format(""))
    (folder / "toolshed/services/reservations.py").write_text(unlocked, encoding="utf-8")
    for path in ("toolshed/models/reservation.py", "migrations/versions/0002_reservations.py"):
        text = (folder / path).read_text(encoding="utf-8")
        (folder / path).write_text(text.replace("unique=True", "unique=False"), encoding="utf-8")

    result = graded("feature", folder, cache_folder)

    assert {
        "a_member_queues_once_at_the_same_time",
        "cancelling_what_was_ready_promotes_the_next",
        "borrowing_fulfils",
        "models_match_migrations",
    } <= result.failed.keys()
    assert {"migrations_apply", "tests_of_the_base_pass", "a_member_queues_once"}.isdisjoint(result.failed)


@pytest.mark.parametrize("name", TASKS)
def test_each_check_is_of_a_sentence_of_the_text_that_the_agent_gets(name: str) -> None:
    import importlib

    told = " ".join(TASKS[name].prompt.split()).lower()
    suite = importlib.import_module(TASKS[name].behaviour).SUITE

    invented = [check.name for check in suite.checks if check.sentence.rstrip(".").lower() not in told]

    assert invented == []
    assert len({check.name for check in suite.checks}) == len(suite.checks)


def test_the_greenfield_prompt_is_as_long_as_agreed() -> None:
    assert len(TASKS["greenfield"].prompt) >= 15_000


def test_a_cell_is_a_repository_with_the_prompt_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "cell"

    prepare(TASKS["greenfield"], folder)

    assert (folder / "PROMPT.md").read_text(encoding="utf-8") == TASKS["greenfield"].prompt
    assert [path.name for path in (folder / "repo").iterdir()] == [".git"]
    assert (folder / "venv" / "bin" / "pip").exists()


def test_agents_of_the_bench_take_turns_and_every_turn_is_timed() -> None:
    turnstile = Turnstile(["one", "two"])
    order: list[str] = []

    def turn(name: str):
        def answer(number: int):
            order.append(name)
            return "shell", {"command": f"true # {number}"}

        return answer

    def work(endpoint: Endpoint) -> None:
        with httpx.Client(base_url=endpoint.base) as client:
            for number in range(4):
                reply = client.post("/chat/completions", json={"messages": []}).json()
                call = reply["choices"][0]["message"]["tool_calls"][0]["function"]
                assert json.loads(call["arguments"]) == {"command": f"true # {number}"}

    with (
        Endpoint(name="one", turn=turn("one"), turns=3, turnstile=turnstile) as one,
        Endpoint(name="two", turn=turn("two"), turns=3, turnstile=turnstile) as two,
        ThreadPoolExecutor() as pool,
    ):
        list(pool.map(work, (one, two)))

    assert order == ["one", "two"] * 4
    assert (len(one.gaps), len(two.gaps)) == (3, 3)
