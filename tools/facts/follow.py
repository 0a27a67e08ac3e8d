"""Follows a first-party name through re-exports, aliases, attributes and base classes to where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

MAX_STARS = 12
"""Star imports of star imports are followed this deep."""
MAX_STEPS = 24
"""A chain of re-exports longer than this is a cycle."""
_FIRST = re.compile(r"[\w$#=]+")
_PART = re.compile(r"\.[\w$#]+|\(\)|\[\]|\?")
_BUILT = re.compile(r"((?:^|[./])[A-Z]\w*)\(\)")


class _Import(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def names(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def alias(self) -> str: ...
    @property
    def target(self) -> str | None: ...
    @property
    def targets(self) -> tuple[str, ...]: ...
    @property
    def name_targets(self) -> tuple[str | None, ...]: ...
    @property
    def submodules(self) -> tuple[int, ...]: ...
    @property
    def external(self) -> str | None: ...
    @property
    def local(self) -> bool: ...


class _Definition(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def decorators(self) -> tuple[str, ...]: ...
    @property
    def bases(self) -> tuple[str, ...]: ...
    @property
    def type(self) -> str | None: ...


class _File(Protocol):
    @property
    def language(self) -> str: ...
    @property
    def imports(self) -> Sequence[_Import]: ...
    @property
    def exports(self) -> Mapping[str, str]: ...


class Known(Protocol):
    """What following needs of a project."""

    @property
    def files(self) -> Mapping[str, _File]:
        """All files by path."""

    def definition(self, path: str, name: str) -> _Definition | None:
        """The definition `name` (dotted) in file `path`."""

    def imported(self, path: str) -> Mapping[str, Sequence[tuple[_Import, int]]]:
        """Every name that the imports of file `path` bind or export -> the import and the name's index in it."""

    def note(self, needs: Iterable[str]) -> None:
        """Remember that the answer depends on the files `needs`."""

    @property
    def stars(self) -> dict[tuple[str, str], str | None]:
        """(file, name) -> the file that a star import of the first one brings the name from, as far as asked."""


def instance(name: str) -> str:
    """External `name` with ``X()`` written as ``X`` where X looks like a class."""
    return _BUILT.sub(r"\1", name) if "()" in name else name


def join(base: str, rest: str) -> str:
    """`rest` (``.name``, ``()``, ...) after `base`; a module's own colon takes the place of the dot."""
    if base.endswith(":"):
        return base + (rest[1:] if rest.startswith(".") else "=" + rest if rest else "")
    return base + rest


def follow(project: Known, name: str) -> str:
    """The name that `name` comes from, as far as it is known; external names come back as they are."""
    seen: set[str] = set()
    for _ in range(MAX_STEPS):
        path, colon, rest = name.partition(":")
        if not colon or path not in project.files:
            return instance(name)
        if name in seen:
            return name
        seen.add(name)
        further = _step(project, path, rest)
        if further is None:
            return name
        name = further
    return name


def _step(project: Known, path: str, rest: str) -> str | None:
    """One step from ``path:rest``; ``None`` at the end of the way."""
    facts = project.files[path]
    local = _exported(facts, rest) if facts.language != "python" else rest
    if local != rest:
        return f"{path}:{local}"
    match = _FIRST.match(rest)
    if match is None:
        return None
    first, tail = match[0], rest[match.end() :]
    definition = project.definition(path, first)
    if definition is not None:
        return _from_definition(project, path, first, tail)
    for fact, index in project.imported(path).get(first, ()):
        found = None if fact.local else _through_import(fact, index, tail)
        if found is not None:
            return found
    target = _star(project, path, first, 0)
    if target is not None:
        return f"{target}:{first}{tail}"
    return _through_whole(facts, path, rest)


def _through_whole(facts: _File, path: str, rest: str) -> str | None:
    """A member of what ``module.exports`` is, where that is one object."""
    whole = facts.exports.get("=")
    if whole is None or rest.startswith(whole) or _FIRST.match(rest) is None:
        return None
    return f"{path}:{whole}.{rest}"


