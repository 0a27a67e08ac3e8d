"""Which tests see a change."""

from __future__ import annotations

import pytest

from tools.affected import affected_tests
from tools.facts.index import Index
from tools.workspace_store import Change

FILES = {
    "app/__init__.py": "",
    "app/models.py": "class Book: ...\n",
    "app/repositories/book_repository.py": "from app.models import Book\n",
    "app/services/pricing.py": "def price(): return 1\n",
    "app/templates/mail.html": "<p>\n",
    "tests/test_books.py": "from app.repositories.book_repository import Book\n",
    "tests/test_pricing.py": "def test_price(): ...\n",
    "tests/test_misc.py": "def test_misc(): ...\n",
    "tests/api/conftest.py": "import pytest\n",
    "tests/api/test_api.py": "def test_api(): ...\n",
    "README.md": "# Words\n",
    "pyproject.toml": "[project]\nname = 'x'\n",
}


@pytest.fixture
def select(tmp_path):
    def go(*paths, **more):
        files = {**FILES, **more}
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        project = Index(None).load(tmp_path)
        return affected_tests(project, [Change(path=path, kind="modified") for path in paths], files)

    return go


def test_imports_are_followed_backwards(select):
    assert select("app/models.py").tests == ("tests/test_books.py",)


def test_a_test_named_after_a_file_sees_it(select):
    assert select("app/services/pricing.py").tests == ("tests/test_pricing.py",)


def test_a_changed_test_is_run_itself(select):
    assert select("tests/test_misc.py").tests == ("tests/test_misc.py",)


def test_fixtures_concern_the_tests_below_them(select):
    assert select("tests/api/conftest.py").tests == ("tests/api/test_api.py",)


def test_a_fixture_that_builds_the_application_brings_the_change_to_its_tests(select):
    chosen = select("app/models.py", **{"tests/api/conftest.py": "from app.models import Book\n"})

    assert set(chosen.tests) == {"tests/test_books.py", "tests/api/test_api.py"}


@pytest.mark.parametrize("path", ["pyproject.toml", "migrations/versions/0001.py", "app/templates/mail.html"])
def test_settings_migrations_and_data_concern_everything(select, path):
    chosen = select(path, **{path: FILES.get(path, "x = 1\n")})

    assert chosen.everything
    assert path in chosen.reason


def test_documents_concern_nothing(select):
    chosen = select("README.md", "docs/guide.md")

    assert (chosen.tests, chosen.reason) == ((), "only documents changed")


def test_code_that_no_test_imports_runs_nothing_and_says_so(select):
    chosen = select("app/orphan.py", **{"app/orphan.py": "x = 1\n"})

    assert (chosen.tests, chosen.reason) == ((), "no test imports what changed")


def test_a_repository_without_tests_says_so(select, tmp_path):
    project = Index(None).load(tmp_path)

    chosen = affected_tests(project, [Change(path="app/models.py", kind="modified")], ["app/models.py"])

    assert chosen.reason == "no tests in the repository"
