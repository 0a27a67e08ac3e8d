"""The repositories that the bench checks: a copy of a given one, one made of installed packages, and parts of it."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path

from evals.floor.environments import must
from tools.check import listed_files
from tools.facts.manifests import is_manifest
from tools.facts.source import MAX_BYTES, grammar_of
from tools.shell import Shell

FILES, LINES = 4_000, 700_000
"""Size of the repository that is made when none is given: at least this."""
_LEAST = 20
"""Packages with fewer files are left out: they would only be names."""


def copy(repository: Path, target: Path) -> Path:
    """A copy of the files that belong to it, without the history: the bench edits files."""
    for name in listed_files(repository):
        _copy_file(repository / name, target / name)
    return target


def track(shell: Shell, repository: Path) -> None:
    """Let git know the files, as it does where people work; raises EnvironmentFault when it cannot."""
    must(shell.run("git init -q && git add -A -f", cwd=repository))


def make(target: Path) -> Path:
    """A repository of the sources of installed packages, the largest first, with a manifest that declares the others.

    The same for the same environment.
    """
    home = Path(sysconfig.get_paths()["purelib"])
    chosen: list[str] = []
    files = lines = 0
    for name, sources in sorted(_packages(home).items(), key=lambda item: (-len(item[1]), item[0])):
        if (files >= FILES and lines >= LINES) or len(sources) < _LEAST:
            break
        chosen.append(name)
        for source in sources:
            content = source.read_bytes()
            place = target / source.relative_to(home)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            files, lines = files + 1, lines + content.count(b"\n")
    (target / "pyproject.toml").write_text(_manifest(chosen), encoding="utf-8")
    return target


def _packages(home: Path) -> dict[str, list[Path]]:
    """Name -> sources, of the packages installed in a folder."""
    found = {}
    for folder in sorted(home.iterdir()):
        if (folder / "__init__.py").is_file() and not folder.is_symlink():
            found[folder.name] = sorted(path for path in folder.rglob("*.py") if path.is_file())
    return found


def _manifest(chosen: Sequence[str]) -> str:
    names = {found.name.lower() for found in distributions() if found.name}
    declared = "".join(f'  "{name}",\n' for name in sorted(names - {name.lower() for name in chosen}))
    return f'[project]\nname = "corpus"\nversion = "1"\ndependencies = [\n{declared}]\n'


def part(repository: Path, share: float, target: Path) -> Path:
    """The first `share` of the source files in the order of their paths, so that folders stay whole; with what else
    lies beside them, and with every manifest.
    """
    names = sorted(listed_files(repository))
    count = round(share * sum(grammar_of(name) is not None for name in names))
    for name in names:
        is_source = grammar_of(name) is not None
        if count > 0 or "/" not in name or is_manifest(name):
            _copy_file(repository / name, target / name)
        count -= is_source
    return target


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def source_files(repository: Path) -> list[tuple[str, str, int]]:
    """(path, grammar, bytes) of every file that the check parses, for those that parse the same."""
    return list(_source_files(repository))


def _source_files(repository: Path) -> Iterator[tuple[str, str, int]]:
    for name in listed_files(repository):
        found = grammar_of(name)
        path = repository / name
        if found is not None and not path.is_symlink() and (size := path.stat().st_size) <= MAX_BYTES:
            yield os.fspath(path), found, size


def python_files(repository: Path) -> list[str]:
    """The relative paths of its Python files."""
    return [os.path.relpath(path, repository) for path, grammar, _ in source_files(repository) if grammar == "python"]


def count_lines(files: Sequence[tuple[str, str, int]]) -> int:
    """Lines of all files; reading them once also puts them into the system's memory for everyone who comes after."""
    return sum(Path(path).read_bytes().count(b"\n") for path, _, _ in files)
