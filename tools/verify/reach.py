"""What a file really imports: each name followed through re-exports to where it is defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tools.facts.model import FileFacts, Import, Project


class Reach(NamedTuple):
    """One name that a file gets from another one."""

    target: str
    """The file that defines it."""
    name: str
    """Empty for a whole module."""
    line: int
    chain: tuple[str, ...]
    """Files from the importing one to `target`."""
    by_call: bool = False
    """Known from a call on an object, not from an import."""


def reached(project: Project, path: str) -> Iterator[Reach]:
    """Everything that `path` imports at run time, re-exports and namespaces followed; type-only imports left out."""
    facts = project.files[path]
    for fact in facts.imports:
        if fact.type_only:
            continue
        yield from _direct(project, path, fact)
        if not fact.names or fact.kind == "star" or any(name == "*" for name, _ in fact.names):
            yield from _through_namespace(project, path, facts, fact)


def called(project: Project, path: str) -> Iterator[Reach]:
    """Methods that `path` calls on objects of first-party classes, wherever it got the objects from."""
    for call in project.files[path].calls:
        if call.receiver_type is None:
            continue
        target, colon, name = project.canonical(call.receiver_type).partition(":")
        if colon and target != path and target in project.files:
            method = call.name.rsplit(".", 1)[-1]
            yield Reach(target, f"{name.removesuffix('()')}.{method}", call.line, (path, target), True)


def _direct(project: Project, path: str, fact: Import) -> Iterator[Reach]:
    if not fact.names:
        yield from (Reach(whole, "", fact.line, (path, whole)) for whole in fact.targets)
        return
    for index, (name, _) in enumerate(fact.names):
        target = fact.name_targets[index] if index < len(fact.name_targets) else fact.target
        if target is None:
            continue
        yield Reach(target, _shown(name), fact.line, (path, target))
        origin = _file_of(project, project.origin(fact, index))
        if origin is not None and origin != target and origin != path:
            yield Reach(origin, _shown(name), fact.line, (path, target, origin))


def _through_namespace(project: Project, path: str, facts: FileFacts, fact: Import) -> Iterator[Reach]:
    """``barrel.ArticleRepository()`` and names of ``from barrel import *``: judged where they are used."""
    targets = set(fact.targets)
    seen: set[tuple[str, str]] = set()
    for call in facts.calls:
        first = (call.resolved or "").partition(":")
        if first[0] not in targets or not first[1]:
            continue
        origin = _file_of(project, project.canonical(call.resolved or ""))
        key = (origin or "", call.name)
        if origin is not None and origin not in targets and origin != path and key not in seen:
            seen.add(key)
            yield Reach(origin, call.name, call.line, (path, first[0], origin))


def _file_of(project: Project, name: str | None) -> str | None:
    path, colon, _ = (name or "").partition(":")
    return path if colon and path in project.files else None


def _shown(name: str) -> str:
    return "" if name in ("*", "default") else name
