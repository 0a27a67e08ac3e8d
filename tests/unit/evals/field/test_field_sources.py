from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from evals.field.sources import listed, silent
from tools.shell import Shell, ShellSettings


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x = 1\n", encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(ShellSettings(root=tmp_path, sandbox=False))


def test_what_lies_in_a_folder_is_listed_also_where_tools_keep_things(tmp_path: Path, shell: Shell) -> None:
    fill(tmp_path, "app/a.py", "app/B.TSX", "node_modules/x/index.js", "app/note.md", "dist/c.mjs")
    (tmp_path / "link.py").symlink_to(tmp_path / "app/a.py")

    with shell:
        found = listed(shell, tmp_path)

    assert found == {"app/a.py", "app/B.TSX", "node_modules/x/index.js", "dist/c.mjs"}


def test_in_a_repository_it_is_what_git_tracks(tmp_path: Path, shell: Shell) -> None:
    fill(tmp_path, "app/a.py", "app/gone.py", "app/ünïcode name.ts", "left/out.py")
    for command in (["init", "-q"], ["add", "app"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "app/gone.py").unlink()

    with shell:
        found = listed(shell, tmp_path)

    assert found == {"app/a.py", "app/ünïcode name.ts"}


def test_where_git_cannot_tell_everything_counts(tmp_path: Path, shell: Shell) -> None:
    fill(tmp_path, "app/a.py")
    (tmp_path / ".git").mkdir()

    with shell:
        assert listed(shell, tmp_path) == {"app/a.py"}


def test_silent_is_what_is_there_and_neither_read_nor_named() -> None:
    assert silent({"a.py", "b.py", "c.py", "d.py"}, ["a.py", "other.py"], {"b.py": "too large"}) == ["c.py", "d.py"]
