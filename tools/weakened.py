"""Were tests weakened? Compares the test files of a change with what they were before it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from tools.findings import Finding, Severity
from tools.testcases import Assertion, TestCase, TestFile, is_test_file, is_test_support, read_python_tests

if TYPE_CHECKING:
    from tools.workspace_store import Change

RULE = "weakened-test"
_SETTINGS = frozenset({"pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "package.json"})
_VALUE = r"[ =]?(?:'[^']*'|\"[^\"]*\"|\S+)"
_LEAVES_OUT = re.compile(rf"(?<!\S)(?:--ignore(?:-glob)?|--deselect|-k|-m){_VALUE}")
_JS_IGNORES = ("testPathIgnorePatterns", "testMatch", "testRegex", "exclude", "modulePathIgnorePatterns")
_RENAMED = 0.6
"""From this likeness on a test of another name is the same test."""

ReadFile = Callable[[str], bytes | None]
"""POSIX path relative to the repository -> its content, None when there is no such file."""


def weakened_tests(changes: Sequence[Change], read_base: ReadFile, read_now: ReadFile) -> list[Finding]:
    """Every way in which the change makes the existing tests promise less.

    Deleted, skipped and hollowed tests, looser assertions, fewer parameter sets, and settings that leave
    tests out. Tests that were moved or renamed, and new tests, are fine.

    Args:
        changes: What differs from the base.
        read_base: Reads a file as it was at the base.
        read_now: Reads a file as it is now.

    Returns:
        Findings of severity error, in the order of the changes.
    """
    pairs = [_Pair.read(change, read_base, read_now) for change in changes if _concerns_tests(change)]
    everywhere = [test for pair in pairs for test in pair.now.tests]
    known = {test.name for pair in pairs for test in pair.before.tests}
    fresh = [test for test in everywhere if test.name not in known]
    findings = [finding for pair in pairs for finding in _compare(pair, everywhere, fresh)]
    for change in changes:
        if change.path.rpartition("/")[2] in _SETTINGS:
            findings += _settings(change.path, read_base(change.old_path or change.path), read_now(change.path))
    return findings


@dataclass(frozen=True, slots=True)
class _Pair:
    """A test file before and now."""

    path: str
    before: TestFile
    now: TestFile

    @classmethod
    def read(cls, change: Change, read_base: ReadFile, read_now: ReadFile) -> _Pair:
        old = change.old_path or change.path
        before = None if change.kind == "added" else read_base(old)
        now = None if change.kind == "deleted" else read_now(change.path)
        return cls(change.path, _read(old, before), _read(change.path, now))


def _concerns_tests(change: Change) -> bool:
    return any(
        is_test_file(path) or path.endswith("conftest.py") for path in (change.path, change.old_path or change.path)
    )


def _read(path: str, source: bytes | None) -> TestFile:
    if source is None:
        return TestFile(path=path)
    if path.endswith(".py"):
        return read_python_tests(path, source)
    from tools.testcases_javascript import read_javascript_tests

    return read_javascript_tests(path, source)


def _compare(pair: _Pair, everywhere: Sequence[TestCase], fresh: list[TestCase]) -> Iterator[Finding]:
    if pair.before.unreadable or pair.now.unreadable:
        return
    if pair.now.skipped and not pair.before.skipped:
        yield _finding(pair.path, 1, f"all tests of this file are now marked {pair.now.skipped}")
    for hook in pair.now.ignores:
        if hook not in pair.before.ignores:
            yield _finding(pair.path, 1, f"tests are now left out of the collection: {hook.splitlines()[0][:100]}")
    here = {test.name: test for test in pair.now.tests}
    for old in pair.before.tests:
        new = here.get(old.name) or _elsewhere(old, everywhere, fresh)
        if new is None:
            yield _finding(pair.path, 0, f"test {old.name} was deleted")
        else:
            yield from _case(old, new)
    yield from _narrowed(pair)


def _elsewhere(old: TestCase, everywhere: Sequence[TestCase], fresh: list[TestCase]) -> TestCase | None:
    """The same test under another path or name."""
    last = re.split(r"\.| > ", old.name)[-1]
    for test in everywhere:
        if test.name == old.name or re.split(r"\.| > ", test.name)[-1] == last:
            return test
    likest = max(fresh, key=lambda test: _likeness(old, test), default=None)
    if likest is not None and _likeness(old, likest) >= _RENAMED:
        fresh.remove(likest)
        return likest
    return None


def _likeness(one: TestCase, other: TestCase) -> float:
    return SequenceMatcher(None, one.body, other.body, autojunk=False).ratio()


def _narrowed(pair: _Pair) -> Iterator[Finding]:
    """``.only`` silences every other test of its file."""
    for test in pair.now.tests:
        if test.skipped == "only" and not any(old.skipped == "only" for old in pair.before.tests):
            yield _finding(test.path, test.line, f"test {test.name} is marked only: the others of this file do not run")
            return


def _case(old: TestCase, new: TestCase) -> Iterator[Finding]:
    if new.skipped and new.skipped != "only" and not old.skipped:
        when = " (under a condition)" if new.conditional else ""
        yield _finding(new.path, new.line, f"test {new.name} is now marked {new.skipped}{when}")
        return
    if new.cases < old.cases:
        yield _finding(new.path, new.line, f"test {new.name} runs {new.cases} parameter sets, {old.cases} before")
    if len(new.solid) < len(old.solid):
        lost = _lost(old, new)
        what = f": nothing is asserted on {lost} any more" if lost else ""
        yield _finding(
            new.path,
            new.line,
            f"test {new.name} has {len(new.solid)} real assertions, {len(old.solid)} before{what}",
        )
        return
    weaker = _loosened(old, new)
    if weaker:
        yield _finding(new.path, new.line, f"test {new.name} asserts less on {weaker} than before")


def _lost(old: TestCase, new: TestCase) -> str:
    kept = {assertion.subject for assertion in new.solid}
    return ", ".join(dict.fromkeys(a.subject for a in old.solid if a.subject not in kept))[:120]


def _loosened(old: TestCase, new: TestCase) -> str:
    """The first subject on which the strongest assertion became weaker."""
    now = _strongest(new.assertions)
    before = _strongest(old.assertions)
    for subject, strength in before.items():
        if now.get(subject, strength) < strength:
            return subject
    if sum(a.strength for a in new.solid) < sum(a.strength for a in old.solid):
        return next((subject for subject in before if subject not in now), "what it looks at")
    return ""


def _strongest(assertions: Iterable[Assertion]) -> dict[str, int]:
    table: dict[str, int] = {}
    for assertion in assertions:
        table[assertion.subject] = max(table.get(assertion.subject, 0), assertion.strength)
    return table


# Settings of the runners


def _settings(path: str, before: bytes | None, now: bytes | None) -> Iterator[Finding]:
    if before is None or now is None:
        return
    if path.endswith("package.json"):
        yield from _package_json(path, before, now)
        return
    old, new = _pytest_options(path, before), _pytest_options(path, now)
    added = set(_LEAVES_OUT.findall(new.get("addopts", ""))) - set(_LEAVES_OUT.findall(old.get("addopts", "")))
    for option in sorted(added):
        yield _finding(path, 0, f"the test settings now leave tests out: {option}")
    for name in ("testpaths", "python_files", "python_functions", "python_classes", "norecursedirs"):
        if name in old and new.get(name) != old[name]:
            yield _finding(path, 0, f"the test setting {name} changed from {old[name]!r} to {new.get(name)!r}")


def _pytest_options(path: str, source: bytes) -> dict[str, str]:
    text = source.decode("utf-8", "replace")
    if path.endswith(".toml"):
        import tomllib

        try:
            options = tomllib.loads(text).get("tool", {}).get("pytest", {}).get("ini_options", {})
        except (tomllib.TOMLDecodeError, AttributeError):
            return {}
        return {k: " ".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in options.items()}
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except ConfigError:
        return {}
    section = "tool:pytest" if path.endswith("setup.cfg") else "pytest"
    return dict(parser[section]) if parser.has_section(section) else {}


def _package_json(path: str, before: bytes, now: bytes) -> Iterator[Finding]:
    old, new = _loads(before), _loads(now)
    old_test, new_test = (str((data.get("scripts") or {}).get("test", "")) for data in (old, new))
    if (
        old_test
        and new_test != old_test
        and re.search(r"\|\| *true|exit 0|^echo|^true$|^$|--grep|--testPathIgnore", new_test)
    ):
        yield _finding(path, 0, f"the test script changed from {old_test!r} to {new_test!r}")
    old_jest, new_jest = old.get("jest") or {}, new.get("jest") or {}
    for name in _JS_IGNORES:
        if old_jest and new_jest.get(name) != old_jest.get(name):
            yield _finding(path, 0, f"the test setting {name} changed")


def _loads(source: bytes) -> dict[str, Any]:
    try:
        data = json.loads(source)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def is_about_tests(path: str) -> bool:
    """Does a change of this file call for the comparison?"""
    return is_test_support(path) or path.rpartition("/")[2] in _SETTINGS


def _finding(path: str, line: int, message: str) -> Finding:
    return Finding(
        rule=RULE,
        severity=Severity.ERROR,
        path=path,
        line=line,
        message=message,
        hint="Restore what the test demanded and mend the code instead; add new tests beside the old ones.",
    )
