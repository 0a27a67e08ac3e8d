"""JavaScript and TypeScript specifiers to files: relative, tsconfig paths, package exports and imports, workspaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tools.facts.layout import Layout, join_path, parent_of
from tools.facts.model import Import

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")
_WRITTEN_FOR = {".js": (".ts", ".tsx", ".jsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
"""TypeScript is imported by the name of the file that it becomes."""
_CONDITIONS = ("source", "development", "types", "import", "node", "module", "require", "default")
_BUILT = re.compile(r"(^|/)(?:dist|build|lib|out|es|esm|cjs)(?:/(?:src|esm|cjs))?/")
_BUILTINS_TEXT = (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns "
    "domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring "
    "readline repl sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi "
    "worker_threads zlib"
)
_BUILTINS = frozenset(_BUILTINS_TEXT.split())


class JavaScriptResolver:
    """Finds the files behind specifiers; answers are kept by (folder, specifier)."""

    def __init__(self, layout: Layout) -> None:
        """Take the layout, with its package and compiler configurations."""
        self._layout = layout
        self._found: dict[tuple[str, str], tuple[str | None, str | None, bool]] = {}

    def resolve(self, path: str, fact: Import) -> None:
        """Fill where `fact`, written in file `path`, leads."""
        key = (parent_of(path), fact.module)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(parent_of(path), fact.module)
        file, fact.external, fact.missing = found
        fact.stdlib = fact.external in _BUILTINS and (fact.module.startswith("node:") or fact.external != "test")
        if file is not None and file in self._layout.sources:
            fact.targets = (file,)
            fact.name_targets = (file,) * len(fact.names)

    def _find(self, folder: str, written: str) -> tuple[str | None, str | None, bool]:
        """(file, external package, missing) for a specifier."""
        specifier = written.split("?", 1)[0].split("!")[-1]
        if specifier.startswith((".", "/")):
            place = join_path("" if specifier.startswith("/") else folder, specifier)
            file = self._file(place) if place is not None else None
            return file, None, file is None and not self._ignored(place)
        if specifier.startswith("node:"):
            return None, specifier[5:].split("/")[0], False
        file = self._redirected(folder, specifier) or self._workspace(folder, specifier)
        if file is not None:
            return file, None, False
        if specifier.startswith("#") or _is_alias(specifier):
            file = self._guess_alias(folder, specifier)
            return file, None, file is None
        name = package_of(specifier)
        own = self._layout.workspaces.get(name)
        return None, name, own is not None and own in self._layout.folders and not self._has_build(own)

    def _file(self, place: str) -> str | None:
        """The file for a path without a suffix, with one, with the one it compiles to, or for a folder."""
        found = self._module(place)
        if found is not None or place not in self._layout.folders:
            return found
        main = self._layout.packages.get(place, {}).get("main")
        inside = join_path(place, main) if isinstance(main, str) else None
        if inside is not None and inside != place:
            found = self._module(inside) or self._module(f"{inside}/index")
        return found or self._module(f"{place}/index".lstrip("/"))

    def _module(self, place: str) -> str | None:
        """The file for a path as it stands, with a suffix added, or with the one that it is compiled from."""
        files = self._layout.files
        if place in files:
            return place
        for suffix in _SUFFIXES:
            if place + suffix in files:
                return place + suffix
        stem, dot, suffix = place.rpartition(".")
        for other in _WRITTEN_FOR.get(dot + suffix, ()):
            if stem + other in files:
                return stem + other
        return None

    def _ignored(self, place: str | None) -> bool:
        """Something stands there that is not in the list of files: generated, or ignored by git."""
        if place is None:
            return False
        full = self._layout.root / place
        return full.exists() or any(full.with_name(full.name + suffix).exists() for suffix in _SUFFIXES)

    def _redirected(self, folder: str, specifier: str) -> str | None:
        """By ``paths`` or ``baseUrl`` of the nearest compiler configuration that knows the specifier."""
        level: str | None = folder
        while level is not None:
            level = self._layout.nearest(level, self._layout.tsconfigs)
            if level is None:
                return None
            found = self._by_config(level, specifier)
            if found is not None:
                return found
            level = parent_of(level) if level else None
        return None

    def _by_config(self, folder: str, specifier: str) -> str | None:
        config = self._layout.tsconfigs[folder]
        for before, after, places in config.patterns:
            exact = after == "\0"
            if not (specifier == before if exact else specifier.startswith(before) and specifier.endswith(after)):
                continue
            middle = "" if exact else specifier[len(before) : len(specifier) - len(after)]
            for place in places:
                found = self._file(place.replace("*", middle, 1)) or self._from_source(place.replace("*", middle, 1))
                if found is not None:
                    return found
        if config.base is not None:
            inside = join_path(config.base, specifier)
            return self._file(inside) if inside is not None else None
        return None

    def _workspace(self, folder: str, specifier: str) -> str | None:
        """A package of this repository by its name, or ``#name`` of the nearest one."""
        if specifier.startswith("#"):
            home = self._layout.nearest(folder, self._layout.packages)
            table = self._layout.packages[home].get("imports") if home is not None else None
            return self._exported(home, table, specifier) if home is not None and isinstance(table, dict) else None
        name = package_of(specifier)
        home = self._layout.workspaces.get(name)
        if home is None:
            return None
        inner = "." + specifier[len(name) :]
        package = self._layout.packages[home]
        exports = package.get("exports")
        if isinstance(exports, (str, list)) or (isinstance(exports, dict) and not _has_paths(exports)):
            exports = {".": exports}
        found = self._exported(home, exports, inner) if isinstance(exports, dict) else None
        return found or self._by_main(home, package, inner)

    def _exported(self, home: str, table: dict[str, Any], wanted: str) -> str | None:
        for pattern in sorted(table, key=len, reverse=True):
            before, star, after = pattern.partition("*")
            if wanted != pattern and not (star and wanted.startswith(before) and wanted.endswith(after)):
                continue
            middle = wanted[len(before) : len(wanted) - len(after)] if star else ""
            for target in _targets(table[pattern]):
                place = join_path(home, target.replace("*", middle))
                found = self._file(place) or self._from_source(place) if place is not None else None
                if found is not None:
                    return found
        return None

    def _by_main(self, home: str, package: dict[str, Any], inner: str) -> str | None:
        place: str | None
        if inner != ".":
            for start in (home, f"{home}/src"):
                place = join_path(start, inner)
                found = self._file(place) or self._from_source(place) if place is not None else None
                if found is not None:
                    return found
            return None
        for key in ("source", "types", "typings", "module", "main"):
            written = package.get(key)
            place = join_path(home, written) if isinstance(written, str) else None
            found = self._file(place) or self._from_source(place) if place is not None else None
            if found is not None:
                return found
        return self._file(home) or self._file(f"{home}/src") or self._file(f"{home}/lib")

    def _from_source(self, place: str | None) -> str | None:
        """The source of a path into a build folder that does not exist before the build."""
        if place is None:
            return None
        for replacement in (r"\1src/", r"\1"):
            source = _BUILT.sub(replacement, place, count=1)
            if source == place:
                continue
            for suffix in (".d.ts", ".mjs", ".cjs", ".js", ".mts", ".cts"):
                if source.endswith(suffix):
                    source = source[: -len(suffix)]
                    break
            found = self._file(source)
            if found is not None:
                return found
        return None

    def _guess_alias(self, folder: str, specifier: str) -> str | None:
        """``@/x``, ``~/x`` and ``#x`` are set up in bundlers: mostly the source folder of the nearest package."""
        rest = specifier[1:].lstrip("/")
        home = self._layout.nearest(folder, self._layout.packages) or ""
        for start in (f"{home}/src".lstrip("/"), home, f"{home}/app".lstrip("/")):
            place = join_path(start, rest)
            found = self._file(place) if place else None
            if found is not None:
                return found
        return None

    def _has_build(self, home: str) -> bool:
        """The package's entry lies in a folder that only a build makes."""
        package = self._layout.packages[home]
        return any(isinstance(package.get(key), (str, dict)) for key in ("main", "module", "types", "exports"))


def _is_alias(specifier: str) -> bool:
    return specifier.startswith(("@/", "~/", "~")) or specifier == "@"


def package_of(specifier: str) -> str:
    """``@scope/name/sub`` -> ``@scope/name``; ``name/sub`` -> ``name``."""
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") and len(parts) > 1 else parts[0]


def _has_paths(exports: Iterable[str]) -> bool:
    return any(key.startswith(".") for key in exports)


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
