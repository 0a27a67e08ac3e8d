# ruff: noqa: E501 -- sources and what becomes of them stand as they are

from __future__ import annotations

from pathlib import Path

import pytest

from tools.edit import Edit, EditOutcome, apply_edits
from tools.errors import ToolRefused
from tools.syntax import Judge

REPOSITORY = '''"""Doc."""


class ArticleRepository:
    """Reads articles."""

    table = "articles"

    @cached
    def list(self):
        return [1]  # all

    def get(self, key):
        return key


def main():
    pass
'''


def edit(tmp_path: Path, source: str | bytes, *edits: tuple[str, ...], path: str = "a.py") -> EditOutcome:
    """Write a file and apply edits given as (op, symbol, text[, old])."""
    data = source if isinstance(source, bytes) else source.encode()
    (tmp_path / path).write_bytes(data)
    listed = [Edit(path=path, op=e[0], symbol=e[1], text=e[2], old=e[3] if len(e) > 3 else "") for e in edits]
    return apply_edits(tmp_path, listed, Judge(None))


def result(tmp_path: Path, source: str, *edits: tuple[str, ...], path: str = "a.py") -> str:
    outcome = edit(tmp_path, source, *edits, path=path)
    assert all(a.ok for a in outcome.answers), outcome.text()
    return (tmp_path / path).read_bytes().decode()


GIVEN_FORMS = {
    "flush": "def get(self, key):\n    if key:\n        return 1\n    return 2",
    "as it stood": "    def get(self, key):\n        if key:\n            return 1\n        return 2\n",
    "first line flush": "def get(self, key):\n        if key:\n            return 1\n        return 2",
    "tabs": "def get(self, key):\n\tif key:\n\t\treturn 1\n\treturn 2",
    "two spaces": "def get(self, key):\n  if key:\n    return 1\n  return 2",
    "deep": "            def get(self, key):\n                if key:\n                    return 1\n                return 2",
    "CRLF": "\r\n\r\ndef get(self, key):\r\n    if key:\r\n        return 1\r\n    return 2\r\n\r\n",
}


@pytest.mark.parametrize("text", GIVEN_FORMS.values(), ids=GIVEN_FORMS.keys())
def test_a_replacement_is_indented_as_its_place_however_it_is_given(tmp_path: Path, text: str) -> None:
    after = result(tmp_path, REPOSITORY, ("replace", "ArticleRepository.get", text))

    new = "    def get(self, key):\n        if key:\n            return 1\n        return 2\n"
    assert after == REPOSITORY.replace("    def get(self, key):\n        return key\n", new)


def test_a_file_with_tabs_gets_tabs(tmp_path: Path) -> None:
    after = result(tmp_path, "class A:\n\tdef f(self):\n\t\treturn 1\n", ("replace", "f", GIVEN_FORMS["flush"]))

    assert after == "class A:\n\tdef get(self, key):\n\t\tif key:\n\t\t\treturn 1\n\t\treturn 2\n"


def test_lines_inside_strings_are_not_indented_but_docstrings_move_with_their_code(tmp_path: Path) -> None:
    text = 'def get(self):\n    """Doc.\n\n      More.\n    """\n    return """\n  a\nb"""\n'

    after = result(tmp_path, REPOSITORY, ("replace", "ArticleRepository.get", text))

    assert (
        '    def get(self):\n        """Doc.\n\n          More.\n        """\n        return """\n  a\nb"""\n' in after
    )


def test_template_strings_are_not_indented(tmp_path: Path) -> None:
    source = "class A {\n    run() {\n        return 1;\n    }\n}\n"

    after = result(tmp_path, source, ("replace", "A.run", "run() {\n  return `\n x\n`;\n}"), path="a.js")

    assert after == "class A {\n    run() {\n        return `\n x\n`;\n    }\n}\n"


def test_insertions_keep_the_blank_lines_that_are_usual_in_their_place(tmp_path: Path) -> None:
    after = result(
        tmp_path,
        REPOSITORY,
        ("insert_after", "ArticleRepository.list", "def count(self):\n    return 0"),
        ("insert_after", "ArticleRepository.table", "key = 'id'"),
        ("insert_before", "main", "def helper():\n    pass"),
        ("insert_after", "", "LAST = 1"),
    )

    assert after == (
        '"""Doc."""\n\n\nclass ArticleRepository:\n    """Reads articles."""\n\n    table = "articles"\n    key = \'id\'\n'
        "\n    @cached\n    def list(self):\n        return [1]  # all\n\n    def count(self):\n        return 0\n"
        "\n    def get(self, key):\n        return key\n\n\ndef helper():\n    pass\n\n\ndef main():\n    pass\n\n\nLAST = 1\n"
    )


def test_an_insertion_before_a_symbol_goes_before_its_comment(tmp_path: Path) -> None:
    after = result(tmp_path, "x = 1\n\n# About f.\ndef f(): pass\n", ("insert_before", "f", "y = 2"))

    assert after == "x = 1\n\ny = 2\n\n\n# About f.\ndef f(): pass\n"


