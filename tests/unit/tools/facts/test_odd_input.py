from __future__ import annotations

import random
from pathlib import Path

import pytest

from tools.facts.index import Index
from tools.facts.model import FileFacts
from tools.facts.reading import read

NAMES = ["m.py", "m.js", "m.ts", "m.tsx"]
WORDS = (
    "import from class def ( ) { } = ' \" ` ${ \n a . : async await => export default * as @ [ ] , require( new type"
)
CALL = {"m.py": "run(x)\n", "m.js": "run(x)\n", "m.ts": "run(x)\n", "m.tsx": "run(x)\n"}


def calls(facts: FileFacts) -> list[tuple[str, int]]:
    return [(call.name, call.line) for call in facts.calls]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_has_no_facts_and_no_fault(name: str) -> None:
    facts = read(name, b"")

    assert (facts.calls, facts.imports, facts.parse_errors, facts.not_checked) == ([], [], (), None)


@pytest.mark.parametrize("name", NAMES)
def test_a_syntax_error_is_named_with_its_line_and_the_rest_is_still_read(name: str) -> None:
    facts = read(name, b"run(1)\n\n)) = = (\n\nrun(2)\n")

    assert 3 in {line for line, _ in facts.parse_errors}
    assert ("run", 1) in calls(facts)


@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_changes_nothing(name: str) -> None:
    plain, marked = read(name, CALL[name].encode()), read(name, b"\xef\xbb\xbf" + CALL[name].encode())

    assert (calls(marked), marked.parse_errors) == (calls(plain), ())


@pytest.mark.parametrize("name", NAMES)
def test_windows_lines_are_counted_as_lines(name: str) -> None:
    assert calls(read(name, b"run(1)\r\n\r\nrun(2)\r\n")) == [("run", 1), ("run", 3)]


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_are_not_utf8_are_read_all_the_same(name: str) -> None:
    assert calls(read(name, b"x = '\xe9\xff'\nrun(1)\n")) == [("run", 2)]


def test_a_declared_encoding_is_followed() -> None:
    facts = read("m.py", "# -*- coding: cp1251 -*-\nrun('привет')\n".encode("cp1251"))

    assert facts.calls[0].first_string == "привет"


@pytest.mark.parametrize("name", NAMES)
def test_unicode_names_are_names(name: str) -> None:
    assert calls(read(name, "größe.überprüfe(x)\n".encode())) == [("größe.überprüfe", 1)]


@pytest.mark.parametrize("name", NAMES)
def test_nul_bytes_mean_binary_and_are_not_checked(name: str) -> None:
    facts = read(name, b"run(1)\n\0")

    assert (facts.calls, facts.not_checked) == ([], "binary (NUL bytes)")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_over_the_limit_is_not_checked(name: str) -> None:
    assert read(name, b"x = 1\n" * 200_000).not_checked == "larger than 1 MB"


@pytest.mark.parametrize("name", NAMES)
def test_what_takes_too_long_to_parse_is_given_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.facts.source.MAX_SECONDS", 0.001)
    noise = "".join(random.Random(1).choices("([{}]) \n", k=400_000))

    facts = read(name, noise.encode())
    after = read(name, CALL[name].encode())

    assert facts.not_checked is not None
    assert facts.not_checked.startswith("parsing takes longer")
    assert calls(after) == [("run", 1)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + ")" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "a" + ".b()" * 3_000,
        "a" + ".b" * 5_000 + "()",
        "x = " + " + ".join(["'a'"] * 3_000),
        "run(" * 2_000 + ")" * 2_000,
        "x = " + "a if b else " * 2_000 + "c",
    ],
    ids=["parentheses", "brackets", "chain_of_calls", "chain_of_names", "sum", "nested_calls", "ternaries"],
)
def test_deep_nesting_ends_in_facts_or_in_a_reason(name: str, text: str) -> None:
    facts = read(name, text.encode())

    assert facts.not_checked in (None, "nested too deeply")
    assert all(len(call.name) < 1_000 for call in facts.calls)


def test_deeply_nested_functions_keep_their_names() -> None:
    text = "".join("    " * depth + f"def f{depth}():\n" for depth in range(60)) + "    " * 60 + "run()\n"

    assert read("m.py", text.encode()).calls[0].scope.startswith("f0.f1.f2.")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(6))
def test_random_text_never_fails_the_reader(name: str, seed: int) -> None:
    chooser = random.Random(seed)
    words = WORDS.split(" ")
    text = " ".join(chooser.choices(words, k=3_000))

    facts = read(name, text.encode())

    assert facts.not_checked in (None, "nested too deeply")


@pytest.mark.parametrize("name", NAMES)
def test_random_bytes_never_fail_the_reader(name: str) -> None:
    content = random.Random(7).randbytes(20_000).replace(b"\0", b" ")

    assert read(name, content).not_checked is None


def test_files_that_are_no_regular_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("import secret")
    root = tmp_path / "repo"
    (root / "folder.py").mkdir(parents=True)
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    (root / "real.py").write_text("x = 1")

    project = Index(None).load(root, ["folder.py", "link.py", "dangling.py", "gone.py", "real.py"])

    assert list(project.files) == ["real.py"]


def test_paths_with_spaces_and_unicode_are_paths(tmp_path: Path) -> None:
    path = "mein code/größe.py"
    (tmp_path / "mein code").mkdir()
    (tmp_path / path).write_text("import os")

    assert list(Index(None).load(tmp_path).files) == [path]
