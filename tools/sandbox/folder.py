"""A private folder that is removed even when its owner was killed: by the next one to make its like."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path


class OwnFolder:
    """A fresh folder, ours until ``remove`` or until our process ends."""

    def __init__(self, prefix: str, parent: Path | None = None) -> None:
        """Make it, and remove folders of that prefix whose owners are gone; a living owner holds a lock.

        Args:
            prefix: of its name.
            parent: where it goes; None is the system's folder for temporary files.
        """
        place = parent or Path(tempfile.gettempdir())
        _sweep(place, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        """The folder, accessible to its owner only."""
        fresh = self.path / "lock.new"
        lock = os.open(fresh, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh.rename(self.path / "lock")  # locked before it can be seen
        self._finalizer = weakref.finalize(self, _remove, self.path, lock)

    def remove(self) -> None:
        """Remove the folder and all in it."""
        self._finalizer()


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _sweep(parent: Path, prefix: str) -> None:
    for folder in parent.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / "lock", os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
