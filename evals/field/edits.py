"""Edits of Python files as people make them, one after the other, each at a place drawn by lot."""

from __future__ import annotations

import ast
import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_FUNCTION = "\n\ndef _field_added(value, other=None):\n    return [value, other]\n"
_STATEMENT = "_field_changed = 1"
_TRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The text of one file before and after."""

    kind: str
    path: str
    before: str
    after: str

    @contextlib.contextmanager
    def made(self, root: Path) -> Iterator[None]:
        """The file holds the text after the edit, then that of before again."""
        write(root / self.path, self.after)
        try:
            yield
        finally:
            write(root / self.path, self.before)


def drawn(root: Path, paths: Sequence[str], number: int, seed: int) -> Iterator[Edit]:
    """`number` edits of Python files, the kinds in turn; the same for the same repository and seed.

    Fewer when the repository has hardly a file that can be edited so.
    """
    chance = random.Random(seed)
    python = sorted(path for path in paths if path.endswith(".py"))
    names = list(KINDS)
    for count in range(number):
        kind = names[count % len(names)]
        for _ in range(_TRIES if python else 0):
            path = chance.choice(python)
            before = _text(root / path)
            after = KINDS[kind](before, chance, python)
            if after is not None and after != before:
                yield Edit(kind=kind, path=path, before=before, after=after)
                break


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def write(path: Path, text: str) -> None:
    """Write `text` as it is, line ends included."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _add_function(before: str, _chance: random.Random, _paths: Sequence[str]) -> str | None:
    return before + _FUNCTION if _tree(before).body else None


def _change_body(before: str, chance: random.Random, _paths: Sequence[str]) -> str | None:
    tree = _tree(before)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    bodies = [node.body[-1] for node in functions if node.body[-1].lineno > node.lineno]
    if not bodies:
        return None
    statement = chance.choice(bodies)
    lines = before.splitlines(keepends=True)
    lines.insert(statement.lineno - 1, " " * statement.col_offset + _STATEMENT + "\n")
    return "".join(lines)


def _add_import(before: str, chance: random.Random, paths: Sequence[str]) -> str | None:
    tree = _tree(before)
    others = [path for path in paths if all(part.isidentifier() for part in path.removesuffix(".py").split("/"))]
    if not tree.body or not others:
        return None
    module = chance.choice(others).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    first = next((node for node in tree.body if not _must_be_first(node)), None)
    if first is None:
        return None
    lines = before.splitlines(keepends=True)
    lines.insert(_first_line(first) - 1, f"import {module} as _field_imported\n")
    return "".join(lines)


def _remove_definition(before: str, chance: random.Random, _paths: Sequence[str]) -> str | None:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    found = [node for node in _tree(before).body if isinstance(node, kinds)]
    if not found:
        return None
    node = chance.choice(found)
    lines = before.splitlines(keepends=True)
    del lines[_first_line(node) - 1 : node.end_lineno]
    return "".join(lines)


KINDS: dict[str, Callable[[str, random.Random, Sequence[str]], str | None]] = {
    "add a function": _add_function,
    "change a body": _change_body,
    "add an import": _add_import,
    "remove a definition": _remove_definition,
}
"""Name -> (text, chance, paths of all Python files) -> text after it; None: not in this file."""


def _tree(text: str) -> ast.Module:
    """Empty for what does not parse."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])


def _must_be_first(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _first_line(node: ast.stmt) -> int:
    lines: list[int] = [node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]
    return min(lines)
