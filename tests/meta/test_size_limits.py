"""Functions and files stay small enough to be read in one sitting."""

from __future__ import annotations

import ast
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

from tests.support.sources import ROOT, against_allowlist, product, suite, text, tree

FUNCTION_LINES, FUNCTION_LINES_P95 = 60, 40
FILE_LINES, TEST_FILE_LINES = 400, 800
COMPLEXITY, PARAMETERS = 10, 6


def functions(name: str) -> Iterator[tuple[str, int]]:
    """Dotted name and number of lines of every function of a file, decorators not counted."""
    stack: list[tuple[str, ast.AST]] = [("", tree(name))]
    while stack:
        prefix, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            dotted = f"{prefix}{child.name}" if named else prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield dotted, (child.end_lineno or child.lineno) - child.lineno + 1
            stack.append((f"{dotted}." if named else prefix, child))


def test_every_file_parses() -> None:
    broken = [name for name in (*product(), *suite()) if text(name).strip() and not tree(name).body]

    assert not broken, "\n".join(broken)


def test_no_function_is_longer_than_60_lines() -> None:
    found = {
        f"{name}:{function}": lines
        for name in (*product(), *suite())
        for function, lines in functions(name)
        if lines > FUNCTION_LINES
    }

    told = against_allowlist(found, "function_lines")
    assert not told, told


def test_of_100_functions_95_have_at_most_40_lines() -> None:
    lengths = [lines for name in product() for _, lines in functions(name)]

    assert statistics.quantiles(lengths, n=20)[-1] <= FUNCTION_LINES_P95


def test_no_file_is_longer_than_400_lines_or_800_for_tests() -> None:
    limits = dict.fromkeys(product(), FILE_LINES) | dict.fromkeys(suite(), TEST_FILE_LINES)
    lengths = {name: len(text(name).splitlines()) for name in limits}
    found = {name: lines for name, lines in lengths.items() if lines > limits[name]}

    told = against_allowlist(found, "file_lines")
    assert not told, told


def ruff(code: str) -> dict[str, int]:
    """Functions that exceed a limit of ruff's, comments that silence it notwithstanding."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore-noqa", "--no-cache", "--exit-zero"]
    options = [f"lint.mccabe.max-complexity={COMPLEXITY}", f"lint.pylint.max-args={PARAMETERS}"]
    command += [f"--select={code}", "--output-format=json", *(f"--config={option}" for option in options)]
    done = subprocess.run([*command, *product()], cwd=ROOT, capture_output=True, check=True)
    found: dict[str, int] = {}
    for finding in json.loads(done.stdout):
        if finding["code"] != code:  # a file that does not parse
            continue
        path = finding["filename"].removeprefix(f"{ROOT}/")
        words = finding["message"].replace("(", " ").replace("`", " ").split()
        size = int(next(word for word in words if word.isdigit()))
        where = text(path).splitlines()[finding["location"]["row"] - 1].strip()
        found[f"{path}:{where.removeprefix('async ').removeprefix('def ').partition('(')[0]}"] = size
    return found


def test_no_function_is_more_complex_than_10() -> None:
    told = against_allowlist(ruff("C901"), "complexity")
    assert not told, told


def test_no_function_has_more_than_6_parameters() -> None:
    told = against_allowlist(ruff("PLR0913"), "parameters")
    assert not told, told
