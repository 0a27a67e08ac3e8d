"""What the bench runs beside the check: tree-sitter alone, and linters from the package index."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.field import parsing
from evals.floor.environments import environment
from tools.errors import EnvironmentFault

SEMGREP = "semgrep==1.176.1"
_RULES = Path(__file__).with_name("semgrep.yml")
FLOOR, PEER, LINTER = "tree-sitter alone", "semgrep, 10 rules", "ruff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A program that looks at the same files."""

    name: str
    command: Sequence[str]


def floor(files: Sequence[tuple[str, str, int]], listing: Path) -> Peer:
    """tree-sitter alone on `files`, which are written down in `listing`."""
    listing.write_text(json.dumps(files), encoding="utf-8")
    return Peer(name=FLOOR, command=[sys.executable, "-I", parsing.__file__, str(listing)])


def linters(repository: Path, output: Path, cache: Path) -> tuple[list[Peer], list[str]]:
    """The linters that can be had here, and what is to be said of those that cannot.

    Args:
        repository: what they look at; an empty ``.semgrepignore`` is written into it, or tests were left out.
        output: file for what semgrep found.
        cache: folder of environments.
    """
    found: list[Peer] = []
    lacking: list[str] = []
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.is_file():
        command = [str(ruff), "check", "--isolated", "--no-cache", "--no-respect-gitignore", "--exit-zero", "--quiet"]
        found.append(Peer(name=LINTER, command=[*command, str(repository)]))
    else:
        lacking.append("ruff is not installed beside the Python that runs this")
    try:
        programs = environment(cache, (SEMGREP,)) / "bin"
    except EnvironmentFault as error:
        lacking.append(f"{SEMGREP} cannot be installed: {str(error).strip().splitlines()[-1][:200]}")
        return found, lacking
    (repository / ".semgrepignore").touch()
    found.append(Peer(name=PEER, command=_semgrep(programs / "semgrep", repository, output)))
    return found, lacking


def _semgrep(program: Path, repository: Path, output: Path) -> list[str]:
    options = ["--metrics", "off", "--disable-version-check", "--no-git-ignore", "-j", "2", "--quiet"]
    where = ["--config", str(_RULES), "--json", "--output", str(output), str(repository)]
    return [
        "/usr/bin/env",
        f"PATH={program.parent}:/usr/local/bin:/usr/bin:/bin",
        str(program),
        "scan",
        *options,
        *where,
    ]


def scanned(output: Path) -> int | None:
    """How many files semgrep says that it looked at."""
    try:
        return len(json.loads(output.read_text(encoding="utf-8"))["paths"]["scanned"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
