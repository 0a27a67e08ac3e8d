from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.shell import Shell, ShellSettings
from tools.syntax import Judge

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with Shell(ShellSettings(root=tmp_path, sandbox=False)) as opened:
        yield opened


def test_python_is_judged_by_compile_with_line_and_column() -> None:
    found = Judge(None).judge("a.py", b"x = 1\ndef f(:\n    pass\n")

    assert found is not None
    assert (found[0].rule, found[0].line, found[0].message) == ("parse", 2, "SyntaxError: invalid syntax (column 7)")


@pytest.mark.parametrize(
    "source", [b"return 1\n", b"x = 1\n\ty = 2\n", b"# coding: latin-1\nx = '\xe9' +\n", b"x = '\xe9'\n", b"a\0b"]
)
def test_what_compile_refuses_is_a_finding(source: bytes) -> None:
    assert Judge(None).judge("a.py", source)


@pytest.mark.parametrize("source", [b"", b"\xef\xbb\xbfx = 1\r\n", b"# coding: latin-1\nx = '\xe9'\n", b"x = '\\d'\n"])
def test_what_compile_takes_is_clean(source: bytes) -> None:
    assert Judge(None).judge("a.py", source) == []


def test_another_interpreter_judges_with_its_own_compile(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(sys.executable)
    (tmp_path / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\nversion = 3.99.0\n")

    verdicts = Judge(shell, str(other)).judge_all({"good.py": b"x = 1\n", "bad.py": b"x = (\n"})

    assert verdicts["good.py"] == []
    assert verdicts["bad.py"] is not None
    assert verdicts["bad.py"][0].line == 1


def test_without_a_way_to_run_another_interpreter_nothing_can_be_told(tmp_path: Path) -> None:
    assert Judge(None, str(tmp_path / "python3.99")).judge("a.py", b"x = (\n") is None


@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.jsx", "a.md", "a.sql"])
def test_what_has_no_parser_here_cannot_be_told(path: str) -> None:
    assert Judge(None).judge(path, b"((") is None


def test_json_and_toml_are_judged_but_not_json_with_comments() -> None:
    verdicts = Judge(None).judge_all(
        {"package.json": b'{"a": 1,}', "ok.json": b"{}", "pyproject.toml": b"a = \n", "tsconfig.json": b"{ // x\n}"}
    )

    assert {path: v and v[0].line for path, v in verdicts.items()} == {
        "package.json": 1, "ok.json": [], "pyproject.toml": 1, "tsconfig.json": None,
    }  # fmt: skip


@needs_node
@pytest.mark.parametrize(
    ("path", "package", "source", "clean"),
    [
        ("a.mjs", "{}", b"import x from 'y'; await x;\nexport default 1;\n", True),
        ("a.mjs", "{}", b"export { nowhere };\n", False),
        ("a.cjs", "{}", b"#!/usr/bin/env node\nconst x = require('y'); return 1;\n", True),
        ("a.cjs", "{}", b"import x from 'y';\n", False),
        ("a.js", '{"type": "module"}', b"return 1\n", False),
        ("a.js", '{"type": "module"}', b"import 'x'\n", True),
        ("a.js", '{"type": "commonjs"}', b"import 'x'\n", False),
        ("a.js", "{}", b"import 'x'\n", True),
        ("a.js", "{}", b"return 1\n", True),
        ("a.js", "{}", b"let a = 1; let a = 2;\n", False),
    ],
)
def test_javascript_is_judged_as_the_module_system_that_rules_it(
    shell: Shell, tmp_path: Path, path: str, package: str, source: bytes, clean: bool
) -> None:
    (tmp_path / "package.json").write_text(package)

    found = Judge(shell, None, NODE).judge(path, source, tmp_path)

    assert found is not None
    assert (found == []) is clean


@needs_node
def test_a_javascript_error_says_line_and_column(shell: Shell, tmp_path: Path) -> None:
    found = Judge(shell, None, NODE).judge("a.cjs", b"let a = 1;\nlet b = ) 2;\n", tmp_path)

    assert found is not None
    assert (found[0].line, found[0].message) == (2, "SyntaxError: Unexpected token ')' (column 9)")


@needs_node
def test_jsx_and_typescript_without_typescript_cannot_be_told(shell: Shell, tmp_path: Path) -> None:
    sources = {"a.js": b"const x = <div/>;\n", "a.ts": b"let a: = 1\n", "b.js": b"// @flow\nlet a: number = 1;\n"}

    assert Judge(shell, None, NODE).judge_all(sources, tmp_path) == dict.fromkeys(sources)


@needs_node
def test_the_targets_own_typescript_judges(shell: Shell, tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "typescript"
    (package / "lib").mkdir(parents=True)
    (package / "package.json").write_text('{"name": "typescript", "version": "5.0.0"}')
    (package / "lib" / "typescript.js").write_text(
        "exports.flattenDiagnosticMessageText = (t) => t;\n"
        "exports.transpileModule = (source, o) => ({ diagnostics: source.includes('!!') ? [{ category: 1, code: 1109,"
        " start: 0, messageText: o.fileName + ' is wrong',"
        " file: { getLineAndCharacterOfPosition: () => ({ line: 4, character: 2 }) } }] : [] });\n"
    )

    verdicts = Judge(shell, None, NODE).judge_all({"src/a.ts": b"!!", "src/b.tsx": b"fine"}, tmp_path)

    assert verdicts["src/b.tsx"] == []
    assert verdicts["src/a.ts"] is not None
    assert (verdicts["src/a.ts"][0].line, verdicts["src/a.ts"][0].message) == (
        5,
        "TS1109: src/a.ts is wrong (column 3)",
    )


@needs_node
def test_large_sources_are_judged_in_several_batches(shell: Shell, tmp_path: Path) -> None:
    noise = b"// " + os.urandom(150_000).hex().encode() + b"\n"
    sources = {f"f{i}.cjs": noise + (b"let (" if i == 4 else b"let a\n") for i in range(6)}

    verdicts = Judge(shell, None, NODE).judge_all(sources, tmp_path)

    assert [path for path, found in verdicts.items() if found] == ["f4.cjs"]
    assert None not in verdicts.values()
