"""The folder a run works in: a git worktree on a branch of its own, or the user's folder in place.

The user's working tree, index, branches, hooks, stash and configuration are never touched. A worktree run
adds ``refs/heads/archwright/<slug>``, a worktree record, and objects; an ``in_place`` run writes nothing at
all into the user's git directory. Snapshots live in a store of our own (see ``tools.workspace_store``).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tools.errors import EnvironmentFault, ToolError, ToolRefused
from tools.workspace_branch import (
    PREFIXES,
    add_worktree,
    apply,
    delete_branch,
    dirty_commit,
    empty_commit,
    init_repository,
    patch_of,
    remove,
    remove_worktree,
    uncommitted,
)
from tools.workspace_git import Git, Repository, add_all, filters_off, locate
from tools.workspace_store import Change, Store

__all__ = ["Change", "Workspace", "WorkspaceSettings", "apply", "init_repository", "patch_of", "remove"]

# A greenfield run may have no .gitignore yet; a repository's own rules outrank these.
_CACHES = (
    "node_modules/",
    ".venv/",
    "venv/",
    "__pycache__/",
    "*.pyc",
    ".pytest_cache/",
    ".mypy_cache/",
    ".ruff_cache/",
    ".hypothesis/",
)
_RECORD = "workspace.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """What to open."""

    repo: Path
    """Where the user stands: the repository or a folder inside it."""
    slug: str
    """Becomes the branch name; anything that a ref cannot hold is replaced."""
    state_dir: Path
    """The run's own folder, outside the repository; worktree, snapshots and record go there."""
    in_place: bool = False
    """Work in the user's folder itself; the result is uncommitted files."""
    include_dirty: bool = False
    """Start from the user's working tree as it is, not from HEAD (worktree runs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What another process needs to open the same workspace again."""

    prefix: str
    common_dir: str
    root: str
    tree_git_dir: str
    """Git directory that ``root`` belongs to: the worktree's own, or in place the user's (only read)."""
    base_commit: str | None
    dirty: bool
    branch: str | None = None
    base_tree: str = ""
    notes: tuple[str, ...] = ()


