"""Which files a repository consists of, as git sees it; asked by a subprocess, since GitPython is slow to import."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tools.errors import EnvironmentFault
from tools.workspace_git import Completed, clean_environment


def run_git(
    cwd: Path,
    *arguments: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    config: Sequence[tuple[str, str]] = (),
) -> Completed:
    """Run one git command that acts on whatever `cwd` lies in; an exit code other than 0 is returned, not raised.

    Neither the caller's environment nor the programs of the repository's configuration (hooks, fsmonitor) act.
    Raises EnvironmentFault when there is no git, or no such folder.
    """
    variables = clean_environment(environment or {}, config)
    try:
        done = subprocess.run(["git", *arguments], cwd=cwd, env=variables, input=stdin, capture_output=True)
    except OSError as error:
        raise EnvironmentFault(f"git cannot be run in {cwd}: {error.strerror or error}.") from error
    return Completed(code=done.returncode, stdout=done.stdout, stderr=done.stderr.decode("utf-8", "replace"))


def listed_files(root: Path, *, skipped: Collection[str] = (), untracked: bool = True) -> list[str] | None:
    """The files of a folder that git does not ignore: those that are there, also through links inside the folder.

    Submodules that are checked out belong to it, other repositories that happen to lie inside do not.

    Args:
        root: A repository or a folder of one.
        skipped: Names of folders that never count (environments), ignored or not.
        untracked: Also what was never added to git.

    Returns:
        POSIX paths relative to root, sorted; a name that is no UTF-8 has surrogates. None when git cannot tell:
        it is not installed, root lies in no working tree, or the repository around root ignores root itself.
    """
    try:
        found = _below(root, untracked)
    except EnvironmentFault:
        return None
    return None if found is None else sorted(name for name in found if not _is_skipped(name, skipped))


def _below(folder: Path, untracked: bool) -> list[str] | None:
    others = ("--others", "--exclude-standard") if untracked else ()
    done = run_git(folder, "ls-files", "-z", "--cached", *others)
    names = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    if done.code != 0 or (not names and _is_ignored(folder)):
        return None
    top = os.path.realpath(folder)
    found: list[str] = []
    for name in names:
        kind = "" if name.endswith("/") else _kind(f"{top}/{name}", top)  # "name/" is a repository that nobody added
        if kind == "file":
            found.append(name)
        elif kind == "folder" and (folder / name / ".git").exists():
            found += (f"{name}/{inner}" for inner in _below(folder / name, untracked) or ())
    return found


def _is_ignored(folder: Path) -> bool:
    plain = {"GIT_LITERAL_PATHSPECS": "0"}  # the command refuses to run otherwise
    return run_git(folder, "check-ignore", "-q", ".", environment=plain).code == 0


def _is_skipped(name: str, skipped: Collection[str]) -> bool:
    folders = name.split("/")[:-1]
    return ".." in folders or any(folder in skipped for folder in folders)  # a forged index may name anything


def _kind(path: str, top: str) -> str:
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            real = os.path.realpath(path)
            inside = real.startswith(top + os.sep) and stat.S_ISREG(os.lstat(real).st_mode)
            return "file" if inside else ""
    except OSError:
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else ""
