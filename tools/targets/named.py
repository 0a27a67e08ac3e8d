"""Data access that is known by name only: it has no profile, so detection can name it and rules leave it alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from framework_profiles.loader import load_all
from framework_profiles.model import Marks
from tools.targets.files import strings, table

FILE = "named.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An ORM, query builder or driver without a profile."""

    name: str
    title: str
    runtime: str
    marks: Marks
    databases: tuple[str, ...] = ()
    """The databases it speaks to, where these are few."""
    drivers: Mapping[str, str]
    """Database -> its own package for it."""
    rank: int = 1
    """2 for mappers, 1 for query builders, 0 for bare drivers: of several in use the higher one is what is meant."""


@cache
def named_data_access() -> Mapping[str, Named]:
    """All of them by name, those with a profile left out."""
    profiles = load_all()
    path = profiles.home / "orms" / FILE
    content = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: _read(name, table(entry)) for name, entry in content.items() if _key(name) not in profiles.orms}


def _key(name: str) -> str:
    return name.replace("-", "_")


def _read(name: str, entry: Mapping[str, object]) -> Named:
    dependencies = tuple(strings(entry.get("dependencies")))
    imports = tuple(strings(entry.get("imports"))) or dependencies
    rank = entry.get("rank", 1)
    return Named(
        name=name,
        title=str(entry.get("title", name)),
        runtime=str(entry.get("runtime", "")),
        marks=Marks(dependencies=dependencies, imports=imports),
        databases=tuple(strings(entry.get("databases"))),
        drivers={database: str(package) for database, package in table(entry.get("drivers")).items()},
        rank=rank if isinstance(rank, int) else 1,
    )