class Workspace:
    """Files of one run: read, snapshot, return to, commit. Made by ``open`` or ``reopen``."""

    def __init__(self, record: _Record, state_dir: Path) -> None:
        self.root = Path(record.root)
        """Top of the worktree, or of the user's repository when in place."""
        self.focus = self.root / record.prefix
        """``root``, or the sub-folder of a monorepo that the user stood in."""
        self.branch = record.branch
        """Name without ``refs/heads/``; None when in place."""
        self.base_tree = record.base_tree
        """Snapshot of the files as they were before the run."""
        self.base_commit = record.base_commit
        """Commit the branch starts from; in place HEAD, None before the first commit."""
        self.common_dir = Path(record.common_dir)
        """The user's git directory: commands in the workspace may read it, none may write it."""
        self.own_git_dir = Path(record.tree_git_dir) if record.branch else None
        """The worktree's index and HEAD, which the run's commands may write; None in place."""
        self.dirty = record.dirty
        """The user had uncommitted changes when the run began."""
        self._record = record
        self._state_dir = state_dir
        self._excludes = state_dir / "excludes"
        self._git = _tree_git(record, self._excludes)
        self._store = _store(record, state_dir)
        self._own_notes = list(record.notes)

    @classmethod
    def open(cls, settings: WorkspaceSettings) -> Workspace:
        """Make the worktree (or take the folder in place) and keep its first snapshot.

        Raises EnvironmentFault, with what to do, when there is no usable repository.
        """
        repository = locate(settings.repo)
        state_dir = settings.state_dir.resolve()
        if state_dir.is_relative_to(repository.top):
            raise EnvironmentFault(
                f"The state folder {state_dir} lies inside the repository {repository.top}: "
                "set ARCHWRIGHT_STATE_DIR to a folder outside of it."
            )
        state_dir.mkdir(parents=True, exist_ok=True)
        quiet = Git(repository.top, config=filters_off(Git(repository.top)))
        _write_excludes(state_dir / "excludes", quiet)
        if settings.in_place:
            opened = _in_place(repository, quiet)
        else:
            opened = _worktree(repository, quiet, settings, state_dir)
        tree_git = _tree_git(opened, state_dir / "excludes")
        Store.create(state_dir / "snapshots.git", repository, tree_git)
        base = _store(opened, state_dir).base()
        record = replace(opened, base_tree=base)
        _write_record(state_dir, record)
        workspace = cls(record, state_dir)
        workspace.focus.mkdir(parents=True, exist_ok=True)
        return workspace

    @classmethod
    def reopen(cls, state_dir: Path) -> Workspace:
        """Open the workspace that an earlier process made in this state folder, as it was left.

        Raises EnvironmentFault when there is none, or its folder is gone.
        """
        try:
            text = (state_dir / _RECORD).read_text(encoding="utf-8", errors="surrogateescape")
            record = _Record(**json.loads(text))
        except (OSError, ValueError, TypeError) as error:
            raise EnvironmentFault(f"There is no workspace in {state_dir}: {error}") from error
        if not Path(record.root).is_dir():
            raise EnvironmentFault(f"The workspace {record.root} is gone.")
        return cls(record, state_dir.resolve())

    @property
    def notes(self) -> list[str]:
        """What the report should say about the workspace."""
        return [*self._own_notes, *self._store.notes]

    def snapshot(self, paths: Sequence[str] | None = None) -> str:
        """Keep the present files; returns a tree hash.

        ``paths`` relative to ``root``: only these changed since the last snapshot (about 10 ms; an empty
        sequence costs nothing). None: look at everything that is not ignored.
        """
        link = self.root / ".git"
        if self.branch is not None and not link.exists():  # deleted by a command: git would not work for the next one
            link.write_text(f"gitdir: {self._record.tree_git_dir}\n", encoding="utf-8")
        return self._store.snapshot(paths)

    def restore(self, tree: str) -> None:
        """Make the files equal to a snapshot; ignored files are caches and stay as they are.

        Raises EnvironmentFault when the tree is unknown.
        """
        self._store.restore(tree)
        self.focus.mkdir(parents=True, exist_ok=True)

    def commit(self, message: str) -> str | None:
        """Commit all files on the run's branch; returns the hash, None in place or without changes.

        Raises ToolError when a file cannot be committed, EnvironmentFault when git fails.
        """
        if self.branch is None:
            return None
        ref = f"refs/heads/{self.branch}"
        (Path(self._record.tree_git_dir) / "index.lock").unlink(missing_ok=True)
        self._own_notes += self._store.free_embedded(self._git)
        added = add_all(self._git)
        if added.code != 0:
            raise ToolError(f"These files cannot be committed:\n{added.stderr.strip()}")
        tree = self._git.text("write-tree")
        parent = self._git.text("rev-parse", "--verify", ref)
        if tree == self._git.text("rev-parse", f"{parent}^{{tree}}"):
            return None
        commit = self._git.text("commit-tree", tree, "-p", parent, "-m", message)
        # The model's shell may have moved the worktree's HEAD; the result belongs on our branch.
        self._git.text("symbolic-ref", "HEAD", ref)
        self._git.text("update-ref", "-m", "archwright", "HEAD", commit, parent)
        return commit

    def changed(self, since: str, until: str | None = None) -> list[Change]:
        """Files that differ between two trees; ``until`` None = the files as they are now."""
        return self._store.changed(since, until or self.snapshot())

    def diff(self, since: str, until: str | None = None) -> str:
        """Unified diff between two trees; ``until`` None = the files as they are now."""
        return self._store.diff(since, until or self.snapshot())

    def read_at(self, tree: str, path: str) -> bytes | None:
        """Bytes of a file (for a symbolic link: where it points) in a tree, None when it was not there."""
        return self._store.read_at(tree, Path(path).as_posix())

    def files(self) -> list[str]:
        """Tracked and new files that are not ignored and are on the disk, POSIX paths relative to ``root``.

        Left out: links that lead out of the tree, anything but regular files, names that are not UTF-8.
        """
        top = os.path.realpath(self.root)
        return [name for name in self._store.names() if _is_readable_file(self.root / name, top, name)]

    def resolve(self, path: str) -> Path:
        """Absolute path of a file to read or write, links followed.

        Raises ToolRefused when it lies outside the workspace, or in a git directory.
        """
        if "\0" in path:
            raise ToolRefused("A path cannot hold a NUL character.")
        top = Path(os.path.realpath(self.root))
        # An absolute path may be spelled through a link above the workspace; realpath settles that, too.
        real = Path(os.path.realpath(self.root / path))
        if not real.is_relative_to(top):
            raise ToolRefused(f"{path} lies outside the workspace; give a path relative to its top.")
        if any(part.casefold() == ".git" for part in real.relative_to(top).parts):
            raise ToolRefused(f"{path} lies in a git directory; archwright commits by itself.")
        return real

    def close(self, keep_branch: bool) -> None:
        """Remove the worktree and its record, and the branch unless it is kept; in place nothing is removed.

        The snapshots stay until the state folder is deleted, so that ``diff`` still works.
        """
        if self.branch is not None:
            remove_worktree(self.common_dir, self.root)
            if not keep_branch:
                delete_branch(self.common_dir, self.branch)


