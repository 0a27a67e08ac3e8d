"""profile.toml to typed profiles; every problem of a file is named at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from framework_profiles.model import (
    ArchitectureProfile,
    Commands,
    DatabaseProfile,
    FrameworkProfile,
    Layer,
    Marks,
    Mode,
    OrmProfile,
)


class ProfileError(ValueError):
    """A profile on disk is wrong: a defect of this package, never of a target."""


_T = TypeVar("_T")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises ProfileError naming the file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error


def read_framework(folder: Path) -> FrameworkProfile:
    """The framework of a folder. Raises ProfileError."""
    return _read(FrameworkProfile, folder, {"marks": _marks, "commands": _commands})


def read_orm(folder: Path) -> OrmProfile:
    """The ORM of a folder. Raises ProfileError."""
    return _read(OrmProfile, folder, {"marks": _marks, "commands": _commands, "modes": _modes})


def read_database(folder: Path) -> DatabaseProfile:
    """The database of a folder. Raises ProfileError."""
    return _read(DatabaseProfile, folder, {"marks": _marks})


def read_architecture(folder: Path) -> ArchitectureProfile:
    """The architecture of a folder. Raises ProfileError."""
    return _read(ArchitectureProfile, folder, {"marks": _marks, "layers": _layers})


def _read(cls: type[_T], folder: Path, converters: Mapping[str, Any]) -> _T:
    path = folder / "profile.toml"
    tables = {"name": folder.name, **read_toml(path)}
    if tables["name"] != folder.name:
        raise ProfileError(f"{path}: name {tables['name']!r} is not the folder's")
    values = {
        key.replace("-", "_"): converters[key](path, value) if key in converters else _frozen(value)
        for key, value in tables.items()
    }
    return _build(cls, path, values)


def _build(cls: type[_T], path: Path, values: Mapping[str, Any]) -> _T:
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    problems = [f"unknown key {key!r}" for key in values if key not in known]
    problems += [
        f"missing key {name!r}"
        for name, item in known.items()
        if name not in values and item.default is MISSING and item.default_factory is MISSING
    ]
    problems += [
        f"{key!r} may not be {type(value).__name__}"
        for key, value in values.items()
        if key in known and not _fits(value, known[key])
    ]
    if problems:
        raise ProfileError(f"{path}: {cls.__name__}: " + "; ".join(problems))
    return cls(**values)


def _fits(value: object, item: Field[Any]) -> bool:
    default = item.default_factory() if item.default_factory is not MISSING else item.default
    if default is MISSING or default is None:
        return True
    if isinstance(default, Mapping):
        return isinstance(value, Mapping)
    return type(value) is type(default)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return value


def _table(path: Path, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProfileError(f"{path}: expected a table, found {value!r}")
    return {key.replace("-", "_"): _frozen(item) for key, item in value.items()}


def _marks(path: Path, value: object) -> Marks:
    return _build(Marks, path, _table(path, value))


def _commands(path: Path, value: object) -> Commands:
    return _build(Commands, path, _table(path, value))


def _modes(path: Path, value: object) -> Mapping[str, Mode]:
    if not isinstance(value, dict):
        raise ProfileError(f"{path}: modes must be tables")
    return MappingProxyType(
        {name: _build(Mode, path, {"name": name, **_table(path, table)}) for name, table in value.items()}
    )


def _layers(path: Path, value: object) -> tuple[Layer, ...]:
    if not isinstance(value, list):
        raise ProfileError(f"{path}: layers must be an array of tables")
    return tuple(_build(Layer, path, _table(path, table)) for table in value)
