"""What a rule is, and what it is given: facts, constraints and the layers of every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from framework_profiles.loader import Profiles
from tools.constraints.asides import is_aside as is_aside
from tools.constraints.asides import is_test as is_test
from tools.constraints.data_access import DataAccess
from tools.constraints.layering import Contract, Scope
from tools.constraints.model import Constraint, ConstraintSet, Kind
from tools.facts.model import FileFacts, Project
from tools.findings import Finding, Severity

Summary = TypeVar("Summary")


@dataclass(slots=True)
class Summaries:
    """What one reader made of each file."""

    todo: dict[str, None]
    """Files that are still to be read."""
    values: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    """What a value depends on beside its own file; see `Project.note`."""
    order: Sequence[str] = ()
    """The paths of `values`, sorted; empty when that is to be done."""

    def forget(self, stale: Iterable[str], present: Mapping[str, object]) -> None:
        """Read the files `stale` anew, as far as they are `present`."""
        for path in stale:
            self.values.pop(path, None)
            self.needs.pop(path, None)
            if path in present:
                self.todo[path] = None
            else:
                self.todo.pop(path, None)
        self.order = ()


class Change(NamedTuple):
    """What a change did to the repository."""

    paths: tuple[str, ...] = ()
    """Every path it touched, those deleted or renamed away included."""
    before: Mapping[str, str | None] = MappingProxyType({})
    """Path -> text before it; None: there was no such file. May leave out what nobody needs (binary files)."""


@dataclass(kw_only=True)
class Context:
    """Everything that rules may look at. They change nothing in it."""

    project: Project
    constraints: ConstraintSet
    profiles: Profiles
    contracts: tuple[Contract, ...] = ()
    """Orders of layers that are asked for: the architecture's first, then those of archwright.toml."""
    scope: Scope = field(default_factory=Scope)
    change: Change = field(default_factory=lambda: Change())
    """The change under judgement; empty when none is judged."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Configuration files (``.env``, ``alembic.ini``) -> text."""

    memo: dict[object, Summaries] = field(default_factory=dict, repr=False)
    """What `summaries` remembers, by reader."""
    tables: dict[object, Any] = field(default_factory=dict, repr=False)
    """What `table` remembers."""

    def other(self, path: str) -> FileFacts | None:
        """The facts of another file than the one that is judged; None when it has none."""
        self.project.note((f"!{path}",))
        return self.project.files.get(path)

    def summaries(self, read: Callable[[Context, str], Summary]) -> Iterator[tuple[str, Summary]]:
        """(path, what `read` makes of it) for every file of which it makes anything (something true), by path.

        After an edit only the files concerned are read anew. `read` is bound by the same rules as a `FileCheck`.
        """
        known = self._known(read)
        if known.todo:
            for path in list(known.todo):
                self._read(read, path, known)
            known.order = ()
        if len(known.order) != len(known.values):
            known.order = sorted(known.values)
        for path in known.order:
            yield path, known.values[path]

    def summary(self, read: Callable[[Context, str], Summary], path: str) -> Summary | None:
        """What `read` makes of one file, remembered as in `summaries`; None when it makes nothing of it."""
        known = self._known(read)
        if path in known.todo:
            self._read(read, path, known)
            known.order = ()
        self.project.note(known.needs.get(path, ()))
        return known.values.get(path)

    def _known(self, read: Callable[[Context, str], object]) -> Summaries:
        known = self.memo.get(read)
        if known is None:
            known = self.memo[read] = Summaries(dict.fromkeys(self.project.files))
        return known

    def _read(self, read: Callable[[Context, str], object], path: str, known: Summaries) -> None:
        outer, needs = self.project.touched, set[str]()
        self.project.touched = needs
        try:
            value = read(self, path)
        finally:
            self.project.touched = outer
        if value:
            known.values[path] = value
        if needs:
            known.needs[path] = frozenset(needs)
        del known.todo[path]

    def table(self, build: Callable[[Context], Summary]) -> Summary:
        """What `build` makes of the whole repository: for hints, since edits leave it as it was until a file comes
        or goes; and for what only manifests and profiles say.
        """
        if build not in self.tables:
            self.tables[build] = build(self)
        found: Summary = self.tables[build]
        return found

    @cached_property
    def access(self) -> DataAccess:
        """Where the code uses the data layer."""
        return DataAccess(self.project, self.profiles)

    @cached_property
    def architecture(self) -> Contract | None:
        """The contract of the architecture that is asked for, or that habit suggests."""
        return next((c for c in self.contracts if c.architecture is not None), None)

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths that the change under judgement touched; empty when no change is judged."""
        return self.change.paths

    @property
    def before(self) -> Mapping[str, str | None]:
        """Path -> text before the change under judgement (None: there was no such file)."""
        return self.change.before

    @property
    def code(self) -> Iterable[str]:
        """Files that run in production: neither tests nor migrations, scripts, examples or tools."""
        return (path for path in self.project.files if not is_aside(path))


_TEXTS = Path(__file__).parent / "explain"

FileCheck = Callable[[Context, str], Iterable[Finding]]
"""Judges one file. It looks at `project.files` of that path, at what `Project.canonical` and its kin say of names,
at `Contract.role` of any path, at `DataAccess.uses` of that path, and at other files through `Context.other` only:
so a re-check after an edit knows which files it must judge anew."""
Check = Callable[[Context], Iterable[Finding]]
"""Judges the repository as a whole; it runs anew after every edit, so what it reads of each file comes through
`Context.summaries`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a pure function from facts to findings."""

    id: str
    summary: str
    """One line: what must hold."""
    file: FileCheck | None = None
    """What is true of any code, also half-written, file by file: judged after every edit."""
    gate_file: FileCheck | None = None
    """What is not true of half-written code, file by file: judged at gates and by ``archwright check`` only."""
    check: Check | None = None
    """Like `file`, for what no single file tells."""
    gate: Check | None = None
    """Like `gate_file`, for what no single file tells."""

    about_change: bool = False
    """It judges what a change did (`Context.change`), and nothing where none is judged."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of constraints that it verifies; empty for rules that hold everywhere."""

    @property
    def explain(self) -> str:
        """Why the rule exists, wrong and right code, how to silence it (Markdown)."""
        return (_TEXTS / f"{self.id}.md").read_text(encoding="utf-8")

    def in_file(self, context: Context, path: str, *, gate: bool) -> list[Finding]:
        """The findings of one file; at a gate those of both parts."""
        checks = (self.file, self.gate_file) if gate else (self.file,)
        return [finding for check in checks if check is not None for finding in check(context, path)]

    def in_whole(self, context: Context, *, gate: bool) -> list[Finding]:
        """The findings that no single file tells; at a gate those of both parts."""
        checks = (self.check, self.gate) if gate else (self.check,)
        return [finding for check in checks if check is not None for finding in check(context)]


