"""What git leaves out of a repository: an import of such a file leads to something that a build or a person writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_MAX_BYTES = 200_000


class _Pattern(NamedTuple):
    folder: str
    """Of the ``.gitignore``: patterns count from there."""
    expression: re.Pattern[str]
    only_folders: bool
    brings_back: bool


class Ignored:
    """The patterns of the ``.gitignore`` files of a repository."""

    def __init__(self, root: Path, files: frozenset[str]) -> None:
        """Take the repository and its list of files; the patterns are read when they are first asked for."""
        self._root = root
        self._files = files
        self._patterns: list[_Pattern] | None = None
        self._known: dict[tuple[str, bool], bool] = {}

    def covers(self, path: str, is_folder: bool = False) -> bool:
        """Does git leave out `path` (POSIX, relative), or a folder above it?"""
        parent = path.rpartition("/")[0]
        if parent and self.covers(parent, is_folder=True):
            return True
        key = (path, is_folder)
        if key not in self._known:
            self._known[key] = self._judge(path, is_folder)
        return self._known[key]

    def _judge(self, path: str, is_folder: bool) -> bool:
        if self._patterns is None:
            self._patterns = list(self._read())
        for pattern in reversed(self._patterns):
            folder = pattern.folder
            if (pattern.only_folders and not is_folder) or (folder and not path.startswith(folder + "/")):
                continue
            if pattern.expression.fullmatch(path[len(folder) + 1 if folder else 0 :]):
                return not pattern.brings_back
        return False

    def _read(self) -> Iterator[_Pattern]:
        own = (path for path in self._files if path == ".gitignore" or path.endswith("/.gitignore"))
        # A deeper file has the last word.
        for path in sorted(own, key=lambda found: (found.count("/"), found)):
            try:
                raw = (self._root / path).read_bytes()
            except OSError:
                continue
            if len(raw) <= _MAX_BYTES:
                for line in raw.decode("utf-8", "replace").splitlines():
                    pattern = _pattern(path.rpartition("/")[0], line)
                    if pattern is not None:
                        yield pattern


def _pattern(folder: str, line: str) -> _Pattern | None:
    text = re.sub(r"(?<!\\)\s+$", "", line)
    brings_back = text.startswith("!")
    text = text[1:] if brings_back else text
    if not text or text.startswith("#"):
        return None
    only_folders = text.endswith("/")
    text = text.rstrip("/")
    anchored = "/" in text
    whole = expression(text.removeprefix("/"))
    try:
        compiled = re.compile(whole if anchored else f"(?:.*/)?{whole}")
    except re.error:
        return None
    return _Pattern(folder, compiled, only_folders, brings_back)


_TOKEN = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)


def expression(text: str) -> str:
    """A pattern of git as a regular expression."""
    parts = []
    for token in _TOKEN.findall(text):
        if token == "**/":
            parts.append("(?:.*/)?")
        elif token == "/**":
            parts.append("/.*")
        elif token.startswith("*"):
            parts.append("[^/]*")
        elif token == "?":
            parts.append("[^/]")
        elif len(token) > 2 and token.startswith("["):
            inner = token[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]")
        else:
            parts.append(re.escape(token[-1]))
    return "".join(parts)
