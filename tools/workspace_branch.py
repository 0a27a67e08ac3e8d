"""The branch and the worktree of a run in the user's repository: made, shown, applied, removed.

What is written into the user's git directory is written here and in ``Workspace.commit``, nowhere else.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.errors import EnvironmentFault
from tools.workspace_git import Git, Repository, add_all, filters_off, locate

PREFIXES = ("archwright", "archwright-runs", "by-archwright")
"""First part of a run's branch; the later ones are used when a branch has the name of the earlier one."""
_MOST_BRANCHES = 999
_PATCH = (
    "diff-tree", "-r", "-p", "-M", "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color",
)  # fmt: skip


def add_worktree(git: Git, root: Path, slug: str, base: str) -> str:
    """Make a worktree at ``root`` from commit ``base``; returns its branch, the first free name.

    Raises EnvironmentFault when git refuses, or no name is free.
    """
    for branch in _free_branches(git, slug):
        done = git.run("worktree", "add", "-q", "-b", branch, str(root), base)
        if done.code == 0:
            return branch
        # Another run took the name between our look and our try: only then the next one is worth trying.
        if git.maybe("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}") is None:
            raise EnvironmentFault(f"git worktree add failed: {done.stderr.strip()}")
        if _registered(git, root):
            delete_branch(Path(git.text("rev-parse", "--absolute-git-dir")), branch)
            raise EnvironmentFault(f"git worktree add failed half-way: {done.stderr.strip()}")
    raise EnvironmentFault(f"No branch name is free for {slug}: delete some archwright branches.")


def empty_commit(git: Git) -> str:
    """Write a commit without files, to start from where there is no commit yet; HEAD stays unborn."""
    return git.text("commit-tree", "-m", "Empty base", git.text("mktree"))


def dirty_commit(repository: Repository, parent: str, index: Path) -> str:
    """Write the user's working tree as it is as a commit on ``parent``.

    Works in a copy of the user's index at ``index``, which is removed. Raises EnvironmentFault when a file
    cannot be read.
    """
    own = repository.git_dir / "index"
    if own.is_file():
        shutil.copy2(own, index)  # its time as well: git looks closer at files as young as the index
    git = Git(
        repository.top,
        git_dir=repository.git_dir,
        work_tree=repository.top,
        config=filters_off(Git(repository.top)),
        environment={"GIT_INDEX_FILE": str(index)},
    )
    added = add_all(git)
    if added.code != 0:
        raise EnvironmentFault(f"The working tree cannot be included: {added.stderr.strip()}")
    tree = git.text("write-tree")
    index.unlink()
    return git.text("commit-tree", tree, "-p", parent, "-m", "Uncommitted changes of the working tree")


def uncommitted(git: Git) -> int:
    """How many files of the working tree differ from HEAD or are new; the user's index is not refreshed."""
    return len(git.items("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty"))


def init_repository(folder: Path, message: str) -> str:
    """Make a folder a repository of its own with one commit of everything in it; returns the commit.

    For folders of ours, such as the demo's. Raises EnvironmentFault when git fails.
    """
    Git(folder).text("init", "-q", "--template=", "--initial-branch=main", str(folder))
    git = Git(folder, git_dir=folder / ".git", work_tree=folder)
    git.text("add", "-A")
    commit = git.text("commit-tree", git.text("write-tree"), "-m", message)
    git.text("update-ref", "HEAD", commit)
    return commit


def patch_of(repo: Path, branch: str, base: str | None = None) -> bytes:
    """Patch (binary files included) from the base commit to the tip of a branch.

    ``base`` None: where the branch left HEAD. Raises EnvironmentFault when branch or base is unknown.
    """
    git = Git(locate(repo).top)
    tip = git.maybe("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")
    if tip is None:
        raise EnvironmentFault(f"There is no branch {branch}.")
    # Without a common commit the repository had none when the run began: the branch has a root of its own.
    start = base or git.maybe("merge-base", "HEAD", tip) or git.text("rev-list", "--max-parents=0", tip)
    done = git.run(*_PATCH, start.splitlines()[0], tip)
    if done.code != 0:
        raise EnvironmentFault(f"git diff-tree failed: {done.stderr.strip()}")
    return done.stdout


