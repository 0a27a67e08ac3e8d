"""The incremental index: facts of a whole repository, read anew only where the content changed.

What is kept lies in the user's cache folder and never in the repository: a repository can be hostile, and a
committed cache could hide findings. Every file's hash is computed on every run; times and sizes are not trusted.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tools.facts.bind import binder
from tools.facts.manifests import declared_imports, is_manifest, read_manifest
from tools.facts.model import FileFacts, Project
from tools.facts.packing import Damaged, unpack, version_key
from tools.facts.reading import Job, Read, read_here
from tools.facts.resolve import Resolver
from tools.facts.resolve_layout import read_layout, redirects
from tools.facts.source import MAX_BYTES, grammar_of
from tools.facts.store import Store

_SKIPPED_TEXT = (
    ".git .hg .svn node_modules .venv venv __pycache__ .tox .nox .mypy_cache .ruff_cache .pytest_cache "
    "site-packages .next .turbo .cache"
)
SKIPPED_FOLDERS = frozenset(_SKIPPED_TEXT.split())
"""Not walked when the caller gives no list of files."""
WORTH_BYTES = 1_500_000
"""Starting two interpreters costs about 0.2 s: as much as reading this much source in one."""
_ROWS = 1_000
"""Rows written in one transaction: each costs as much as writing a hundred rows."""
_NAME = attrgetter("name")
_PARTS = re.compile(r"[./]")


class _Content(NamedTuple):
    """What stands in a source file now."""

    key: str
    """Grammar and digest: the same key means the same facts."""
    digest: str
    size: int


class Index:
    """Loads projects and brings them up to date; several processes may share one cache folder."""

    def __init__(self, cache_dir: Path | None) -> None:
        """Keep the cache in `cache_dir`, made when needed; ``None`` keeps nothing between runs."""
        self._cache_dir = cache_dir
        self._version = version_key()

    def load(self, root: Path, files: Sequence[str] | None = None) -> Project:
        """The facts of the repository at `root`.

        `files` are the paths to look at (POSIX, relative; normally what the workspace lists); without it the
        folder is walked. Symbolic links are not followed; files that are not there are left out.
        """
        listed = dict.fromkeys(files if files is not None else walk(root))
        contents = {path: found for path in listed if (found := _content(root, path)) is not None}
        project = Project(root, listed=frozenset(listed))
        # Nothing is packed yet, but the layout wants to know which files are source.
        project.packed = {path: (found.digest, b"") for path, found in contents.items()}
        places: dict[str, list[str]] = {}
        for path, found in contents.items():
            places.setdefault(found.key, []).append(path)
        made: dict[str, FileFacts] = {}
        with no_collection(), contextlib.closing(Store(self._cache_dir, self._version)) as store:
            for portion in self._portions(project, contents, store):
                for key, data in portion:
                    for path in places[key]:
                        project.packed[path] = (contents[path].digest, data)
                        made[path] = _facts(project, path)
        project.files = {path: made[path] for path in contents}
        return project

    def update(self, project: Project, changed: Iterable[str]) -> Project:
        """`project` after the files `changed` (relative paths; added, edited or deleted) are read again.

        Gives a new `Project` that shares the facts of all other files with the old one, which stays as it is.
        """
        paths = list(dict.fromkeys(changed))
        listed = set(project.listed)
        packed = dict(project.packed)
        for path in paths:
            (listed.add if _is_file(project.root / path) else listed.discard)(path)
            content = _content(project.root, path)
            if content is None:
                packed.pop(path, None)
            else:
                job = Job(content.key, project.root / path, content.size)
                packed[path] = (content.digest, read_here([job])[0].data)
        after = Project(project.root, dict(project.files), project.manifests, frozenset(listed), packed, project.bind)
        after.probes = project.probes
        affected = _affected(project, after, paths)
        for path in [path for path in after.files if path not in packed]:
            del after.files[path]
        for path in affected:
            after.files[path] = _facts(after, path)
        return after

    def _portions(
        self, project: Project, contents: dict[str, _Content], store: Store
    ) -> Iterator[Iterable[tuple[str, bytes]]]:
        """Key and packed facts of everything in `contents`, from the cache or read anew; lays `project` out first."""
        known = store.get(sorted({found.key for found in contents.values()}))
        missing = {found.key: path for path, found in contents.items() if found.key not in known}
        jobs = [Job(key, project.root / path, contents[path].size) for key, path in missing.items()]
        anew = _read_anew(jobs)
        begun = next(anew, [])
        # While two processes start and read, this one has time.
        _lay_out(project)
        yield known.items()
        rows: list[tuple[str, bytes]] = []
        for portion in itertools.chain((begun,), anew):
            rows += [(found.key, found.data) for found in portion if found.lasting]
            if len(rows) >= _ROWS:
                store.put(rows)
                rows = []
            yield [(found.key, found.data) for found in portion]
        store.put(rows)


def _read_anew(jobs: Sequence[Job]) -> Iterator[list[Read]]:
    if sum(job.size for job in jobs if job.size <= MAX_BYTES) > WORTH_BYTES:
        from tools.facts.workers import read_all  # multiprocessing takes longer to import than a warm check has

        yield from read_all(jobs)
    else:
        yield read_here(jobs)


def walk(root: Path) -> Iterator[str]:
    """The regular files below `root` and links to such, without the folders of tools and environments.

    Pipes and devices are left out: whoever opens one waits for ever.
    """
    top = os.path.realpath(root) + os.sep
    pending = [""]
    while pending:
        inner = pending.pop()
        folders: list[str] = []
        for entry in _entries(f"{root}/{inner}"):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED_FOLDERS:
                    folders.append(f"{inner}{entry.name}/")
            elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and _links_inside(entry.path, top)):
                yield inner + entry.name
        pending += reversed(folders)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=_NAME)
    except OSError:
        return []


def _links_inside(path: str, top: str) -> bool:
    real = os.path.realpath(path)
    return real.startswith(top) and _is_file(Path(real))


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _content(root: Path, path: str) -> _Content | None:
    """Key and size of a source file; ``None`` for other files, links, and what is not there."""
    grammar = grammar_of(path)
    if grammar is None:
        return None
    full = f"{root}/{path}"
    try:
        found = os.lstat(full)
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > MAX_BYTES:
            digest = f"size-{found.st_size}"
        else:
            with open(full, "rb") as file:  # noqa: PTH123 - a third of the time of Path.read_bytes, 4,000 times
                digest = hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None
    return _Content(f"{grammar}:{digest}", digest, found.st_size)


def _lay_out(project: Project) -> None:
    """Read manifests and configuration, and prepare what resolves imports."""
    found = (read_manifest(project.root, path) for path in sorted(project.listed) if is_manifest(path))
    project.manifests = [manifest for manifest in found if manifest is not None]
    _prepare(project)


def _prepare(project: Project) -> None:
    layout = read_layout(project.root, project.listed, project.packed)
    for pattern in project.probes:
        layout.probe(pattern)
    project.probes = layout.probes
    project.bind = binder(Resolver(layout, declared_imports(project.manifests)))


def _facts(project: Project, path: str) -> FileFacts:
    digest, data = project.packed[path]
    bind = project.bind
    if bind is None:
        raise ValueError("the project was not made by an Index")
    try:
        return unpack(data, path, digest, bind)
    except Damaged:
        # The cache gave nonsense: read the file itself.
        job = Job("", project.root / path, 0)
        data = read_here([job])[0].data
        project.packed[path] = (digest, data)
        return unpack(data, path, digest, bind)


def _affected(before: Project, after: Project, changed: Sequence[str]) -> list[str]:
    """The files whose facts are to be made again; what resolves imports is renewed in `after` if it must be."""
    if any(is_manifest(path) or redirects(path) for path in changed):
        _lay_out(after)
        return list(after.packed)
    own = [path for path in changed if path in after.packed]
    if before.listed == after.listed and before.packed.keys() == after.packed.keys():
        return own
    _prepare(after)
    moved = set(before.listed ^ after.listed) | (before.packed.keys() ^ after.packed.keys())
    words = {word for path in moved for word in _words(path)}
    others = [path for path, facts in after.files.items() if path in after.packed and _mentions(facts, words)]
    return list(dict.fromkeys((*own, *others)))


def _words(path: str) -> set[str]:
    """The words by which an import can name the file that came or went, or a folder that did with it."""
    pure = PurePosixPath(path)
    return {pure.name.partition(".")[0], *pure.parts[:-1]}


def _mentions(facts: FileFacts, words: set[str]) -> bool:
    for fact in facts.imports:
        if not words.isdisjoint(_PARTS.split(fact.module)) or any(there in words for there, _ in fact.names):
            return True
        if fact.module.strip("./") == "" or fact.module.startswith(("@", "#", "~")):
            return True
    return False


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Facts hold no cycles: looking for some while a million objects are made doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
