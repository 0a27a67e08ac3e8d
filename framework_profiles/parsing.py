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
    Asynchronous,
    Commands,
    DatabaseProfile,
    FrameworkProfile,
    Incompatible,
    Layer,
    Marks,
    Mode,
    OrmProfile,
    Removed,
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
    return _read(FrameworkProfile, folder, {"marks": _marks, "commands": _commands, **_VERSION_TABLES})


def read_orm(folder: Path) -> OrmProfile:
    """The ORM of a folder. Raises ProfileError."""
    return _read(OrmProfile, folder, {"marks": _marks, "commands": _commands, "modes": _modes, **_VERSION_TABLES})


def read_database(folder: Path) -> DatabaseProfile:
    """The database of a folder. Raises ProfileError."""
    return _read(DatabaseProfile, folder, {"marks": _marks, "asynchronous": _asynchronous})


def read_architecture(folder: Path) -> ArchitectureProfile:
    """The architecture of a folder; what it does not say is as in the one that it is ``like``. Raises ProfileError."""
    return _read(ArchitectureProfile, folder, {"marks": _marks, "layers": _layers}, _like(folder))


def _like(folder: Path) -> dict[str, Any]:
    """The tables of an architecture with those of the one beside it that it is ``like`` below."""
    own = read_toml(folder / "profile.toml")
    name = own.pop("like", None)
    if name is None:
        return own
    other = _like(folder.parent / str(name))
    layers = {layer.get("name"): layer for layer in own.get("layers", [])}
    merged = [{**layer, **layers.get(layer.get("name"), {})} for layer in other.get("layers", [])]
    return {**other, "name": folder.name, **own, "layers": merged}


def _read(cls: type[_T], folder: Path, converters: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> _T:
    path = folder / "profile.toml"
    tables = {"name": folder.name, **(given if given is not None else read_toml(path))}
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


def _incompatible(path: Path, value: object) -> tuple[Incompatible, ...]:
    if not isinstance(value, list):
        raise ProfileError(f"{path}: incompatible must be an array of tables")
    return tuple(_build(Incompatible, path, _table(path, table)) for table in value)


def _removed(path: Path, value: object) -> tuple[Removed, ...]:
    if not isinstance(value, list):
        raise ProfileError(f"{path}: removed must be an array of tables")
    return tuple(_build(Removed, path, _table(path, table)) for table in value)


def _asynchronous(path: Path, value: object) -> tuple[Asynchronous, ...]:
    if not isinstance(value, list):
        raise ProfileError(f"{path}: asynchronous must be an array of tables")
    return tuple(_build(Asynchronous, path, _table(path, table)) for table in value)


_VERSION_TABLES: Mapping[str, Any] = {"incompatible": _incompatible, "removed": _removed}
