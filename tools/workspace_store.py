"""Snapshots of a folder in a git directory of our own, outside the folder.

Nothing of it is seen by the repository whose files it keeps. Attributes are neutral in there (no line-end
conversion, no filters), so that what comes back is byte for byte what was taken. Nobody collects garbage
in it, so trees need no ref to stay alive. Objects of the user's repository are borrowed for the base alone,
which the branch or HEAD keeps alive; whatever the run writes is stored here, even if the user's repository
has it as a loose end, too, that its next garbage collection removes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.errors import EnvironmentFault
from tools.workspace_git import Completed, Git, Repository, add_all

_RAW_BYTES = "* -text -eol -ident -filter -working-tree-encoding\n"
_KEPT_SETTINGS = ("core.filemode", "core.ignorecase", "core.symlinks", "core.precomposeunicode")
_MOST_NAMED = 200
_KINDS: dict[str, Literal["added", "modified", "deleted", "renamed"]] = {
    "A": "added",
    "D": "deleted",
    "R": "renamed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file that differs between two trees."""

    path: str
    """POSIX path relative to the top of the workspace."""
    kind: Literal["added", "modified", "deleted", "renamed"]
    old_path: str | None = None
    """Where a renamed file was before."""


class Store:
    """Snapshots of one folder: take, return to, compare."""

    def __init__(self, directory: Path, root: Path, excludes: Path, *, borrow: Path, may_unlink: bool) -> None:
        """Use the store at ``directory`` (made by ``create``) for the files under ``root``.

        ``borrow``: the objects of the user's repository. ``may_unlink``: the folder is ours, so a repository
        that the run made inside it may lose its ``.git`` (its files would otherwise be missing from the result).
        """
        self.notes: list[str] = []
        self._directory = directory
        self._root = root
        self._may_unlink = may_unlink
        self._last: str | None = None
        config = (("core.excludesFile", str(excludes)), ("core.autocrlf", "false"), ("core.fsync", "none"))
        borrowed = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(borrow)}
        self._git = Git(root, git_dir=directory, work_tree=root, config=config, environment=borrowed)
        self._writer = Git(root, git_dir=directory, work_tree=root, config=config)

    @classmethod
    def create(cls, directory: Path, repository: Repository, tree_git: Git) -> None:
        """Make an empty store that knows which files ``tree_git`` tracks and ignores.

        Tracked names matter: a tracked file that an ignore rule also matches must not be lost.
        """
        maker = Git(directory.parent)
        maker.text(
            "init",
            "-q",
            "--bare",
            "--template=",
            f"--object-format={repository.object_format}",
            str(directory),
        )
        info = directory / "info"
        info.mkdir(exist_ok=True)
        (info / "attributes").write_text(_RAW_BYTES, encoding="utf-8")
        exclude = repository.common_dir / "info" / "exclude"
        if exclude.is_file():
            shutil.copyfile(exclude, info / "exclude")
        own = Git(directory, git_dir=directory)
        for key in _KEPT_SETTINGS:
            value = tree_git.maybe("config", "--get", key)
            if value is not None:
                own.text("config", key, value)
        names = directory / "tracked"
        listed = tree_git.run("ls-files", "-s", "-z", stdout=names)
        if listed.code != 0:
            raise EnvironmentFault(f"git ls-files failed: {listed.stderr.strip()}")
        own.text("update-index", "-z", "--index-info", stdin=names)
        names.unlink()

    def snapshot(self, paths: Sequence[str] | None = None) -> str:
        """Keep the folder's present content; returns the tree hash.

        ``paths`` (relative to the root): only these changed since the last snapshot, which is quicker;
        an empty sequence costs nothing. None: look at everything.
        """
        if self._last is not None and paths is not None and not paths:
            return self._last
        self._unlock()
        if paths is None or len(paths) > _MOST_NAMED or not self._add_named(paths):
            self._add_all(self._writer)
        # The writer does not see the borrowed objects, and must not mind.
        self._last = self._writer.text("write-tree", "--missing-ok")
        return self._last

    def base(self) -> str:
        """The first snapshot: what the user's repository has already is borrowed, not copied."""
        self._add_all(self._git)
        return self.snapshot()

    def restore(self, tree: str) -> None:
        """Make the folder equal to a snapshot; ignored files and empty folders are not part of it.

        Raises EnvironmentFault when the tree is unknown or files cannot be written.
        """
        self._unlock()
        if self._git.run("read-tree", "--reset", "-u", tree).code != 0:
            (self._directory / "index").unlink(missing_ok=True)
            self._git.text("read-tree", "--reset", "-u", tree)
        self._git.text("clean", "-fdq")
        self._last = tree

    def changed(self, since: str, until: str) -> list[Change]:
        """Files that differ between two trees, renames recognised."""
        fields = self._git.text("diff-tree", "-r", "-z", "-M", "--name-status", "--no-commit-id", since, until).split(
            "\0"
        )
        changes: list[Change] = []
        at = 0
        while at + 1 < len(fields):
            kind = _KINDS.get(fields[at][:1], "modified")
            first = _printable(fields[at + 1])
            if kind == "renamed":
                changes.append(Change(path=_printable(fields[at + 2]), kind=kind, old_path=first))
                at += 3
            else:
                changes.append(Change(path=first, kind=kind))
                at += 2
        return changes

    def diff(self, since: str, until: str) -> str:
        """Unified diff between two trees; binary files are only named."""
        done = self._git.run(
            "diff-tree", "-r", "-p", "-M", "--no-ext-diff", "--no-textconv", "--no-color", since, until
        )
        if done.code != 0:
            raise EnvironmentFault(f"git diff-tree failed: {done.stderr.strip()}")
        return done.stdout.decode("utf-8", "replace")

    def read_at(self, tree: str, path: str) -> bytes | None:
        """Bytes of a file as it was in a tree, None when it was not there."""
        done = self._git.run("cat-file", "blob", f"{tree}:{path}")
        return done.stdout if done.code == 0 else None

    def names(self) -> list[str]:
        """Names of tracked and of new, not ignored files; they may be gone from the disk."""
        listed = self._git.items("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return sorted({name for name in listed if not name.endswith("/")})

    def _add_named(self, paths: Sequence[str]) -> bool:
        # Fails for ignored names and for names that came and went; a full look is right for those.
        done = self._writer.run("add", "-A", "--", *paths)
        return done.code == 0 and not _embedded(done)

    def _add_all(self, git: Git) -> None:
        done = add_all(git)
        if not _embedded(done) and done.code == 0:
            return
        self._note(self.free_embedded(git))
        done = add_all(git)
        if done.code != 0:
            self._note([f"not in the snapshot: {line}" for line in done.stderr.splitlines()[:5]])

    def free_embedded(self, git: Git) -> list[str]:
        """Take repositories inside the folder out of ``git``'s index, and dissolve them when allowed.

        Git would record such a folder as one opaque link, and its files would be missing from the result.
        Returns what was done, in words.
        """
        said: list[str] = []
        for name in self._embedded_names(git):
            inner = self._root / name / ".git"
            if not self._may_unlink:
                said.append(f"{name}/ is a repository of its own: its files are not part of the snapshots")
            elif inner.is_dir() and not inner.is_symlink():
                git.run("rm", "-q", "-f", "--cached", "--", name)
                shutil.rmtree(inner)
                said.append(f"{name}/.git was removed: its files would be missing from the branch")
        return said

    def _embedded_names(self, git: Git) -> list[str]:
        entries = (entry.partition("\t") for entry in git.items("ls-files", "-s", "-z"))
        linked = {name for mode, _, name in entries if mode.startswith("160000")}
        others = git.items("ls-files", "-z", "--others", "--exclude-standard")
        fresh = {name.rstrip("/") for name in others if name.endswith("/")}
        return sorted(fresh | {name for name in linked if (self._root / name / ".git").is_dir()})

    def _unlock(self) -> None:
        # Left behind by a git that was killed; nobody else works in this directory.
        (self._directory / "index.lock").unlink(missing_ok=True)

    def _note(self, lines: Sequence[str]) -> None:
        self.notes += [line for line in lines if line not in self.notes]


def _embedded(done: Completed) -> bool:
    return "embedded git repository" in done.stderr or "does not have a commit checked out" in done.stderr


def _quoted(path: Path) -> str:
    # A list separated by colons, where git reads C-style quotes.
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
