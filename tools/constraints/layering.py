"""Which layer a file belongs to, and which layer may import which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from framework_profiles.layers import place
from framework_profiles.model import ArchitectureProfile
from tools.constraints.model import Constraint

ROOT = "root"
INFRASTRUCTURE = "infrastructure"
TESTS = "tests"
ROLES = (ROOT, INFRASTRUCTURE, TESTS)
"""Roles that are no layers."""

Verdict = Literal["ok", "upward", "skip", "sibling"]

_VIEWS = (".jsx", ".tsx", ".vue", ".svelte")
"""What a browser shows is no layer of a backend."""
_SUFFIXES = (".py", ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx")


class Place(NamedTuple):
    """A folder and the runtime of the application in it."""

    folder: str
    """POSIX, relative, ``.`` for the top."""
    runtime: str
    """``python`` or ``node``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The part of a repository in which layers are looked for: its backend applications."""

    roots: tuple[Place, ...] = ()
    """Backend applications; empty = the whole repository."""
    others: tuple[Place, ...] = ()
    """Other applications and packages (a web client), whose folder names mean something else."""

    def relative(self, path: str) -> str | None:
        """`path` as seen from its backend application; None when it belongs to none."""
        if path.endswith(_VIEWS):
            return None
        root = self._nearest(path, (*self.roots, *self.others))
        if root is None:
            return None if self.roots else path
        if self.roots and root not in self.roots:
            return None
        return path if root.folder == "." else path[len(root.folder) + 1 :]

    def root_of(self, path: str) -> str:
        """The application folder of `path`, ``.`` for the top."""
        root = self._nearest(path, self.roots)
        return root.folder if root is not None else "."

    @staticmethod
    def _nearest(path: str, places: Sequence[Place]) -> Place | None:
        runtime = "python" if path.endswith(".py") else "node"
        above = [p for p in places if p.runtime == runtime and (p.folder == "." or path.startswith(p.folder + "/"))]
        return max(above, key=lambda p: 0 if p.folder == "." else len(p.folder), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An order of layers and the way to tell the layer of a file."""

    name: str
    levels: tuple[tuple[str, ...], ...]
    """Top first; several names in one level are siblings."""
    constraint: Constraint
    """Who asks for it."""
    independent: frozenset[int] = frozenset()
    """Levels whose siblings must not import each other."""
    closed: bool = False
    """True: a layer imports only the one directly below it, and `shared`."""
    shared: frozenset[str] = frozenset()
    """Layers that every other may import, and that import none of the others."""
    required: tuple[str, ...] = ()
    query_layers: tuple[str, ...] = ()
    transport_layers: tuple[str, ...] = ()
    architecture: ArchitectureProfile | None = None
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Layer or role -> globs over paths relative to the repository; goes before names."""
    scope: Scope = field(default_factory=Scope)
    _roles: dict[str, str | None] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """All names, top first."""
        return tuple(name for level in self.levels for name in level)

    def role(self, path: str) -> str | None:
        """The layer of a file, or one of `ROLES`, or None."""
        if path not in self._roles:
            self._roles[path] = self._role(path)
        return self._roles[path]

    def _role(self, path: str) -> str | None:
        matching = [(len(g), n) for n, globs in self.paths.items() for g in globs if matches(g, path)]
        if matching:
            return max(matching)[1]
        if self.architecture is None:
            return None
        relative = self.scope.relative(path)
        found = place(self.architecture, relative) if relative is not None else None
        if found is None or (self.constraint.source.origin == "practice" and self._is_doubtful(found.role, path)):
            return None
        return found.role

    def _is_doubtful(self, role: str, path: str) -> bool:
        """``service/models.py``: the folder says one layer and the file's name another. Habits need clear cases."""
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        named = [layer.name for layer in self.architecture.layers if stem in layer.stems] if self.architecture else []
        return bool(named) and role not in named

    def is_layer(self, role: str | None) -> bool:
        """True for a layer of this contract, False for other roles."""
        return role is not None and any(role in level for level in self.levels)

    def verdict(self, source: str, target: str) -> Verdict:
        """Whether layer `source` may import layer `target`."""
        if source == target or (target in self.shared and source not in self.shared):
            return "ok"
        upper, lower = self._level(source), self._level(target)
        if source in self.shared or lower < upper:
            return "ok" if source in self.shared and target in self.shared and lower > upper else "upward"
        if upper == lower:
            return "sibling" if upper in self.independent else "ok"
        return "skip" if self.closed and self.between(source, target) else "ok"

    def between(self, source: str, target: str) -> tuple[str, ...]:
        """The layers that lie between two, top first; shared ones do not count."""
        levels = self.levels[self._level(source) + 1 : self._level(target)]
        return tuple(name for level in levels for name in level if name not in self.shared)

    def below(self, source: str) -> tuple[str, ...]:
        """The layers that `source` may import, itself not counted."""
        return tuple(n for n in self.layers if n != source and self.verdict(source, n) == "ok")

    def _level(self, name: str) -> int:
        return next(i for i, level in enumerate(self.levels) if name in level)


