"""Packages of the repository itself: workspaces by name, their exports, and the ``imports`` of the nearest one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tools.facts.layout import Layout, join_path

_CONDITIONS = ("source", "development", "types", "import", "node", "module", "require", "default")
_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


class Packages:
    """Answers what a specifier means by the ``package.json`` files of a repository."""

    def __init__(self, layout: Layout, file: Callable[[str], str | None]) -> None:
        """Take the layout, and what finds the source file for a path that an entry of a package names."""
        self._layout = layout
        self._file = file
        self._declared: dict[str, frozenset[str]] = {}

    def find(self, folder: str, specifier: str) -> str | None:
        """A file of a package of this repository by its name, or of ``#name`` by the nearest one."""
        if specifier.startswith("#"):
            home = self._layout.nearest(folder, self._layout.packages)
            table = self._layout.packages[home].get("imports") if home is not None else None
            return self._exported(home, table, specifier) if home is not None and isinstance(table, dict) else None
        name = package_of(specifier)
        home = self._layout.workspaces.get(name)
        if home is None:
            return None
        inner = "." + specifier[len(name) :]
        exports = self._exports(home)
        found = self._exported(home, exports, inner) if exports is not None else None
        return found or self._by_main(home, inner)

    def is_built(self, specifier: str, generated: Callable[[str], bool]) -> bool:
        """Can `specifier`, of a package of this repository, lead to something that only a build makes?"""
        name = package_of(specifier)
        home = self._layout.workspaces[name]
        exports = self._exports(home)
        inner = "." + specifier[len(name) :]
        if exports is not None:
            places = list(_matching(home, exports, inner))
            return any(map(generated, places or filter(None, [join_path(home, inner)])))
        if specifier == name:
            return any(isinstance(self._layout.packages[home].get(key), str) for key in ("main", "module", "types"))
        place = join_path(home, inner)
        return place is None or generated(place)

    def declares(self, folder: str, name: str) -> bool:
        """Does a ``package.json`` above `folder` name the dependency `name`, or types for it?"""
        level = self._layout.nearest(folder, self._layout.packages)
        while level is not None:
            if level not in self._declared:
                package = self._layout.packages[level]
                groups = [package.get(group) for group in _DEPENDENCIES]
                self._declared[level] = frozenset(key for group in groups if isinstance(group, dict) for key in group)
            if name in self._declared[level] or types_of(name) in self._declared[level]:
                return True
            level = self._layout.nearest(level.rpartition("/")[0], self._layout.packages) if level else None
        return False

    def _exports(self, home: str) -> dict[str, Any] | None:
        exports = self._layout.packages[home].get("exports")
        if isinstance(exports, (str, list)) or (isinstance(exports, dict) and not _has_paths(exports)):
            return {".": exports}
        return exports if isinstance(exports, dict) else None

    def _exported(self, home: str, table: dict[str, Any], wanted: str) -> str | None:
        return next(
            (found for place in _matching(home, table, wanted) if (found := self._file(place)) is not None), None
        )

    def _by_main(self, home: str, inner: str) -> str | None:
        if inner != ".":
            places = [join_path(home, inner), join_path(home, f"src/{inner}")]
        else:
            package = self._layout.packages[home]
            entries = [package.get(key) for key in ("source", "types", "typings", "module", "main")]
            places = [join_path(home, entry) for entry in entries if isinstance(entry, str)]
            places += [home, join_path(home, "src"), join_path(home, "lib")]
        for place in places:
            found = self._file(place) if place is not None else None
            if found is not None:
                return found
        return None


def package_of(specifier: str) -> str:
    """``@scope/name/sub`` -> ``@scope/name``; ``name/sub`` -> ``name``."""
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") and len(parts) > 1 else parts[0]


def types_of(name: str) -> str:
    """The package with the types of package `name`."""
    return f"@types/{name.removeprefix('@').replace('/', '__')}"


def _has_paths(exports: Iterable[str]) -> bool:
    return any(key.startswith(".") for key in exports)


def _matching(home: str, table: dict[str, Any], wanted: str) -> Iterator[str]:
    """The places that the entries of ``exports`` or ``imports`` for `wanted` name, the most special first."""
    for pattern in sorted(table, key=len, reverse=True):
        before, star, after = pattern.partition("*")
        if wanted != pattern and not (star and wanted.startswith(before) and wanted.endswith(after)):
            continue
        middle = wanted[len(before) : len(wanted) - len(after)] if star else ""
        for target in _targets(table[pattern]):
            place = join_path(home, target.replace("*", middle))
            if place is not None:
                yield place


def _targets(value: Any) -> Iterator[str]:
    """All targets of a conditional export, the ones nearer to the source first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _targets(item)
    elif isinstance(value, dict):
        for key in sorted(value, key=lambda name: _CONDITIONS.index(name) if name in _CONDITIONS else -1):
            yield from _targets(value[key])
