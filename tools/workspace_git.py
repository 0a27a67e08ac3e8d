"""Runs git so that nothing of the caller's environment and nothing of the target's configuration acts.

The only module that knows GitPython, and of it only the command runner behind ``repo.git``: its object
model reports nonsense for repositories of another owner, and its index is many times slower.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.errors import EnvironmentFault

# Ordered pairs, handed over as GIT_CONFIG_KEY_n, which outranks every file.
_OVERRIDES: tuple[tuple[str, str], ...] = (
    ("safe.directory", "*"),  # containers: the checkout belongs to another uid; nothing of it is run
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("commit.gpgSign", "false"),
    ("tag.gpgSign", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
    ("core.safecrlf", "false"),
    ("core.splitIndex", "false"),  # a split index leaves sharedindex files in the user's git directory
    ("core.untrackedCache", "false"),
    ("core.quotePath", "false"),
    ("core.pager", "cat"),
    ("advice.detachedHead", "false"),
    ("worktree.useRelativePaths", "false"),  # true would add an extension to the user's config
)

_IDENTITY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "archwright"), ("EMAIL", "archwright@localhost"))
}

_FILTER = re.compile(r"^filter\.(?P<name>.+)\.[^.]+$", re.DOTALL)
FILTER_NAMES = ("config", "-z", "--name-only", "--get-regexp", r"^filter\..*")
"""The command that lists the filter programs of a repository's configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """One finished git command."""

    code: int
    stdout: bytes
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where a repository lies; found once, then given to every call so that nothing is discovered again."""

    top: Path
    """Top of the user's working tree, resolved."""
    prefix: str
    """POSIX path from ``top`` to where the user stood; empty at the top."""
    git_dir: Path
    common_dir: Path
    head: str | None
    """Commit hash, None when the repository has no commit yet."""
    object_format: str


