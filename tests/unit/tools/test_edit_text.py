from __future__ import annotations

from pathlib import Path

import pytest

from tools.edit import Edit, apply_edits

SOURCE = (
    "def f(a):\n    if a:\n        return 1\n    return 2\n\n\ndef g(a):\n    if a:\n        return 1\n    return 3\n"
)


def swap(
    root: Path, source: str | bytes, old: str, new: str, symbol: str = "", path: str = "a.py"
) -> tuple[bytes, str]:
    (root / path).write_bytes(source if isinstance(source, bytes) else source.encode())
    outcome = apply_edits(root, [Edit(path=path, op="replace_text", old=old, text=new, symbol=symbol)])
    return (root / path).read_bytes(), outcome.text()


def test_the_exact_text_is_replaced_as_given(tmp_path: Path) -> None:
    after, answer = swap(tmp_path, SOURCE, "return 2", "return  22")

    assert after == SOURCE.replace("return 2", "return  22").encode()
    assert answer == "ok a.py line 4 (same length) text replaced"


def test_a_text_that_occurs_more_than_once_says_how_often_and_where(tmp_path: Path) -> None:
    after, answer = swap(tmp_path, SOURCE, "        return 1\n", "")

    assert "occurs 2 times, at lines 3, 9" in answer
    assert after == SOURCE.encode()


def test_a_symbol_narrows_the_search(tmp_path: Path) -> None:
    after, _ = swap(tmp_path, SOURCE, "return 1", "return 9", symbol="g")

    assert after.decode() == SOURCE[: SOURCE.index("def g")] + SOURCE[SOURCE.index("def g") :].replace(
        "return 1", "return 9"
    )


def test_newlines_do_not_matter_and_stay_as_they_are(tmp_path: Path) -> None:
    after, answer = swap(
        tmp_path, SOURCE.replace("\n", "\r\n").encode(), "        return 1\n    return 2\n", "    return 5\n"
    )

    assert after == SOURCE.replace("        return 1\n    return 2\n", "    return 5\n").replace("\n", "\r\n").encode()
    assert answer.startswith("ok")


def test_another_indentation_is_matched_and_the_new_text_is_indented_alike(tmp_path: Path) -> None:
    after, answer = swap(
        tmp_path, SOURCE, "if a:\n    return 1\nreturn 2\n", "if a:\n    for x in a:\n        return x\nreturn 2\n"
    )

    assert after.decode() == SOURCE.replace(
        "        return 1\n    return 2\n", "        for x in a:\n            return x\n    return 2\n"
    )
    assert "matched line 2 but for white space" in answer


def test_tabs_given_as_spaces_are_matched(tmp_path: Path) -> None:
    after, _ = swap(
        tmp_path,
        "def f():\n\tif x:\n\t\treturn 1\n",
        "    if x:\n        return 1\n",
        "    if x:\n        return 1\n    return 2\n",
    )

    assert after == b"def f():\n\tif x:\n\t\treturn 1\n\treturn 2\n"


def test_trailing_white_space_does_not_matter(tmp_path: Path) -> None:
    after, _ = swap(tmp_path, "a = 1   \nb = 2\t\nc = 3\n", "a = 1\nb = 2\n", "a = 2\n")

    assert after == b"a = 2\nc = 3\n"


def test_white_space_within_lines_does_not_matter(tmp_path: Path) -> None:
    after, answer = swap(tmp_path, "call(a,  b,\n     c)\n", "call(a, b, c)", "call(d)")

    assert after == b"call(d)\n"
    assert "but for white space" in answer


def test_an_indentation_that_means_another_structure_is_matched_by_its_words_only(tmp_path: Path) -> None:
    after, answer = swap(tmp_path, "if a:\n    b()\n    c()\n", "    b()\nc()\n", "    d()\n")

    assert after == b"if a:\n    d()\n"
    assert "but for white space" in answer


def test_a_miss_names_the_nearest_text_its_lines_and_what_differs(tmp_path: Path) -> None:
    after, answer = swap(tmp_path, SOURCE, "def g(a):\n    if b:\n        return 1\n", "")

    assert "Nearest is lines 7-9:\ndef g(a):\n    if a:\n        return 1\n" in answer
    assert "line 8 has 'if a:', you gave 'if b:'" in answer
    assert after == SOURCE.encode()


def test_a_miss_with_nothing_alike_says_so(tmp_path: Path) -> None:
    _, answer = swap(tmp_path, SOURCE, "SELECT * FROM articles WHERE id = 42", "")

    assert "nor anything like it" in answer


def test_a_miss_in_a_large_file_is_answered_too(tmp_path: Path) -> None:
    source = "".join(f"def function_{i}(a, b):\n    return a + b + {i}\n\n\n" for i in range(6_000))

    _, answer = swap(tmp_path, source, "def function_4321(a, b):\n    return a - b + 4321\n", "")

    assert "Nearest is lines 17285-17286" in answer


@pytest.mark.parametrize("path", ["notes.md", "Dockerfile", "a.sql"])
def test_any_text_file_can_be_edited_so(tmp_path: Path, path: str) -> None:
    after, _ = swap(tmp_path, "one\ntwo\n", "two", "three", path=path)

    assert after == b"one\nthree\n"
