"""What resolving imports needs of a repository: its paths, and the configuration that redirects imports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

CONFIGURATION = frozenset({"package.json", "tsconfig.json", "jsconfig.json"})
"""Names of the files that redirect imports; every other ``tsconfig*.json`` is reached by ``extends``."""
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
    folders: set[str] = field(default_factory=set)
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Folder of each ``package.json`` -> its content."""
    workspaces: dict[str, str] = field(default_factory=dict)
    """Name of a package of the repository -> its folder."""
    tsconfigs: dict[str, Paths] = field(default_factory=dict)
    """Folder of each ``tsconfig.json`` or ``jsconfig.json`` -> what it redirects."""

    def nearest(self, folder: str, table: Mapping[str, Any]) -> str | None:
        """The closest of `folder` and the folders above that is a key of `table`."""
        while folder not in table:
            if not folder:
                return None
            folder = parent_of(folder)
        return folder


@dataclass(slots=True)
class Paths:
    """``baseUrl`` and ``paths`` of one compiler configuration, as repository folders."""

    base: str | None
    patterns: list[tuple[str, str, list[str]]]
    """(text before ``*``, text after, replacements relative to the repository), the longest prefix first."""


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


def read_layout(root: Path, files: Iterable[str], sources: Iterable[str]) -> Layout:
    """Collect the layout of a repository; unreadable configuration counts as absent."""
    layout = Layout(root, frozenset(files), frozenset(sources))
    for path in layout.files:
        folder = parent_of(path)
        while folder not in layout.folders:
            layout.folders.add(folder)
            folder = parent_of(folder)
    for path in sorted(layout.files):
        name = PurePosixPath(path).name
        if name == "package.json":
            _read_package(layout, path)
        elif name in CONFIGURATION and (name == "tsconfig.json" or parent_of(path) not in layout.tsconfigs):
            layout.tsconfigs[parent_of(path)] = _read_paths(layout, path, 0)
    return layout


def _read_package(layout: Layout, path: str) -> None:
    content = read_json(layout.root / path)
    folder = parent_of(path)
    layout.packages[folder] = content
    name = content.get("name")
    if isinstance(name, str) and name and folder:
        layout.workspaces.setdefault(name, folder)


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file that may hold comments and trailing commas; empty when it cannot be read."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig") if len(raw) <= MAX_CONFIGURATION else ""
        try:
            content = json.loads(text)
        except ValueError:
            plain = _COMMENT.sub(lambda match: match[1] or "", text)
            content = json.loads(_TRAILING.sub(lambda match: match[1] or "", plain))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _read_paths(layout: Layout, path: str, depth: int) -> Paths:
    content = read_json(layout.root / path)
    folder = parent_of(path)
    found = Paths(None, [])
    extended = content.get("extends")
    for parent in [extended] if isinstance(extended, str) else extended if isinstance(extended, list) else []:
        target = _extended(layout, folder, parent) if isinstance(parent, str) else None
        if target is not None and depth < 8:
            found = _read_paths(layout, target, depth + 1)
    options = content.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    base = options.get("baseUrl")
    if isinstance(base, str):
        found.base = join_path(folder, base)
    patterns = options.get("paths")
    if isinstance(patterns, dict):
        start = found.base if found.base is not None else folder
        found.patterns = sorted(_patterns(patterns, start), key=lambda entry: -len(entry[0]))
    return found


def _extended(layout: Layout, folder: str, written: str) -> str | None:
    if not written.startswith("."):
        # From a package: only one of this repository can redirect into it.
        name = "/".join(written.split("/")[: 2 if written.startswith("@") else 1])
        if name not in layout.workspaces:
            return None
        folder, written = layout.workspaces[name], "." + written[len(name) :]
    path = join_path(folder, written)
    for candidate in (path, f"{path}.json", f"{path}/tsconfig.json"):
        if candidate in layout.files:
            return candidate
    return None


def _patterns(patterns: Mapping[str, Any], start: str) -> Iterable[tuple[str, str, list[str]]]:
    for pattern, targets in patterns.items():
        before, star, after = pattern.partition("*")
        places = [join_path(start, place) for place in targets if isinstance(place, str)] if targets else []
        found = [place for place in places if place is not None]
        if found:
            yield before, after if star else "\0", found
