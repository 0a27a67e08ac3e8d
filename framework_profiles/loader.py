"""Reads the profile folders beside this file and composes the profile of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from framework_profiles.entries import read_entries
from framework_profiles.model import (
    ArchitectureProfile,
    DatabaseProfile,
    Entry,
    FrameworkProfile,
    Kind,
    Note,
    OrmProfile,
)
from framework_profiles.parsing import (
    ProfileError,
    read_architecture,
    read_database,
    read_framework,
    read_orm,
)
from framework_profiles.profile import Profile, stack_words

HOME = Path(__file__).parent
"""The data lies beside the loader, in a checkout as in a wheel."""

NONE = "none"
"""Written where a stack has no such part on purpose (no ORM: plain SQL)."""

AnyProfile = FrameworkProfile | OrmProfile | DatabaseProfile | ArchitectureProfile
_P = TypeVar("_P", FrameworkProfile, OrmProfile, DatabaseProfile, ArchitectureProfile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """All profiles by kind and name."""

    frameworks: Mapping[str, FrameworkProfile]
    orms: Mapping[str, OrmProfile]
    databases: Mapping[str, DatabaseProfile]
    architectures: Mapping[str, ArchitectureProfile]
    home: Path

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every pitfall and idiom, read when first asked for: rules and detection do without."""
        return read_entries(self.home)

    def of_kind(self, kind: Kind) -> Mapping[str, AnyProfile]:
        """The profiles of one kind by name."""
        tables: dict[Kind, Mapping[str, AnyProfile]] = {
            "framework": self.frameworks,
            "orm": self.orms,
            "database": self.databases,
            "architecture": self.architectures,
        }
        return tables[kind]

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The known names of a kind, sorted: the choices to list in an error."""
        return tuple(sorted(self.of_kind(kind)))

    def database_of_scheme(self, scheme: str) -> DatabaseProfile | None:
        """The database of a URL scheme; a driver part (`+asyncpg`) is ignored."""
        plain = scheme.split("+", 1)[0].lower()
        return next((db for db in self.databases.values() if plain in db.marks.url_schemes), None)

    def mode_of(self, orm: str, imported: Iterable[str]) -> str | None:
        """The mode that dotted imports (`sqlalchemy.ext.asyncio.AsyncSession`) show, the first declared one first."""
        profile = self.orms.get(orm)
        if profile is None:
            return None
        names = tuple(imported)
        for mode in profile.modes.values():
            marks = tuple(mark + "." for mark in mode.imports)
            if any((name + ".").startswith(marks) for name in names):
                return mode.name
        return None

    def databases_of_driver(self, distribution: str) -> tuple[DatabaseProfile, ...]:
        """Databases that a driver distribution can talk to (more than one for MySQL's drivers)."""
        return tuple(db for db in self.databases.values() if distribution in db.marks.driver_names)


@cache
def load_all(home: Path = HOME) -> Profiles:
    """All profiles under `home`, read once per process. Raises ProfileError naming file and problem."""
    return Profiles(
        frameworks={p.name: p for p in map(read_framework, _folders(home / "frameworks"))},
        orms={p.name: p for p in map(read_orm, _folders(home / "orms"))},
        databases={p.name: p for p in map(read_database, _folders(home / "databases"))},
        architectures={p.name: p for p in map(read_architecture, _folders(home / "architectures"))},
        home=home,
    )


def compose(
    framework: str | None = None,
    orm: str | None = None,
    database: str | None = None,
    architecture: str | None = None,
    *,
    mode: str | None = None,
    profiles: Profiles | None = None,
) -> Profile:
    """The profile of a stack; unknown or absent parts are None and noted, so that any stack works.

    `mode` is `async` or `sync`; without it the framework's usual one is assumed where the ORM has several.
    """
    known = profiles if profiles is not None else load_all()
    notes: list[Note] = []
    found_framework = _find(known.frameworks, "framework", framework, notes)
    found_orm = _find(known.orms, "orm", orm, notes)
    if found_orm is None and orm is None and found_framework is not None and found_framework.builtin_orm:
        found_orm = known.orms.get(found_framework.builtin_orm)
    found_database = _find(known.databases, "database", database, notes)
    found_architecture = _find(known.architectures, "architecture", architecture, notes)
    chosen = _mode(found_framework, found_orm, mode, notes)
    notes += _conflicts(found_framework, found_orm, found_database)
    words = stack_words(found_framework, found_orm, found_database, found_architecture, chosen)
    return Profile(
        framework=found_framework,
        orm=found_orm,
        database=found_database,
        architecture=found_architecture,
        mode=chosen,
        entries=tuple(e for e in known.entries if any(words.issuperset(alt) for alt in e.applies_to)),
        notes=tuple(notes),
    )


def _find(table: Mapping[str, _P], kind: Kind, name: str | None, notes: list[Note]) -> _P | None:
    if name is None or name == NONE:
        return None
    key = name.strip().lower().replace("-", "_")
    aliases = {"postgresql": "postgres", "sqlite3": "sqlite", "mongo": "mongodb"}
    found = table.get(key) or table.get(aliases.get(key, key))
    if found is None:
        choices = ", ".join(sorted(table))
        notes.append(Note(severity="unknown", message=f"no profile for {kind} {name!r}; known: {choices}"))
    return found


def _mode(
    framework: FrameworkProfile | None, orm: OrmProfile | None, asked: str | None, notes: list[Note]
) -> str | None:
    if orm is None or not orm.modes:
        return None
    if asked is not None:
        if asked in orm.modes:
            return asked
        choices = ", ".join(orm.modes)
        notes.append(Note(severity="unknown", message=f"{orm.title} has no mode {asked!r}; known: {choices}"))
    usual = framework.orm_mode if framework is not None else None
    mode = usual if usual in orm.modes else next(iter(orm.modes))
    notes.append(Note(severity="assumed", message=f"{orm.title} is used in its {mode} mode"))
    return mode


def _conflicts(
    framework: FrameworkProfile | None, orm: OrmProfile | None, database: DatabaseProfile | None
) -> list[Note]:
    problems = []
    if framework is not None and orm is not None and framework.runtime != orm.runtime:
        problems.append(f"{framework.title} runs on {framework.runtime}, {orm.title} on {orm.runtime}")
    if orm is None or database is None:
        return [Note(severity="conflict", message=text) for text in problems]
    if not set(orm.databases) & {database.name, *database.same_as}:
        problems.append(f"{orm.title} does not talk to {database.title}")
    return [Note(severity="conflict", message=text) for text in problems]


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        raise ProfileError(f"{parent}: folder is missing")
    return sorted(folder for folder in parent.iterdir() if (folder / "profile.toml").is_file())
