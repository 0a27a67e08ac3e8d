from __future__ import annotations

from pathlib import Path

import pytest

from tools.edit import Edit, apply_edits
from tools.errors import ToolRefused


def change(root: Path, path: str, text: str = "def f(): return 2", op: str = "replace", symbol: str = "f") -> str:
    return apply_edits(root, [Edit(path=path, op=op, symbol=symbol, text=text)]).text()


FORMS = {
    "CRLF": b"x = 1\r\n\r\n\r\ndef f():\r\n    return 1\r\n",
    "no final newline": b"x = 1\n\n\ndef f():\n    return 1",
    "byte order mark": b"\xef\xbb\xbfx = 1\n\n\ndef f():\n    return 1\n",
    "lone CR": b"x = 1\r\r\rdef f():\r    return 1\r",
    "latin-1 cookie": b"# coding: latin-1\nx = '\xe9'\n\n\ndef f():\n    return 1\n",
    "not UTF-8": b"x = '\xe9'\n\n\ndef f():\n    return 1\n",
    "mixed newlines": b"x = 1\r\ny = 2\n\n\ndef f():\n    return 1\n\r\n",
}


@pytest.mark.parametrize("source", FORMS.values(), ids=FORMS.keys())
def test_everything_but_the_symbol_keeps_its_bytes(tmp_path: Path, source: bytes) -> None:
    (tmp_path / "a.py").write_bytes(source)

    change(tmp_path, "a.py", "def f():\n    return 2")

    assert (tmp_path / "a.py").read_bytes() == source.replace(b"return 1", b"return 2")


def test_inserted_lines_get_the_newlines_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(FORMS["CRLF"])

    change(tmp_path, "a.py", "def g():\n    pass", op="insert_after")

    assert (tmp_path / "a.py").read_bytes() == FORMS["CRLF"] + b"\r\n\r\ndef g():\r\n    pass\r\n"


def test_a_character_that_the_encoding_lacks_is_declined(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(FORMS["latin-1 cookie"])

    answer = change(tmp_path, "a.py", "def f(): return '\u2192'")

    assert "iso-8859-1, which has no" in answer
    assert (tmp_path / "a.py").read_bytes() == FORMS["latin-1 cookie"]


def test_a_whole_new_text_keeps_newlines_mark_and_final_newline(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n")

    change(tmp_path, "a.py", "y = 1\nz = 2", op="write", symbol="")

    assert (tmp_path / "a.py").read_bytes() == b"\xef\xbb\xbfy = 1\r\nz = 2\r\n"


def test_a_new_python_text_without_a_cookie_is_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(FORMS["latin-1 cookie"])

    change(tmp_path, "a.py", "x = '\xe9'", op="write", symbol="")

    assert (tmp_path / "a.py").read_bytes() == b"x = '\xc3\xa9'\n"


def test_mode_bits_survive_and_no_temporary_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(): return 1\n")
    (tmp_path / "a.py").chmod(0o751)

    change(tmp_path, "a.py")

    assert (tmp_path / "a.py").stat().st_mode & 0o7777 == 0o751
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()

    change(tmp_path, "sub/a.py", "x = 1", op="write", symbol="")

    assert (tmp_path / "sub/a.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"def f(): pass\n\0", "NUL"),
        (b"#" * 1_000_001, "1.0 MB"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04\xff" * 9, "binary"),
    ],
)
def test_binary_and_huge_files_are_declined_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.js").write_bytes(content)

    assert reason in change(tmp_path, "a.js")
    assert (tmp_path / "a.js").read_bytes() == content


@pytest.mark.parametrize(
    ("text", "reason"), [("x\0", "NUL"), ("x = 1\n" * 200_000, "too large"), ("'\ud800'", "surrogate")]
)
def test_texts_that_no_source_file_can_hold_are_declined(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in change(tmp_path, "a.py", text, op="write", symbol="")
    assert not (tmp_path / "a.py").exists()


@pytest.mark.parametrize(
    "path", ["../a.py", "/etc/passwd", "sub/../../a.py", "link/a.py", "file.py", ".git/config", "dangling.py"]
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "a.py").write_text("def f(): return 1\n")
    (root / "link").symlink_to(tmp_path)
    (root / "file.py").symlink_to(tmp_path / "a.py")
    (root / "dangling.py").symlink_to(tmp_path / "nowhere.py")

    for op in ("write", "replace", "replace_text"):
        with pytest.raises(ToolRefused):
            change(root, path, op=op)

    assert (tmp_path / "a.py").read_text() == "def f(): return 1\n"
    assert not (tmp_path / "nowhere.py").exists()


def test_a_link_that_stays_inside_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(): return 1\n")
    (tmp_path / "b.py").symlink_to("a.py")

    change(tmp_path, "b.py")

    assert (tmp_path / "b.py").is_symlink()
    assert (tmp_path / "a.py").read_text() == "def f(): return 2\n"


def test_an_absolute_path_inside_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a b é.py").write_text("def f(): return 1\n")

    assert change(tmp_path, str(tmp_path / "a b é.py")).startswith("ok a b é.py line 1")


@pytest.mark.parametrize(
    ("path", "reason"), [("", "no path"), ("sub", "folder"), ("a.md", "use replace_text"), ("gone.py", "no such file")]
)
def test_what_cannot_be_edited_by_symbol_says_why(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.md").write_text("# f\n")

    assert reason in change(tmp_path, path)


def test_a_file_that_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no folder\n")

    outcome = apply_edits(
        tmp_path,
        [Edit(path="plain/a.py", op="write", text="x = 1"), Edit(path="b.py", op="write", text="x = 1")],
    )

    assert [a.ok for a in outcome.answers] == [False, True]
    assert outcome.changed == ["b.py"]
