"""removed-api: code uses nothing that the declared version of a library no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from framework_profiles.model import FrameworkProfile, OrmProfile, Removed
from tools.facts.model import Call, FileFacts
from tools.findings import Finding, Severity
from tools.verify.declared import Versions, read_demand
from tools.verify.rule import Context, Rule
from tools.verify.version_ranges import is_within
from tools.verify.versions import with_versions


class _Gone(NamedTuple):
    removed: Removed
    version: str
    """The declared version in words."""


class _Table(NamedTuple):
    """What is gone for the code of one folder."""

    names: dict[str, _Gone]
    calls: dict[str, list[tuple[str, _Gone]]]
    """Last part of a dotted callee -> (callee, what is gone)."""
    written: dict[str, _Gone]
    heads: frozenset[str] = frozenset()
    """What `names` begin with: most imports are not even near."""
    ways: frozenset[str] | None = None
    """See `_ways`."""


class _Use(NamedTuple):
    name: str
    line: int
    gone: _Gone


class _Tables:
    """The tables of all folders, made when first asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[str, str], _Table | None] = {}
        self._places: dict[tuple[str, str], str] = {}

    def of(self, path: str, ecosystem: str) -> _Table | None:
        """What is gone for the file; None when nothing is."""
        folder = (path.rpartition("/")[0], ecosystem)
        if folder not in self._places:
            self._places[folder] = self._context.table(Versions).place_of(*folder)
        key = (self._places[folder], ecosystem)
        if key not in self._known:
            self._known[key] = self._make(*key)
        return self._known[key]

    def _make(self, folder: str, ecosystem: str) -> _Table | None:
        versions = self._context.table(Versions)
        table = _Table({}, {}, {})
        for profile in with_versions(self._context.profiles):
            if profile.runtime != ecosystem:
                continue
            alone = not self._others(folder, profile)
            for removed in profile.removed:
                since = read_demand(removed.since, ecosystem)
                known = versions.of(folder, ecosystem, since.name)
                if known is not None and is_within(known.allowed, since.allowed):
                    gone = _Gone(removed, f"{since.name} {known.shown}")
                    _enter(table, removed if alone else replace(removed, written=()), gone)
        heads = frozenset(name.partition(".")[0] for name in table.names)
        table = table._replace(heads=heads, ways=_ways(dotted for some in table.calls.values() for dotted, _ in some))
        return table if table.names or table.calls or table.written else None

    def _others(self, folder: str, profile: FrameworkProfile | OrmProfile) -> bool:
        """Whether another framework is declared too: then a parameter named `res` may be of that one."""
        versions = self._context.table(Versions)
        return any(
            versions.is_declared(folder, profile.runtime, name)
            for other in self._context.profiles.frameworks.values()
            if other.runtime == profile.runtime and other.name != profile.name
            for name in other.marks.dependencies
        )


def _enter(table: _Table, removed: Removed, gone: _Gone) -> None:
    table.names.update(dict.fromkeys(removed.names, gone))
    table.written.update(dict.fromkeys(removed.written, gone))
    for call in removed.calls:
        table.calls.setdefault(call.rpartition(".")[2], []).append((call, gone))


def removed_uses(context: Context, path: str) -> Iterator[Finding]:
    """Imports, reads and calls of what the declared version has not; each name once a file."""
    facts = context.project.files[path]
    table = context.table(_Tables).of(path, "python" if facts.language == "python" else "node")
    if table is None:
        return
    told: set[str] = set()
    uses = list(_imported(facts, table))
    if _may_call(facts, table):
        uses += [*_called(context, facts, table), *_decorated(context, facts, table)]
    for use in sorted(uses, key=lambda one: one.line):
        if use.name not in told:
            told.add(use.name)
            yield Finding(
                rule="removed-api",
                severity=Severity.ERROR,
                path=path,
                line=use.line,
                message=f"{use.name} is gone in {use.gone.version}.",
                hint=use.gone.removed.instead,
            )


