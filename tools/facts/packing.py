"""Facts of one file to bytes and back. Resolving needs the file's place, so that is done after unpacking.

What readers give is packed by columns: making a hundred thousand objects of columns takes a third of the time
that rows take. Names, refs and tuples lie in tables of the file, so each is made, and resolved, once.
The part that is not about imports is unpacked when somebody looks at it: rules leave many files alone.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import Any

import ormsgpack
import tree_sitter

from tools.facts.model import Bind, Call, Definition, FileFacts, Import, Reference, StringFact

READER_VERSION = "4"
"""Raise it with every change in what the readers give: old entries of the cache are then not found any more."""

CallRow = tuple[
    str,
    int,
    str,
    str | None,
    int,
    bool,
    bool,
    str | None,
    bool,
    tuple[str, ...],
    tuple[str, ...],
    str,
    bool,
    tuple[str, ...],
    int,
]
"""The fields of a `Call` in their order, names as refs: readers make a tuple in a third of a fact's time."""
ReferenceRow = tuple[str, int, str, str]
"""The fields of a `Reference` in their order, the name as ref."""


@dataclass(slots=True)
class Reading:
    """What a reader gives for one file."""

    facts: FileFacts
    """Imports, definitions and strings as facts, names as refs; calls and references lie beside."""
    calls: list[CallRow] = field(default_factory=list)
    references: list[ReferenceRow] = field(default_factory=list)


class Damaged(Exception):
    """The bytes are no packed facts: a cache that another program or a crash has written into."""


class _Shape:
    """The fields of a kind of fact, and how their columns are packed."""

    def __init__(self, kind: type, last: str, columns: Mapping[str, str]) -> None:
        """`last` is the last field packed; `columns` says of a field in which table it lies."""
        every = fields(kind)
        self.names = [found.name for found in every]
        self.names = self.names[: self.names.index(last) + 1]
        self.get = attrgetter(*self.names)
        self.kind = kind
        self.tables = [columns.get(name, "") for name in self.names]
        self.defaults = [None if f.default is MISSING else f.default for f in every[: len(self.names)]]

    def pack(self, rows: Iterable[Sequence[Any]], tables: dict[str, _Table]) -> list[Any]:
        """The columns of `rows`, none when there are no rows; one that holds nothing but its default is left out."""
        packed: list[Any] = []
        for table, default, column in zip(self.tables, self.defaults, zip(*rows, strict=True), strict=False):
            if table:
                packed.append(tables[table].add(column))
            else:
                packed.append(column if column.count(default) != len(column) else None)
        return packed

    def unpack(self, columns: list[Any], tables: dict[str, list[Any]]) -> list[Any]:
        """The facts again."""
        if not columns:
            return []
        given: list[Iterable[Any]] = []
        for table, default, column in zip(self.tables, self.defaults, columns, strict=True):
            if column is None:
                given.append(repeat(default))
            else:
                given.append(map(tables[table].__getitem__, column) if table else column)
        return list(map(self.kind, *given))


_IMPORT = _Shape(Import, "alias", {})
_DEFINITION = _Shape(
    Definition,
    "is_alias",
    {
        "name": "names",
        "kind": "names",
        "decorators": "tuples",
        "bases": "tuples",
        "params": "pairs",
        "returns": "names",
        "type": "refs",
    },
)
_CALL = _Shape(
    Call,
    "below",
    {
        "name": "names",
        "scope": "names",
        "resolved": "refs",
        "arg_names": "tuples",
        "keywords": "tuples",
        "keyword_names": "tuples",
        "decorates": "names",
    },
)
_STRING = _Shape(StringFact, "formatted", {"scope": "names", "kind": "names"})
_REFERENCE = _Shape(Reference, "kind", {"name": "refs", "scope": "names", "kind": "names"})
_SHAPES = (_IMPORT, _DEFINITION, _CALL, _STRING, _REFERENCE)
_NAMES = _IMPORT.names.index("names")
_SUM_BYTES = 4
_MAKING = threading.RLock()
"""Facts are made when they are asked for, which several threads may do at once."""


def version_key() -> str:
    """Changes whenever the same source may give other facts: reader, fields, or parser versions."""
    # The names of these folders carry the versions; importlib.metadata would take 40 ms to say the same.
    installed = Path(tree_sitter.__file__).parents[1].glob("tree_sitter*.dist-info")
    parts = [READER_VERSION, *sorted(folder.name for folder in installed)]
    parts += [str(shape.names) for shape in _SHAPES]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


