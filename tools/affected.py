"""Which tests a change touches, by following the imports backwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tools.facts.model import Project
from tools.testcases import is_test_file, is_test_support

if TYPE_CHECKING:
    from tools.workspace_store import Change

_SETTINGS = frozenset(
    [
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "tox.ini",
        "pytest.ini",
        "package.json",
        "package-lock.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "alembic.ini",
        ".env",
        "tsconfig.json",
        "babel.config.js",
        ".babelrc",
        "Dockerfile",
        "compose.yaml",
        "docker-compose.yml",
        "manage.py",
        "settings.py",
        ".mocharc.json",
    ]
)
_SETTING_STEMS = ("requirements", "jest.config", "vitest.config", "vite.config", ".env", ".mocharc")
_SCHEMA_SUFFIXES = frozenset({".sql", ".prisma"})
_WORDS = frozenset({".md", ".rst", ".txt", ".adoc", ".png", ".jpg", ".svg", ".gif", ".ico"})
_WORDY_NAMES = frozenset(
    ["LICENSE", "LICENCE", "NOTICE", "AUTHORS", "CHANGELOG", "CODEOWNERS", ".gitignore", ".editorconfig"]
)
_MIGRATIONS = frozenset({"migrations", "versions", "alembic", "migrate"})
_SMALL = 40
"""So many test files behind a shared fixture are just run; of more, those that see the change."""
_NOISE = frozenset(
    [
        "init",
        "main",
        "index",
        "test",
        "util",
        "base",
        "model",
        "service",
        "repository",
        "repositorie",
        "router",
        "route",
        "schema",
        "controller",
        "api",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Tests to run for a change."""

    tests: tuple[str, ...]
    """Test files, relative to the repository; meaningless when `everything`."""
    everything: bool = False
    reason: str = ""
    """Why everything, or why nothing, or how many files led to how many tests."""


def affected_tests(project: Project, changes: Sequence[Change], files: Iterable[str]) -> Selection:
    """The tests that can see the change: those that import it, directly or not, and those named after it.

    Settings, fixtures shared by all, migrations and files that nobody imports but that the application may
    read lead to everything; documents lead to nothing.

    Args:
        project: Facts of the repository as it is now.
        changes: What differs from the base.
        files: Every file of the workspace, relative to its top.
    """
    present = list(files)
    tests = [path for path in present if is_test_file(path)]
    if not tests:
        return Selection(tests=(), reason="no tests in the repository")
    relevant = [change for change in changes if not is_document(change.path)]
    if not relevant:
        return Selection(tests=(), reason="only documents changed")
    chosen: dict[str, None] = {}
    for change in relevant:
        found = _of_change(project, change, tests)
        if found is None:
            return Selection(tests=tuple(tests), everything=True, reason=f"{change.path} may concern every test")
        chosen.update(dict.fromkeys(found))
    ordered = tuple(path for path in tests if path in chosen)
    if not ordered:
        return Selection(tests=(), reason="no test imports what changed")
    return Selection(tests=ordered, reason=f"{len(ordered)} of {len(tests)} test files see the change")


def is_document(path: str) -> bool:
    """A file that no program reads: words and pictures outside of packages' data."""
    pure = PurePosixPath(path)
    if pure.name.startswith("requirements"):
        return False
    documents = pure.suffix.lower() in _WORDS or pure.stem in _WORDY_NAMES or pure.name in _WORDY_NAMES
    return documents or pure.parts[0] in ("docs", ".github")


def is_setting(path: str) -> bool:
    """A file that decides how the application or its tests run."""
    name = PurePosixPath(path).name
    return name in _SETTINGS or name.startswith(_SETTING_STEMS)


def dependents(project: Project, paths: Iterable[str]) -> set[str]:
    """The files themselves and everything that imports them, directly or not."""
    reached = set(paths)
    queue = list(reached)
    while queue:
        for importer in project.importers(queue.pop()):
            if importer not in reached:
                reached.add(importer)
                queue.append(importer)
    return reached


def _of_change(project: Project, change: Change, tests: Sequence[str]) -> list[str] | None:
    """Tests of one change; None = all."""
    path = change.path
    if path in tests:
        return [path]
    pure = PurePosixPath(path)
    if is_setting(path) or pure.suffix in _SCHEMA_SUFFIXES or _MIGRATIONS & set(pure.parts[:-1]):
        return None
    if pure.name == "conftest.py":
        folder = path.rpartition("/")[0]
        return [test for test in tests if not folder or test.startswith(folder + "/")]
    reached = dependents(project, [path])
    named = _named_after(path, tests)
    found = [test for test in tests if test in reached or test in named]
    shared = _through_fixtures(reached, tests)
    if shared and (len(shared) <= _SMALL or not found):
        return [*found, *shared]
    if not found and path not in project.files and not is_test_support(path):
        return None
    return found


def _through_fixtures(reached: set[str], tests: Sequence[str]) -> list[str]:
    """Fixtures that build the application bring the change to every test below their folder."""
    folders = [path.rpartition("/")[0] for path in reached if path.endswith("conftest.py")]
    return [test for test in tests if any(not folder or test.startswith(folder + "/") for folder in folders)]


def _named_after(path: str, tests: Sequence[str]) -> list[str]:
    """``tests/test_articles.py`` for ``app/services/article_service.py``."""
    words = _words(path)
    return [test for test in tests if words & _words(test)]


def _words(path: str) -> set[str]:
    stem = PurePosixPath(path).stem.lower()
    for mark in (".test", ".spec", "_test", "test_"):
        stem = stem.replace(mark, "")
    words = stem.replace("-", "_").replace(".", "_").split("_")
    return {word.rstrip("s") for word in words if len(word) > 3} - _NOISE