class Git:
    """The git commands on one git directory and work tree (or on whatever ``cwd`` lies in)."""

    def __init__(
        self,
        cwd: Path,
        *,
        git_dir: Path | None = None,
        work_tree: Path | None = None,
        config: Sequence[tuple[str, str]] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.cwd = cwd
        self._config = tuple(config)
        self._located = {
            key: str(value) for key, value in (("GIT_DIR", git_dir), ("GIT_WORK_TREE", work_tree)) if value is not None
        } | dict(environment or {})
        self._prefix = self._environment_prefix()
        self._runner: Any = _runner(cwd)

    def run(self, *arguments: str, stdin: Path | None = None, stdout: Path | None = None) -> Completed:
        """Run one git command; an exit code other than 0 is returned, not raised.

        ``stdin`` and ``stdout`` are files to read from and write to (else nothing, and memory).
        """
        command = [*self._prefix, "git", *arguments]
        options: dict[str, Any] = {
            "with_extended_output": True,
            "with_exceptions": False,
            "stdout_as_string": False,
            "strip_newline_in_stdout": False,
        }
        if stdin is not None:
            with stdin.open("rb") as source:
                code, out, err = self._runner.execute(command, istream=source, **options)
        elif stdout is not None:
            with stdout.open("wb") as sink:
                code, _, err = self._runner.execute(command, output_stream=sink, **options)
            out = b""
        else:
            code, out, err = self._runner.execute(command, **options)
        return Completed(code=code, stdout=out, stderr=err)

    def text(self, *arguments: str, stdin: Path | None = None) -> str:
        """Output of a command that must succeed, final newline removed.

        Raises EnvironmentFault with git's own words.
        """
        done = self.run(*arguments, stdin=stdin)
        if done.code != 0:
            raise EnvironmentFault(f"git {arguments[0]} failed: {done.stderr.strip() or done.code}")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def maybe(self, *arguments: str) -> str | None:
        """Output of a command that may fail, None when it does."""
        done = self.run(*arguments)
        return os.fsdecode(done.stdout).removesuffix("\n") if done.code == 0 else None

    def items(self, *arguments: str) -> list[str]:
        """Output of a command that separates its answers by NUL; names keep their bytes (surrogates)."""
        return [item for item in self.text(*arguments).split("\0") if item]

    def _environment_prefix(self) -> list[str]:
        # GitPython starts git with a copy of our own environment; env -i is the only way to have none of it.
        variables = clean_environment(self._located, self._config)
        return ["env", "-i", *(f"{key}={value}" for key, value in variables.items())]


def clean_environment(more: Mapping[str, str], config: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """The whole environment of a git command, ours and `more`; `config` outranks every file.

    A caller's own GIT_DIR, GIT_INDEX_FILE or GIT_CONFIG_COUNT must not act. Raises EnvironmentFault without git.
    """
    binary = shutil.which("git")
    if binary is None:
        raise EnvironmentFault("git is not installed, or not on PATH.")
    variables = {
        "PATH": os.pathsep.join((str(Path(binary).parent), os.defpath)),
        "HOME": str(Path.home()),
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LITERAL_PATHSPECS": "1",
        **_IDENTITY,
        **more,
    }
    pairs = (*_OVERRIDES, *config)
    variables["GIT_CONFIG_COUNT"] = str(len(pairs))
    for number, (key, value) in enumerate(pairs):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def locate(folder: Path) -> Repository:
    """Find the repository that a folder lies in.

    Raises EnvironmentFault: no such folder, not a repository, a bare one, or inside a git directory.
    """
    if not folder.is_dir():
        raise EnvironmentFault(f"{folder} is not a folder.")
    git = Git(folder)
    bare = git.run("rev-parse", "--is-bare-repository", "--is-inside-git-dir")
    if bare.code != 0:
        raise _not_usable(folder, bare.stderr)
    answers = bare.stdout.decode().split()
    if answers[0] == "true":
        raise EnvironmentFault(f"{folder} is a bare repository: clone it and run in the clone.")
    if answers[1] == "true":
        raise EnvironmentFault(f"{folder} lies inside a git directory: run in the working tree beside it.")
    top = Path(git.text("rev-parse", "--show-toplevel")).resolve()
    inside = folder.resolve()
    if not inside.is_relative_to(top):
        raise EnvironmentFault(f"{folder} is not inside its own working tree {top} (core.worktree points away).")
    prefix = inside.relative_to(top).as_posix()
    return Repository(
        top=top,
        prefix="" if prefix == "." else prefix,
        git_dir=Path(git.text("rev-parse", "--absolute-git-dir")),
        common_dir=(folder / git.text("rev-parse", "--git-common-dir")).resolve(),
        head=git.maybe("rev-parse", "--verify", "--quiet", "HEAD^{commit}"),
        object_format=git.text("rev-parse", "--show-object-format"),
    )


def filters_off(git: Git) -> tuple[tuple[str, str], ...]:
    """Configuration pairs that make every filter program of a repository's configuration a no-op.

    Content then stays as stored (for LFS: pointers), which round-trips exactly and runs nothing.
    """
    return no_filters(git.maybe(*FILTER_NAMES) or "")


def no_filters(names: str) -> tuple[tuple[str, str], ...]:
    """What `filters_off` gives, from what git answers to `FILTER_NAMES`."""
    found = sorted({match["name"] for key in names.split("\0") if (match := _FILTER.match(key))})
    settings = (("process", ""), ("clean", ""), ("smudge", ""), ("required", "false"))
    return tuple((f"filter.{name}.{key}", value) for name in found for key, value in settings)


def add_all(git: Git) -> Completed:
    """Bring an index up to date with the files; unreadable ones do not stop the others."""
    return git.run("add", "-A", "--ignore-errors")


def _not_usable(folder: Path, stderr: str) -> EnvironmentFault:
    if "not a git repository" in stderr:
        return EnvironmentFault(f"{folder} is not a git repository: run `git init` there first.")
    return EnvironmentFault(f"git cannot use {folder}: {stderr.strip()}")


def _runner(cwd: Path) -> Any:
    try:
        from git.cmd import Git as Runner
    except ImportError as error:  # GitPython looks for the git binary while it is imported
        raise EnvironmentFault(f"git cannot be used: {error}") from error
    return Runner(cwd)
