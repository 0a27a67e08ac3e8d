"""Python environments for grading and for cells: one per list of requirements, kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tools.errors import EnvironmentFault
from tools.shell import ExecResult, Profile, Shell, ShellSettings

_INSTALL_SECONDS = 900.0


class InstallFailed(EnvironmentFault):
    """The requirements cannot be installed: the fault of who listed them, as far as the index answers."""


def interpreter() -> Path:
    """The Python that runs us, without our own environment."""
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def environment(cache: Path, requirements: Sequence[str], *, fresh: bool = False) -> Path:
    """A virtual environment with these requirements; built once for the same list.

    Args:
        cache: folder that keeps environments.
        requirements: lines as pip reads them.
        fresh: build it anew.

    Raises:
        InstallFailed: pip refuses.
    """
    key = hashlib.sha256("\n".join([sys.version, *requirements]).encode()).hexdigest()[:20]
    folder, mark = cache / key, cache / key / "complete"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several tests may want the same one
        if fresh or not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder, requirements)
            mark.touch()
    return folder


def listed_requirements(manifest: Path) -> list[str]:
    """What a manifest asks for: the lines of requirements.txt, or dependencies and the dev extra of pyproject.toml.

    Raises:
        InstallFailed: it is missing or cannot be read.
    """
    try:
        text = manifest.read_text(encoding="utf-8")
        if manifest.suffix != ".toml":
            return text.splitlines()
        project = tomllib.loads(text)["project"]
        return [*project.get("dependencies", []), *project.get("optional-dependencies", {}).get("dev", [])]
    except (OSError, ValueError, KeyError) as error:
        raise InstallFailed(f"{manifest.name} cannot be read: {error}") from error


def build(folder: Path, requirements: Sequence[str], editable: Path | None = None) -> None:
    """Make a virtual environment.

    Args:
        folder: where; made when missing.
        requirements: lines as pip reads them; may be none.
        editable: a project to install from where it lies, with its dev extra.

    Raises:
        InstallFailed: pip refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writable = (editable,) if editable else ()
    with Shell(ShellSettings(root=folder, writable=writable)) as shell:
        must(shell.run([str(interpreter()), "-m", "venv", str(folder)], timeout=120))
        (folder / "requirements.txt").write_text("\n".join(requirements) + "\n", encoding="utf-8")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "-r", "requirements.txt"]
        pip += ["-e", f"{editable}[dev]"] if editable else []
        if requirements or editable:
            must(shell.run(pip, profile=Profile.INSTALL, timeout=_INSTALL_SECONDS))


def must(done: ExecResult) -> None:
    """Raise `InstallFailed` unless the command succeeded."""
    if done.exit_code != 0:
        raise InstallFailed(f"`{done.command[-120:]}` failed:\n{done.output[-2000:]}")
