"""What a change did since a commit, and the files as they were there: read from git, the user's tree left alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tools.errors import EnvironmentFault
from tools.workspace_files import run_git
from tools.workspace_git import FILTER_NAMES, Completed, no_filters

_MEDIA_TEXT = (
    ".png .jpg .jpeg .gif .svg .ico .webp .avif .bmp .pdf .woff .woff2 .ttf .otf .eot .mp3 .mp4 .webm .mov .wav "
    ".zip .gz .bz2 .xz .tar .7z .whl .jar .so .dylib .dll .exe .parquet .sqlite .db"
)
_MEDIA = frozenset(_MEDIA_TEXT.split())
"""Nothing is read of these: the base gets an empty file of that name."""
_LARGE = 5_000_000
"""Nor of larger files, which keep their size."""
_MAX_TEXT = 1_000_000
_PORTION = 200
"""Files asked of git at once, so that a base of any size fits into memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Where a change starts, and what it did. All paths are POSIX and relative to `root`."""

    root: Path
    ref: str
    """As the user named it."""
    commit: str
    """The merge base of `ref` and HEAD."""
    paths: tuple[str, ...]
    """Every path that the change touched, uncommitted and new files included."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Old path -> path now."""


class _Blob(NamedTuple):
    path: str
    mode: str
    name: str
    size: int


def base_of(root: Path, ref: str) -> Base:
    """Find where the change under work starts and what it touched.

    Raises EnvironmentFault, with what to do: root lies in no repository, it has no commit, there is no such commit,
    or the history that is here does not reach back to a common one.
    """
    place = run_git(root, "rev-parse", "--is-inside-work-tree")
    if place.code != 0 or place.stdout.strip() != b"true":
        raise EnvironmentFault(f"{root} is not a git repository: --since needs one. Check without --since.")
    if run_git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").code != 0:
        return _before_the_first_commit(root, ref)
    shallow = run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not ref or found.code != 0:
        raise EnvironmentFault(f"--since {ref}: git knows no such commit here. {_fetch(ref, shallow)}")
    merged = run_git(root, "merge-base", _text(found), "HEAD")
    if merged.code != 0 or not merged.stdout.strip():
        raise EnvironmentFault(f"--since {ref}: HEAD and {ref} have no commit in common here. {_fetch(ref, shallow)}")
    commit = _text(merged)
    paths, renames = _changes(root, commit)
    return Base(root=root, ref=ref, commit=commit, paths=paths, renames=renames)


def _before_the_first_commit(root: Path, ref: str) -> Base:
    """Against HEAD everything is new then, so that a hook lets the first commit be judged; nothing else is known."""
    if ref != "HEAD":
        raise EnvironmentFault(f"--since {ref}: there is no commit yet. Check without --since.")
    nothing = _text(run_git(root, "hash-object", "-t", "tree", "--stdin"))
    return Base(root=root, ref=ref, commit=nothing, paths=_changes(root, nothing)[0])


def _fetch(ref: str, shallow: bool) -> str:
    remote, slash, branch = ref.partition("/")
    named = f"{remote} {branch}" if slash else "origin"
    if shallow:
        return (
            f"The clone is shallow: `git fetch --unshallow {named}` brings the history "
            "(actions/checkout: `fetch-depth: 0`)."
        )
    return f"Is the name right? `git fetch {named}` brings what the remote has."


def _text(done: Completed) -> str:
    return done.stdout.decode("utf-8", "replace").split("\n", 1)[0].strip()


