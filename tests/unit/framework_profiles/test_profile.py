from __future__ import annotations

from dataclasses import replace

import pytest

from framework_profiles.loader import compose
from framework_profiles.model import Entry
from framework_profiles.profile import Profile, shown

STACK = compose("fastapi", "sqlalchemy", "postgres", "clean", mode="async")


def entry(id: str, text: str = "Do it right.", **more: object) -> Entry:
    plain = Entry(
        id=id, kind="pitfall", owner="orms/sqlalchemy", applies_to=(("sqlalchemy",),), layers=("models",), text=text
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def profile_of(*entries: Entry) -> Profile:
    return replace(STACK, entries=entries)


def ids(profile: Profile, *layers: str, budget: int = 10_000) -> list[str]:
    return [advice.id for advice in profile.for_step(layers, budget)]


def test_what_fails_most_often_comes_first() -> None:
    profile = profile_of(entry("rare", frequency=1), entry("common", frequency=17), entry("expected", estimate=9))

    assert ids(profile, "models") == ["common", "expected", "rare"]


def test_of_two_equally_frequent_the_one_for_this_very_stack_comes_first() -> None:
    profile = profile_of(
        entry("any", frequency=4),
        entry("exact", frequency=4, applies_to=(("sqlalchemy", "postgres", "async"),)),
    )

    assert ids(profile, "models") == ["exact", "any"]


def test_what_names_the_layer_goes_before_what_names_none() -> None:
    profile = profile_of(entry("everywhere", layers=(), frequency=17), entry("here", frequency=1))

    assert ids(profile, "models") == ["here", "everywhere"]


def test_entries_of_other_layers_are_left_out() -> None:
    profile = profile_of(entry("models"), entry("routes", layers=("routes",)))

    assert ids(profile, "models") == ["models"]
    assert set(ids(profile)) == {"models", "routes"}


def test_the_budget_is_kept_and_filled_with_what_still_fits() -> None:
    profile = profile_of(
        entry("first", "x" * 100, frequency=9), entry("large", "x" * 200, frequency=8), entry("small", "x" * 50)
    )

    assert ids(profile, "models", budget=170) == ["first", "small"]


@pytest.mark.parametrize("budget", [0, 100, 500, 1_000, 4_000, 20_000])
@pytest.mark.parametrize("layers", [(), ("routes",), ("repositories", "models"), ("tests",)])
def test_no_answer_is_longer_than_its_budget(budget: int, layers: tuple[str, ...]) -> None:
    advice = STACK.for_step(layers, budget)

    assert sum(len(item.text) for item in advice) <= budget


def test_a_step_gets_the_code_of_its_layer_beside_its_pitfalls() -> None:
    advice = STACK.for_step(["repositories"], 4_000)

    assert "sa-repository-async" in [item.id for item in advice if item.kind == "idiom"]
    assert len([item for item in advice if item.kind == "pitfall"]) >= 5


def test_only_what_is_asked_for_is_given() -> None:
    advice = STACK.for_step(["repositories"], 4_000, kinds=["pitfall"])

    assert advice
    assert {item.kind for item in advice} == {"pitfall"}


def test_the_answer_says_why_it_was_chosen() -> None:
    profile = profile_of(entry("stale", frequency=17, caught_by="tests", applies_to=(("sqlalchemy", "async"),)))

    (advice,) = profile.for_step(["models"], 1_000)

    assert advice.why == "for sqlalchemy + async; layer models; cause of 17 in 642 failed runs; caught by tests"


def test_an_expectation_is_not_shown_as_a_count() -> None:
    (advice,) = profile_of(entry("guess", estimate=9)).for_step(["models"], 1_000)

    assert "9" not in advice.why


def test_an_idiom_is_shown_with_its_place() -> None:
    idiom = entry("model", "x = 1\n", kind="idiom", title="a model", path="models/book.py")

    assert shown(idiom) == "# a model (models/book.py)\nx = 1\n"


def test_the_same_question_gets_the_same_answer() -> None:
    assert STACK.for_step(["services"], 3_000) == STACK.for_step(["services"], 3_000)