def _exported(facts: _File, rest: str) -> str:
    """`rest` with its first part, a name of the module's outside, as the module itself calls it."""
    match = _FIRST.match(rest)
    first = match[0] if match is not None else ""
    tail = rest[len(first) :]
    whole = facts.exports.get("=")
    if first in ("", "=", "default"):
        named = facts.exports.get(first) if first else None
        return (named or whole or first) + tail
    named = facts.exports.get(first)
    return rest if named is None or named.partition(".")[0] == first else named + tail


def _from_definition(project: Known, path: str, first: str, tail: str) -> str | None:
    name = first
    parts = _PART.findall(tail)
    for index, part in enumerate((*parts, "")):
        definition = project.definition(path, name)
        after = "".join(parts[index:])
        if definition is None:
            return None
        if definition.kind in ("variable", "attribute"):
            return join(definition.type, after) if definition.type is not None else None
        if definition.kind == "class":
            if part == "()":
                return f"{path}:{name}{''.join(parts[index + 1 :])}"
            if part.startswith(".") and project.definition(path, name + part) is None:
                return _inherited(project, path, definition.bases, after)
        elif part == "()":
            return join(definition.type, "".join(parts[index + 1 :])) if definition.type is not None else None
        elif part and definition.type is not None and _is_property(definition):
            return join(definition.type, after)
        name += part
    return None


def _is_property(definition: _Definition) -> bool:
    return any(name.rpartition(".")[2] in ("property", "cached_property") for name in definition.decorators)


def _inherited(project: Known, path: str, bases: Iterable[str], tail: str) -> str | None:
    """Where an attribute that the class itself does not have comes from."""
    attribute = _PART.findall(tail)[0]
    external: str | None = None
    for base in bases:
        start = follow(project, f"{path}:{base}")
        owner, colon, name = start.partition(":")
        if not colon:
            external = external or f"{start}{tail}"
        elif project.definition(owner, name + attribute) is not None:
            return f"{owner}:{name}{tail}"
        else:
            definition = project.definition(owner, name)
            found = None
            if definition is not None and (owner, name) != (path, base):
                found = _inherited(project, owner, definition.bases, tail)
            if found is not None:
                return found
    return external


def _through_import(fact: _Import, index: int, tail: str) -> str | None:
    """What a name bound by `fact` leads to; `index` is -1 when the import binds the whole module."""
    if index >= 0:
        there = fact.names[index][0]
        target = fact.name_targets[index] if index < len(fact.name_targets) else fact.target
        if target is None:
            return _outside(fact, there, tail)
        return join(f"{target}:" if there == "*" or index in fact.submodules else f"{target}:{there}", tail)
    if fact.target is not None:
        return join(f"{fact.target}:", tail) if fact.alias != fact.module.partition(".")[0] else None
    return fact.module.removeprefix("node:") + tail if fact.external is not None else None


def _outside(fact: _Import, there: str, tail: str) -> str | None:
    if fact.external is None:
        return None
    module = fact.module.removeprefix("node:")
    return module + tail if there in ("*", "default") else f"{module}.{there}{tail}"


def _star(project: Known, path: str, name: str, depth: int) -> str | None:
    """The file from which a star import of file `path` brings `name`."""
    key = (path, name)
    if key in project.stars or depth > MAX_STARS:
        found = project.stars.get(key)
        if found is None:
            project.note(_starred(project, path))
        return found
    project.stars[key] = None
    for fact in project.files[path].imports:
        for target in fact.targets if fact.kind == "star" else ():
            if _has(project, target, name) or _star(project, target, name, depth + 1) is not None:
                project.stars[key] = target
                return target
    return None


def _starred(project: Known, path: str) -> set[str]:
    """The files whose names file `path` gets by star imports, however far."""
    found: set[str] = set()
    left = [path]
    while left:
        for fact in project.files[left.pop()].imports:
            if fact.kind == "star":
                left += [target for target in fact.targets if target not in found]
                found.update(fact.targets)
    return found


def _has(project: Known, path: str, name: str) -> bool:
    facts = project.files[path]
    return name in facts.exports or project.definition(path, name) is not None or name in project.imported(path)
