"""Which layer a file belongs to, and which layer may import which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from framework_profiles.layers import Place as Placed
from framework_profiles.layers import layers_named, place
from framework_profiles.model import ArchitectureProfile
from tools.constraints.model import Constraint

ROOT = "root"
INFRASTRUCTURE = "infrastructure"
TESTS = "tests"
ROLES = (ROOT, INFRASTRUCTURE, TESTS)
"""Roles that are no layers."""

Verdict = Literal["ok", "upward", "skip", "sibling"]

VIEWS = (".jsx", ".tsx", ".vue", ".svelte")
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
    clients: frozenset[str] = frozenset()
    """Folders of what runs in a browser, inside an application; see `tools.constraints.folders`."""
    modules: frozenset[str] = frozenset()
    """Folders that hold a whole feature, whatever they are called."""

    def relative(self, path: str) -> str | None:
        """`path` as seen from its backend application; None when it belongs to none."""
        if path.endswith(VIEWS) or (self.clients and self._is_client(path)):
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

    def _is_client(self, path: str) -> bool:
        return not path.endswith(".py") and any(path.startswith(folder + "/") for folder in self.clients)

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
    _roles: dict[str, tuple[str | None, bool]] = field(default_factory=dict)
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", frozenset(self.layers))

    @property
    def layers(self) -> tuple[str, ...]:
        """All names, top first."""
        return tuple(name for level in self.levels for name in level)

    def role(self, path: str) -> str | None:
        """The layer of a file, or one of `ROLES`, or None."""
        return self._known(path)[0]

    def is_sure(self, path: str) -> bool:
        """False where only a name that may mean anything (``api/``, ``handlers/``) gave the file its role."""
        return self._known(path)[1]

    def may_query(self, path: str) -> bool:
        """True for the querying half of a model (``managers.py``), which lies in no layer of its own."""
        stem = path.rpartition("/")[2].rpartition(".")[0]
        return self.architecture is not None and stem in self.architecture.query_stems

    def _known(self, path: str) -> tuple[str | None, bool]:
        known = self._roles.get(path)
        if known is None:
            known = self._roles[path] = self._role(path)
        return known

    def _role(self, path: str) -> tuple[str | None, bool]:
        matching = [(len(g), n) for n, globs in self.paths.items() for g in globs if matches(g, path)]
        if matching:
            return max(matching)[1], True
        relative = self.scope.relative(path) if self.architecture is not None else None
        if relative is None or self.architecture is None:
            return None, True
        above = path.count("/") - relative.count("/")
        found = place(self.architecture, path, skip=above, modules=self.scope.modules)
        if found is None or (self.constraint.source.origin == "practice" and self._is_doubtful(found, path)):
            return None, True
        return found.role, found.certainty == "sure"

    def _is_doubtful(self, found: Placed, path: str) -> bool:
        """Habits need clear cases.

        ``service/models.py``: the folder says one layer and the file's name another; ``persistence/`` may mean
        anything. Weak names of transport are no doubt yet: whether the code speaks HTTP can be seen.
        """
        if self.architecture is None or not self.is_layer(found.role):
            return False
        if found.certainty == "weak" and found.role not in self.transport_layers:
            return True
        named = layers_named(self.architecture, self.scope.relative(path) or path)
        return not named <= {found.role}

    def is_layer(self, role: str | None) -> bool:
        """True for a layer of this contract, False for other roles."""
        return role in self._names

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
