"""Python imports to files: packages, namespace packages, src layout, several source roots in one repository."""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Iterator

from tools.facts.layout import Layout, parent_of
from tools.facts.model import Import

_MANIFESTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py"})
_SOURCE_FOLDERS = ("src", "lib", "python")
_ENDINGS = ("so", "pyd", "pyx", "pxd", "pyi")
_COMPILED = tuple(f".{ending}" for ending in _ENDINGS)


class PythonResolver:
    """Finds the files behind Python module names; answers are kept by (folder, module)."""

    def __init__(self, layout: Layout, declared: frozenset[str]) -> None:
        """Take the layout and the import names of declared distributions."""
        self._layout = layout
        self._declared = declared
        self._packages = {parent_of(p) for p in layout.sources if p.endswith(("/__init__.py", "/__init__.pyi"))}
        self._roots = self._find_roots()
        self._places: dict[tuple[str, str], str | None] = {}
        self._shared: dict[str, bool] = {}

    def _find_roots(self) -> dict[str, list[str]]:
        """Top-level name -> the folders in which it stands as a module or a folder with Python below."""
        roots: dict[str, dict[str, None]] = defaultdict(dict)
        done: set[str] = set()
        for path in sorted(self._layout.sources):
            if not path.endswith((".py", ".pyi")):
                continue
            roots[path.rpartition("/")[2].partition(".")[0]][parent_of(path)] = None
            folder = parent_of(path)
            while folder and folder not in done:
                done.add(folder)
                roots[folder.rpartition("/")[2]][parent_of(folder)] = None
                folder = parent_of(folder)
        return {name: list(places) for name, places in roots.items()}

    def resolve(self, path: str, fact: Import) -> None:
        """Fill where `fact`, written in file `path`, leads."""
        if fact.module.startswith("."):
            self._resolve_from(self._relative(path, fact.module), fact)
            if fact.kind == "dynamic":
                fact.missing = False  # relative to the package that the call names
            return
        top = fact.module.partition(".")[0]
        place = self._place(parent_of(path), fact.module)
        if place is None:
            fact.external = top
            fact.stdlib = top in sys.stdlib_module_names
            return
        self._resolve_from(f"{place}/{fact.module.replace('.', '/')}".lstrip("/"), fact)
        if not fact.missing or fact.targets:
            return
        if self._in_other_part(place, fact):
            return
        package = f"{place}/{top}".lstrip("/")
        parts = fact.module.split(".")
        elsewhere = (len(parts) == 1 or not self._exists(f"{package}/{parts[1]}")) and self._is_shared(package)
        if elsewhere or (len(parts) == 1 and not self._regular(package)):
            # A mere folder called like an installed package, and none of the names is in it; or a part of a package
            # that other distributions add to.
            fact.missing, fact.name_targets, fact.submodules = False, (), ()
            fact.external, fact.stdlib = top, False

    def _in_other_part(self, place: str, fact: Import) -> bool:
        """Another folder of the same namespace package has what the one at `place` lacks."""
        path = fact.module.replace(".", "/")
        if self._file(f"{place}/{path}".lstrip("/")) is not None:
            return False
        for other in self._roots.get(fact.module.partition(".")[0], ()):
            if other != place and other not in self._packages and self._whole(other, fact.module):
                fact.missing = False
                self._resolve_from(f"{other}/{path}".lstrip("/"), fact)
                if not fact.missing:
                    return True
        fact.missing = True
        return False

    def dotted(self, path: str, fact: Import, rest: str) -> str | None:
        """``import a.b`` binds ``a``: the longest module in ``a`` + `rest`, and what is left of it.

        The answer holds `rest` already.
        """
        top = fact.module.partition(".")[0]
        place = self._place(parent_of(path), fact.module)
        if place is None:
            return top + rest
        parts = rest.split(".")[1:]
        stem = f"{place}/{top}".lstrip("/")
        used = 0
        while used < len(parts) and self._exists(f"{stem}/{parts[used]}"):
            stem = f"{stem}/{parts[used]}"
            used += 1
        file = self._file(stem)
        left = ".".join(parts[used:])
        return f"{file}:{left}" if file is not None else None

    def _relative(self, path: str, module: str) -> str | None:
        name = module.lstrip(".")
        folder = parent_of(path)
        for _ in range(len(module) - len(name) - 1):
            if not folder:
                return None
            folder = parent_of(folder)
        return "/".join(part for part in (folder, name.replace(".", "/")) if part)

    def _resolve_from(self, stem: str | None, fact: Import) -> None:
        """Fill targets of a first-party import of the module at `stem` (path without suffix)."""
        if stem is None:
            fact.missing = True
            return
        file = self._file(stem)
        package = stem in self._layout.folders
        if file is None and not package:
            fact.missing = not self._compiled(stem)
            return
        if not fact.names:
            fact.targets = (file,) if file is not None else ()
            fact.missing = file is None and fact.kind == "star"
            return
        targets: list[str | None] = []
        submodules: list[int] = []
        for number, (name, _) in enumerate(fact.names):
            inner = f"{stem}/{name}" if stem else name
            submodule = self._file(inner) if package or not stem else None
            if submodule is not None:
                submodules.append(number)
            elif file is None and inner not in self._layout.folders and not self._compiled(inner):
                fact.missing = True
            targets.append(submodule or file)
        fact.name_targets = tuple(targets)
        fact.submodules = tuple(submodules)
        fact.targets = tuple(dict.fromkeys(target for target in targets if target is not None))

    def _file(self, stem: str) -> str | None:
        for candidate in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/"), f"{stem}.pyi", f"{stem}/__init__.pyi"):
            if candidate in self._layout.sources:
                return candidate
        return None

    def _exists(self, stem: str) -> bool:
        return self._file(stem) is not None or stem in self._layout.folders

    def _compiled(self, stem: str) -> bool:
        """Something that is no readable source stands there: an extension module, or a file git ignores."""
        if any(stem + suffix in self._layout.files for suffix in _COMPILED):
            return True
        layout = self._layout
        if layout.ignored.covers(stem, is_folder=True) or layout.ignored.covers(f"{stem}.py"):
            return stem not in layout.folders
        places = (stem, *(f"{stem}.{ending}" for ending in ("py", "*.so", "*.pyd", *_ENDINGS)))
        return any(layout.probe(place) for place in places)

    def _place(self, folder: str, module: str) -> str | None:
        """The folder that `module` is found in when imported from `folder`; ``None``: not first-party."""
        key = (folder, module)
        if key not in self._places:
            self._places[key] = self._find_place(folder, module)
        return self._places[key]

    def _find_place(self, folder: str, module: str) -> str | None:
        top = module.partition(".")[0]
        places = self._roots.get(top)
        if places is None:
            return None
        if top in sys.stdlib_module_names:
            return self._shadowing(folder, module)
        known = set(places)
        outside = top in self._declared
        candidates = [place for place in self._search(folder) if place in known]
        if not candidates and not outside:
            # On the path by a setting that nobody can see from here (PYTHONPATH, sys.path, a test runner's).
            candidates = [place for place in places if place not in self._packages]
        if outside:
            candidates = [place for place in candidates if self._regular(f"{place}/{top}".lstrip("/"))]
        whole = [place for place in candidates if self._whole(place, module)]
        if whole:
            # A mere folder, as tests have them that follow the folders of the code, is not what is meant.
            path = module.replace(".", "/")
            return next((p for p in whole if self._file(f"{p}/{path}".lstrip("/")) is not None), whole[0])
        if outside or not candidates:
            return None
        for place in places:
            # Another part of a namespace package, or another package of that name.
            if place not in self._packages and self._whole(place, module):
                return place
        # `import redis.asyncio` beside an own redis.py means the package.
        place = candidates[0]
        return place if f"{place}/{top}".lstrip("/") in self._layout.folders else None

    def _shadowing(self, folder: str, module: str) -> str | None:
        """Where the repository shadows a module of the standard library: only the folder that programs are started in
        comes before it.
        """
        top = module.partition(".")[0]
        for place in self._search(folder):
            started = not place or any(f"{place}/{name}" in self._layout.files for name in _MANIFESTS)
            if started and self._regular(f"{place}/{top}".lstrip("/")) and self._whole(place, module):
                return place
        return None

    def _is_shared(self, package: str) -> bool:
        """A package that says in its ``__init__`` that parts of it are installed elsewhere."""
        if package not in self._shared:
            self._shared[package] = False
            if f"{package}/__init__.py" in self._layout.sources:
                with contextlib.suppress(OSError):
                    text = (self._layout.root / package / "__init__.py").read_bytes()
                    self._shared[package] = b"extend_path" in text or b"declare_namespace" in text
        return self._shared[package]

    def _whole(self, place: str, module: str) -> bool:
        return self._exists(f"{place}/{module.replace('.', '/')}".lstrip("/"))

    def _regular(self, stem: str) -> bool:
        """A package with ``__init__.py`` or a module: a mere folder never shadows what is installed."""
        return stem in self._packages or f"{stem}.py" in self._layout.sources

    def _search(self, folder: str) -> Iterator[str]:
        """The folders that are likely on ``sys.path`` for a file in `folder`, the nearest first."""
        while True:
            if folder not in self._packages:
                yield folder
                for name in _SOURCE_FOLDERS:
                    yield f"{folder}/{name}" if folder else name
            if not folder:
                break
            folder = parent_of(folder)
