"""The project's own files, as the house rules see them."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("agent", "tools", "prompts", "framework_profiles", "evals")
_EXAMPLES = (
    "/idioms/",
    "/pitfalls/",
    "agent/demo/sample/",
    "evals/floor/feature/reference/",
    "evals/floor/greenfield/reference/",
    "evals/references/",
    "evals/contracts/",
    "tests/repos/",
)
"""Folders of code that is shown or run as a target, and is not ours to keep by our rules."""


@cache
def tracked() -> tuple[str, ...]:
    """All files of the checkout that git tracks or would track, POSIX paths relative to the root."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = {name for name in done.stdout.decode().split("\0") if name}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


@cache
def product() -> tuple[str, ...]:
    """Python files that we ship and that the house rules bind."""
    own = (*SHIPPED, "archwright.py")
    return tuple(name for name in _python() if name.split("/")[0] in own)


@cache
def suite() -> tuple[str, ...]:
    """Python files of the test suite."""
    return tuple(name for name in _python() if name.startswith("tests/"))


def _python() -> Iterator[str]:
    for name in tracked():
        if name.endswith(".py") and not any(part in f"/{name}" for part in _EXAMPLES):
            yield name


@cache
def text(name: str) -> str:
    """Content of a file of ours."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    """Syntax tree of a file of ours; empty when it does not parse, which a test of its own tells."""
    try:
        return ast.parse(text(name), name)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def module_of(name: str) -> str:
    """Import name of a product file: tools/facts/model.py -> tools.facts.model."""
    parts = name.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(name: str) -> Iterator[tuple[str, int]]:
    """Modules that a file imports, anywhere in it (also in functions and for types), with the line."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@cache
def allowlists() -> Mapping[str, Any]:
    """The exceptions that are allowed today; see the head of the file."""
    return tomllib.loads(text("tests/meta/allowlists.toml"))


def against_allowlist(found: Mapping[str, int], section: str) -> str:
    """Compare what exceeds a limit with what may; returns what to do, one line each, empty when all is well.

    ``found`` holds only what exceeds the limit. Entries may only shrink: one that is larger than needed,
    or no longer needed, is a fault, too.
    """
    allowed: Mapping[str, int] = allowlists().get(section, {})
    told = [
        f'"{name}" = {size}  # too much' + (f", allowed are {allowed[name]}" if name in allowed else "")
        for name, size in sorted(found.items())
        if size > allowed.get(name, 0)
    ]
    told += [
        f'"{name}" = {size}  # in [{section}]: ' + (f"lower it to {found[name]}" if name in found else "remove this")
        for name, size in sorted(allowed.items())
        if found.get(name, 0) < size
    ]
    return "\n".join(told)
