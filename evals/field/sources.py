"""The source files of a repository, listed without any code of the check: nothing may be left out in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from tools.shell import Shell

_SUFFIXES = (".py", ".pyi", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_OF_GIT = ".git"


def listed(shell: Shell, root: Path) -> set[str]:
    """Regular files of Python, JavaScript and TypeScript: those that git tracks, else all that lie there.

    Links are left out: what they lead to is listed under its own name.
    """
    names = _tracked(shell, root) if (root / _OF_GIT).exists() else _lying(root)
    return {name for name in names if name.lower().endswith(_SUFFIXES) and _is_regular(root / name)}


def _tracked(shell: Shell, root: Path) -> Iterator[str]:
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    done = shell.run(command, timeout=60, cap=50_000_000)
    if done.exit_code != 0:
        yield from _lying(root)
        return
    yield from (name for name in done.output.split("\0") if name)


def _lying(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != _OF_GIT]
        inner = os.path.relpath(folder, root).replace(os.sep, "/")
        yield from (name if inner == "." else f"{inner}/{name}" for name in names)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def silent(present: Collection[str], read: Collection[str], named: Collection[str]) -> list[str]:
    """Source files that are there, were not read, and of which the check says nothing."""
    return sorted(set(present) - set(read) - set(named))