class _Table:
    """Entries by number, each once; ``None`` is -1, the last one, where unpacking puts it."""

    def __init__(self, none: bool = False) -> None:
        self.numbers: dict[Any, int] = {None: -1} if none else {}
        self._next = 0

    def add(self, column: Iterable[Any]) -> list[int]:
        """The number of each entry."""
        numbers = self.numbers
        for entry in dict.fromkeys(column):
            if entry not in numbers:
                numbers[entry] = self._next
                self._next += 1
        return list(map(numbers.__getitem__, column))

    def entries(self) -> list[Any]:
        """All entries in the order of their numbers."""
        return [entry for entry in self.numbers if entry is not None]


def pack(reading: Reading) -> bytes:
    """The facts of one file, names as refs, without path, digest and what resolving fills."""
    facts = reading.facts
    tables = {"names": _Table(), "tuples": _Table(), "pairs": _Table(), "refs": _Table(none=True)}
    body: list[Any] = [
        _DEFINITION.pack(map(_DEFINITION.get, facts.definitions), tables),
        _CALL.pack(reading.calls, tables),
        _STRING.pack(map(_STRING.get, facts.strings), tables),
        _REFERENCE.pack(reading.references, tables),
    ]
    body += [table.entries() for table in tables.values()]
    head = [facts.language, facts.not_checked, facts.lines, facts.parse_errors, facts.exports, facts.ignores]
    imports = _IMPORT.pack(map(_IMPORT.get, facts.imports), {})
    data = ormsgpack.packb([head, imports, ormsgpack.packb(body)])
    return zlib.crc32(data).to_bytes(_SUM_BYTES) + data


def unpack(data: bytes, path: str, digest: str, bind: Bind) -> FileFacts:
    """The facts of the file at `path`, resolved by `bind`. Raises Damaged for bytes that `pack` never made."""
    if zlib.crc32(memoryview(data)[_SUM_BYTES:]).to_bytes(_SUM_BYTES) != data[:_SUM_BYTES]:
        raise Damaged("the sum differs")
    try:
        head, imports, body = ormsgpack.unpackb(memoryview(data)[_SUM_BYTES:])
        return PackedFacts(path, digest, head, _imports(imports), body, bind)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise Damaged(str(error)) from error


def _imports(columns: list[Any]) -> list[Import]:
    if columns and columns[_NAMES] is not None:
        columns[_NAMES] = [tuple([(there, here) for there, here in names]) for names in columns[_NAMES]]
    made: list[Import] = _IMPORT.unpack(columns, {})
    return made


_DONE: list[Any] = []
_LATER = {"definitions": (0, _DEFINITION), "calls": (1, _CALL), "strings": (2, _STRING), "references": (3, _REFERENCE)}


class PackedFacts(FileFacts):
    """Facts of which only the imports are unpacked until somebody asks for others."""

    __slots__ = ("_bind", "_body", "_columns", "_tables")

    def __init__(self, path: str, digest: str, head: list[Any], imports: list[Import], body: bytes, bind: Bind) -> None:
        """Resolve the imports; `body` is for later."""
        self.path, self.digest, self.imports = path, digest, imports
        self.language, self.not_checked, self.lines, errors, self.exports, ignores = head
        self.parse_errors = tuple([(line, message) for line, message in errors])
        self.ignores = tuple([(line, rules, reason, covers) for line, rules, reason, covers in ignores])
        self._columns: list[list[Any]] = []
        self._tables: dict[str, list[Any]] = {}
        self._body, self._bind = body, bind
        bind(self, None)

    def __getattr__(self, name: str) -> Any:
        """A list that nobody has asked for yet: Python looks here while its slot is empty."""
        if name not in _LATER:
            raise AttributeError(name)
        number, shape = _LATER[name]
        with _MAKING:
            if self._body:
                self._open()
            columns = self._columns[number]
            if columns is _DONE:  # by another thread, while this one waited
                return getattr(self, name)
            found = shape.unpack(columns, self._tables)
            if shape is _REFERENCE:
                found = [fact for fact in found if fact.name]
            setattr(self, name, found)
            self._columns[number] = _DONE
            return found

    def _open(self) -> None:
        *self._columns, names, tuples, pairs, refs = ormsgpack.unpackb(self._body)
        self._tables = {
            "names": names,
            "tuples": [tuple(entry) for entry in tuples],
            "pairs": [tuple([(name, said) for name, said in entry]) for entry in pairs],
            "refs": [*self._bind(self, refs), None],
        }
        self._body = b""
