"""What a rule is, and what it is given: facts, constraints and the layers of every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from framework_profiles.loader import Profiles
from tools.constraints.asides import is_aside as is_aside
from tools.constraints.asides import is_test as is_test
from tools.constraints.data_access import DataAccess
from tools.constraints.layering import Contract, Scope
from tools.constraints.model import Constraint, ConstraintSet, Kind
from tools.facts.model import Project
from tools.findings import Finding, Severity


@dataclass(kw_only=True)
class Context:
    """Everything that rules may look at. They change nothing in it."""

    project: Project
    constraints: ConstraintSet
    profiles: Profiles
    contracts: tuple[Contract, ...] = ()
    """Orders of layers that are asked for: the architecture's first, then those of archwright.toml."""
    scope: Scope = field(default_factory=Scope)
    changed: tuple[str, ...] = ()
    """Paths that the change under judgement touched; empty when no change is judged."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Configuration files (``.env``, ``alembic.ini``) -> text."""

    @cached_property
    def access(self) -> DataAccess:
        """Where the code uses the data layer."""
        return DataAccess(self.project, self.profiles)

    @cached_property
    def architecture(self) -> Contract | None:
        """The contract of the architecture that is asked for, or that habit suggests."""
        return next((c for c in self.contracts if c.architecture is not None), None)

    @property
    def code(self) -> Iterable[str]:
        """Files that run in production: neither tests nor migrations, scripts, examples or tools."""
        return (path for path in self.project.files if not is_aside(path))


_TEXTS = Path(__file__).parent / "explain"

Check = Callable[[Context], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a pure function from facts to findings."""

    id: str
    summary: str
    """One line: what must hold."""
    check: Check | None = None
    """What is true of any code, also half-written: judged after every edit."""
    gate: Check | None = None
    """What is not true of half-written code: judged at gates and by ``archwright check`` only, beside `check`."""

    kinds: tuple[Kind, ...] = ()
    """Kinds of constraints that it verifies; empty for rules that hold everywhere."""

    @property
    def explain(self) -> str:
        """Why the rule exists, wrong and right code, how to silence it (Markdown)."""
        return (_TEXTS / f"{self.id}.md").read_text(encoding="utf-8")

    def run(self, context: Context, *, gate: bool) -> list[Finding]:
        """All findings; at a gate those of both parts."""
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