def test_deleting_takes_decorators_and_spare_blank_lines_along(tmp_path: Path) -> None:
    after = result(tmp_path, REPOSITORY, ("delete", "ArticleRepository.list", ""))

    assert after == REPOSITORY.replace("    @cached\n    def list(self):\n        return [1]  # all\n\n", "")


def test_deleting_the_only_statement_of_a_body_leaves_pass(tmp_path: Path) -> None:
    assert result(tmp_path, "class A:\n    x = 1\n", ("delete", "A.x", "")) == "class A:\n    pass\n"


def test_replacing_a_simple_statement_keeps_the_comment_behind_it(tmp_path: Path) -> None:
    after = result(tmp_path, "x = 1  # noqa\ny = 2\n", ("replace", "x", "x = [\n    1,\n]"))

    assert after == "x = [\n    1,\n]  # noqa\ny = 2\n"


ONE_LINE = [
    ("a.py", "x = 1; y = 2\n", ("replace", "x", "x = 3"), "x = 3; y = 2\n"),
    ("a.py", "x = 1; y = 2\n", ("delete", "y", ""), "x = 1\n"),
    ("a.py", "x = 1; y = 2\n", ("insert_after", "x", "def f():\n    pass"), "x = 1; y = 2\n\n\ndef f():\n    pass\n"),
    ("a.py", "class A: x = 1\n", ("insert_after", "A.x", "y = 2"), "class A: x = 1; y = 2\n"),
    ("a.py", "class A: pass", ("insert_after", "A", "x = 1"), "class A: pass\n\n\nx = 1"),
    ("a.js", "const a = 1, b = 2;\n", ("replace", "b", "const b = 3;"), "const a = 1, b = 3;\n"),
    ("a.js", "const a = 1, b = 2;\n", ("delete", "a", ""), "const b = 2;\n"),
    ("a.js", "function a(){}function b(){}", ("replace", "a", "const a = () => 1"), "const a = () => 1;function b(){}"),
    ("a.js", "module.exports = { a() {}, b() {} };\n", ("insert_after", "a", "c() {},"), "module.exports = { a() {}, c() {}, b() {} };\n"),
    ("a.js", "module.exports = { a() {}, b() {} };\n", ("delete", "b", ""), "module.exports = { a() {} };\n"),
    ("a.ts", "enum E { A, B }\n", ("insert_after", "E.B", "C,"), "enum E { A, B, C }\n"),
    ("a.js", "if (x) var f = function () {};\n", ("delete", "f", ""), "if (x) {}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "change", "expected"), ONE_LINE)
def test_one_line_code_is_edited_within_its_line(
    tmp_path: Path, path: str, source: str, change: tuple[str, str, str], expected: str
) -> None:
    outcome = edit(tmp_path, source, change, path=path)

    assert (tmp_path / path).read_text() == expected, outcome.text()


def test_what_needs_lines_of_its_own_is_declined_in_a_one_line_body(tmp_path: Path) -> None:
    outcome = edit(tmp_path, "class A: x = 1\n", ("replace", "A.x", "def x(self):\n    pass"))

    assert "replace A as a whole" in outcome.answers[0].text
    assert (tmp_path / "a.py").read_text() == "class A: x = 1\n"


def test_object_members_keep_their_commas(tmp_path: Path) -> None:
    source = "module.exports = {\n  list() {},\n  get: () => 1 // one\n};\n"

    after = result(
        tmp_path,
        source,
        ("insert_after", "get", "put() {\n    return 2;\n},"),
        ("insert_before", "list", "first: () => 0"),
        ("replace", "list", "list: async () => [],"),
        path="a.js",
    )

    assert after == (
        "module.exports = {\n  first: () => 0,\n  list: async () => [],\n  get: () => 1, // one\n  put() {\n    return 2;\n  }\n};\n"
    )


def test_a_doc_comment_in_the_text_replaces_the_one_that_stands_above(tmp_path: Path) -> None:
    source = "/** Old. */\nexport function f() {}\n"

    after = result(tmp_path, source, ("replace", "f", "/** New. */\nexport function f() { return 1; }"), path="a.ts")

    assert after == "/** New. */\nexport function f() { return 1; }\n"


def test_semicolons_are_added_where_lines_would_join(tmp_path: Path) -> None:
    after = result(
        tmp_path, "let a = 1;\n(function () {})();\n", ("insert_after", "a", "const f = () => 1"), path="a.js"
    )

    assert after == "let a = 1;\nconst f = () => 1;\n(function () {})();\n"


def test_lost_decorators_and_exports_are_said(tmp_path: Path) -> None:
    python = edit(tmp_path, REPOSITORY, ("replace", "ArticleRepository.list", "def list(self): ..."))
    script = edit(tmp_path, "export const a = 1;\n", ("replace", "a", "const a = 2;"), path="a.ts")

    assert "decorators are gone" in python.text()
    assert "`export` is gone" in script.text()


def test_lines_in_names_count_in_the_file_as_it_was_before_the_call(tmp_path: Path) -> None:
    source = "def f(): return 1\n\n\ndef f(): return 2\n\n\ndef f(): return 3\n"

    after = result(
        tmp_path,
        source,
        ("replace", "f@1", "def f():\n    return 10"),
        ("delete", "f@4", ""),
        ("replace", "f@7", "def f(): return 30"),
    )

    assert after == "def f():\n    return 10\n\n\ndef f(): return 30\n"


def test_several_files_in_one_call_each_answer_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(): pass\n")

    outcome = apply_edits(
        tmp_path,
        [
            Edit(path="a.py", op="replace", symbol="f", text="def f(): return 1"),
            Edit(path="a.py", op="replace", symbol="g", text="def g(): pass"),
            Edit(path="new/b.py", op="write", text="y = 1"),
            Edit(path="missing.py", op="delete", symbol="f"),
            Edit(path="../out.py", op="write", text=""),
            Edit(path="a.py", op="rename", symbol="f"),
        ],
        Judge(None),
    )

    assert [(a.ok, a.refused) for a in outcome.answers] == [
        (True, False), (False, False), (True, False), (False, False), (False, True), (False, False),
    ]  # fmt: skip
    assert outcome.changed == ["a.py", "new/b.py"]
    assert (tmp_path / "new" / "b.py").read_text() == "y = 1\n"
    assert outcome.diff == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-def f(): pass\n+def f(): return 1\n--- /dev/null\n+++ b/new/b.py (new, 1 lines)\n"
    )


def test_a_syntax_error_lands_and_is_a_finding(tmp_path: Path) -> None:
    outcome = edit(tmp_path, "def f(): pass\n", ("replace", "f", "def f(:\n    pass"))

    assert (tmp_path / "a.py").read_text() == "def f(:\n    pass\n"
    assert [(f.rule, f.path, f.line, f.hint) for f in outcome.findings] == [("parse", "a.py", 1, "")]
    assert not outcome.ok
    assert "SYNTAX a.py:1 SyntaxError: invalid syntax (column 7)" in outcome.text()


def test_a_file_that_was_broken_before_says_so(tmp_path: Path) -> None:
    outcome = edit(tmp_path, "def f(): pass\nx = (\n", ("replace", "f", "def f(): return 1"))

    assert outcome.findings[0].hint == "it did not parse before this edit either"


def test_files_that_nobody_can_judge_are_named(tmp_path: Path) -> None:
    outcome = edit(tmp_path, "let a = 1;\n", ("replace", "a", "let a = 2;"), path="a.js")

    assert outcome.not_judged == ["a.js"]


def test_a_symbol_whose_end_the_grammar_guesses_is_not_edited_in_a_good_file(tmp_path: Path) -> None:
    source = 'export declare function s<T>(): import("../O").O<T>;\n'

    outcome = edit(tmp_path, source, ("replace", "s", "export declare function s(): void;"), path="a.d.ts")

    assert "use replace_text" in outcome.answers[0].text
    assert (tmp_path / "a.d.ts").read_text() == source


def test_an_edit_that_changes_nothing_touches_no_file(tmp_path: Path) -> None:
    outcome = edit(tmp_path, REPOSITORY, ("replace", "main", "def main():\n    pass"), ("write", "", REPOSITORY))

    assert outcome.changed == []
    assert [a.text for a in outcome.answers] == ["ok a.py nothing to do"] * 2


def test_a_call_of_refused_edits_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolRefused, match="outside the workspace"):
        apply_edits(tmp_path, [Edit(path="../a.py", op="write", text="x")], None)


def test_a_text_that_would_go_on_with_the_line_before_gets_a_semicolon_in_front(tmp_path: Path) -> None:
    source = "class A {\n  static x = {}\n  y = 1\n  z() {}\n}\n"

    after = result(
        tmp_path, source, ("replace", "A.y", "*gen() {}"), ("insert_after", "A.z", "*more() {}"), path="a.js"
    )

    assert after == "class A {\n  static x = {}\n  ;*gen() {}\n  z() {}\n  *more() {}\n}\n"


def test_a_statement_that_shares_its_line_gets_its_semicolon(tmp_path: Path) -> None:
    after = result(tmp_path, "function a(){}function b(){}", ("replace", "a", "var a = { b: 1 }"), path="a.js")

    assert after == "var a = { b: 1 };function b(){}"


def test_code_that_aligns_instead_of_indenting_keeps_its_columns(tmp_path: Path) -> None:
    source = "class A {\n  constructor(a,\n              b) {\n  }\n}\n"

    after = result(tmp_path, source, ("replace", "A.constructor", "constructor(a,\n            c) {\n}"), path="a.js")

    assert after == source.replace("b)", "c)")
