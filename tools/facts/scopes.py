"""What a name means at a place in a file: scopes, bindings, and the little type knowledge that facts need.

A *ref* is a dotted name before anything outside the file is known: ``@2:0|.execute`` hangs on name 0 of import
2 of the file (-1: the whole module as bound, -2: a star import), ``:Class.attribute`` on a definition of the
file itself. `tools.facts.bind` turns refs into the dotted names that `tools.facts.model` describes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tree_sitter import Node

MAX_CHAIN = 240
"""Characters of a dotted chain or ref; builder chains in generated code run to megabytes."""

_ROOT = re.compile(r"[\w$#]+")
_PART = re.compile(r"\.[\w$#]+|\(\)|\[\]|\?")


@dataclass(slots=True, eq=False)
class Scope:
    """A stretch of source in which names are bound."""

    name: str
    """Dotted; empty for the module and for functions without a name at module level."""
    kind: Literal["module", "class", "function"]
    start: int
    end: int
    parent: Scope | None = None
    bindings: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)
    """Name -> (byte from which it holds, ref or ``None`` for something unknown), in order of the source."""

    later: dict[str, list[tuple[int, Node]]] = field(default_factory=dict)
    """Name -> (index in its bindings, expression): values that nobody has asked for yet."""

    def bind(self, name: str, position: int, ref: str | None) -> None:
        """Say that `name` means `ref` from byte `position` on."""
        self.bindings.setdefault(name, []).append((position, ref))

    def bind_later(self, name: str, position: int, value: Node) -> None:
        """Say that `name` means what `value` is from byte `position` on; it is looked at when somebody asks."""
        known = self.bindings.setdefault(name, [])
        self.later.setdefault(name, []).append((len(known), value))
        known.append((position, None))


class Names:
    """The scopes of one file, and what is bound in them."""

    def __init__(self, scopes: Sequence[Scope]) -> None:
        """Take all scopes, the module first, then by start; parents are filled in here."""
        self.module = scopes[0]
        self.members: dict[str, str] = {}
        """Dotted name of a class's or module's attribute -> ref of its type."""
        self.returns: dict[str, str] = {}
        """Dotted function -> ref of what calling it gives."""
        self.classes: dict[str, tuple[str, ...]] = {}
        """Dotted class -> refs of its bases."""
        self.stars: list[int] = []
        """Indices of the star imports."""
        self.type_of: Callable[[Node, Scope], str | None] = _unknown
        """What an expression is; the reader sets it."""
        self._outer: dict[str, str | None] | None = None
        self._walked: dict[tuple[str, str], str | None] | None = None
        self._starts, self._owners = _segments(scopes)

    def at(self, position: int) -> Scope:
        """The innermost scope at byte `position`."""
        return self._owners[bisect_right(self._starts, position) - 1]

    def forget(self) -> None:
        """Let go of the tree: the facts are read."""
        self.type_of = _unknown

    def settle(self) -> None:
        """Say that nothing will be bound any more: from now on answers are remembered."""
        self._outer = {}
        self._walked = {}

    def resolve(self, chain: str, scope: Scope, position: int) -> str | None:
        """The ref of a dotted chain (``session.query().filter``) seen at `position`, if it can be known."""
        root = chain.partition(".")[0]
        if not root.isidentifier():
            match = _ROOT.match(chain)
            if match is None:
                return None
            root = match[0]
        rest = chain[len(root) :]
        inner = scope
        while scope.parent is not None:
            known = scope.bindings.get(root)
            # A class body runs from top to bottom: `list[int]` above `def list` means the outer name.
            if known is not None and (scope.kind != "class" or (scope is inner and known[0][0] <= position)):
                if root in scope.later:
                    self._look_at(root, scope, known)
                ref = _binding_at(known, position if scope is inner else None)
                return self._walk(ref, rest) if ref is not None else None
            scope = scope.parent
        return self._in_module(chain, root, rest, position if scope is inner else None)

    def _look_at(self, name: str, scope: Scope, known: list[tuple[int, str | None]]) -> None:
        """Find out what the values are that were bound for later, from the first to the last."""
        for index, value in scope.later.pop(name):
            known[index] = (known[index][0], self.type_of(value, scope))

    def _in_module(self, chain: str, root: str, rest: str, position: int | None) -> str | None:
        """The ref of a chain whose root no inner scope binds."""
        outer = self._outer
        if position is None and outer is not None and chain in outer:
            return outer[chain]
        known = self.module.bindings.get(root)
        ref = None
        if known is not None:
            ref = _binding_at(known, position)
        elif len(self.stars) == 1 and not root.startswith("_"):
            ref = f"@{self.stars[0]}:-2|.{root}"
        found = self._walk(ref, rest) if ref is not None else None
        if position is None and outer is not None:
            outer[chain] = found
        return found

    def member(self, ref: str, key: str) -> str | None:
        """The ref of what stands behind `ref` when `key` (``.attribute``) follows."""
        return self._walk(ref, key)

    def bound(self, name: str, scope: Scope, position: int) -> str | None:
        """The ref that `name` itself is bound to, if it is known."""
        return self.resolve(name, scope, position)

    def _walk(self, ref: str, rest: str) -> str | None:
        if not rest:
            return ref
        if ref[0] == "@":
            return ref + rest if len(ref) + len(rest) <= MAX_CHAIN else None
        walked = self._walked
        if walked is None:
            return self._walk_parts(ref, rest)
        key = (ref, rest)
        if key not in walked:
            walked[key] = self._walk_parts(ref, rest)
        return walked[key]

    def _walk_parts(self, ref: str, rest: str) -> str | None:
        for part in _PART.findall(rest):
            ref = self._step(ref, part)
            if len(ref) > MAX_CHAIN:
                return None
        return ref

    def _step(self, ref: str, part: str) -> str:
        if ref[0] == "@":
            return ref + part
        name = ref[1:]
        if part == "()":
            return ref if name in self.classes else self.returns.get(name, ref + "()")
        return self._member(name, part, 0) or ref + part

    def _member(self, owner: str, part: str, depth: int) -> str | None:
        known = self.members.get(owner + part)
        if known is not None or depth > 8:
            return known
        for base in self.classes.get(owner, ()):
            if base[0] == ":":
                known = self._member(base[1:], part, depth + 1)
                if known is not None:
                    return known
        return None


def _unknown(_value: Node, _scope: Scope) -> str | None:
    return None


def _binding_at(known: list[tuple[int, str | None]], position: int | None) -> str | None:
    # In another scope nobody knows when the code runs: the last thing known about the name is the best guess.
    if len(known) == 1:
        return known[0][1]
    if position is not None:
        before = [entry for entry in known if entry[0] <= position]
        return (before or known[:1])[-1][1]
    for _, ref in reversed(known):
        if ref is not None:
            return ref
    return None


def _segments(scopes: Sequence[Scope]) -> tuple[list[int], list[Scope]]:
    """Cut the file into stretches that belong to one innermost scope each."""
    starts: list[int] = [0]
    owners: list[Scope] = [scopes[0]]
    stack = [scopes[0]]
    for scope in scopes[1:]:
        _close(stack, scope.start, starts, owners)
        scope.parent = stack[-1]
        stack.append(scope)
        starts.append(scope.start)
        owners.append(scope)
    _close(stack, scopes[0].end + 1, starts, owners)
    return starts, owners


def _close(stack: list[Scope], position: int, starts: list[int], owners: list[Scope]) -> None:
    while len(stack) > 1 and stack[-1].end <= position:
        ended = stack.pop()
        starts.append(ended.end)
        owners.append(stack[-1])
