"""Places a file in an architecture by its path alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from typing import Literal, NamedTuple

from framework_profiles.model import ArchitectureProfile

Certainty = Literal["sure", "weak"]
_INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file belongs."""

    role: str
    """A layer's name, or `root`, `infrastructure`, `tests`."""
    certainty: Certainty
    because: str
    """The directory name or glob that decided."""


def place(
    architecture: ArchitectureProfile, path: str, *, skip: int = 0, modules: Collection[str] = frozenset()
) -> Place | None:
    """The role of the file at `path` (posix, relative to the repository), or None when nothing names one.

    Surer signs first: tests, names of composition roots, the deepest directory named after a layer or after one
    kind of thing, the file's own name (role within a feature folder); then infrastructure names and weak ones.

    Args:
        architecture: Whose names count.
        path: The file.
        skip: So many folders at the beginning lie above the application; their names tell nothing.
        modules: Paths of folders that hold a whole feature: `service/` with its own models and views is the
            module about services, and no layer.
    """
    *folders, name = path.split("/")
    if modules:
        folders = [f for i, f in enumerate(folders) if i >= skip and "/".join(folders[: i + 1]) not in modules]
        skip = 0
    return _names(architecture).place(folders[skip:], name)


def layers_named(architecture: ArchitectureProfile, path: str) -> set[str]:
    """The layers that folders of `path`, or the bare name of the file, are called after: two of them are a doubt."""
    *folders, name = path.split("/")
    known = _names(architecture)
    found = {known.directories.get(_plain(folder)) for folder in folders} | {known.bare_layer(name)}
    return {layer for layer in found if layer is not None}


def layer_stem(architecture: ArchitectureProfile, name: str) -> str | None:
    """The layer that the file `name` is called after and nothing else (`service.py`, `routes.ts`), or None."""
    return _names(architecture).bare_layer(name)


