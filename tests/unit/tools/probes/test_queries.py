"""What database errors mean, and which line they belong to."""

from __future__ import annotations

import pytest

from tools.probes import queries
from tools.runners.model import Failure, Warned
from tools.symptoms import symptom_in
from tools.traces import Frame, Trace


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such column: titel", "unknown-column"),
        ('asyncpg.exceptions.UndefinedColumnError: column "titel" does not exist', "unknown-column"),
        ("sqlite3.OperationalError: table books has no column named titel", "unknown-column"),
        ("sqlite3.OperationalError: no such table: books", "unknown-table"),
        ('psycopg.errors.UndefinedTable: relation "books" does not exist', "unknown-table"),
        ("sqlalchemy.exc.MissingGreenlet: greenlet_spawn has not been called; can't call", "lazy-load-in-async"),
        ("sqlalchemy.orm.exc.DetachedInstanceError: Parent instance is not bound to a Session", "detached-instance"),
        ("AttributeError: 'coroutine' object has no attribute 'scalars'", "missing-await"),
        (
            "asyncpg.exceptions.DataError: invalid input for query argument $1: 'a' (an integer is required)",
            "wrong-parameter-type",
        ),
        (
            "asyncpg.exceptions._base.InterfaceError: cannot perform operation: another operation is in progress",
            "connection-shared",
        ),
        ("RuntimeError: Task got Future attached to a different loop", "event-loop-mismatch"),
        ("sqlite3.ProgrammingError: Incorrect number of bindings supplied", "wrong-parameter-count"),
        ('sqlite3.OperationalError: near "FORM": syntax error', "sql-syntax"),
        (
            "sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) NOT NULL constraint failed: books.pages",
            "constraint-violated",
        ),
        ("sqlalchemy.exc.InvalidRequestError: One or more mappers failed to initialize", "model-mapping"),
        ("sqlalchemy.exc.InvalidRequestError: The unique() method must be invoked on this Result", "unique-needed"),
        ("SequelizeDatabaseError: SQLITE_ERROR: something", "database-error"),
    ],
)
def test_an_error_of_the_data_layer_has_a_meaning(text, rule):
    assert symptom_in(text).rule == rule


@pytest.mark.parametrize("text", ["AssertionError: assert 1 == 2", "KeyError: 'user'", "ValueError: bad date"])
def test_other_errors_are_no_database_errors(text):
    assert symptom_in(text) is None


@pytest.fixture
def root(tmp_path):
    for name in ("app/repository.py", "tests/conftest.py", "tests/test_a.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n" * 30)
    return tmp_path


def trace(root, *places, kind="sqlite3.OperationalError", message="no such column: titel"):
    frames = tuple(Frame(path=str(root / path), line=line) for path, line in places)
    return Trace(type=kind, message=message, frames=frames)


def test_the_applications_own_line_is_named_before_that_of_a_fixture(root):
    error = trace(root, ("tests/test_a.py", 3), ("app/repository.py", 7), ("tests/conftest.py", 9))

    (finding,) = queries.of_failures([Failure(test="t", kind="error", trace=error)], root, ".")

    assert (finding.path, finding.line) == ("app/repository.py", 7)
    assert finding.message == "OperationalError: no such column: titel (in t)"


def test_an_error_that_the_application_logged_counts_when_its_test_fails(root):
    logged = (
        "ERROR app:main.py:3 failed\nTraceback (most recent call last):\n"
        f'  File "{root}/app/repository.py", line 4, in list\n    run()\n'
        "sqlite3.OperationalError: no such table: books\n"
    )
    failure = Failure(test="t", kind="failed", trace=trace(root, kind="AssertionError", message="500"), logged=logged)

    (finding,) = queries.of_failures([failure], root, ".")

    assert (finding.rule, finding.path, finding.line) == ("unknown-table", "app/repository.py", 4)


@pytest.mark.parametrize(("changed", "severity"), [(["app/repository.py"], "error"), ([], "warning")])
def test_an_unawaited_coroutine_is_an_error_where_the_change_touched_the_file(root, changed, severity):
    text = f"coroutine 'f' was never awaited\n  File \"{root}/app/repository.py\", line 5, in g\n    f()"

    (finding,) = queries.of_warnings([Warned(test="t", category="RuntimeWarning", text=text)], root, changed)

    assert (finding.rule, finding.path, finding.line, finding.severity) == (
        "missing-await",
        "app/repository.py",
        5,
        severity,
    )


LOG = """\
2026-01-01 10:00:00.000 UTC [41] shop@gate_shop_main ERROR:  column "titel" does not exist at character 8
2026-01-01 10:00:00.000 UTC [41] shop@gate_shop_main STATEMENT:  SELECT titel
\tFROM books
2026-01-01 10:00:01.000 UTC [41] shop@gate_shop_main ERROR:  duplicate key value violates unique constraint "u"
2026-01-01 10:00:01.000 UTC [41] shop@gate_shop_main DETAIL:  Key (name)=(x) already exists.
2026-01-01 10:00:01.000 UTC [41] shop@gate_shop_main STATEMENT:  INSERT INTO authors VALUES ('x')
2026-01-01 10:00:02.000 UTC [42] shop@gate_shop_main ERROR:  relation "nothing" does not exist at character 15
2026-01-01 10:00:02.000 UTC [42] shop@gate_shop_main STATEMENT:  SELECT * FROM nothing
"""


def test_the_servers_log_tells_what_the_code_swallowed():
    found = queries.of_server_log(LOG, [])

    assert [(finding.rule, str(finding.severity)) for finding in found] == [
        ("unknown-column", "error"),
        ("unknown-table", "warning"),
    ]
    assert found[0].message == 'the database refused a statement: column "titel" does not exist: SELECT titel'


def test_what_a_failing_test_told_is_not_told_again_by_the_log(root):
    error = trace(root, ("app/repository.py", 7), message='column "titel" does not exist')
    known = queries.of_failures([Failure(test="t", kind="error", trace=error)], root, ".")

    assert [finding.rule for finding in queries.of_server_log(LOG, known)] == ["unknown-table"]
