"""Facts of one file to bytes and back. Resolving needs the file's place, so that is done after unpacking.

Each fact is a list of its fields without the ones at the end that have their default. Names lie in one table
per file, and refs in another, so that turning refs into names touches each of them once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

import ormsgpack
import tree_sitter

from tools.facts.model import Bind, Call, Definition, FileFacts, Import, Reference, StringFact

READER_VERSION = "1"
"""Raise it with every change in what the readers give: old entries of the cache are then not found any more."""


class _Shape:
    """Which fields of a fact are packed, and how."""

    def __init__(self, kind: type, last: str, ref: str, named: Sequence[str]) -> None:
        """`last` is the last field packed; `ref` goes into the table of refs, `named` into that of names."""
        every = fields(kind)
        self.names = [field.name for field in every]
        self.names = self.names[: self.names.index(last) + 1]
        self._get: Callable[[object], tuple[Any, ...]] = attrgetter(*self.names)
        self.defaults = [None if f.default is MISSING else f.default for f in every[: len(self.names)]]
        self.required = sum(f.default is MISSING for f in every)
        self.ref = self.names.index(ref) if ref else -1
        self.named = [self.names.index(name) for name in named]

    def row(self, fact: object, names: _Table, refs: _Table) -> list[Any]:
        """The fields of `fact`, the ones with their default at the end left out."""
        row = list(self._get(fact))
        size, required, defaults = len(row), self.required, self.defaults
        while size > required and row[size - 1] == defaults[size - 1]:
            size -= 1
        del row[size:]
        for position in self.named:
            if position < size:
                row[position] = names.add(row[position])
        if 0 <= self.ref < size and row[self.ref] is not None:
            row[self.ref] = refs.add(row[self.ref])
        return row


_IMPORT = _Shape(Import, "alias", "", ())
_DEFINITION = _Shape(Definition, "is_alias", "type", ())
_CALL = _Shape(Call, "is_new", "resolved", ("name", "scope"))
_STRING = _Shape(StringFact, "formatted", "", ("scope",))
_REFERENCE = _Shape(Reference, "kind", "name", ("scope",))
_CALL_REF, _CALL_ARGUMENTS = _CALL.ref, _CALL.names.index("arg_names")
_DEFINITION_REF, _DEFINITION_TUPLES = _DEFINITION.ref, _DEFINITION.names.index("decorators")


class Damaged(Exception):
    """The bytes are no packed facts: a cache that another program or a crash has written into."""


def version_key() -> str:
    """Changes whenever the same source may give other facts: reader, fields, or parser versions."""
    # The names of these folders carry the versions; importlib.metadata would take 40 ms to say the same.
    installed = Path(tree_sitter.__file__).parents[1].glob("tree_sitter*.dist-info")
    parts = [READER_VERSION, *sorted(folder.name for folder in installed)]
    parts += [str(shape.names) for shape in (_IMPORT, _DEFINITION, _CALL, _STRING, _REFERENCE)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


class _Table:
    """Strings by number, each once."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._index: dict[str, int] = {}

    def add(self, entry: str) -> int:
        known = self._index.get(entry)
        if known is None:
            known = self._index[entry] = len(self.entries)
            self.entries.append(entry)
        return known


def pack(facts: FileFacts) -> bytes:
    """The facts of one file, names as refs, without path, digest and what resolving fills."""
    names, refs = _Table(), _Table()
    names.add("")
    rows = [
        [shape.row(fact, names, refs) for fact in found]
        for shape, found in (
            (_IMPORT, facts.imports),
            (_DEFINITION, facts.definitions),
            (_CALL, facts.calls),
            (_STRING, facts.strings),
            (_REFERENCE, facts.references),
        )
    ]
    head = [facts.language, facts.not_checked, facts.lines, facts.parse_errors, facts.exports]
    return ormsgpack.packb([head, names.entries, refs.entries, *rows])


def unpack(data: bytes, path: str, digest: str, bind: Bind) -> FileFacts:
    """The facts of the file at `path`, resolved by `bind`. Raises Damaged for bytes that `pack` never made."""
    try:
        head, names, refs, imports, definitions, calls, strings, references = ormsgpack.unpackb(data)
        language, not_checked, lines, errors, exports = head
        facts = FileFacts(path, language, not_checked=not_checked, lines=lines, exports=exports, digest=digest)
        facts.parse_errors = tuple((line, message) for line, message in errors)
        facts.imports = [_import(entry) for entry in imports]
        resolved = bind(facts, refs)
        facts.definitions = [_definition(entry, resolved) for entry in definitions]
        facts.calls = [_call(entry, names, resolved) for entry in calls]
        facts.strings = [_string(entry, names) for entry in strings]
        facts.references = [_reference(entry, names, resolved) for entry in references if resolved[entry[0]]]
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise Damaged(str(error)) from error
    return facts


def _import(entry: list[Any]) -> Import:
    fact = Import(*entry)
    fact.names = tuple([(there, here) for there, here in fact.names])
    return fact


def _definition(entry: list[Any], resolved: list[str | None]) -> Definition:
    size = len(entry)
    if size > _DEFINITION_TUPLES:
        if size > _DEFINITION_REF and entry[_DEFINITION_REF] is not None:
            entry[_DEFINITION_REF] = resolved[entry[_DEFINITION_REF]]
        fact = Definition(*entry)
        fact.decorators = tuple(fact.decorators)
        fact.bases = tuple(fact.bases)
        fact.params = tuple([(name, annotation) for name, annotation in fact.params])
        return fact
    return Definition(*entry)


def _call(entry: list[Any], names: list[str], resolved: list[str | None]) -> Call:
    entry[0] = names[entry[0]]
    size = len(entry)
    if size > 2:
        entry[2] = names[entry[2]]
        if size > _CALL_REF and entry[_CALL_REF] is not None:
            entry[_CALL_REF] = resolved[entry[_CALL_REF]]
        if size > _CALL_ARGUMENTS:
            entry[_CALL_ARGUMENTS] = tuple(entry[_CALL_ARGUMENTS])
            if size > _CALL_ARGUMENTS + 1:
                entry[_CALL_ARGUMENTS + 1] = tuple(entry[_CALL_ARGUMENTS + 1])
    return Call(*entry)


def _string(entry: list[Any], names: list[str]) -> StringFact:
    if len(entry) > 2:
        entry[2] = names[entry[2]]
    return StringFact(*entry)


def _reference(entry: list[Any], names: list[str], resolved: list[str | None]) -> Reference:
    entry[0] = resolved[entry[0]]
    if len(entry) > 2:
        entry[2] = names[entry[2]]
    return Reference(*entry)
