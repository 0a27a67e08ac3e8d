"""Which versions of a distribution a folder of the repository may get, by its manifests and lock files."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tools.facts.model import Manifest
from tools.verify.rule import Context
from tools.verify.version_ranges import Range, is_exact, overlap, read_range

_REQUIREMENT_FOLDERS = ("requirements", "reqs")
_DEMAND = re.compile(r"(@?[\w./-]*\w)\s*(.*)")


class Known(NamedTuple):
    """What is known of one distribution."""

    allowed: Range
    shown: str
    """The version or range as written."""
    path: str
    """The manifest that declares it, else the lock."""
    line: int
    declared: bool
    """False when only a lock file knows it: something else brings it along."""

    @property
    def place(self) -> str:
        """The folder that the manifest speaks for."""
        return _place(self.path)


class Demand(NamedTuple):
    """``flask-sqlalchemy <3`` taken apart."""

    name: str
    allowed: Range


@cache
def read_demand(text: str, ecosystem: str) -> Demand:
    """A distribution with a range, as profiles write it; raises ValueError when it is none."""
    match = _DEMAND.fullmatch(text.strip())
    allowed = read_range(match[2], ecosystem) if match is not None else None
    if match is None or allowed is None:
        raise ValueError(f"not a distribution and a range: {text!r}")
    return Demand(match[1], allowed)


class Versions:
    """The manifests of a repository, asked folder by folder; made once with `Context.table`."""

    def __init__(self, context: Context) -> None:
        """Take the manifests of a project; `Checker` begins anew when one of them changes."""
        self._manifests = [(_place(m.path), m) for m in context.project.manifests]
        self._known: dict[tuple[str, str, str], Known | None] = {}
        self._places = {(p, m.ecosystem) for p, m in self._manifests}

    def place_of(self, folder: str, ecosystem: str) -> str:
        """The nearest folder above (or the folder itself) that has a manifest: what is known there is known here."""
        while folder and (folder, ecosystem) not in self._places:
            folder = folder.rpartition("/")[0]
        return folder

    def folders(self, ecosystem: str) -> list[str]:
        """The folders for which a manifest declares something."""
        found = [p for p, m in self._manifests if m.ecosystem == ecosystem and not m.is_lock and m.dependencies]
        return list(dict.fromkeys(found))

    def is_declared(self, folder: str, ecosystem: str, name: str) -> bool:
        """Whether a manifest for `folder` names the distribution, in whatever version."""
        return any(
            name in m.dependencies
            for place, m in self._manifests
            if m.ecosystem == ecosystem and not m.is_lock and _is_inside(folder, place)
        )

    def of(self, folder: str, ecosystem: str, name: str) -> Known | None:
        """What code in `folder` gets of distribution `name`; None when nothing, or nothing certain, is said."""
        key = (folder, ecosystem, name)
        if key not in self._known:
            self._known[key] = self._find(folder, ecosystem, name)
        return self._known[key]

    def _find(self, folder: str, ecosystem: str, name: str) -> Known | None:
        above = [
            (place, m)
            for place, m in self._manifests
            if m.ecosystem == ecosystem and name in m.dependencies and _is_inside(folder, place)
        ]
        declaring = [(p, m) for p, m in above if not m.is_lock]
        locks = [m for p, m in sorted(above, key=lambda pair: -pair[0].count("/") - bool(pair[0])) if m.is_lock]
        if not declaring:
            # Several versions of one package lie side by side in a tree of Node; which one this code gets is unknown.
            return _locked(locks[0], name, None) if locks and ecosystem == "python" else None
        nearest = max((p for p, _ in declaring), key=len)
        declared = _declared([m for p, m in declaring if p == nearest], name)
        if declared is None or not locks:
            return declared
        return _locked(locks[0], name, declared) or (declared if ecosystem == "node" else None)


def _place(path: str) -> str:
    folder = path.rpartition("/")[0]
    parent, _, last = folder.rpartition("/")
    return parent if last in _REQUIREMENT_FOLDERS else folder


def _is_inside(folder: str, place: str) -> bool:
    return not place or folder == place or folder.startswith(place + "/")


def _declared(manifests: list[Manifest], name: str) -> Known | None:
    """Pinned versions go before ranges; where several are said, any of them may be what is installed."""
    found: list[Known] = []
    for manifest in manifests:
        spec, line, _ = manifest.dependencies[name]
        allowed = read_range(spec, manifest.ecosystem)
        if allowed is None:
            return None
        found.append(Known(allowed, spec, manifest.path, line, True))
    pinned = [one for one in found if is_exact(one.allowed)]
    chosen = pinned or found
    together = tuple(interval for one in chosen for interval in one.allowed)
    return chosen[0]._replace(allowed=together)


def _locked(lock: Manifest, name: str, declared: Known | None) -> Known | None:
    """The version of the lock where it fits what is declared."""
    version, line, _ = lock.dependencies[name]
    exact = read_range(version if lock.ecosystem == "node" else f"=={version}", lock.ecosystem) if version else None
    if exact is None or not is_exact(exact):
        return None
    if declared is None:
        return Known(exact, version, lock.path, line, False)
    if not overlap(exact, declared.allowed):
        return None
    return declared._replace(allowed=exact, shown=f"{version} ({lock.path})")
