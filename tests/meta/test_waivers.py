"""A rule that is waived in silence is no rule: every waiver is counted here and may only become fewer."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter

from tests.support.sources import against_allowlist, product, text, tree

_SILENCER = re.compile(
    r"#\s*(?P<tool>noqa|type:\s*ignore|mypy:\s*ignore-errors|ruff:\s*noqa)[:\[ ]*(?P<codes>[\w,\- ]*)"
)
_CODE = re.compile(r"[A-Z]+\d+|[a-z]+(?:-[a-z]+)+")


def silenced() -> Counter[str]:
    """Comments that silence a checker, by file and code."""
    found: Counter[str] = Counter()
    for name in product():
        for token in tokenize.generate_tokens(io.StringIO(text(name)).readline):
            match = _SILENCER.search(token.string) if token.type == tokenize.COMMENT else None
            if match is not None:
                codes = _CODE.findall(match["codes"]) or ["everything"]
                found.update(f"{name}:{code}" for code in codes)
    return found


def test_no_checker_is_silenced_but_where_it_is_listed() -> None:
    told = against_allowlist(silenced(), "silenced")
    assert not told, told


def catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def catch_alls(name: str) -> Counter[str]:
    """Handlers that catch everything, by function."""
    found: Counter[str] = Counter()
    stack: list[tuple[str, ast.AST]] = [("", tree(name))]
    while stack:
        owner, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            inner = owner
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{owner}.{child.name}".lstrip(".")
            if isinstance(child, ast.ExceptHandler) and catches_all(child):
                found[f"{name}:{owner}"] += 1
            stack.append((inner, child))
    return found


def test_everything_is_caught_at_the_named_boundaries_only() -> None:
    found: Counter[str] = Counter()
    for name in product():
        found.update(catch_alls(name))

    told = against_allowlist(found, "catch_all")
    assert not told, told
