from __future__ import annotations

from pathlib import Path

import pytest

from tools.errors import ToolError
from tools.view import find, find_text, view

SOURCE = b"""import os


@router.get("/x")
async def listing(a):
    return a


class Repo:
    def get(self, key): return listing(key)
"""


def test_the_outline_has_signatures_decorators_and_lines() -> None:
    assert view("a.py", SOURCE) == (
        'a.py: 10 lines\n4-6: @router.get("/x") async def listing(a)\n9-10: class Repo\n  10: def get(self, key)'
    )


def test_a_symbol_is_shown_whole_with_or_without_numbers() -> None:
    assert view("a.py", SOURCE, "listing") == '4 @router.get("/x")\n5 async def listing(a):\n6     return a'
    assert view("a.py", SOURCE, "Repo.get", numbers=False) == "    def get(self, key): return listing(key)"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("1", "1 import os"), ("9-10", None), ("9-", None), ("9-99", None), ("9-$", None)],
)
def test_lines_are_shown_by_range(asked: str, shown: str | None) -> None:
    assert view("a.py", SOURCE, asked) == (shown or " 9 class Repo:\n10     def get(self, key): return listing(key)")


def test_long_files_and_lines_are_cut() -> None:
    text = view("a.txt", b"x" * 5_000 + b"\n" + b"y\n" * 2_000, "1-")

    assert "(5000 characters)" in text
    assert text.endswith("... (1601 more lines, to 2001)")


def test_lines_that_are_not_there_say_how_many_there_are() -> None:
    with pytest.raises(ToolError, match="has 10 lines"):
        view("a.py", SOURCE, "20-30")


def test_an_outline_too_long_leaves_out_the_deep_parts() -> None:
    source = "".join(f"class C{i}:\n    def f(self): pass\n" for i in range(150)).encode()

    text = view("a.py", source)

    assert text.count("class C") == 150
    assert "150 deeper or later symbols left out" in text


def test_definitions_are_found_before_uses_and_code_before_tests(tmp_path: Path) -> None:
    (tmp_path / "z.py").write_bytes(SOURCE)
    (tmp_path / "b.py").write_text("listing(1)\n")
    (tmp_path / "test_a.py").write_text("listing(2)\n")
    (tmp_path / "c.bin").write_bytes(b"listing\0")
    files = ["b.py", "c.bin", "gone.py", "test_a.py", "z.py", "../out.py"]

    hits = find(tmp_path, files, "listing")

    assert [(h.path, h.line, h.definition) for h in hits] == [
        ("z.py", 5, True), ("b.py", 1, False), ("z.py", 10, False), ("test_a.py", 1, False),
    ]  # fmt: skip


def test_text_is_found_without_regard_to_case_when_not_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(SOURCE)

    assert find_text(tmp_path, ["a.py"], "REPO.GET") == "a.py:10: defines def get(self, key)"
    assert find_text(tmp_path, ["a.py"], "Import OS") == "a.py:1: import os"
    assert find_text(tmp_path, ["a.py"], "nothing") == "'nothing' occurs nowhere"


def test_many_hits_are_capped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x\n" * 100)

    assert find_text(tmp_path, ["a.txt"], "x", limit=3).splitlines()[-1] == "... (more; narrow the search)"
