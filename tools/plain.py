"""Dataclasses to plain values (dicts, lists, text, numbers) and back, by their type hints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: object) -> Any:
    """`value` as dicts, lists, text, numbers, booleans and None; mappings have text as keys."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value) if f.init}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], data: Any) -> T:
    """What `to_plain` made of a value of type `kind`. Raises TypeError, KeyError or ValueError for anything else."""
    return cast(T, _read(kind, data))


def _read(kind: Any, data: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if data is None:
            return None
        return _read(next(a for a in arguments if a is not type(None)), data)
    if origin is tuple:
        inner = [arguments[0]] * len(data) if arguments[1:] == (...,) else list(arguments)
        return tuple([_read(one, item) for one, item in zip(inner, data, strict=True)])
    if origin in (list, Sequence):
        return [_read(arguments[0], item) for item in data]
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _read(hint, data[name]) for name, hint in _hints(kind) if name in data})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    return data


@cache
def _hints(kind: type) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind) if field.init]
