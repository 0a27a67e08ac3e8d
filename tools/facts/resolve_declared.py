"""What is declared for a file: the manifests of the folders above it, taken together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar


class _Dependency(Protocol):
    @property
    def dev(self) -> bool: ...


D = TypeVar("D", bound=_Dependency)
D_co = TypeVar("D_co", bound=_Dependency, covariant=True)


class _Manifest(Protocol[D_co]):
    @property
    def folder(self) -> str: ...
    @property
    def ecosystem(self) -> str: ...
    @property
    def is_lock(self) -> bool: ...
    @property
    def dependencies(self) -> Mapping[str, D_co]: ...


def declared_for(manifests: Iterable[_Manifest[D]], path: str, ecosystem: str) -> Mapping[str, D]:
    """Name -> what the manifests for `path` say of it; no locks.

    The nearest folder wins; within one folder, what is needed at run time.
    """
    declared: dict[str, D] = {}
    same: dict[str, D] = {}
    last = ""
    for manifest in sorted(manifests, key=lambda found: len(found.folder)):
        folder = manifest.folder
        if manifest.ecosystem != ecosystem or manifest.is_lock:
            continue
        if not folder or path.startswith(folder + "/"):
            same = same if folder == last else {}
            last = folder
            for name, dependency in manifest.dependencies.items():
                if name not in same or same[name].dev:
                    same[name] = declared[name] = dependency
    return declared