class _Stems:
    """Globs over stems, made ready to be asked often."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._exact = frozenset(glob for glob in globs if "*" not in glob and "?" not in glob)
        self._globs = tuple(glob for glob in globs if glob not in self._exact)
        self._pattern = re.compile("|".join(translate(glob) for glob in self._globs) or "(?!)")

    def is_exact(self, name: str, stem: str) -> bool:
        return stem in self._exact or name in self._exact

    def find(self, name: str, stem: str) -> str | None:
        """The glob that a file with this name and stem matches."""
        if stem in self._exact:
            return stem
        if name in self._exact:
            return name
        if self._pattern.match(stem) is None:
            return None
        return next(glob for glob in self._globs if fnmatchcase(stem, glob))


class _Said(NamedTuple):
    """What the folders of a path say; asked once for all files in them."""

    tests: Place | None
    sure: Place | None
    package: Place | None
    """What the last folder says of the file that stands for it."""
    weak: Place | None
    helps: bool


class _Names:
    """The names of an architecture in the form in which paths are asked for them."""

    def __init__(self, architecture: ArchitectureProfile) -> None:
        self.architecture = architecture
        self._folders: dict[tuple[str, ...], _Said] = {}
        self.tests = _Stems(architecture.test_stems)
        self.roots = _Stems(architecture.root_stems)
        self.weak_roots = _Stems(architecture.weak_root_stems)
        self.infrastructure = _Stems(architecture.infrastructure_stems)
        self.weak_infrastructure = _Stems(architecture.weak_infrastructure_stems)
        self.stems = [(layer.name, _Stems(layer.stems)) for layer in architecture.layers]
        self.weak_stems = [(layer.name, _Stems(layer.weak_stems)) for layer in architecture.layers]
        self.directories = {d: layer.name for layer in architecture.layers for d in layer.directories}
        self.weak_directories = {d: layer.name for layer in architecture.layers for d in layer.weak_directories}
        self.weak_directories.update(dict.fromkeys(architecture.infrastructure_directories, _INFRASTRUCTURE))
        self.weak_directories.update(dict.fromkeys(architecture.root_directories, "root"))
        self.roles = {**self.weak_directories, **self.directories}
        self.helpers = frozenset((*architecture.helper_directories, *architecture.root_directories))

    def bare_layer(self, name: str) -> str | None:
        stem = name.rsplit(".", 1)[0]
        return next((layer for layer, stems in self.stems if stems.is_exact(name, stem)), None)

    def place(self, folders: Sequence[str], name: str) -> Place | None:
        stem = name.rsplit(".", 1)[0] if "." in name else name
        said = self._said(tuple(folders))
        return (
            said.tests
            or _named("tests", self.tests, name, stem)
            or _named("root", self.roots, name, stem)
            or said.sure
            or self._by_stem(said, name, stem)
            or (said.package if stem in self.architecture.package_stems else None)
            or (_named("root", self.weak_roots, name, stem) if not self._is_inner(folders, stem) else None)
            or _named(_INFRASTRUCTURE, self.infrastructure, name, stem)
            or said.weak
            or self._by_weak_stem(name, stem)
        )

    def _is_inner(self, folders: Sequence[str], stem: str) -> bool:
        """``libraries/mail/index.ts`` stands for its folder only; at the top it is where the application begins."""
        return stem in self.architecture.package_stems and len(folders) > 1

    def _said(self, folders: tuple[str, ...]) -> _Said:
        known = self._folders.get(folders)
        if known is None:
            weak = self._by_weak_directory(folders)
            known = self._folders[folders] = _Said(
                tests=self._in_tests(folders),
                sure=self._by_directory(folders),
                package=weak if weak is not None and weak.because == f"{folders[-1]}/" else None,
                weak=weak,
                helps=any(_plain(folder) in self.helpers for folder in folders),
            )
        return known

    def _in_tests(self, folders: Sequence[str]) -> Place | None:
        found = next((folder for folder in folders if folder in self.architecture.test_directories), None)
        return Place(role="tests", certainty="sure", because=f"{found}/") if found is not None else None

    def _by_directory(self, folders: Sequence[str]) -> Place | None:
        for depth in range(len(folders) - 1, -1, -1):
            name = _plain(folders[depth])
            role = self.directories.get(name)
            kind = name in self.architecture.kind_directories
            if (role is None and not kind) or self._is_resource(folders[:depth], name):
                continue
            if role is not None:
                return Place(role=role, certainty="sure", because=f"{folders[depth]}/")
            role = self.weak_directories.get(name, _INFRASTRUCTURE)
            certainty: Certainty = "sure" if role == _INFRASTRUCTURE else "weak"
            return Place(role=role, certainty=certainty, because=f"{folders[depth]}/")
        return None

    def _is_resource(self, above: Sequence[str], name: str) -> bool:
        """``models/endpoint/``: what the layer above is about."""
        if name not in self.architecture.resource_directories:
            return False
        own = self.roles.get(name)
        others = (self.roles.get(_plain(folder), own) for folder in above)
        return any(other not in (own, _INFRASTRUCTURE) for other in others)

    def _by_stem(self, said: _Said, name: str, stem: str) -> Place | None:
        if said.helps and self.bare_layer(name) is not None:
            return None
        for layer, stems in self.stems:
            found = _named(layer, stems, name, stem)
            if found is not None:
                return found
        return None

    def _by_weak_directory(self, folders: Sequence[str]) -> Place | None:
        for depth in range(len(folders) - 1, -1, -1):
            name = _plain(folders[depth])
            role = self.weak_directories.get(name)
            if role is not None and not self._is_resource(folders[:depth], name):
                return Place(role=role, certainty="weak", because=f"{folders[depth]}/")
        return None

    def _by_weak_stem(self, name: str, stem: str) -> Place | None:
        found = (_named(layer, stems, name, stem, "weak") for layer, stems in self.weak_stems)
        place = next((place for place in found if place is not None), None)
        return place or _named(_INFRASTRUCTURE, self.weak_infrastructure, name, stem, "weak")


def _plain(folder: str) -> str:
    """``serializers_`` gives way to a name that is taken."""
    return folder.lower().strip("_")


def _named(role: str, stems: _Stems, name: str, stem: str, certainty: Certainty = "sure") -> Place | None:
    glob = stems.find(name, stem)
    return Place(role=role, certainty=certainty, because=glob) if glob is not None else None


_KNOWN: dict[int, _Names] = {}


def _names(architecture: ArchitectureProfile) -> _Names:
    """Made once for each profile; profiles hold mappings and have no hash, so the identity is the key."""
    known = _KNOWN.get(id(architecture))
    if known is None or known.architecture is not architecture:
        known = _KNOWN[id(architecture)] = _Names(architecture)
    return known
