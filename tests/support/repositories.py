"""Real repositories for tests, and a fingerprint of all that a run must leave alone."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

_OURS = ("objects", "worktrees", "refs/heads/archwright", "logs/refs/heads/archwright")
"""Below .git: what a worktree run may add."""


class Repo:
    """A git repository on disk, driven by the git program with an environment of its own."""

    def __init__(self, path: Path, *init: str, files: Mapping[str, str] | None = None) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init)
        if files is not None:
            self.write(files)
            self.commit("first")

    def git(self, *arguments: str, check: bool = True, identity: bool = True) -> str:
        """Run git; returns its output without the final newline."""
        who = ("-c", "user.name=User", "-c", "user.email=user@example.org") if identity else ()
        done = subprocess.run(
            ["git", *who, *arguments],
            cwd=self.path,
            env={"PATH": os.environ["PATH"], "HOME": str(self.path.parent), "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, making their folders."""
        for name, text in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def rewrite_in_the_same_instant(self, name: str, text: str) -> None:
        """Replace the text of a staged file by one of the same size, at the time of the index: only a look tells."""
        path, index = self.path / name, self.path / ".git/index"
        assert path.stat().st_size == len(text.encode())
        self.git("config", "core.trustctime", "false")
        at = path.stat().st_mtime_ns - 10_000_000_000  # long enough ago for git to believe what it stages
        os.utime(path, ns=(at, at))
        self.git("add", name)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(at, at))
        os.utime(index, ns=(at, at))

    def commit(self, message: str) -> str:
        """Commit everything; returns the hash."""
        self.git("add", "-A")
        self.git("-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def fingerprint(self, *, strict: bool = False) -> dict[str, str]:
        """Hash of every file of the repository, the git directory included.

        Unless ``strict``, what a worktree run may add to the git directory is left out.
        """
        seen = manifest(self.path)
        if strict:
            return seen
        return {
            name: value
            for name, value in seen.items()
            if not any(name == f".git/{ours}" or name.startswith((f".git/{ours}/", f".git/{ours}-")) for ours in _OURS)
        }


def manifest(root: Path, *, skip_git: bool = False) -> dict[str, str]:
    """Type, executable bit and content hash of everything below a folder; links are not followed."""
    seen: dict[str, str] = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        here = Path(os.fsdecode(folder))
        if skip_git and ".git" in (os.fsdecode(name) for name in folders):
            folders.remove(b".git")
        links = [name for name in folders if (here / os.fsdecode(name)).is_symlink()]
        for raw in [*files, *links]:
            path = here / os.fsdecode(raw)
            name = path.relative_to(root).as_posix()
            if skip_git and name == ".git":
                continue
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                seen[name] = f"link {path.readlink()}"
            elif stat.S_ISREG(mode):
                seen[name] = f"{bool(mode & 0o100)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return seen