def severity_of(constraint: Constraint | None) -> Severity:
    """Stated rules are errors, inferred ones warnings."""
    stated = constraint is not None and constraint.binding == "stated"
    return Severity.ERROR if stated else Severity.WARNING


def because(constraint: Constraint) -> str:
    """``(stated: archwright.toml:3)``: where the rule comes from, for messages about choices."""
    return f"({constraint.binding}: {constraint.source})"


def listed(names: Sequence[str], limit: int = 3) -> str:
    """``a, b and 4 more``."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


_NO_HOMES = ("Error", "Exception", "Schema", "Response", "Request", "Dto", "DTO", "Config", "Options")
"""Ends of class names that hold no work of their layer."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROLES = frozenset(
    ["repository", "repositorie", "repo", "service", "dao", "model", "controller", "route", "router", "index", "init"]
)


def topic(path: str) -> set[str]:
    """The words of a file name that tell what it is about: ``articleRepository.js`` -> ``{"article"}``."""
    *folders, name = path.split("/")
    # In a feature module (``articles/service.py``) the folder tells.
    return _words(name.rsplit(".", 1)[0]) - _ROLES or _words(folders[-1] if folders else "") - _ROLES


def place_of(facts: FileFacts) -> str:
    """``ArticleService in services/article.py`` for hints; the path alone where no class stands for the file."""
    about = topic(facts.path)
    for definition in facts.definitions:
        name = definition.name
        if definition.kind == "class" and "." not in name and not name.endswith(_NO_HOMES):
            words = _words(name)
            if words & _ROLES and (words & about or not about):
                return f"{name} in {facts.path}"
    return facts.path


def _words(text: str) -> set[str]:
    found = {word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", _CAMEL.sub("_", text).lower())}
    return found - {""}
