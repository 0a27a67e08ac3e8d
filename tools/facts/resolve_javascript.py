"""JavaScript and TypeScript specifiers to files: relative, tsconfig paths, package exports and imports, workspaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tools.facts.layout import EXACT, Layout, Paths, join_path, parent_of
from tools.facts.model import Import
from tools.facts.resolve_packages import Packages, package_of

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")
_OTHERS = (".json", ".node", ".vue", ".svelte", ".astro", ".mdx", ".graphql", ".css", ".scss", ".wasm")
"""Suffixes of files that have no facts, and are left out in imports as well."""
_WRITTEN_FOR = {
    ".js": (".ts", ".tsx", ".jsx", ".d.ts"),
    ".jsx": (".tsx", ".ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
    ".ts": (".tsx", ".d.ts"),
    ".tsx": (".ts",),
}
"""TypeScript is imported by the name of the file that it becomes, and does not tell .ts from .tsx."""
_BUILT = re.compile(r"(^|/)(?:dist|build|lib|out|es|esm|cjs)(?:/(?:src|esm|cjs))?/")
_BUILT_FOLDER = re.compile(r"(^|/)(?:dist|build|lib|out)$")
_SCHEME = re.compile(r"[a-zA-Z][\w.+-]+:")
_BUILTINS_TEXT = (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns "
    "domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring "
    "readline repl sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi "
    "worker_threads zlib"
)
_BUILTINS = frozenset(_BUILTINS_TEXT.split())


class Found(NamedTuple):
    """Where a specifier leads."""

    file: str | None = None
    """A file of the repository, source or not."""
    external: str | None = None
    missing: bool = False


_NOWHERE = Found(missing=True)
_GENERATED = Found()
"""First-party, and written by a build, or by whoever sets the application up."""


class JavaScriptResolver:
    """Finds the files behind specifiers; answers are kept by (folder, specifier, for types only)."""

    def __init__(self, layout: Layout) -> None:
        """Take the layout, with its package and compiler configurations."""
        self._layout = layout
        self._packages = Packages(layout, lambda place: self._file(place) or self._from_source(place))
        self._found: dict[tuple[str, str, bool], Found] = {}

    def resolve(self, path: str, fact: Import) -> None:
        """Fill where `fact`, written in file `path`, leads."""
        key = (parent_of(path), fact.module, fact.type_only)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(*key)
        file, fact.external, fact.missing = found
        if fact.external is not None:
            fact.stdlib = fact.external in _BUILTINS and (fact.module.startswith("node:") or fact.external != "test")
        if file is not None and file in self._layout.sources:
            fact.targets = (file,)
            fact.name_targets = (file,) * len(fact.names)

    def _find(self, folder: str, written: str, type_only: bool) -> Found:
        specifier = written.split("?", 1)[0].split("!")[-1]
        if "{{" in written or "<%" in written:
            return _GENERATED  # a template of code
        if specifier.startswith("."):
            return self._relative(folder, specifier, type_only)
        if specifier.startswith("node:"):
            return Found(external=specifier[5:].split("/")[0])
        if specifier.startswith("/") or not specifier:
            file = self._file(specifier.lstrip("/")) if specifier else None
            return Found(file)  # "/logo.svg" is served, not imported
        if _SCHEME.match(specifier):
            return Found(external=specifier)  # only the bundler or the runtime knows what it stands for
        file, redirected = self._redirected(folder, specifier, self._layout.tsconfigs)
        file = file or self._packages.find(folder, specifier)
        if file is None and not self._packages.declares(folder, package_of(specifier)):
            # Last, because test runners put stand-ins before packages.
            file, aliased = self._redirected(folder, specifier, self._layout.bundlers)
            redirected = redirected or aliased
        if file is not None:
            return Found(file)
        if specifier.startswith("#") or _is_alias(specifier):
            return self._guess_alias(folder, specifier, redirected)
        return self._package(folder, specifier, redirected)

    def _relative(self, folder: str, specifier: str, type_only: bool) -> Found:
        place = join_path(folder, specifier)
        if place is None:
            return _NOWHERE
        file = self._file(place) or self._other_kind(place) or self._in_other_root(folder, specifier)
        if file is not None:
            return Found(file)
        generated = self._is_generated(place)
        file = self._from_source(place) if generated or not self._stands(place) else None
        if file is not None:
            return Found(file)
        if generated:
            return _NOWHERE if self._lacks_source(place) else _GENERATED
        # ``rootDirs`` means something to the compiler only, so nothing but types can come from there.
        return _GENERATED if type_only and self._generated_root(folder, place) else _NOWHERE

    def _package(self, folder: str, specifier: str, redirected: str | None) -> Found:
        name = package_of(specifier)
        if name in self._layout.workspaces:
            return Found(external=name, missing=not self._packages.is_built(specifier, self._may_be_built))
        if redirected and name not in _BUILTINS and not self._packages.declares(folder, name):
            return _GENERATED if self._is_generated(redirected) else _NOWHERE
        return Found(external=name)

    def _file(self, place: str) -> str | None:
        """The file for a path without a suffix, with one, with the one it compiles to, or for a folder."""
        found = self._module(place)
        if found is not None or place not in self._layout.folders:
            return found
        main = self._layout.packages.get(place, {}).get("main")
        inside = join_path(place, main) if isinstance(main, str) else None
        if inside is not None and inside != place:
            for stem in (inside, f"{inside}/index", *_source_stems(inside)):
                found = found or self._module(stem)
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

    def _other_kind(self, place: str) -> str | None:
        """A file of another kind whose suffix is left out (``./fixture`` -> fixture.json)."""
        files = self._layout.files
        return next((place + suffix for suffix in _OTHERS if place + suffix in files), None)

    def _in_other_root(self, folder: str, specifier: str) -> str | None:
        """``rootDirs``: a relative import may lead into another folder that counts as the same one."""
        for place in self._moved(folder, join_path(folder, specifier)):
            found = self._file(place)
            if found is not None:
                return found
        return None

    def _generated_root(self, folder: str, place: str) -> bool:
        """A folder of ``rootDirs`` that git leaves out may hold what is missing: ``./+types/x``, ``./$types``."""
        if self._stands(place) and re.match(r"[\w.]", place.rpartition("/")[2]):
            return False
        return any(self._is_generated(moved) for moved in self._moved(folder, place))

    def _moved(self, folder: str, place: str | None) -> Iterator[str]:
        level = self._layout.nearest(folder, self._layout.tsconfigs)
        roots = self._layout.tsconfigs[level].roots if level is not None else []
        for root in roots if place is not None else ():
            if not root or place == root or str(place).startswith(root + "/"):
                rest = str(place)[len(root) :].lstrip("/")
                yield from (f"{other}/{rest}" for other in roots if other and other != root)

    def _is_generated(self, place: str) -> bool:
        """Git leaves out what would stand there, or it stands there without being in the list of files."""
        layout = self._layout
        if layout.ignored.covers(place, is_folder=True):
            return place not in layout.folders
        if any(folder not in layout.folders for folder in _built_folders(place)):
            return True
        if any(layout.ignored.covers(place + suffix) for suffix in ("", *_SUFFIXES, ".json")):
            return True
        stem, dot, suffix = place.rpartition(".")
        if any(layout.ignored.covers(stem + other) for other in _WRITTEN_FOR.get(dot + suffix, ())):
            return True
        return layout.probe(place) or any(layout.probe(place + suffix) for suffix in _SUFFIXES)

    def _stands(self, place: str) -> bool:
        """The folder that the path leads into is there."""
        return parent_of(place) in self._layout.folders

    def _may_be_built(self, place: str) -> bool:
        return self._is_generated(place) and not self._lacks_source(place)

    def _lacks_source(self, place: str) -> bool:
        """A path into a build folder, where the source folder that it is built from is there, without such a file."""
        inside = _BUILT.search(place)
        # Beside the entry builds put files of their own making (a version, a copy of the manifest).
        deep = inside is not None and "/" in place[inside.end() :]
        return deep and any(self._stands(stem) for stem in _source_stems(place))

    def _redirected(self, folder: str, specifier: str, table: Mapping[str, Paths]) -> tuple[str | None, str | None]:
        """By ``paths``, ``baseUrl`` or an alias of the nearest configuration in `table` that knows the specifier.

        Gives the file, or else the place outside node_modules where it would have to be.
        """
        meant: str | None = None
        level = self._layout.nearest(folder, table)
        while level is not None:
            for place, certain in _places(table[level], specifier):
                found = self._file(place) or self._from_source(place) or self._other_kind(place)
                if found is not None:
                    return found, None
                if "node_modules" in place or meant is not None:
                    continue
                if certain or self._begins_inside(place, specifier) or self._layout.probe(place):
                    meant = place
            level = self._layout.nearest(parent_of(level), table) if level else None
        return None, meant

    def _begins_inside(self, place: str, specifier: str) -> bool:
        """The first part of a bare specifier is a folder, where a configuration makes it look for it."""
        rest = specifier[len(specifier.partition("/")[0]) :]
        return bool(rest) and place.endswith(rest) and place.removesuffix(rest) in self._layout.folders

    def _from_source(self, place: str) -> str | None:
        """The source of a path into a build folder that does not exist before the build."""
        for stem in _source_stems(place):
            found = self._file(stem)
            if found is not None:
                return found
        return None

    def _guess_alias(self, folder: str, specifier: str, redirected: str | None) -> Found:
        """``@/x``, ``~/x`` and ``#x`` are set up in bundlers: mostly the source folder of the nearest package."""
        home = self._layout.nearest(folder, self._layout.packages)
        imports = self._layout.packages[home].get("imports") if home is not None else None
        if specifier.startswith("#") and not isinstance(imports, dict) and redirected is None:
            return _GENERATED  # of the bundler alone: Node would look into ``imports``
        rest = specifier.lstrip("@~#").lstrip("/")
        places = [place for start in ("src", "", "app") if (place := join_path(home or "", f"{start}/{rest}"))]
        for place in places:
            file = self._file(place) or self._other_kind(place)
            if file is not None:
                return Found(file)
        inner = rest.partition("/")[2]
        standing = [place for place in places if inner and place.removesuffix(f"/{inner}") in self._layout.folders]
        meant = [redirected] if redirected is not None else standing or places
        return _GENERATED if any(map(self._is_generated, meant)) else _NOWHERE


