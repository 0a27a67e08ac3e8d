"""Inline ignores: what they cover, what they say, and which are not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.results import found
from tools.facts.reading import read
from tools.verify.ignores import Ignore, ignores_of, read_ignores, sort_out, unused

KNOWN = ("layer-skip", "wrong-orm", "unused-ignore")


def comments(text: str, path: str = "a.py") -> list[Ignore]:
    return ignores_of(read(path, text.encode()))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "x = 1  # archwright: ignore[layer-skip] old\n", (1, 1, ("layer-skip",), "old")),
        ("a.py", "# archwright: ignore[layer-skip, wrong-orm]\n\n# more\nx = 1\n", (1, 4, KNOWN[:2], "")),
        ("a.ts", "f(); // archwright: ignore[wrong-orm]  a b \n", (1, 1, ("wrong-orm",), "a b")),
        ("a.js", "/* archwright: ignore[wrong-orm] why */\nf();\n", (1, 2, ("wrong-orm",), "why")),
        ("a.py", "x = 1  # archwright: ignore everything\n", (1, 1, (), "everything")),
        ("a.py", "def f(:\n    pass\nx = 1  # archwright: ignore[layer-skip] r\n", (3, 3, ("layer-skip",), "r")),
    ],
)
def test_a_comment_names_rules_and_a_reason_and_covers_a_line(path: str, text: str, expected: object) -> None:
    (one,) = comments(text, path)

    assert (one.line, one.covers, one.rules, one.reason) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 's = "# archwright: ignore[layer-skip] x"\n'),
        ("a.py", '"""\n# archwright: ignore[layer-skip] x\n"""\n'),
        ("a.js", "const s = '// archwright: ignore[layer-skip] x';\n"),
        ("a.js", "const s = `\n// archwright: ignore[layer-skip] x\n`;\n"),
    ],
)
def test_a_string_silences_nothing(path: str, text: str) -> None:
    assert comments(text, path) == []


def test_files_are_read_for_those_who_have_no_facts(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1  # archwright: ignore[layer-skip] old\n")
    (tmp_path / "b.md").write_text("# archwright: ignore[layer-skip] old\n")

    assert [(i.path, i.line) for i in read_ignores(tmp_path, ["a.py", "b.md", "gone.py"])] == [("a.py", 1)]


def test_what_is_covered_is_told_apart_with_its_reason() -> None:
    ignores = comments("# archwright: ignore[layer-skip] legacy\nx = 1\ny = 2\n")
    findings = [found(2, "a.py"), found(3, "a.py"), found(2, "a.py", "wrong-orm"), found(2, "b.py")]

    kept, silenced = sort_out(findings, ignores)

    assert kept == findings[1:]
    assert [(s.finding, s.by, s.reason) for s in silenced] == [(findings[0], "ignore", "legacy")]
    assert list(unused(ignores, KNOWN, KNOWN)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1  # archwright: ignore[wrong-orm] old\n", "Nothing breaks wrong-orm here"),
        ("x = 1  # archwright: ignore[layer-skp] old\n", "There is no rule 'layer-skp'"),
        ("x = 1  # archwright: ignore old\n", "names no rule"),
        ("x = 1  # archwright: ignore[layer-skip]\n", "gives no reason"),
    ],
)
def test_an_ignore_that_is_not_right_is_a_finding(text: str, message: str) -> None:
    ignores = comments(text)
    sort_out([found(1, "a.py")], ignores)

    (told,) = unused(ignores, KNOWN, KNOWN)

    assert message in told.message
    assert told.hint


def test_nothing_is_said_of_rules_that_were_not_judged() -> None:
    assert list(unused(comments("x = 1  # archwright: ignore[wrong-orm] old\n"), ["layer-skip"], KNOWN)) == []
