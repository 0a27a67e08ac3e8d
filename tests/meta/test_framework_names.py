"""What is true of one framework is data in its profile; code elsewhere does not know its name."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.support.sources import ROOT, against_allowlist, product, tree

PROFILES = ROOT / "framework_profiles"


def names() -> list[str]:
    """The names of all profiles of frameworks and ORMs, as words may spell them."""
    found = {
        folder.name for kind in ("frameworks", "orms") for folder in (PROFILES / kind).glob("*") if folder.is_dir()
    }
    return sorted(found)


def literals(name: str) -> list[tuple[int, str]]:
    """String constants of a file with their line, docstrings left out, f-strings by their parts."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    attributes = {
        id(node.value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | attributes
    ]


def test_there_are_profiles_to_take_names_from() -> None:
    assert {"fastapi", "sqlalchemy"} <= set(names())


def test_no_code_outside_the_profiles_names_a_framework() -> None:
    word = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, names()))})(?![a-z0-9])", re.IGNORECASE)
    found: Counter[str] = Counter()
    where: list[str] = []
    for name in product():
        if name.split("/")[0] in {"framework_profiles", "evals"} or "/probes/scripts/" in name:
            continue
        for line, value in literals(name):
            if word.search(value):
                found[name] += 1
                where.append(f"{name}:{line} {value[:60]!r}")

    told = against_allowlist(found, "framework_names")
    assert not told, "\n".join([told, *where])