def _places(paths: Paths, specifier: str) -> Iterator[tuple[str, bool]]:
    """Where `specifier` may stand by a configuration; certain when a pattern with a name in it matches."""
    for before, after, places in paths.patterns:
        exact = after == EXACT
        if not (specifier == before if exact else specifier.startswith(before) and specifier.endswith(after)):
            continue
        middle = "" if exact else specifier[len(before) : len(specifier) - len(after)]
        for place in places:
            yield place.replace("*", middle, 1), bool(before)
    if paths.base is not None:
        inside = join_path(paths.base, specifier)
        if inside is not None:
            yield inside, False


def _source_stems(place: str) -> Iterator[str]:
    """What a path into a build folder is likely built from, without suffix."""
    if _BUILT_FOLDER.search(place):
        place += "/index"
    for replacement in (r"\1src/", r"\1"):
        source = _BUILT.sub(replacement, place, count=1)
        if source == place:
            continue
        ending = next((end for end in (".d.ts", ".mjs", ".cjs", ".js", ".mts", ".cts") if source.endswith(end)), "")
        yield source.removesuffix(ending)


def _built_folders(place: str) -> Iterator[str]:
    """The folders on the way to `place`, itself included, that are called like what a build makes."""
    while place:
        if _BUILT_FOLDER.search(place):
            yield place
        place = parent_of(place)


def _is_alias(specifier: str) -> bool:
    return specifier.startswith(("@/", "@@/", "~/", "~~/")) or specifier in ("@", "~")
