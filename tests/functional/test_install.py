"""The installed command works from any folder, and nothing of a hostile folder runs in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.installing import build_wheel, install
from tests.support.sources import ROOT

TRAP = "import pathlib\npathlib.Path({marker!r}).open('a').write(__name__ + ' ' + __file__ + chr(10))\n"
SHADOWS = (
    "sitecustomize.py", "usercustomize.py", "archwright.py", "git.py", "typer.py", "json.py", "yaml.py", "rich.py",
    "tools/__init__.py", "tools/errors.py", "agent/__init__.py", "agent/cli.py", "prompts/__init__.py",
    "evals/__init__.py", "framework_profiles/__init__.py", "_archwright/agent/cli.py", "tree_sitter/__init__.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    return install(build_wheel(folder), folder / "environment")


class Hostile:
    """A target folder in which every module that we might import by name is a trap."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "target"
        self._marker = folder / "sprung"
        for name in SHADOWS:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TRAP.format(marker=str(self._marker)), encoding="utf-8")
        (self.folder / ".env").write_text("OPENAI_API_BASE=http://127.0.0.1:9/stolen\n", encoding="utf-8")
        (self.folder / "pyproject.toml").write_text("[tool.x]\n", encoding="utf-8")
        subprocess.run(["git", "init", "-q"], cwd=self.folder, check=True)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder, with what a careless shell would have set."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": ".",
            "PYTHONSTARTUP": "sitecustomize.py",
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self.folder.parent / "cache"),
            "XDG_STATE_HOME": str(self.folder.parent / "state"),
        }
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    @property
    def sprung(self) -> str:
        """What ran of the target; empty when nothing did."""
        return self._marker.read_text(encoding="utf-8") if self._marker.exists() else ""


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path)


def test_the_traps_do_spring_on_a_plain_interpreter(bin_folder: Path, hostile: Hostile) -> None:
    hostile.run(str(bin_folder / "python"), "-m", "archwright", "--help")

    assert "sitecustomize" in hostile.sprung
    assert f"{hostile.folder}/archwright.py" in hostile.sprung


@pytest.mark.parametrize("arguments", [("--help",), ("check",), ("detect",), ("profiles", "list")], ids=" ".join)
@pytest.mark.parametrize("form", ["wrapper", "module"])
def test_nothing_of_a_hostile_folder_runs(
    bin_folder: Path, hostile: Hostile, form: str, arguments: tuple[str, ...]
) -> None:
    command = [str(bin_folder / "archwright")]
    if form == "module":
        command = [str(bin_folder / "python"), "-I", "-m", "archwright"]

    done = hostile.run(*command, *arguments)

    assert hostile.sprung == ""
    assert "Traceback" not in done.stderr
    assert done.stdout
    # The traps are real Python files: `check` may find fault with them, but it must have looked.
    assert done.returncode in ((0, 1) if arguments == ("check",) else (0,)), done.stderr


def test_the_wrapper_works_through_a_link_and_from_a_folder_with_spaces(
    bin_folder: Path, hostile: Hostile, tmp_path: Path
) -> None:
    link = tmp_path / "my programs" / "aw"
    link.parent.mkdir()
    link.symlink_to(bin_folder / "archwright")

    done = hostile.run(str(link), "--help")

    assert done.returncode == 0, done.stderr
    assert "check" in done.stdout
    assert hostile.sprung == ""


def test_what_runs_is_what_was_installed_and_not_the_checkout(bin_folder: Path, hostile: Hostile) -> None:
    where = "import archwright, sys; sys.argv = ['x', '--help']\n"
    where += "try: archwright.main()\nexcept SystemExit: pass\n"
    where += "own = [m for n, m in sys.modules.items() if n.partition('.')[0] in ('agent', 'tools')]\n"
    where += "print('LOADED', *[getattr(m, '__file__', None) for m in own])"

    done = hostile.run(str(bin_folder / "python"), "-I", "-c", where)
    files = [name for name in done.stdout.rpartition("LOADED")[2].split() if name != "None"]

    assert files
    assert all("_archwright/" in name for name in files)
    assert not [name for name in files if name.startswith(f"{ROOT}/agent")]


def test_the_targets_interpreter_sees_none_of_our_folders(bin_folder: Path, tmp_path: Path) -> None:
    names = ("agent", "tools", "prompts", "evals", "framework_profiles")
    probe = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"

    done = subprocess.run(
        [str(bin_folder / "python"), "-I", "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
