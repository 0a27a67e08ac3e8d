"""Reading a repository that may be hostile: bounded, never outside its root, never an exception."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

MAX_FILES = 50_000
MAX_BYTES = 1_000_000

SKIPPED_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".next",
        ".nuxt", ".yarn", "__pycache__", "__pypackages__", "node_modules", "bower_components", "site-packages", "dist",
        "build", "coverage", "htmlcov", ".eggs", ".idea", ".vscode", ".cache", ".turbo", ".parcel-cache", ".svelte-kit",
        ".output", ".vercel", ".serverless", ".terraform", ".gradle", ".angular",
    }
)  # fmt: skip
"""Folders that hold no code of the application: caches, builds, other people's packages."""

ASIDE_FOLDERS = frozenset(
    {
        "tests", "test", "__tests__", "testing", "fixtures", "examples", "example", "samples", "docs", "doc",
        "benchmarks", "templates", "e2e", "spec", "specs", "stubs", "mocks", "demo", "demos", "starters",
        "boilerplates", "__mocks__", "__fixtures__", "cypress", "playwright", "storybook", ".storybook", "_examples",
        "_example", "template",
    }
)  # fmt: skip
"""Folders whose files speak less for what the application is made of, and hold no application themselves."""

_ASIDE_NAME = re.compile(
    r"(?:^|[-_.])(?:tests?|e2e|examples?|fixtures|samples|benchmarks)$|(?:^|[-_])test-?(?:utils|kit|helpers)$"
)
"""``integration-tests``, ``app_e2e``, ``test-utils``: the same by compound names."""


class Tree:
    """The readable files of a folder, by POSIX path relative to it."""

    def __init__(self, root: Path, files: Sequence[str] | None = None) -> None:
        """Takes the caller's list of files, or walks the folder."""
        self.root = root.resolve()
        self.files: tuple[str, ...] = tuple(sorted(files)) if files is not None else tuple(_walk(self.root))
        self._texts: dict[str, str | None] = {}
        self._parsed: dict[str, dict[str, object]] = {}
        self._real: dict[str, bool] = {"": True}
        self.lowered: dict[str, str] = {}
        """For `tools.targets.marks` only: beginnings of files in lower case."""
        self.members: dict[str, list[str]] = {}
        """For `tools.targets.packagejson` only: folder of a workspace -> folders of its packages."""

    @cached_property
    def known(self) -> frozenset[str]:
        """The files as a set."""
        return frozenset(self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, directly or not; ``.`` for the top."""
        found = {"."}
        for file in self.files:
            above = parent(file)
            while above not in found:
                found.add(above)
                above = parent(above)
        return frozenset(found)

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        """File name without folders -> the paths of such files."""
        found: dict[str, list[str]] = {}
        for file in self.files:
            found.setdefault(file[file.rfind("/") + 1 :], []).append(file)
        return found

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
        if path not in self._parsed:
            try:
                self._parsed[path] = tomllib.loads(self.read(path) or "")
            except (tomllib.TOMLDecodeError, RecursionError):
                self._parsed[path] = {}
        return self._parsed[path]

    def json(self, path: str) -> dict[str, object]:
        """A JSON object; empty when missing, malformed or something else."""
        if path not in self._parsed:
            try:
                loaded = json.loads(self.read(path) or "{}")
            except (ValueError, RecursionError):
                loaded = {}
            self._parsed[path] = loaded if isinstance(loaded, dict) else {}
        return self._parsed[path]

    def below(self, folder: str) -> list[str]:
        """Files in a folder and under it."""
        return list(self.files) if folder == "." else [f for f in self.files if f.startswith(folder + "/")]

    def _read(self, path: str) -> str | None:
        full = f"{self.root}/{path}"
        try:
            found = os.lstat(full)
            if stat.S_ISLNK(found.st_mode) or not self._is_inside(path.rpartition("/")[0]):
                if not os.path.realpath(full).startswith(f"{self.root}{os.sep}"):
                    return None
                found = Path(full).stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
                return None  # opening a pipe would wait for ever
            data = Path(full).read_bytes()
        except OSError:
            return None
        if b"\0" in data:
            return None
        return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")

    def _is_inside(self, folder: str) -> bool:
        """Whether no folder on the way is a symbolic link; asked once for each folder."""
        if folder not in self._real:
            above = folder.rpartition("/")[0]
            plain = ".." not in folder.split("/") and not Path(f"{self.root}/{folder}").is_symlink()
            self._real[folder] = plain and self._is_inside(above)
        return self._real[folder]


def join(folder: str, path: str) -> str:
    """A path below a folder, both POSIX and relative to the root; ``..`` is resolved as text."""
    combined = os.path.normpath(f"{folder}/{path}").replace(os.sep, "/")
    return combined


def parent(path: str) -> str:
    """The folder of a path, ``.`` for the top."""
    return path.rpartition("/")[0] or "."


def inside(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies below it."""
    return folder == "." or path == folder or path.startswith(folder + "/")


def is_aside(path: str, root: str = ".") -> bool:
    """Whether a file lies in a folder of tests, examples or documentation below root."""
    relative = path if root == "." else path[len(root) + 1 :]
    return _aside_folder(relative.rpartition("/")[0])


def is_test_name(path: str) -> bool:
    """Whether a file's own name says that it holds tests."""
    name = path[path.rfind("/") + 1 :]
    return name.startswith(("test_", "conftest.")) or any(part in name for part in (".test.", ".spec.", "_test."))


@lru_cache(maxsize=20_000)
def _aside_folder(folder: str) -> bool:
    above, _, name = folder.rpartition("/")
    if name in ASIDE_FOLDERS or _ASIDE_NAME.search(name):
        return True
    return bool(above) and _aside_folder(above)


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
