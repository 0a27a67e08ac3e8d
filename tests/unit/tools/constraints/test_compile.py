"""Flags, precedence, contradictions, the set and its short form."""

from __future__ import annotations

import pytest

from framework_profiles.loader import load_all
from tools.constraints.compile import combine, from_flags, from_profile, from_text
from tools.constraints.file import parse
from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.errors import InvalidConstraints


def test_flags_take_the_names_that_people_use() -> None:
    found = from_flags(["architecture=clean", "database=PostgreSQL", "orm=none", "protected=a/**"])

    assert [c.id for c in found] == ["architecture=clean", "database=postgres", "orm=none", "protected=a/**"]
    assert {c.binding for c in found} == {"stated"}


def test_every_wrong_flag_is_told_at_once_with_its_choices() -> None:
    with pytest.raises(InvalidConstraints) as caught:
        from_flags(["architecture=lean", "orm", "color=red", "database=postgres", "database=sqlite"])

    told = str(caught.value)
    assert "Choose from: clean, layered" in told
    assert "--constraint orm:" in told
    assert "architecture, database, orm, framework" in told
    assert "It stands against --constraint database=postgres" in told


def test_the_stronger_source_decides_and_both_sides_are_shown() -> None:
    profiles = load_all()
    file = parse('[constraints]\ndatabase = "sqlite"\norm = "sqlalchemy"\n', "archwright.toml", profiles)
    request = from_text("Use PostgreSQL and SQLAlchemy.")

    found = combine(request, file, from_flags(["database=mysql"]))

    assert [c.id for c in found] == ["database=mysql", "orm=sqlalchemy"]
    assert [(c.kept.value, c.dropped.value) for c in found.contradictions] == [
        ("mysql", "sqlite"),
        ("mysql", "postgres"),
    ]
    assert "archwright.toml:2" in str(found.contradictions[0])
    assert "flag goes before file" in str(found.contradictions[0])


def test_the_same_thing_said_twice_counts_once() -> None:
    found = combine(from_flags(["orm=sqlalchemy"]), from_text("Use SQLAlchemy."))

    assert [str(c.source) for c in found] == ["--constraint orm=sqlalchemy"]
    assert found.contradictions == ()


def test_several_protected_paths_stand_beside_each_other() -> None:
    assert len(combine(from_flags(["protected=a/**", "protected=b/**"]))) == 2


def test_the_digest_tells_demands_apart_and_ignores_who_said_them() -> None:
    by_flag = combine(from_flags(["orm=sqlalchemy"]))
    by_words = combine(from_text("Use SQLAlchemy."))
    other = combine(from_flags(["orm=peewee"]))

    assert by_flag.digest() == by_words.digest()
    assert by_flag.digest() != other.digest()


def test_the_brief_names_every_constraint_in_one_line_binding_ones_first() -> None:
    habit = Constraint(
        kind="layer-imports",
        value="routes !> repositories",
        source=Source(origin="practice", text="9 of 10 files"),
        binding="inferred",
        meaning="routes never import repositories",
    )
    found = combine([habit], from_flags(["advisory=be brief", "architecture=clean"]))

    lines = found.brief(1000).splitlines()

    assert lines[0].startswith("- architecture=clean: ")
    assert "inferred; 9 of 10 files" in lines[1]
    assert lines[2] == "- (advice) be brief"


def test_a_brief_that_does_not_fit_counts_what_it_leaves_out() -> None:
    found = combine(from_flags([f"protected=folder-{n}/**" for n in range(40)]))

    text = found.brief(400)

    assert len(text) <= 400
    shown = text.count("- protected=")
    assert f"and {40 - shown} more" in text


def test_a_set_survives_json() -> None:
    found = combine(from_flags(["database=postgres"]), from_text("Use SQLite."))

    again = ConstraintSet.from_dict(found.as_dict())

    assert again.as_dict() == found.as_dict()
    assert len(again.contradictions) == 1


def test_a_profile_gives_advice_and_no_gate() -> None:
    found = from_profile(load_all().architectures["clean"])

    assert found
    assert {c.binding for c in found} == {"advisory"}


@pytest.mark.parametrize(
    ("flag", "meant"),
    [("databse=postgres", "'database'"), ("orm=sqlalchemi", "'sqlalchemy'"), ("architecture=claen", "'clean'")],
)
def test_a_flag_that_is_nearly_right_names_what_is_meant(flag: str, meant: str) -> None:
    with pytest.raises(InvalidConstraints, match=f"Did you mean {meant}"):
        from_flags([flag])