def _imported(facts: FileFacts, table: _Table) -> Iterator[_Use]:
    guarded: set[str] = set()
    near = [f for f in facts.imports if f.external is not None and f.module.partition(".")[0] in table.heads]
    if not near:
        return  # references stay packed
    for fact in near:
        for dotted in (fact.module, *(f"{fact.module}.{name}" for name, _ in fact.names)):
            name = _gone_name(dotted, table)
            if name is not None and (fact.conditional or fact.type_only):
                guarded.add(name)
            elif name is not None:
                yield _Use(name, fact.line, table.names[name])
    for reference in facts.references:
        if reference.name.partition(".")[0] in table.heads and reference.kind != "annotation":
            name = _gone_name(reference.name, table)
            if name is not None and name not in guarded:
                yield _Use(name, reference.line, table.names[name])


def _gone_name(dotted: str, table: _Table) -> str | None:
    """The removed name that `dotted` is, or lies in."""
    while dotted:
        if dotted in table.names:
            return dotted
        dotted = dotted.rpartition(".")[0]
    return None


def _may_call(facts: FileFacts, table: _Table) -> bool:
    """Whether the imports of a file let it call what is gone; elsewhere its calls stay packed.

    An object may come from anywhere, a function comes from its module or under its own name.
    """
    if not table.calls or table.written or table.ways is None:
        return bool(table.calls or table.written)
    for fact in facts.imports:
        if not fact.names and (fact.kind == "star" or fact.module in table.ways):
            return True
        if any(here in table.calls or f"{fact.module}.{there}" in table.ways for there, here in fact.names):
            return True
    return False


def _ways(calls: Iterable[str]) -> frozenset[str] | None:
    """The functions `calls` and all that they lie in; None when methods of objects are among them."""
    found: set[str] = set()
    for dotted in calls:
        parts = dotted.split(".")
        if any(part[:1].isupper() or part.endswith("()") for part in parts[:-1]):
            return None
        found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return frozenset(found)


def _called(context: Context, facts: FileFacts, table: _Table) -> Iterator[_Use]:
    project, calls = context.project, table.calls
    if table.written:
        for call in facts.calls:
            if call.name in table.written and _matches(call, table.written[call.name].removed):
                yield _Use(call.name, call.line, table.written[call.name])
    for call in [c for c in facts.calls if c.resolved is not None and c.name.rpartition(".")[2] in calls]:
        for dotted, gone in calls[call.name.rpartition(".")[2]]:
            if _matches(call, gone.removed) and project.callee(call) == dotted:
                yield _Use(_shown(call, gone.removed), call.line, gone)


def _decorated(context: Context, facts: FileFacts, table: _Table) -> Iterator[_Use]:
    for name, line in _decorators(facts):
        for dotted, gone in table.calls.get(name.rpartition(".")[2], ()):
            plain = not gone.removed.keyword and not gone.removed.text
            if plain and context.project.canonical(f"{facts.path}:{name}") == dotted:
                yield _Use(name, _line_of_decorator(context.project.root / facts.path, name, line), gone)


def _line_of_decorator(path: Path, name: str, line: int) -> int:
    """Where ``@name`` stands above the definition in `line`; `line` where it does not: facts have no line for it."""
    try:
        above = path.read_text(encoding="utf-8", errors="replace").splitlines()[: line - 1]
    except OSError:
        return line
    written = re.compile(rf"\s*@\s*(?:\w+\.)*{re.escape(name.rpartition('.')[2])}\b")
    return next((number for number in range(len(above), 0, -1) if written.match(above[number - 1])), line)


def _decorators(facts: FileFacts) -> Iterable[tuple[str, int]]:
    """Decorators without arguments, by the names that stand there and as seen from the scope around."""
    for definition in facts.definitions:
        if not definition.decorators:
            continue
        scope = definition.name.rpartition(".")[0]
        for name in definition.decorators:
            yield name, definition.line
            if scope:
                yield f"{scope}.{name}", definition.line


def _matches(call: Call, removed: Removed) -> bool:
    if removed.keyword and removed.keyword not in call.keywords:
        return False
    return not removed.text or (
        call.first_string is not None and re.search(removed.text, call.first_string) is not None
    )


def _shown(call: Call, removed: Removed) -> str:
    if removed.keyword:
        return f"{call.name}({removed.keyword}=...)"
    if removed.text:
        return f"{call.name}({(call.first_string or '')[:40]!r})"
    return call.name


RULES = (
    Rule(
        id="removed-api",
        summary="Code uses nothing that the declared version of a library no longer has.",
        file=removed_uses,
    ),
)