def _changes(root: Path, commit: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The paths that differ between a commit and the files as they are, and the renames among them."""
    config = no_filters(_filter_names(root))
    with _own_index(root) as own:
        # New files count only once the index knows them; what cannot be read is left out.
        adding = ("add", "--all", "--intent-to-add", "--ignore-errors", "--", ".")
        run_git(root, *adding, environment=own, config=config)
        asking = ("diff", "--name-status", "-z", "--find-renames", "--relative", "--no-ext-diff", "--no-textconv")
        where = ("-O/dev/null", "--ignore-submodules=dirty", commit, "--", ".")
        done = run_git(root, *asking, *where, environment=own, config=config)
    if done.code != 0:
        raise EnvironmentFault(f"git diff failed: {done.stderr.strip() or done.code}")
    words = iter([os.fsdecode(word) for word in done.stdout.split(b"\0")])
    paths: dict[str, None] = {}
    renames: dict[str, str] = {}
    for status in words:
        if not status:
            break
        old = next(words)
        paths[old] = None
        if status[0] in "RC":
            new = next(words)
            paths[new] = None
            if status[0] == "R":
                renames[old] = new
    return tuple(paths), renames


def _filter_names(root: Path) -> str:
    done = run_git(root, *FILTER_NAMES)
    return os.fsdecode(done.stdout) if done.code == 0 else ""


@contextlib.contextmanager
def _own_index(root: Path) -> Iterator[dict[str, str]]:
    """The environment of commands that write a copy of the index, and objects to a place of our own."""
    asked = run_git(root, "rev-parse", "--path-format=absolute", "--git-path", "index", "--git-path", "objects")
    if asked.code != 0:
        raise EnvironmentFault(f"git rev-parse failed: {asked.stderr.strip() or asked.code}")
    index, objects = (Path(os.fsdecode(line)) for line in asked.stdout.splitlines()[:2])
    with tempfile.TemporaryDirectory(prefix="archwright-since-") as folder:
        copy = Path(folder, "index")
        if index.is_file():
            shutil.copy2(index, copy)  # its time as well: git looks closer at files as young as the index
        own = Path(folder, "objects")
        own.mkdir()
        yield {
            "GIT_INDEX_FILE": str(copy),
            "GIT_OBJECT_DIRECTORY": str(own),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(objects),
        }


def _quoted(path: Path) -> str:
    """A path as git's list of object folders wants it; colons would separate."""
    text = str(path)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if ":" in text or text.startswith('"') else text


def tree_name(base: Base) -> str:
    """The hash of everything that the base holds below its root; empty when that is not all there is to know.

    The content of submodules is not in it: whether it can be had differs from day to day.
    """
    if (base.root / ".gitmodules").exists():
        return ""
    done = run_git(base.root, "rev-parse", "--verify", "--quiet", f"{base.commit}:{_prefix(base.root)}")
    return _text(done) if done.code == 0 else ""


def _prefix(root: Path) -> str:
    done = run_git(root, "rev-parse", "--show-prefix")
    return os.fsdecode(done.stdout).removesuffix("\n").rstrip("/")


def texts_before(base: Base) -> dict[str, str | None]:
    """Each touched path -> its text at the base; None when there was no file. Left out: binary and large ones."""
    blobs = {blob.path: blob for blob in _tree(base.root, base.commit)}
    wanted = [blobs[path] for path in base.paths if path in blobs and _is_text(blobs[path])]
    texts: dict[str, str | None] = {path: None for path in base.paths if path not in blobs}
    for blob, content in _contents(base.root, wanted):
        if b"\0" not in content:
            texts[blob.path] = content.decode("utf-8", "replace")
    return texts


def _is_text(blob: _Blob) -> bool:
    regular = blob.mode.startswith("100")
    return regular and blob.size <= _MAX_TEXT and PurePosixPath(blob.path).suffix.lower() not in _MEDIA


@contextlib.contextmanager
def base_tree(base: Base) -> Iterator[tuple[Path, list[str]]]:
    """The files of the base in a folder of their own, for as long as the context lasts: (folder, paths).

    Submodules are there as far as their commits are; images and the like are empty, links out of the tree left out.
    """
    with tempfile.TemporaryDirectory(prefix="archwright-base-") as outer:
        folder = Path(outer, base.root.name or "repository")  # an application may be named after it
        folder.mkdir()
        yield folder, sorted(_export(base.root, base.commit, folder, ""))


def _export(repository: Path, commit: str, folder: Path, prefix: str) -> list[str]:
    blobs = [blob for blob in _tree(repository, commit) if _is_harmless(blob.path)]
    files = [blob for blob in blobs if blob.mode.startswith("100")]
    read = [b for b in files if b.size <= _LARGE and PurePosixPath(b.path).suffix.lower() not in _MEDIA]
    kept = {blob.path for blob in read}
    written = [
        blob.path for blob in files if _write(folder / blob.path, b"", blob.size if blob.path not in kept else 0)
    ]
    for blob, content in _contents(repository, read):
        _write(folder / blob.path, content)
    links = [blob for blob in blobs if blob.mode == "120000"]
    written += [b.path for b, target in _contents(repository, links) if _link(folder, b.path, os.fsdecode(target))]
    for module in (blob for blob in blobs if blob.mode == "160000"):
        inner = repository / module.path
        if (inner / ".git").exists():
            (folder / module.path).mkdir(parents=True, exist_ok=True)
            written += _export(inner, module.name, folder / module.path, module.path + "/")
    return [prefix + path for path in written]


def _is_harmless(path: str) -> bool:
    return not any(part in ("", ".", "..") or part.casefold() == ".git" for part in path.split("/"))


def _write(path: Path, content: bytes, size: int = 0) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            if size:
                file.truncate(size)
    except OSError:  # two names that this file system takes for one, or a name that it does not take
        return False
    return True


def _link(folder: Path, path: str, target: str) -> bool:
    place = os.path.normpath(f"/{path}/../{target}") if not target.startswith("/") else ""
    climbs = target.split("/").count("..") > path.count("/")
    if not place or climbs or not (folder / place[1:]).is_file():
        return False
    try:
        (folder / path).symlink_to(target)
    except OSError:
        return False
    return True


def _tree(root: Path, commit: str) -> list[_Blob]:
    """What a commit holds below the folder `root`; empty when the folder was not there."""
    done = run_git(root, "ls-tree", "-r", "-l", "-z", "--full-tree", f"{commit}:{_prefix(root)}")
    found: list[_Blob] = []
    for line in done.stdout.split(b"\0") if done.code == 0 else ():
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name, size = head.decode("ascii").split()
            found.append(_Blob(os.fsdecode(path), mode, name, int(size) if size.isdigit() else 0))
    return found


def _contents(root: Path, blobs: Sequence[_Blob]) -> Iterator[tuple[_Blob, bytes]]:
    """The content of each blob as it is stored; raises EnvironmentFault when the clone lacks one."""
    for start in range(0, len(blobs), _PORTION):
        portion = blobs[start : start + _PORTION]
        asked = "".join(f"{blob.name}\n" for blob in portion).encode("ascii")
        done = run_git(root, "cat-file", "--batch", stdin=asked)
        at = 0
        for blob in portion:
            head, line_end, _ = done.stdout[at : at + 200].partition(b"\n")
            words = head.split()
            if not line_end or len(words) != 3:
                raise EnvironmentFault(
                    f"git has no content for {blob.path!r} of the commit to compare with (a partial clone?): "
                    "fetch the whole history, without --filter, and try again."
                )
            at += len(head) + 1
            yield blob, done.stdout[at : at + int(words[2])]
            at += int(words[2]) + 1