def apply(repo: Path, branch: str, base: str | None = None) -> list[str]:
    """Bring a branch's change into the user's working tree as uncommitted files; returns their paths.

    All or nothing: index, branches and other files stay as they are. Raises EnvironmentFault when the
    change does not fit the working tree (uncommitted changes in the way, or the code has moved on).
    """
    top = locate(repo).top
    git = Git(top, config=filters_off(Git(top)))
    patch = patch_of(repo, branch, base)
    if not patch:
        return []
    with tempfile.TemporaryDirectory(prefix="archwright-") as folder:
        file = Path(folder) / "change.patch"
        file.write_bytes(patch)
        listed = git.run("apply", "--numstat", "-z", str(file))
        done = git.run("apply", "--whitespace=nowarn", str(file))
    if done.code != 0:
        raise EnvironmentFault(
            f"{branch} does not fit the working tree, nothing was changed:\n{done.stderr.strip()}\n"
            f"Commit or stash your changes, then `git merge {branch}`."
        )
    rows = [entry.split("\t", 2) for entry in os.fsdecode(listed.stdout).split("\0")]
    return [row[2] for row in rows if len(row) == 3]


def remove(repo: Path, branch: str | None, worktree: Path | None) -> None:
    """Remove a run's worktree with its record, and its branch; what is already gone is no error.

    Raises EnvironmentFault for a branch that is not ours, or that is checked out elsewhere.
    """
    common_dir = locate(repo).common_dir
    if worktree is not None:
        remove_worktree(common_dir, worktree)
    if branch is not None:
        delete_branch(common_dir, branch)


def remove_worktree(common_dir: Path, folder: Path) -> None:
    """Remove the worktrees at or below a folder, and their records; any other folder is left alone."""
    git = Git(common_dir, git_dir=common_dir)
    # Not `worktree prune`: that would also drop the user's own records, say of a disk not mounted now.
    for root in _registered(git, folder):
        if git.run("worktree", "remove", "--force", "--force", root).code != 0:
            shutil.rmtree(root, ignore_errors=True)
            git.text("worktree", "remove", "--force", "--force", root)


def delete_branch(common_dir: Path, branch: str) -> None:
    """Delete a branch of ours; none of that name is no error.

    Raises EnvironmentFault for a branch that is not ours, or that is checked out.
    """
    if branch.partition("/")[0] not in PREFIXES:
        raise EnvironmentFault(f"{branch} is not a branch of archwright: it is not deleted.")
    git = Git(common_dir, git_dir=common_dir)
    ref = f"refs/heads/{branch}"
    if f"branch {ref}" in git.text("worktree", "list", "--porcelain").splitlines():
        raise EnvironmentFault(f"{branch} is checked out: switch to another branch, then try again.")
    # Not `git branch -D`: that rewrites the user's configuration file.
    if git.maybe("rev-parse", "--verify", "--quiet", ref) is not None:
        git.text("update-ref", "-d", ref)


def _free_branches(git: Git, slug: str) -> Iterator[str]:
    clean = re.sub(r"[^a-z0-9]+", "-", slug.lower())[:60].strip("-") or "run"
    listed = git.text("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")
    taken = {name.casefold() for name in listed.splitlines()}  # some file systems do not know case
    prefix = next((prefix for prefix in PREFIXES if prefix not in taken), None)
    if prefix is None:
        raise EnvironmentFault(f"The branches {', '.join(PREFIXES)} are in the way: rename one of them.")
    for number in range(1, _MOST_BRANCHES):
        branch = f"{prefix}/{clean}" if number == 1 else f"{prefix}/{clean}-{number}"
        if not any(name == branch or name.startswith(branch + "/") for name in taken):
            yield branch


def _registered(git: Git, folder: Path) -> list[str]:
    top = os.path.realpath(folder)
    listed = git.text("worktree", "list", "--porcelain", "-z").split("\0")
    roots = [line.removeprefix("worktree ") for line in listed if line.startswith("worktree ")]
    # The first one is the user's own working tree.
    return [root for root in roots[1:] if root == top or root.startswith(top + os.sep)]
