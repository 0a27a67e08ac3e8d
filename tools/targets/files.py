"""Reading a repository that may be hostile: bounded, never outside its root, never an exception."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

MAX_FILES = 50_000
MAX_BYTES = 1_000_000

SKIPPED_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".next",
        ".nuxt", ".yarn", "__pycache__", "__pypackages__", "node_modules", "bower_components", "site-packages", "dist",
        "build", "coverage", "htmlcov", ".eggs", ".idea", ".vscode",
    }
)  # fmt: skip
"""Folders that hold no code of the application: caches, builds, other people's packages."""

ASIDE_FOLDERS = frozenset(
    {
        "tests", "test", "__tests__", "testing", "fixtures", "examples", "example", "samples", "docs", "doc",
        "benchmarks", "templates", "e2e", "spec", "specs", "stubs", "mocks",
    }
)  # fmt: skip
"""Folders whose files speak less for what the application is made of, and hold no application themselves."""


class Tree:
    """The readable files of a folder, by POSIX path relative to it."""

    def __init__(self, root: Path, files: Sequence[str] | None = None) -> None:
        """Takes the caller's list of files, or walks the folder."""
        self.root = root.resolve()
        self.files: tuple[str, ...] = tuple(sorted(files)) if files is not None else tuple(_walk(self.root))
        self._texts: dict[str, str | None] = {}

    @cached_property
    def known(self) -> frozenset[str]:
        """The files as a set."""
        return frozenset(self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, directly or not; ``.`` for the top."""
        found = {"."}
        for file in self.files:
            parent = str(PurePosixPath(file).parent)
            while parent not in found:
                found.add(parent)
                parent = str(PurePosixPath(parent).parent)
        return frozenset(found)

    def read(self, path: str) -> str | None:
        """Text of a file; None when missing, binary, larger than ``MAX_BYTES`` or outside the root."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        """Lines of a file without their ends; empty when it cannot be read."""
        return (self.read(path) or "").splitlines()

    def line_of(self, path: str, needle: str) -> int:
        """1-based line of the first occurrence; 0 when there is none."""
        text = self.read(path) or ""
        at = text.find(needle)
        return text.count("\n", 0, at) + 1 if at >= 0 else 0

    def toml(self, path: str) -> dict[str, object]:
        """A TOML file as a table; empty when missing or malformed."""
        try:
            return tomllib.loads(self.read(path) or "")
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}

    def json(self, path: str) -> dict[str, object]:
        """A JSON object; empty when missing, malformed or something else."""
        try:
            loaded = json.loads(self.read(path) or "{}")
        except (ValueError, RecursionError):
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def below(self, folder: str) -> list[str]:
        """Files in a folder and under it."""
        return list(self.files) if folder == "." else [f for f in self.files if f.startswith(folder + "/")]

    def _read(self, path: str) -> str | None:
        full = self.root / path
        try:
            if not os.path.realpath(full).startswith(str(self.root) + os.sep):
                return None
            if not full.is_file():  # opening a pipe would wait for ever
                return None
            with full.open("rb") as stream:
                if os.fstat(stream.fileno()).st_size > MAX_BYTES:
                    return None
                data = stream.read(MAX_BYTES)
        except OSError:
            return None
        if b"\0" in data:
            return None
        return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def join(folder: str, path: str) -> str:
    """A path below a folder, both POSIX and relative to the root; ``..`` is resolved as text."""
    combined = os.path.normpath(f"{folder}/{path}").replace(os.sep, "/")
    return combined


def parent(path: str) -> str:
    """The folder of a path, ``.`` for the top."""
    return str(PurePosixPath(path).parent)


def inside(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies below it."""
    return folder == "." or path == folder or path.startswith(folder + "/")


def is_aside(path: str, root: str = ".") -> bool:
    """Whether a file lies in a folder of tests, examples or documentation below root."""
    relative = path if root == "." else path[len(root) + 1 :]
    return any(part in ASIDE_FOLDERS for part in PurePosixPath(relative).parts[:-1])


def table(value: object) -> dict[str, object]:
    """A nested table of parsed TOML or JSON; empty when it is something else."""
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of a parsed list; empty when it is something else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def dig(value: object, *names: str) -> object:
    """A value deep inside nested tables; None when the way ends early."""
    for name in names:
        value = table(value).get(name)
    return value


def _walk(root: Path) -> Iterator[str]:
    count = 0
    for folder, names, files in os.walk(root, followlinks=False):
        if "pyvenv.cfg" in files:
            names.clear()
            continue
        names[:] = sorted(n for n in names if n not in SKIPPED_FOLDERS and not n.endswith(".egg-info"))
        relative = Path(folder).relative_to(root)
        for name in sorted(files):
            count += 1
            if count > MAX_FILES:
                return
            yield (relative / name).as_posix()
