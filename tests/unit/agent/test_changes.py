import pytest

from agent.changes import parse_changes
from tools.errors import ToolError


def test_several_files_in_one_text_become_several_writes():
    edits = parse_changes("*** File: a.py\nx = 1\n\n*** File: b/c d.py\ny = 2\n")
    assert [(e.op, e.path, e.text) for e in edits] == [
        ("write", "a.py", "x = 1\n"),
        ("write", "b/c d.py", "y = 2\n"),
    ]


def test_symbol_headers_name_path_and_symbol():
    edits = parse_changes(
        "*** Replace: app/x.py Repo.list\ndef list(self): ...\n"
        "*** After: app/x.py Repo\nclass B: ...\n*** Delete: app/x.py old\n"
    )
    assert [(e.op, e.path, e.symbol) for e in edits] == [
        ("replace", "app/x.py", "Repo.list"),
        ("insert_after", "app/x.py", "Repo"),
        ("delete", "app/x.py", "old"),
    ]


def test_a_text_block_may_hold_several_pairs_and_empty_replacements():
    edits = parse_changes(
        "*** Text: a.md\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n"
        "<<<<<<< SEARCH\ngone\n=======\n>>>>>>> REPLACE\n"
    )
    assert [(e.old, e.text) for e in edits] == [("one\n", "two\n"), ("gone\n", "")]


def test_import_lines_are_kept_as_lines():
    (edit,) = parse_changes("*** Import: a.py\nfrom x import y\nimport z\n\n")
    assert (edit.op, edit.text) == ("add_import", "from x import y\nimport z")


def test_content_with_equals_signs_and_dashes_is_content():
    (edit,) = parse_changes("*** File: README.md\nTitle\n=====\n--- a\n+++ b\n")
    assert edit.text == "Title\n=====\n--- a\n+++ b\n"


@pytest.mark.parametrize("text", ["", "just words", "*** Text: a.py\nno markers\n", "*** Replace: only-a-path\nx\n"])
def test_what_cannot_be_read_is_answered_with_the_form(text):
    with pytest.raises(ToolError):
        parse_changes(text)
