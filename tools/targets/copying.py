"""Private copies of installed trees: hard links where they are safe, rewritten where they hold paths."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

LINKED_DOT_FOLDERS = frozenset({".bin", ".pnpm", ".store"})
"""Dot folders of node_modules that hold packages; others are caches and generated code, written in place."""


def link_tree(source: Path, target: Path, *, copy: Callable[[str, bool], bool] | None = None) -> str:
    """Copies a folder by hard links and returns the digest of what was there (names, sizes, times).

    Args:
        source: The folder to copy; symbolic links are copied as they are.
        target: Must not exist.
        copy: Takes name and whether it lies in a folder that is already copied; True = real bytes, no link,
            and its owner may write. A file system without hard links gets real bytes everywhere.
    """
    digest = hashlib.blake2b(digest_size=16)
    _link(str(source), str(target), digest, copy or (lambda _name, inherited: inherited), "", False)
    return digest.hexdigest()


def seal_tree(folder: Path) -> str:
    """Takes the write permission off every file, so that no hard link changes it; returns the digest."""
    digest = hashlib.blake2b(digest_size=16)
    _seal(str(folder), digest, "")
    return digest.hexdigest()


def remove_tree(folder: Path) -> None:
    """Removes a folder however its permissions are set; nothing when it is not there."""

    def force(function: Callable[..., object], path: str, _error: object) -> None:
        Path(path).parent.chmod(0o700)
        function(path)

    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder, onerror=force)


def relocate(folder: Path, old: Path, new: Path) -> None:
    """Replaces a path written inside the small text files of one folder (scripts); unlinks them first."""
    before, after = os.fsencode(old), os.fsencode(new)
    for entry in os.scandir(folder):
        if not entry.is_file(follow_symlinks=False) or entry.stat().st_size > 100_000:
            continue
        path = Path(entry.path)
        data = path.read_bytes()
        if before in data and b"\0" not in data:
            replace_file(path, data.replace(before, after))


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file as a new inode with the mode of the old one, so that hard links keep what they had."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    path.chmod(mode | stat.S_IWUSR)


def _link(
    source: str,
    target: str,
    digest: hashlib.blake2b,
    copy: Callable[[str, bool], bool],
    inner: str,
    copied: bool,
) -> None:
    Path(target).mkdir()
    for entry in sorted(os.scandir(source), key=lambda one: one.name):
        there, name = f"{target}/{entry.name}", f"{inner}/{entry.name}"
        real = copy(entry.name, copied)
        if entry.is_symlink():
            Path(there).symlink_to(Path(entry.path).readlink())
        elif entry.is_dir(follow_symlinks=False):
            _link(entry.path, there, digest, copy, name, real)
        else:
            _note(digest, name, entry.stat(follow_symlinks=False))
            _place(entry.path, there, real)


def _place(source: str, target: str, real: bool) -> None:
    if not real:
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another file system, or too many links: real bytes do as well
    shutil.copy2(source, target)
    Path(target).chmod(Path(target).stat().st_mode | stat.S_IWUSR)


def _seal(folder: str, digest: hashlib.blake2b, inner: str) -> None:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        name = f"{inner}/{entry.name}"
        if entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            _seal(entry.path, digest, name)
        else:
            found = entry.stat(follow_symlinks=False)
            Path(entry.path).chmod(stat.S_IMODE(found.st_mode) & ~0o222)
            _note(digest, name, found)


def _note(digest: hashlib.blake2b, name: str, found: os.stat_result) -> None:
    digest.update(os.fsencode(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0"))
