"""Places a file in an architecture by its path alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Literal

from framework_profiles.model import ArchitectureProfile

Certainty = Literal["sure", "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file belongs."""

    role: str
    """A layer's name, or `root`, `infrastructure`, `tests`."""
    certainty: Certainty
    because: str
    """The directory name or glob that decided."""


def place(architecture: ArchitectureProfile, path: str) -> Place | None:
    """The role of the file at `path` (posix, relative to the repository), or None when nothing names one.

    Surer signs first: tests, names of composition roots, the deepest directory named after a layer,
    the file's own name (role within a feature folder); then infrastructure names and weak directory names.
    """
    pure = PurePosixPath(path)
    folders = pure.parts[:-1]
    stem = pure.name.rsplit(".", 1)[0] if "." in pure.name else pure.name
    return (
        _tests(architecture, folders, stem)
        or _named("root", architecture.root_stems, stem)
        or _layer_by_directory(architecture, folders)
        or _layer_by_stem(architecture, stem)
        or _package_file(architecture, folders, stem)
        or _named("root", architecture.weak_root_stems, stem)
        or _named("infrastructure", architecture.infrastructure_stems, stem)
        or _weak(architecture, folders)
    )


def _tests(architecture: ArchitectureProfile, folders: Sequence[str], stem: str) -> Place | None:
    for folder in folders:
        if folder in architecture.test_directories:
            return Place(role="tests", certainty="sure", because=f"{folder}/")
    return _named("tests", architecture.test_stems, stem)


def _named(role: str, globs: Sequence[str], stem: str) -> Place | None:
    for glob in globs:
        if fnmatchcase(stem, glob):
            return Place(role=role, certainty="sure", because=glob)
    return None


def _layer_by_directory(architecture: ArchitectureProfile, folders: Sequence[str]) -> Place | None:
    for folder in reversed(folders):
        for layer in architecture.layers:
            if folder.lower() in layer.directories:
                return Place(role=layer.name, certainty="sure", because=f"{folder}/")
    return None


def _layer_by_stem(architecture: ArchitectureProfile, stem: str) -> Place | None:
    for layer in architecture.layers:
        found = _named(layer.name, layer.stems, stem)
        if found is not None:
            return found
    return None


def _package_file(architecture: ArchitectureProfile, folders: Sequence[str], stem: str) -> Place | None:
    return _weak(architecture, folders[-1:]) if stem in architecture.package_stems else None


def _weak(architecture: ArchitectureProfile, folders: Sequence[str]) -> Place | None:
    for folder in reversed(folders):
        name = folder.lower()
        if name in architecture.infrastructure_directories:
            return Place(role="infrastructure", certainty="weak", because=f"{folder}/")
        for layer in architecture.layers:
            if name in layer.weak_directories:
                return Place(role=layer.name, certainty="weak", because=f"{folder}/")
    return None
