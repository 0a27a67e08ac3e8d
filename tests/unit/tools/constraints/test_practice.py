"""What a repository does without saying it: five instances or more, and four of five agree."""

from __future__ import annotations

from pathlib import Path

from framework_profiles.loader import load_all
from tools.check import run_check
from tools.constraints.compile import from_practice
from tools.constraints.layering import Place, Scope, architecture_contract
from tools.constraints.model import Constraint, Source
from tools.constraints.practice import binds
from tools.facts.index import Index

ROUTE = """from fastapi import APIRouter

{imported}

router = APIRouter()


@router.get("/")
def show() -> int:
    return find()
"""
GOOD = "from app.services.articles import find"
BAD = "from app.repositories.articles import find"


def layers(services: int = 5) -> dict[str, str]:
    """Services that use a repository, as many as asked for."""
    files = {
        "app/__init__.py": "",
        "app/routes/__init__.py": "",
        "app/services/__init__.py": "",
        "app/repositories/__init__.py": "",
        "app/repositories/articles.py": "MAXIMUM = 5\n\n\ndef find() -> int:\n    return 1\n",
        "app/services/articles.py": (
            "from app.repositories.articles import find as rows\n\n\ndef find() -> int:\n    return rows()\n"
        ),
    }
    for number in range(1, services):
        files[f"app/services/more{number}.py"] = "from app.repositories.articles import find\n\nvalue = find()\n"
    return files


def routes(folder: str, good: int, bad: int, taken: str = BAD) -> dict[str, str]:
    files = {f"{folder}/good{number}.py": ROUTE.format(imported=GOOD) for number in range(good)}
    return files | {f"{folder}/bad{number}.py": ROUTE.format(imported=taken) for number in range(bad)}


def habits(root: Path, *groups: dict[str, str]) -> list[Constraint]:
    for files in groups:
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return [c for c in from_practice(Index(None).load(root)) if c.kind == "layer-imports"]


def values(found: list[Constraint]) -> list[str]:
    return [constraint.value for constraint in found]


def test_a_habit_of_four_in_five_is_inferred_with_its_count(tmp_path: Path) -> None:
    found = habits(tmp_path, layers(), routes("app/routes", 8, 2))

    habit = next(c for c in found if c.value == "routes !> repositories")
    assert habit.binding == "inferred"
    assert habit.words == "routes never import repositories"
    assert habit.source.text == "8 of 10 files in routes do not import repositories"


def test_less_agreement_is_no_habit(tmp_path: Path) -> None:
    assert "routes !> repositories" not in values(habits(tmp_path, layers(), routes("app/routes", 7, 3)))


def test_four_instances_are_too_few(tmp_path: Path) -> None:
    assert "routes !> repositories" not in values(habits(tmp_path, layers(), routes("app/routes", 4, 0)))


def test_five_breaks_are_a_practice_of_their_own(tmp_path: Path) -> None:
    assert "routes !> repositories" not in values(habits(tmp_path, layers(), routes("app/routes", 25, 5)))
    assert "routes !> repositories" in values(habits(tmp_path / "b", layers(), routes("app/routes", 25, 4)))


def test_who_has_no_layer_between_skips_none(tmp_path: Path) -> None:
    assert "routes !> repositories" not in values(habits(tmp_path, layers(services=4), routes("app/routes", 9, 1)))


def test_upper_layers_that_use_nothing_below_give_no_order(tmp_path: Path) -> None:
    files = layers() | {"app/services/odd.py": "from app.routes.bad0 import show\n"}

    assert "services !> routes" in values(habits(tmp_path, files, routes("app/routes", 6, 1)))
    assert "services !> routes" not in values(habits(tmp_path / "b", files, routes("app/routes", 0, 6)))


def test_constants_types_and_errors_break_no_habit(tmp_path: Path) -> None:
    taken = "from app.repositories.articles import MAXIMUM\nfrom app.services.articles import find"
    found = habits(tmp_path, layers(), routes("app/routes", 5, 3, taken))

    assert next(c for c in found if c.value == "routes !> repositories").source.text.startswith("8 of 8 ")


def test_a_folder_with_another_practice_is_left_out(tmp_path: Path) -> None:
    found = habits(tmp_path, layers(), routes("app/routes", 10, 0), routes("app/routes/admin", 1, 5))

    habit = next(c for c in found if c.value == "routes !> repositories")
    assert habit.params["except"] == ["app/routes/admin"]
    contract = architecture_contract(load_all().architectures["clean"], habit)
    assert binds(habit, contract, "app/routes/good0.py", "app/repositories/articles.py")
    assert not binds(habit, contract, "app/routes/admin/bad0.py", "app/repositories/articles.py")


def test_a_habit_of_one_application_does_not_bind_another() -> None:
    scope = Scope(roots=(Place("one", "python"), Place("two", "python")))
    params = {"source": "routes", "target": "repositories", "within": "one"}
    habit = Constraint(kind="layer-imports", value="x", params=params, source=Source(origin="practice"))
    contract = architecture_contract(load_all().architectures["clean"], habit, scope=scope)

    assert binds(habit, contract, "one/routes/a.py", "one/repositories/a.py")
    assert not binds(habit, contract, "two/routes/a.py", "two/repositories/a.py")
    assert not binds(habit, contract, "one/routes/a.py", "two/repositories/a.py")


def test_handlers_of_no_request_are_no_routes(tmp_path: Path) -> None:
    files = {f"app/handlers/done{number}.py": GOOD + "\n\nvalue = find()\n" for number in range(9)}

    assert "routes !> repositories" not in values(habits(tmp_path, layers(), files))


def test_a_break_of_a_habit_warns_and_tells_the_habit(tmp_path: Path) -> None:
    habits(tmp_path, layers(), routes("app/routes", 9, 1))

    found = [f for f in run_check(tmp_path).findings if f.rule == "layer-skip"]

    assert [(f.path, f.line, f.severity.value) for f in found] == [("app/routes/bad0.py", 3, "warning")]
    assert "A habit of this code: 9 of 10 files in routes do not import repositories." in found[0].hint


def test_habits_of_layers_are_not_asked_for_where_an_order_is_stated(tmp_path: Path) -> None:
    habits(tmp_path, layers(), routes("app/routes", 9, 1))

    found = from_practice(Index(None).load(tmp_path), layers=False)

    assert [c for c in found if c.kind in ("layer-imports", "queries")] == []


def test_queries_in_repositories_are_a_habit_where_hardly_any_is_elsewhere(tmp_path: Path) -> None:
    query = "\n".join(
        ["from sqlalchemy import select", "", "def find(session):", "    return session.scalars(select(1))"]
    )
    files = {}
    for number in range(8):
        files[f"app/repositories/things{number}.py"] = query
    files["app/routes/things.py"] = query
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    found = [c for c in from_practice(Index(None).load(tmp_path)) if c.kind == "queries"]

    assert [(c.value, c.source.text) for c in found] == [
        ("repositories", "8 of 9 functions with queries are in repositories")
    ]


def test_the_orm_of_five_files_is_a_habit_and_tests_do_not_count(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"m{number}.py").write_text("from sqlalchemy import select\n")
    (tmp_path / "tests").mkdir()
    for number in range(5):
        (tmp_path / "tests" / f"test_{number}.py").write_text("import peewee\n")

    found = from_practice(Index(None).load(tmp_path))

    assert [(c.id, c.binding) for c in found if c.kind == "orm"] == [("orm=sqlalchemy", "inferred")]
