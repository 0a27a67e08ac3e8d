"""What a model's `look` answers: several files at once, outlined or whole, a symbol wherever it is, or a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.editing.source import MAX_BYTES, decode, locate
from tools.errors import ToolError, ToolRefused
from tools.syntax import language_of
from tools.view import find_text, view

_SMALL = 2_500
"""Bytes up to which a file that was asked for by name is shown whole: its outline would hardly be shorter."""
_CAP = 24_000
"""Characters of one answer."""


def look(
    root: Path,
    paths: Sequence[str],
    *,
    symbol: str | None = None,
    find: str | None = None,
    whole: bool = False,
    cap: int = _CAP,
) -> str:
    """Return what is asked for, as text.

    Args:
        root: the workspace; nothing outside is read.
        paths: POSIX paths relative to the root.
        symbol: a symbol's name, or a range of lines (``10-40``) when one path is given.
        find: a name or a text to search for in the paths, definitions first.
        whole: files whole instead of outlines.
        cap: characters of the answer.

    Raises:
        ToolError: nothing was found; the message says what is near.
        ToolRefused: a path leads out of the workspace.
    """
    if symbol:
        return _capped(_symbols(root, paths, symbol), cap)
    if find:
        return _capped(find_text(root, paths, find), cap)
    if len(paths) == 1:
        return _capped(_file(root, paths[0], whole=whole), cap)
    return _capped("\n".join(_one_of_many(root, path, whole=whole) for path in paths), cap)


def _one_of_many(root: Path, path: str, *, whole: bool) -> str:
    """A file that may not be read takes nothing from the others."""
    try:
        return _file(root, path, whole=whole)
    except ToolRefused as refused:
        return f"=== refused: {refused}"


def _read(root: Path, path: str) -> bytes:
    real, _ = locate(root, path)
    if not real.is_file():
        raise ToolError(f"{path}: there is no such file")
    if real.stat().st_size > MAX_BYTES:
        raise ToolError(f"{path}: larger than {MAX_BYTES:,} bytes; see parts of it with sed or grep in the shell")
    return real.read_bytes()


def _file(root: Path, path: str, *, whole: bool) -> str:
    try:
        source = _read(root, path)
        if whole or len(source) <= _SMALL or language_of(path) is None:
            return f"=== {path}\n{decode(source, path).data.decode('utf-8', 'replace').rstrip()}"
        return f"=== {view(path, source)}"
    except ToolError as error:
        return f"=== {error}"


def _symbols(root: Path, paths: Sequence[str], name: str) -> str:
    if len(paths) == 1:
        return f"=== {paths[0]}\n{view(paths[0], _read(root, paths[0]), name)}"
    shown: list[str] = []
    for path in paths:
        if language_of(path) is None:
            continue
        try:
            shown.append(f"=== {path}\n{view(path, _read(root, path), name)}")
        except (ToolError, ToolRefused):
            continue  # most files do not have the symbol
    if not shown:
        raise ToolError(f"no file has a symbol {name!r}; search with `find`")
    return "\n".join(shown)


def _capped(text: str, cap: int) -> str:
    if len(text) <= cap:
        return text
    return text[:cap] + f"\n[... {len(text) - cap} more characters; ask for fewer files, a symbol or lines]"
