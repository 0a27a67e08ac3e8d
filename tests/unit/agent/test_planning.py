import pytest

from agent.planning import adopt_plan
from tools.constraints.compile import from_words

TEXT = "Add loans.\nUse  Postgres\nand keep handlers thin."


def words(kind, value, quote, text=TEXT):
    return from_words(kind, value, quote, [("request", "", text)])


def test_a_quote_that_stands_nowhere_makes_no_constraint():
    assert words("database", "sqlite", "use sqlite") is None
    assert words("database", "postgres", "") is None


def test_a_quote_is_found_whatever_its_spaces_and_case_are_and_keeps_its_line():
    found = words("database", "postgresql", "use postgres and keep")
    assert (found.kind, found.value, found.binding, found.source.line) == ("database", "postgres", "stated", 2)


@pytest.mark.parametrize(("kind", "value"), [("style", "thin handlers"), ("database", "papyrus")])
def test_what_fits_no_verifier_is_advice(kind, value):
    assert words(kind, value, "keep handlers thin").binding == "advisory"


@pytest.mark.parametrize("steps", ["all", None, [], [1, None, {}, {"intent": " "}]])
def test_a_plan_that_cannot_be_read_is_one_step_that_is_the_request(make_deps, steps):
    plan, told = adopt_plan({"steps": steps}, make_deps())
    assert plan == [{"intent": "Add a second note", "layers": [], "files": []}]
    assert "1 step" in told


def test_steps_are_at_most_three_one_line_each_and_constraints_need_a_quote(make_deps):
    deps = make_deps(text="Add a note. The database is SQLite.")
    raw = [{"intent": f"step\n{number}", "files": "x", "layers": ["models"]} for number in range(5)]
    constraints = [
        {"kind": "orm", "value": "sqlalchemy", "quote": "use sqlalchemy"},
        {"kind": "database", "value": "sqlite", "quote": "database is sqlite"},
        "nonsense",
    ]
    plan, told = adopt_plan({"steps": raw, "constraints": constraints}, deps)
    assert [step["intent"] for step in plan] == ["step 0", "step 1", "step 2"]
    assert plan[0] == {"intent": "step 0", "layers": ["models"], "files": []}
    assert "orm=sqlalchemy left out" in told
    assert [c.id for c in deps.desk.survey.constraints if c.binding == "stated"] == ["database=sqlite"]
