"""Reference applications as folders: what their manifests declare, and how a tree for one database is assembled.

``evals/references/<name>`` holds ``reference.toml``, ``base/`` and ``overlays/<database>/``; the tree that runs is the
base with the overlay on top. ``tree`` names a folder of this repository that stands for ``base/``; overlays are
optional then.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOME = ROOT / "evals" / "references"
MANIFEST = "reference.toml"
TRACES = {
    "sqlite": re.compile(r"sqlite|\bpragma\b", re.I),
    "postgres": re.compile(r"postgres|asyncpg|psycopg|libpq|\bpg\b|\bpg[-_]\w+|\b5432\b|btree_gist", re.I),
}
"""What each database is known by: drivers, dialects, schemes of URLs, ports, statements that no other has."""
_LEFT_OUT = ("__pycache__", "node_modules", ".venv", "*.pyc", ".*_cache", "dist")
_INSTALLED_BY = {"python": "requirements.txt", "node": "package-lock.json"}
_NEEDED = ("language", "framework", "databases", "start")
_KEYS = {*_NEEDED, "contract", "tree", "scheme", "install", "build", "prepare", "test", "health"}

Commands = tuple[tuple[str, ...], ...]


class BadReference(Exception):
    """A reference, or what was asked of it, cannot be: says what is wrong, in which file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a manifest declares."""

    name: str
    folder: Path
    language: str
    """``python`` or ``node``."""
    framework: str
    contract: str
    """What it is an implementation of; empty: of nothing that has a suite, so that its own tests judge it."""
    base: Path
    """What the assembled tree has below the overlay."""
    scheme: str
    """That its DATABASE_URL begins with, such as ``postgresql+asyncpg``; empty for the database's plain one."""
    databases: tuple[str, ...]
    install: str
    """The pinned packages: requirements with hashes, or a package-lock.json, in the assembled tree."""
    build: Commands
    """Run in the assembled tree once the packages are there (compilers)."""
    prepare: Commands
    """Run before the first start on a fresh database, with the server's environment."""
    test: tuple[str, ...]
    """Its own tests, run after ``prepare`` on a fresh database, with the server's environment; empty: it has none."""
    start: tuple[str, ...]
    health: str
    """Path that answers 200 when the server is ready."""

    def address(self, url: str) -> str:
        """A database's URL as the application wants it."""
        return f"{self.scheme}:{url.partition(':')[2]}" if self.scheme else url


def load(folder: Path) -> Reference:
    """Read a reference's manifest.

    Raises:
        BadReference: it is missing, or says what cannot be.
    """
    path = folder / MANIFEST
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadReference(f"{path}: {error}") from error
    base = ROOT / told["tree"] if "tree" in told else folder / "base"
    wrong = _wrong(told, folder, base)
    if wrong:
        raise BadReference(f"{path}: {'; '.join(wrong)}")
    return Reference(
        name=folder.name,
        folder=folder,
        language=told["language"],
        framework=told["framework"],
        contract=told.get("contract", "clinic"),
        base=base,
        scheme=told.get("scheme", ""),
        databases=tuple(told["databases"]),
        install=told.get("install", _INSTALLED_BY[told["language"]]),
        build=tuple(tuple(command) for command in told.get("build", ())),
        prepare=tuple(tuple(command) for command in told.get("prepare", ())),
        test=tuple(told.get("test", ())),
        start=tuple(told["start"]),
        health=told.get("health", "/health"),
    )


def _wrong(told: Mapping[str, Any], folder: Path, base: Path) -> list[str]:
    """What a manifest says that cannot be."""
    wrong = [f"unknown key {key}" for key in sorted(told.keys() - _KEYS)]
    wrong += [f"{key} is missing" for key in _NEEDED if not told.get(key)]
    if told.get("language", "python") not in _INSTALLED_BY:
        wrong.append(f"language is one of {', '.join(_INSTALLED_BY)}")
    wrong += [f"there is no folder {base}"] if not base.is_dir() else []
    databases = told.get("databases", ())
    wrong += [f"no such database: {name}" for name in databases if name not in TRACES]
    if "tree" not in told:
        wrong += [f"overlays/{name} is missing" for name in databases if not (folder / "overlays" / name).is_dir()]
    if not told.get("contract", "clinic") and not told.get("test"):
        wrong.append("without a contract it needs tests of its own")
    return wrong


def load_all(home: Path = HOME) -> list[Reference]:
    """Every reference below a folder, by name.

    Raises:
        BadReference: one cannot be read.
    """
    return [load(path.parent) for path in sorted(home.glob(f"*/{MANIFEST}"))]


def choose(references: Sequence[Reference], only: Sequence[str]) -> list[tuple[Reference, str]]:
    """Reference and database of each row that is asked for: ``koa-sqlite``, ``koa``, ``sqlite``, ``node``; or all.

    Raises:
        BadReference: a word names no row.
    """
    rows = [(reference, database) for reference in references for database in reference.databases]
    words = {f"{r.name}-{d}": {f"{r.name}-{d}", r.name, d, r.language} for r, d in rows}
    for word in only:
        if not any(word in known for known in words.values()):
            raise BadReference(f"{word} is no reference, database or row: there is {', '.join(words) or 'none'}")
    return [(r, d) for r, d in rows if not only or words[f"{r.name}-{d}"] & set(only)]


def assemble(reference: Reference, database: str, into: Path) -> None:
    """Fill a folder, made when missing, with the base and the database's overlay on top."""
    overlay = reference.folder / "overlays" / database
    for source in (reference.base, *([overlay] if overlay.is_dir() else [])):
        shutil.copytree(source, into, ignore=shutil.ignore_patterns(*_LEFT_OUT), dirs_exist_ok=True)


def traces(tree: Path, database: str) -> list[str]:
    """Where an assembled tree speaks of the databases that it is not for, as ``path:line: text``."""
    others = [pattern for name, pattern in TRACES.items() if name != database]
    found = []
    for path in sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()):
        name = path.relative_to(tree).as_posix()
        for number, line in [(0, name), *_lines(path)]:
            if any(pattern.search(line) for pattern in others):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    if path.name == "package-lock.json":
        # Libraries name every driver that they could work with; what counts is what the application asks for.
        asked = json.loads(text)["packages"][""]
        text = "\n".join([*asked.get("dependencies", {}), *asked.get("devDependencies", {})])
    yield from enumerate(text.splitlines(), 1)