def architecture_contract(
    profile: ArchitectureProfile,
    constraint: Constraint,
    paths: Mapping[str, Sequence[str]] | None = None,
    scope: Scope | None = None,
) -> Contract:
    """The contract of an architecture profile; `paths` (from ``[layers]``) go before its names."""
    renamed = {"roots": ROOT}
    return Contract(
        name=profile.name,
        levels=tuple((layer.name,) for layer in profile.layers),
        constraint=constraint,
        closed=profile.closed,
        shared=frozenset(profile.shared),
        required=profile.required,
        query_layers=profile.query_layers,
        transport_layers=profile.transport_layers,
        architecture=profile,
        paths={renamed.get(name, name): tuple(globs) for name, globs in (paths or {}).items()},
        scope=scope or Scope(),
    )


def own_contract(constraint: Constraint) -> Contract:
    """The contract that a ``[[contracts]]`` table of archwright.toml states."""
    params = constraint.params
    levels, independent = parse_order(params["order"])
    within = str(params.get("within", "")).strip("/")
    given: Mapping[str, Sequence[str]] = params.get("paths", {})
    paths = {n: tuple(given.get(n) or _default_globs(within, n)) for level in levels for n in level}
    roots = tuple(params.get("roots", ()))
    return Contract(
        name=constraint.value,
        levels=levels,
        constraint=constraint,
        independent=independent,
        closed=bool(params.get("closed", False)),
        shared=frozenset(params.get("shared", ())),
        paths={**paths, ROOT: roots} if roots else paths,
    )


def parse_order(order: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], frozenset[int]]:
    """Levels of an order, and which of them are independent: ``a | b`` (independent), ``a : b`` (not)."""
    levels = tuple(tuple(n.strip() for n in re.split(r"[|:]", level) if n.strip()) for level in order)
    return levels, frozenset(i for i, level in enumerate(order) if "|" in level)


def _default_globs(within: str, name: str) -> tuple[str, ...]:
    base = f"{within}/{name}" if within else name
    return (f"{base}/**", *(base + suffix for suffix in _SUFFIXES))


def matches(glob: str, path: str) -> bool:
    """Whether a POSIX path matches a glob: ``*`` within a folder, ``**`` over folders, ``dir`` all below it."""
    return _pattern(glob.rstrip("/")).fullmatch(path) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    parts: list[str] = []
    index = 0
    while index < len(glob):
        if glob.startswith("**/", index):
            parts.append("(?:.*/)?")
            index += 3
        elif glob.startswith("**", index):
            parts.append(".*")
            index += 2
        elif glob[index] == "*":
            parts.append("[^/]*")
            index += 1
        elif glob[index] == "?":
            parts.append("[^/]")
            index += 1
        else:
            parts.append(re.escape(glob[index]))
            index += 1
    below = "" if glob.endswith("*") else "(?:/.*)?"
    return re.compile("".join(parts) + below)
