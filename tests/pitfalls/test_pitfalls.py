"""Each pitfall is true of the installed versions: its wrong code fails as it says, its right code works."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from framework_profiles.loader import load_all
from framework_profiles.model import Entry, Expectation

PITFALLS = [entry for entry in load_all().entries if entry.kind == "pitfall"]
Run = Callable[[Entry, str], object]


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what lies below it: SQLAlchemy wraps what a driver or its own layers raise."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def behaves(expected: Expectation | None, entry: Entry, code: str, run: Run) -> None:
    assert expected is not None
    if expected.outcome == "returns":
        assert repr(run(entry, code)) == expected.value
        return
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - the name is data
        run(entry, code)
    chain = list(causes(caught.value))
    named = [error for error in chain if expected.value in [cls.__name__ for cls in type(error).__mro__]]
    assert named, f"{chain!r}"
    assert any(expected.message in str(error) for error in named)


@pytest.mark.parametrize("entry", PITFALLS, ids=lambda entry: entry.id)
def test_the_wrong_code_fails_as_the_pitfall_says(entry: Entry, run: Run) -> None:
    behaves(entry.expect_wrong, entry, entry.wrong, run)


@pytest.mark.parametrize("entry", PITFALLS, ids=lambda entry: entry.id)
def test_the_right_code_works(entry: Entry, run: Run) -> None:
    behaves(entry.expect_right, entry, entry.right, run)
