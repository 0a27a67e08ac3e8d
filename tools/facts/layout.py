"""What resolving imports needs of a repository: its paths, and the configuration that redirects imports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.facts.resolve_ignored import Ignored

_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')
MAX_CONFIGURATION = 2_000_000


@dataclass(slots=True)
class Layout:
    """The paths of a repository (POSIX, relative) and how its imports are redirected."""

    root: Path
    files: frozenset[str]
    """All files, not only source."""
    sources: frozenset[str]
    """The files that have facts: only these are targets."""
    ignored: Ignored
    """What git leaves out."""
    folders: set[str] = field(default_factory=set)
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Folder of each ``package.json`` -> its content."""
    workspaces: dict[str, str] = field(default_factory=dict)
    """Name of a package of the repository -> its folder."""
    tsconfigs: dict[str, Paths] = field(default_factory=dict)
    """Folder of each ``tsconfig.json`` or ``jsconfig.json`` -> what it redirects."""
    bundlers: dict[str, Paths] = field(default_factory=dict)
    """Folder with configuration of a bundler, a test runner, or import maps -> what it redirects."""
    probes: dict[str, bool] = field(default_factory=dict)
    """Every look at the disk beyond `files`, see `look` -> its answer."""

    def nearest(self, folder: str, table: Mapping[str, Any]) -> str | None:
        """The closest of `folder` and the folders above that is a key of `table`."""
        while folder not in table:
            if not folder:
                return None
            folder = parent_of(folder)
        return folder

    def probe(self, pattern: str) -> bool:
        """What `look` answers, remembered in `probes`."""
        found = self.probes.get(pattern)
        if found is None:
            found = self.probes[pattern] = look(self.root, pattern)
        return found


@dataclass(slots=True)
class Paths:
    """``baseUrl`` and ``paths`` of one configuration, as repository folders."""

    base: str | None = None
    patterns: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """(text before ``*``, text after, replacements relative to the repository), the longest prefix first; the text
    after is `EXACT` for a name without ``*``."""
    roots: list[str] = field(default_factory=list)
    """``rootDirs``: folders that count as one."""


EXACT = "\0"


def look(root: Path, pattern: str) -> bool:
    """Is there a file or folder at `pattern` (POSIX, relative to `root`), in which only ``*`` has a meaning?

    The one way to look at the disk for what is not in the list of files (left out by git): who remembers answers
    can ask again whether they still hold.
    """
    if "*" not in pattern:
        return (root / pattern).exists()
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return next(root.glob(escaped), None) is not None


def parent_of(path: str) -> str:
    """The folder of a POSIX path; empty for the repository itself."""
    return path.rpartition("/")[0]


def join_path(folder: str, relative: str) -> str | None:
    """`relative` seen from `folder`, normalised; ``None`` when it leaves the repository."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file that may hold comments and trailing commas; empty when it cannot be read."""
    try:
        raw = path.read_bytes()
        content = parse_json(raw.decode("utf-8-sig") if len(raw) <= MAX_CONFIGURATION else "")
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def parse_json(text: str) -> Any:
    """What a JSON text with comments and trailing commas holds. Raises ValueError, or RecursionError."""
    try:
        return json.loads(text)
    except ValueError:
        plain = _COMMENT.sub(lambda match: match[1] or "", text)
        return json.loads(_TRAILING.sub(lambda match: match[1] or "", plain))
