"""What a repository does without saying it: five instances or more, and four of five agree."""

from __future__ import annotations

from pathlib import Path

from tools.constraints.compile import from_practice
from tools.facts.index import Index


def repository(root: Path, good: int, bad: int) -> list[str]:
    files = {
        "app/__init__.py": "",
        "app/routes/__init__.py": "",
        "app/services/__init__.py": "",
        "app/services/articles.py": "def find() -> int:\n    return 1\n",
        "app/repositories/__init__.py": "",
        "app/repositories/articles.py": "def find() -> int:\n    return 1\n",
    }
    for number in range(good):
        files[f"app/routes/good{number}.py"] = "from app.services.articles import find\n\nvalue = find()\n"
    for number in range(bad):
        files[f"app/routes/bad{number}.py"] = "from app.repositories.articles import find\n\nvalue = find()\n"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [c.value for c in from_practice(Index(None).load(root)) if c.kind == "layer-imports"]


def test_a_habit_of_four_in_five_is_inferred_with_its_count(tmp_path: Path) -> None:
    assert "routes !> repositories" in repository(tmp_path, 8, 2)

    found = from_practice(Index(None).load(tmp_path))
    habit = next(c for c in found if c.value == "routes !> repositories")
    assert habit.binding == "inferred"
    assert habit.words == "routes never import repositories"
    assert habit.source.text == "8 of 10 files in routes do not import repositories"


def test_less_agreement_is_no_habit(tmp_path: Path) -> None:
    assert "routes !> repositories" not in repository(tmp_path, 7, 3)


def test_four_instances_are_too_few(tmp_path: Path) -> None:
    assert "routes !> repositories" not in repository(tmp_path, 4, 0)


def test_the_orm_of_five_files_is_a_habit_and_tests_do_not_count(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"m{number}.py").write_text("from sqlalchemy import select\n")
    (tmp_path / "tests").mkdir()
    for number in range(5):
        (tmp_path / "tests" / f"test_{number}.py").write_text("import peewee\n")

    found = from_practice(Index(None).load(tmp_path))

    assert [(c.id, c.binding) for c in found if c.kind == "orm"] == [("orm=sqlalchemy", "inferred")]
