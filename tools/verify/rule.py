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

    memo: dict[object, dict[str, tuple[Any, frozenset[str]]]] = field(default_factory=dict, repr=False)
    """What `summaries` remembers: reader -> path -> value, and what the value depends on."""
    tables: dict[object, Any] = field(default_factory=dict, repr=False)
    """What `table` remembers."""

    def other(self, path: str) -> FileFacts | None:
        """The facts of another file than the one that is judged; None when it has none."""
        self.project.note((f"!{path}",))
        return self.project.files.get(path)

    def summaries(self, read: Callable[[Context, str], Summary]) -> Iterator[tuple[str, Summary]]:
        """(path, what `read` makes of it) for every file; after an edit only changed files are read anew.

        `read` is bound by the same rules as a `FileCheck`.
        """
        known = self.memo.setdefault(read, {})
        for path in self.project.files:
            entry = known.get(path)
            if entry is None:
                with self.project.recording() as needs:
                    value = read(self, path)
                entry = known[path] = (value, frozenset(needs))
            yield path, entry[0]

    def table(self, build: Callable[[Context], Summary]) -> Summary:
        """What `build` makes of the whole repository, once: for hints only, since edits leave it as it was."""
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


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROLES = frozenset(
    ["repository", "repositorie", "repo", "service", "dao", "model", "controller", "route", "router", "index", "init"]
)


def topic(path: str) -> set[str]:
    """The words of a file name that tell what it is about: ``articleRepository.js`` -> ``{"article"}``."""
    stem = _CAMEL.sub("_", path.rsplit("/", 1)[-1].rsplit(".", 1)[0]).lower()
    words = {word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", stem)}
    return words - _ROLES - {""}