def _in_place(repository: Repository, quiet: Git) -> _Record:
    return _Record(
        prefix=repository.prefix,
        common_dir=str(repository.common_dir),
        root=str(repository.top),
        tree_git_dir=str(repository.git_dir),
        base_commit=repository.head,
        dirty=uncommitted(quiet) > 0,
    )


def _worktree(repository: Repository, quiet: Git, settings: WorkspaceSettings, state_dir: Path) -> _Record:
    count = uncommitted(quiet)
    notes: list[str] = []
    base = repository.head or empty_commit(quiet)
    if count and settings.include_dirty:
        base = dirty_commit(repository, base, state_dir / "dirty.index")
        notes.append(f"{count} uncommitted files of the working tree are part of the base.")
    elif count:
        notes.append(f"{count} uncommitted files are not part of this run (--include-dirty adds them).")
    # The folder keeps the repository's name: some projects resolve imports or containers by it.
    root = state_dir / "worktree" / (repository.top.name or "repository")
    root.parent.mkdir(parents=True, exist_ok=True)
    branch = add_worktree(quiet, root, settings.slug, base)
    if not branch.startswith(PREFIXES[0] + "/"):
        notes.append(f"A branch called {PREFIXES[0]} is in the way; this run is on {branch}.")
    return _Record(
        prefix=repository.prefix,
        common_dir=str(repository.common_dir),
        root=str(root),
        tree_git_dir=Git(root).text("rev-parse", "--absolute-git-dir"),
        branch=branch,
        base_commit=base,
        dirty=count > 0,
        notes=(*notes, *_left_as_stored(root)),
    )


def _left_as_stored(root: Path) -> list[str]:
    notes: list[str] = []
    attributes = root / ".gitattributes"
    if attributes.is_file() and "filter=" in attributes.read_text(encoding="utf-8", errors="replace"):
        notes.append("Files under a git filter (such as LFS) are as stored: filter programs are not run.")
    if (root / ".gitmodules").is_file():
        notes.append("Submodules are empty in the worktree.")
    return notes


def _tree_git(record: _Record, excludes: Path) -> Git:
    git_dir, root = Path(record.tree_git_dir), Path(record.root)
    off = filters_off(Git(root, git_dir=git_dir, work_tree=root))
    return Git(root, git_dir=git_dir, work_tree=root, config=(("core.excludesFile", str(excludes)), *off))


def _store(record: _Record, state_dir: Path) -> Store:
    return Store(
        state_dir / "snapshots.git",
        Path(record.root),
        state_dir / "excludes",
        borrow=Path(record.common_dir) / "objects",
        may_unlink=record.branch is not None,
    )


def _write_excludes(target: Path, user: Git) -> None:
    """Write what the user ignores everywhere, and the caches that nobody commits."""
    configured = user.maybe("config", "--path", "--get", "core.excludesFile")
    own = Path(configured) if configured else Path.home() / ".config" / "git" / "ignore"
    text = own.read_bytes() if own.is_file() else b""
    target.write_bytes("\n".join(_CACHES).encode() + b"\n" + text)


def _write_record(state_dir: Path, record: _Record) -> None:
    draft = state_dir / (_RECORD + ".new")
    draft.write_text(json.dumps(asdict(record)), encoding="utf-8")
    draft.replace(state_dir / _RECORD)


def _is_readable_file(path: Path, top: str, name: str) -> bool:
    try:
        name.encode("utf-8")
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            real = os.path.realpath(path)
            return real.startswith(top + os.sep) and Path(real).is_file()
    except (OSError, UnicodeEncodeError):
        return False
    return stat.S_ISREG(mode)
