"""Reads the configuration that redirects imports: packages and workspaces, compiler options, bundlers, import maps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.facts.layout import EXACT, Layout, Paths, join_path, parent_of, read_json
from tools.facts.resolve_bundlers import is_bundler, read_aliases
from tools.facts.resolve_ignored import Ignored, expression

_COMPILERS = frozenset({"tsconfig.json", "jsconfig.json"})
"""Every other ``tsconfig*.json`` is reached by ``extends`` or ``references``."""
_MEMBER = re.compile(r"^\s*-\s*['\"]?([^'\"#\s]+)")


def redirects(path: str) -> bool:
    """Can the file at `path` (POSIX, relative) change where imports lead?"""
    name = path.rpartition("/")[2]
    if name in ("package.json", "pnpm-workspace.yaml", "lerna.json", ".gitignore") or is_bundler(name):
        return True
    return name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json")


def read_layout(root: Path, files: Iterable[str], sources: Iterable[str]) -> Layout:
    """Collect the layout of a repository; unreadable configuration counts as absent."""
    listed = frozenset(files)
    layout = Layout(root, listed, frozenset(sources), Ignored(root, listed))
    configuration: list[str] = []
    for path in listed:
        folder, _, name = path.rpartition("/")
        if name in _COMPILERS or name == "package.json" or is_bundler(name):
            configuration.append(path)
        while folder not in layout.folders:
            layout.folders.add(folder)
            folder = parent_of(folder)
    configuration.sort()
    _read_packages(layout, [path for path in configuration if path.endswith("package.json")])
    for path in configuration:
        folder, _, name = path.rpartition("/")
        if name in _COMPILERS:
            if name == "tsconfig.json" or folder not in layout.tsconfigs:
                layout.tsconfigs[folder] = _read_paths(layout, path, folder, 0)
        elif is_bundler(name):
            read_aliases(layout, path)
    return layout


def _read_packages(layout: Layout, paths: Iterable[str]) -> None:
    named: dict[str, list[str]] = {}
    for path in paths:
        folder = parent_of(path)
        content = layout.packages[folder] = read_json(layout.root / path)
        name = content.get("name")
        if isinstance(name, str) and name:
            named.setdefault(name, []).append(folder)
        aliases = content.get("_moduleAliases")
        if isinstance(aliases, dict):
            _add_aliases(layout, folder, aliases)
    members = [re.compile(expression(found)) for folder in layout.packages for found in _members(layout, folder)]
    for name, folders in named.items():
        own = [folder for folder in folders if any(member.fullmatch(folder) for member in members)]
        layout.workspaces[name] = min(own or folders, key=lambda folder: (folder.count("/"), folder))


def _members(layout: Layout, folder: str) -> Iterator[str]:
    """The patterns of the workspace that has its root in `folder`."""
    listed = layout.packages[folder].get("workspaces")
    listed = listed.get("packages") if isinstance(listed, dict) else listed
    patterns = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    start = f"{folder}/" if folder else ""
    if f"{start}pnpm-workspace.yaml" in layout.files:
        patterns += _yaml_members(layout.root / f"{start}pnpm-workspace.yaml")
    for pattern in patterns:
        place = join_path(folder, pattern)
        if place and not pattern.startswith("!"):
            yield place


def _yaml_members(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    inside = False
    for line in lines:
        found = _MEMBER.match(line) if inside else None
        if found is not None:
            yield found[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            inside = line.startswith("packages:")


def _add_aliases(layout: Layout, folder: str, aliases: Mapping[str, Any]) -> None:
    """``_moduleAliases``: the name stands for a place, and for what lies below it."""
    paths = layout.bundlers.setdefault(folder, Paths())
    for name, written in aliases.items():
        place = join_path(folder, written) if isinstance(written, str) else None
        if place is not None:
            paths.patterns += [(name, EXACT, [place]), (f"{name}/", "", [f"{place}/*"])]
    paths.patterns.sort(key=lambda entry: -len(entry[0]))


def _read_paths(layout: Layout, path: str, leaf: str, depth: int) -> Paths:
    """What the compiler configuration at `path` redirects, read for a project in folder `leaf`."""
    content = read_json(layout.root / path)
    folder = parent_of(path)
    found = Paths()
    extended = content.get("extends")
    for parent in [extended] if isinstance(extended, str) else extended if isinstance(extended, list) else []:
        target = _extended(layout, folder, parent) if isinstance(parent, str) else None
        if target is not None and depth < 8:
            found = _read_paths(layout, target, leaf, depth + 1)
    options = content.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    base = options.get("baseUrl")
    if isinstance(base, str):
        found.base = _place(folder, base, leaf)
    patterns = options.get("paths")
    if isinstance(patterns, dict):
        start = found.base if found.base is not None else folder
        found.patterns = sorted(_patterns(patterns, start, leaf), key=lambda entry: -len(entry[0]))
    roots = options.get("rootDirs")
    if isinstance(roots, list):
        places = [_place(folder, item, leaf) for item in roots if isinstance(item, str)]
        found.roots = [place for place in places if place is not None]
    if depth < 8 and not found.patterns and found.base is None:
        return _referenced(layout, path, content, depth) or found
    return found


def _referenced(layout: Layout, path: str, content: Mapping[str, Any], depth: int) -> Paths | None:
    """A configuration that only names others (``references``): what those for the same folder redirect."""
    references = content.get("references")
    folder = parent_of(path)
    for entry in references if isinstance(references, list) else []:
        written = entry.get("path") if isinstance(entry, dict) else None
        place = join_path(folder, written) if isinstance(written, str) else None
        if place in layout.files and place != path and parent_of(str(place)) == folder:
            found = _read_paths(layout, str(place), folder, depth + 1)
            if found.patterns or found.base is not None:
                return found
    return None


def _place(folder: str, written: str, leaf: str) -> str | None:
    if written.startswith("${configDir}"):
        return join_path(leaf, written.removeprefix("${configDir}"))
    return join_path(folder, written)


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


def _patterns(patterns: Mapping[str, Any], start: str, leaf: str) -> Iterator[tuple[str, str, list[str]]]:
    for pattern, targets in patterns.items():
        before, star, after = pattern.partition("*")
        written = [item for item in targets if isinstance(item, str)] if isinstance(targets, list) else []
        found = [place for item in written if (place := _place(start, item, leaf)) is not None]
        if found:
            yield before, after if star else EXACT, found
