"""Code that lies beside the application: tests, migrations, seeds, scripts, examples, build output."""

from __future__ import annotations

from functools import cache

_TESTS = frozenset(
    ["tests", "test", "__tests__", "__mocks__", "spec", "specs", "e2e", "fixtures", "testing", "cypress", "playwright"]
)
_ASIDE = _TESTS | frozenset(
    ["migrations", "migration", "alembic", "versions", "seeds", "seeders", "seed", "scripts", "script", "bin"]
    + ["examples", "example", "docs", "doc", "benchmarks", "bench", "node_modules", "vendor", "dist", "build"]
)
_ASIDE_STEMS_TEXT = "test_ test- setup-tests. setupTests. conftest. seed. seed_ noxfile. setup. fabfile."
_ASIDE_STEMS = tuple(_ASIDE_STEMS_TEXT.split())
_ASIDE_PARTS = (".test.", ".spec.", "_test.", ".config.", ".e2e-spec.", ".stories.")


@cache
def is_aside(path: str) -> bool:
    """True for tests, migrations, seeds, scripts, examples and build output: code beside the application."""
    *folders, name = path.split("/")
    if is_test(path) or not _ASIDE.isdisjoint(folders):
        return True
    return name.startswith(_ASIDE_STEMS) or any(part in name for part in _ASIDE_PARTS)


@cache
def is_test(path: str) -> bool:
    """True for tests and what belongs to them."""
    *folders, name = path.split("/")
    stem = name.startswith(("test_", "conftest.")) or name in ("tests.py", "test.py")
    return not _TESTS.isdisjoint(folders) or stem or any(p in name for p in (".test.", ".spec.", "_test.", ".e2e-"))
