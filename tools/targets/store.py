"""The cache of installed environments: one folder per key, built once, checked whenever it is used."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.targets.copying import link_tree, remove_tree, seal_tree

KEPT = 40
"""Environments kept per runtime; the longest unused go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What building an environment said."""

    ok: bool
    notes: tuple[str, ...] = ()


def digest_of(*parts: str) -> str:
    """The key of an environment made of these texts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode("utf-8", "replace") + b"\0")
    return whole.hexdigest()[:24]


class Store:
    """Installed trees by key below one folder; safe for several processes at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tree(self, key: str) -> Path:
        """Where the tree of a key lies; builders install right there, because paths are written into it."""
        return self._folder / key / "tree"

    def take(self, key: str, build: Callable[[Path], Built], place: Callable[[Path], str]) -> tuple[Built, bool]:
        """Places a copy of a tree that is built first when it is not there.

        Args:
            key: Names the tree.
            build: Fills an existing empty folder.
            place: Copies the given tree and returns the digest of what it copied; called again
                after a rebuild.

        Returns:
            What building said, then or now, and whether it was built now.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock(key):
            for _ in range(2):
                built, fresh, digest = self._ensure(key, build)
                if not built.ok or place(self.tree(key)) == digest:
                    return built, fresh
                # Somebody wrote through a hard link, or the file system did: no run may start from that.
                remove_tree(self._folder / key)
        return Built(ok=False, notes=("the cached environment changes while it is copied",)), True

    def _ensure(self, key: str, build: Callable[[Path], Built]) -> tuple[Built, bool, str]:
        marker = self._folder / key / "ready.json"
        try:
            state = json.loads(marker.read_text("utf-8"))
            os.utime(marker)
            return Built(ok=True, notes=tuple(state["notes"])), False, str(state["digest"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self._prune()
        remove_tree(self._folder / key)
        self.tree(key).mkdir(parents=True)
        built = build(self.tree(key))
        if not built.ok:
            remove_tree(self._folder / key)
            return built, True, ""
        digest = seal_tree(self.tree(key))
        temporary = marker.with_suffix(".tmp")
        temporary.write_text(json.dumps({"digest": digest, "notes": built.notes, "made": time.time()}), "utf-8")
        temporary.replace(marker)
        return built, True, digest

    def _prune(self) -> None:
        ready = sorted(self._folder.glob("*/ready.json"), key=lambda path: path.stat().st_mtime)
        for marker in ready[: max(0, len(ready) - KEPT)]:
            remove_tree(marker.parent)

    @contextlib.contextmanager
    def _lock(self, key: str) -> Iterator[None]:
        with (self._folder / f"{key}.lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def copy_of(target: Path, copy: Callable[[str, bool], bool] | None = None) -> Callable[[Path], str]:
    """A ``place`` for ``Store.take`` that copies the whole tree to a folder."""

    def place(tree: Path) -> str:
        remove_tree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        return link_tree(tree, target, copy=copy)

    return place
