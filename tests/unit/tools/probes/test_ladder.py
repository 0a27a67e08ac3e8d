"""The gate on a real FastAPI, SQLAlchemy and Alembic target: what is red, where, and what is not blamed."""

from __future__ import annotations

import pytest

from tools.findings import Status
from tools.probes.ladder import ORDER, run_ladder
from tools.probes.render import render_for_model


def rung(report, name):
    return next(rung for rung in report.rungs if rung.name == name)


def errors(report, name):
    return [(f.rule, f.path, f.line) for f in rung(report, name).findings if f.severity == "error"]


def line_of(bench, path, text):
    lines = (bench.root / path).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_an_honest_change_is_green_on_every_rung_that_applies(shelf):
    shelf.edit("app/services/books.py", "title.strip()", "title.strip().title()")

    report = run_ladder(shelf.context())

    assert report.green
    assert [rung.name for rung in report.rungs] == list(ORDER)
    statuses = {rung.name: rung.status for rung in report.rungs}
    assert statuses.pop("types") is Status.NOT_CHECKED
    assert set(statuses.values()) == {Status.GREEN}
    assert rung(report, "tests").reason == "2 passed"
    assert {"uvicorn", "alembic", "pytest"} <= {result.command.split()[0] for result in report.evidence}
    assert render_for_model(report).startswith("gate: green")


def test_one_answer_shows_every_defect_of_a_change_at_its_root(shelf):
    """Missing migration, wrong column, missing await, unused import and a hollowed test, all at once."""
    shelf.edit(
        "app/models.py",
        "    title: Mapped[str] = mapped_column(String(200))\n",
        "    title: Mapped[str] = mapped_column(String(200))\n    pages: Mapped[int] = mapped_column(default=0)\n",
    )
    shelf.edit(
        "app/repositories/books.py",
        "from sqlalchemy import select",
        "import json\n\nfrom sqlalchemy import select, text",
    )
    shelf.edit(
        "app/repositories/books.py",
        "        query = select(Book)",
        '        await self._session.execute(text("SELECT titel FROM books"))\n        query = select(Book)',
    )
    shelf.edit("app/repositories/books.py", "await self._session.commit()", "self._session.commit()")
    shelf.edit("tests/test_books.py", "    assert added.status_code == 201\n", "")

    report = run_ladder(shelf.context())

    repository = "app/repositories/books.py"
    pages = ("missing-migration", "app/models.py", line_of(shelf, "app/models.py", "pages"))
    titel = ("unknown-column", repository, line_of(shelf, repository, "titel"))
    commit = ("missing-await", repository, line_of(shelf, repository, "commit()"))
    assert errors(report, "schema") == [pages]
    assert "op.add_column('books', sa.Column('pages', sa.Integer()" in rung(report, "schema").findings[0].hint
    assert titel in errors(report, "queries")
    assert commit in errors(report, "rules")
    assert ("ruff:F401", repository, 1) in errors(report, "lint")
    assert [rule for rule, _, _ in errors(report, "weakened")] == ["weakened-test"]
    assert rung(report, "tests").status is Status.RED
    assert rung(report, "boot").status is Status.GREEN
    text = render_for_model(report, 3000)
    assert len(text) <= 3000
    assert text.startswith("gate: RED")
    assert "app/models.py" in text
    assert "op.add_column" in text


def test_a_syntax_error_stops_what_would_run_the_application(shelf):
    shelf.edit("app/services/books.py", "class BookService:", "class BookService(:")

    report = run_ladder(shelf.context())

    assert [path for _, path, _ in errors(report, "parse")] == ["app/services/books.py"]
    assert {rung(report, name).reason for name in ("lint", "boot", "schema", "queries", "tests")} == {
        "a file does not parse"
    }


def test_what_was_red_before_the_change_is_not_its_fault(shelf):
    shelf.edit("tests/test_books.py", "== []", "== ['nothing']")
    shelf.edit("app/models.py", "    title: Mapped[str]", "    isbn: Mapped[str]\n    title: Mapped[str]")
    shelf.keep_as_base()
    shelf.edit("app/services/books.py", "title.strip()", "title.strip().title()")

    report = run_ladder(shelf.context())

    assert rung(report, "tests").status is Status.RED_BEFORE
    assert rung(report, "schema").status is Status.RED_BEFORE
    assert report.green
    assert "red before this change" in render_for_model(report)


def test_a_document_runs_nothing(shelf):
    shelf.write("README.md", "# Shelf\n\nMore words.\n")

    report = run_ladder(shelf.context())

    assert report.green
    assert report.evidence == ()
    assert set(report.not_checked) >= {"boot", "schema", "queries", "tests"}
    assert report.not_checked["tests"] == "only documents changed"


def test_a_change_of_tests_alone_does_not_start_the_server(shelf):
    shelf.write("tests/test_more.py", "def test_new(client):\n    assert client.get('/health').status_code == 200\n")

    report = run_ladder(shelf.context(files=list(shelf.base)))

    assert report.not_checked["boot"] == "only tests changed"
    assert rung(report, "tests").reason == "1 passed"


def test_a_lazy_load_is_found_where_the_application_does_it(shelf):
    shelf.edit("app/repositories/books.py", ".options(selectinload(Book.author))", "")
    shelf.edit("app/repositories/books.py", "from sqlalchemy.orm import selectinload\n", "")
    shelf.edit(
        "app/repositories/books.py",
        "await self._session.commit()",
        "await self._session.commit()\n        self._session.expire_all()",
    )

    report = run_ladder(shelf.context())

    found = [f for f in rung(report, "queries").findings if f.rule == "lazy-load-in-async"]
    assert [finding.path for finding in found] == ["app/services/books.py"]
    assert "selectinload" in found[0].hint


def test_the_whole_gate_works_on_a_scratch_postgres(postgres_shelf):
    bench = postgres_shelf
    bench.edit("app/models.py", "    title: Mapped[str]", "    isbn: Mapped[str | None]\n    title: Mapped[str]")
    bench.edit(
        "app/main.py",
        "app = FastAPI()\n",
        "from contextlib import asynccontextmanager\n\nfrom sqlalchemy import text\n\n"
        "from app.db import engine\n\n\n@asynccontextmanager\nasync def lifespan(app):\n"
        "    async with engine.connect() as connection:\n        try:\n"
        '            await connection.execute(text("SELECT titel FROM books"))\n'
        "        except Exception:\n            pass\n    yield\n\n\napp = FastAPI(lifespan=lifespan)\n",
    )

    report = run_ladder(bench.context())

    assert rung(report, "boot").status is Status.GREEN
    assert errors(report, "schema") == [("missing-migration", "app/models.py", line_of(bench, "app/models.py", "isbn"))]
    refused = rung(report, "queries").findings
    assert [finding.rule for finding in refused] == ["unknown-column"]
    assert 'column "titel" does not exist: SELECT titel FROM books' in refused[0].message


def test_without_an_environment_the_runtime_rungs_say_so(shelf):
    shelf.edit("app/services/books.py", "title.strip()", "title.strip().title()")

    report = run_ladder(shelf.context(environments={}))

    assert report.not_checked["tests"] == "it has no environment"
    assert rung(report, "parse").status is Status.GREEN


@pytest.mark.parametrize("limit", [400, 900, 2500])
def test_the_text_for_the_model_keeps_to_its_size(shelf, limit):
    for number in range(30):
        shelf.write(f"app/broken{number}.py", "def broken(:\n")

    text = render_for_model(run_ladder(shelf.context()), limit)

    assert len(text) <= limit
    assert "parse: red" in text
    assert "more" in text
