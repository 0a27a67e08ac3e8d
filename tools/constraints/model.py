"""What a constraint is: one rule of a repository, typed, with the line that it comes from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

Kind = Literal[
    "architecture",  # value: name of an architecture profile
    "database",  # value: name of a database profile, or NONE
    "orm",  # value: name of an ORM profile, or NONE
    "framework",  # value: name of a framework profile
    "layers",  # where the layers of the architecture lie; params: layer name -> globs
    "contract",  # an own order of layers; value: its name; params: see layering.contract_from
    "layer-imports",  # value "routes !> repositories"; params: source, target
    "queries",  # value: the layers that hold queries, comma-separated
    "protected",  # value: glob of paths that may not be changed
    "exclude",  # value: glob of paths that are not checked
    "rule",  # value: rule id; params: severity = off, info, warning, error
    "advisory",  # value: a sentence that no verifier can judge
]
Binding = Literal["stated", "inferred", "advisory"]
Origin = Literal["flag", "file", "request", "instructions", "practice", "profile"]

NONE = "none"
"""The value of ``orm`` and ``database`` that says: use none."""

SINGLE: tuple[Kind, ...] = ("architecture", "database", "orm", "framework", "layers", "queries")
"""Kinds of which only one value can hold; a second one is a contradiction."""

PRECEDENCE: tuple[Origin, ...] = ("flag", "file", "request", "instructions", "practice", "profile")
"""Who wins, first to last."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a constraint was said."""

    origin: Origin
    path: str = ""
    """File, relative to the repository; empty for flags and requests given as argument."""
    line: int = 0
    text: str = ""
    """The words themselves, one line."""

    def __str__(self) -> str:
        """``archwright.toml:3``, ``--constraint orm=...``, ``request:12`` or ``practice: 9 of 10 ...``."""
        if self.origin == "flag":
            return f"--constraint {self.text}"
        if self.path:
            return f"{self.path}:{self.line}" if self.line else self.path
        if self.origin == "practice":
            return f"practice: {self.text}"
        return f"{self.origin}:{self.line}" if self.line else self.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One rule of the repository."""

    kind: Kind
    value: str
    source: Source
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Details by kind; JSON-able."""
    binding: Binding = "stated"
    meaning: str = ""
    """One line for people and the model; empty = made from kind and value."""

    @property
    def id(self) -> str:
        """``architecture=clean``: stable, unique within a set but for repeated sayings of the same thing."""
        return f"{self.kind}={self.value}"

    @property
    def words(self) -> str:
        """What it means, in one line."""
        return self.meaning or _MEANINGS[self.kind].format(value=self.value)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form; `from_dict` reads it back."""
        return {
            "id": self.id,
            "kind": self.kind,
            "value": self.value,
            "params": _plain(self.params),
            "binding": self.binding,
            "meaning": self.words,
            "source": {
                "origin": self.source.origin,
                "path": self.source.path,
                "line": self.source.line,
                "text": self.source.text,
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Constraint:
        """Read what `as_dict` wrote; raises KeyError or ValueError when it is something else."""
        if data["kind"] not in get_args(Kind) or data["binding"] not in get_args(Binding):
            raise ValueError(f"no such constraint: {data['kind']} ({data['binding']})")
        return cls(
            kind=data["kind"],
            value=str(data["value"]),
            params=dict(data.get("params") or {}),
            binding=data["binding"],
            meaning=str(data.get("meaning", "")),
            source=Source(**data["source"]),
        )


_MEANINGS: Mapping[Kind, str] = {
    "architecture": "the {value} architecture is kept",
    "database": "the database is {value}, no other",
    "orm": "all data access goes through {value}, no other ORM and no raw SQL instead",
    "framework": "the web framework is {value}",
    "layers": "the layers lie where the file says",
    "contract": "the layers of {value} import only downwards",
    "layer-imports": "{value}",
    "queries": "queries and sessions only in {value}",
    "protected": "{value} must not be changed",
    "exclude": "{value} is not checked",
    "rule": "rule {value} is configured",
    "advisory": "{value}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two sayings that cannot both hold; the order of precedence decided for `kept`."""

    kept: Constraint
    dropped: Constraint

    def __str__(self) -> str:
        """One line naming both sides and their sources."""
        return (
            f"{self.kept.id} ({self.kept.source}) stands against {self.dropped.id} ({self.dropped.source}): "
            f"{self.kept.source.origin} goes before {self.dropped.source.origin}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintSet:
    """All constraints that hold, strongest source first."""

    constraints: tuple[Constraint, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def __iter__(self) -> Iterator[Constraint]:
        return iter(self.constraints)

    def __len__(self) -> int:
        return len(self.constraints)

    def of(self, kind: Kind) -> list[Constraint]:
        """Those of one kind, in order."""
        return [c for c in self.constraints if c.kind == kind]

    def one(self, kind: Kind) -> Constraint | None:
        """The constraint of a kind of which there can be only one."""
        return next((c for c in self.constraints if c.kind == kind), None)

    @property
    def stated(self) -> list[Constraint]:
        """Those that bind."""
        return [c for c in self.constraints if c.binding == "stated"]

    def digest(self) -> str:
        """SHA-256 over what the set demands; sources and wording do not count."""
        facts = sorted((c.id, c.binding, json.dumps(_plain(c.params), sort_keys=True)) for c in self.constraints)
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def brief(self, max_chars: int = 1200) -> str:
        """The set as a model should see it: one line each, binding ones first, within `max_chars`.

        What does not fit is counted in the last line, never dropped in silence.
        """
        shown = [c for c in self.constraints if c.kind not in ("exclude", "rule")]
        rank = {"stated": 0, "inferred": 1, "advisory": 2}
        lines = [_brief_line(c) for c in sorted(shown, key=lambda c: rank[c.binding])]
        lines += [f"! {contradiction}" for contradiction in self.contradictions]
        return _fit(lines, max_chars)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form; `from_dict` reads it back."""
        return {
            "digest": self.digest(),
            "constraints": [c.as_dict() for c in self.constraints],
            "contradictions": [{"kept": c.kept.as_dict(), "dropped": c.dropped.as_dict()} for c in self.contradictions],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ConstraintSet:
        """Read what `as_dict` wrote."""
        return cls(
            constraints=tuple(Constraint.from_dict(c) for c in data["constraints"]),
            contradictions=tuple(
                Contradiction(kept=Constraint.from_dict(c["kept"]), dropped=Constraint.from_dict(c["dropped"]))
                for c in data.get("contradictions", ())
            ),
        )


def _brief_line(constraint: Constraint) -> str:
    if constraint.kind == "advisory":
        return f"- (advice) {constraint.value}"
    weight = "" if constraint.binding == "stated" else f" ({constraint.binding}; {constraint.source.text})"
    return f"- {constraint.id}: {constraint.words}{weight}"


def _fit(lines: Sequence[str], max_chars: int) -> str:
    text = "\n".join(lines)
    if len(text) <= max_chars:
        return text
    kept: list[str] = []
    room = max_chars - len("- and 999 more: archwright constraints show")
    for line in lines:
        if room < len(line) + 1:
            break
        kept.append(line)
        room -= len(line) + 1
    kept.append(f"- and {len(lines) - len(kept)} more: archwright constraints show")
    return "\n".join(kept)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value
