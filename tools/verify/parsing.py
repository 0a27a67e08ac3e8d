"""syntax-error: source files are programs of their language."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from tools.facts.model import FileFacts
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_test

_DATA_TEXT = (
    "docs doc examples example samples sample templates template fixtures fixture __fixtures__ __testfixtures__ "
    "testdata test_data test-data snapshots __snapshots__ cassettes skeleton skeletons scaffold scaffolds "
    "boilerplate boilerplates cookiecutter node_modules vendor vendored third_party dist build"
)
_DATA = frozenset(_DATA_TEXT.split())
"""Folders whose files are text to be copied or read, not run."""
_TEST_DATA = frozenset(
    ["data", "resources", "assets", "input", "inputs", "output", "outputs", "expected", "cases", "corpus", "mocks"]
    + ["broken", "invalid", "malformed", "bad", "fail", "failing", "errors", "repos", "projects", "inline_snapshots"]
)
_PLACEHOLDER = re.compile(r"\{\{|\{%|<%|\$\{\{|@@\w+@@|<#|\[%")
_CONFLICT = re.compile(r"^<{7} .*?^={7}$.*?^>{7} ", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"\A\s*^[ \t]*(?P<first>```)[\w+-]*[ \t]*$|^[ \t]*(?P<last>```)\s*\Z", re.MULTILINE)
"""A fence of Markdown as the first or last line."""
_PYTHON_2 = re.compile(r"#!.*\bpython2")
_NEWER = re.compile(
    r"(?<![\w.])[tT][rR]?[\"']|^\s*except\s+[\w.]+\s*,|^\s*type\s+\w+.*=|^\s*(?:async\s+)?(?:def|class)\s+\w+\[|^\s*lazy\s"
)
"""Lines in syntax that came, or may come, after the Python that runs this check."""


class _Flaw(NamedTuple):
    line: int
    message: str


def syntax_errors(context: Context, path: str) -> Iterator[Finding]:
    """The first error of a file that its language's parser cannot read either, or that no dialect allows."""
    facts = context.project.files[path]
    if not facts.parse_errors or is_text(path):
        return
    try:
        content = (context.project.root / path).read_bytes()
    except OSError:
        return
    flaw = _flaw(facts, content)
    if flaw is not None:
        yield Finding(
            rule="syntax-error",
            severity=Severity.ERROR,
            path=path,
            line=flaw.line,
            message=f"the file does not parse: {flaw.message}.",
            hint="Mend the line; nothing that imports this file can start.",
        )


def is_text(path: str) -> bool:
    """Whether the file is text to be copied or read by others: templates, examples, data of tests."""
    *folders, name = PurePosixPath(path).parts
    plain = [folder.lower() for folder in folders]
    if not _DATA.isdisjoint(plain) or any("template" in f or "{{" in f or "fixture" in f for f in (*plain, name)):
        return True
    return is_test(path) and not _TEST_DATA.isdisjoint(plain)


def _flaw(facts: FileFacts, content: bytes) -> _Flaw | None:
    text = content.decode("utf-8-sig", "replace")
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text[: conflict.start()].count("\n") + 1
        return _Flaw(line, "conflict markers of a merge were left in it")
    fence = _FENCE.search(text)
    if fence is not None:
        line = text[: fence.start(fence.lastgroup or 0)].count("\n") + 1
        return _Flaw(line, "a Markdown fence stands where code should")
    flaw = _python_flaw(content, text) if facts.language == "python" else _javascript_flaw(text)
    if flaw is None:
        return None
    lines = text.splitlines()
    near = [lines[n - 1] for n in (flaw.line, facts.parse_errors[0][0]) if 0 < n <= len(lines)]
    return None if any(_PLACEHOLDER.search(line) for line in near) else flaw


def _javascript_flaw(text: str) -> _Flaw | None:
    from tools.verify.javascript_tokens import first_flaw  # few runs need it, and its patterns take 3 ms

    found = first_flaw(text)
    return _Flaw(found.line, found.message) if found is not None else None


def _python_flaw(content: bytes, text: str) -> _Flaw | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
    except SyntaxError as error:
        line = error.lineno or 1
        source = text.splitlines()[line - 1] if 0 < line <= text.count("\n") + 1 else ""
        newer = _NEWER.search(source) is not None or error.msg.startswith("f-string")
        return None if newer or _PYTHON_2.match(text) else _Flaw(line, error.msg)
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


RULES = (
    Rule(
        id="syntax-error",
        summary="Every source file parses.",
        gate_file=syntax_errors,
    ),
)
