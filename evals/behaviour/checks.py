"""A check: a function that names the requirements it tests, made one by the decorator ``check``."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

W = TypeVar("W")
T = TypeVar("T")


class UnknownChoice(Exception):
    """What a person asked for does not exist; says what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One named check; its fixtures are its own."""

    run: Callable[[Any], None]
    requirements: tuple[str, ...]
    """Ids of the sentences that it tests; the first decides its group."""
    restart: bool = False
    """Whether it starts the server again on its way."""
    secret: bool = False
    """Whether it signs tokens with the server's key."""

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.run.__name__

    @property
    def claim(self) -> str:
        """What it says about the server: its docstring, or else its name."""
        return " ".join((self.run.__doc__ or self.name.replace("_", " ")).split())

    @property
    def group(self) -> str:
        """``PAT`` of ``PAT-03``."""
        return group_of(self.requirements[0])

    @property
    def word(self) -> str:
        """A short word of its own, always the same, for names and addresses."""
        initials = "".join(part[:1] for part in self.name.split("_")[:4])
        return initials + hashlib.sha256(self.name.encode()).hexdigest()[:8]


def check(*requirements: str, restart: bool = False, secret: bool = False) -> Callable[[Callable[[W], None]], Check]:
    """Make a function a check.

    Args:
        requirements: ids of the MUST sentences that it tests, at least one.
        restart: whether it calls ``world.restart()``; it then runs after all others.
        secret: whether it asks for ``world.secret``.
    """
    if not requirements:
        raise ValueError("a check names at least one requirement")

    def made(run: Callable[[W], None]) -> Check:
        return Check(run=run, requirements=requirements, restart=restart, secret=secret)

    return made


def check_each(*requirements: str, over: Mapping[str, T]) -> Callable[[Callable[[W, T], None]], tuple[Check, ...]]:
    """Make a function several checks, called ``<name>_<key>``, one for each value that it is given.

    Args:
        requirements: as in ``check``.
        over: the values, by a word that names each.
    """

    def made(run: Callable[[W, T], None]) -> tuple[Check, ...]:
        return tuple(check(*requirements)(_bound(run, key, value)) for key, value in over.items())

    return made


def _bound(run: Callable[[W, T], None], key: str, value: T) -> Callable[[W], None]:
    def bound(world: W) -> None:
        run(world, value)

    bound.__name__, bound.__module__ = f"{run.__name__}_{key}", run.__module__
    bound.__doc__ = f"{key.replace('_', ' ').capitalize()}: {run.__doc__ or run.__name__.replace('_', ' ')}"
    return bound


def group_of(requirement: str) -> str:
    """The group of an id."""
    return requirement.rpartition("-")[0]


def collect(modules: Iterable[ModuleType]) -> tuple[Check, ...]:
    """The checks that these modules define, in their order.

    Raises:
        ValueError: two have one name.
    """
    found: dict[str, Check] = {}
    for module in modules:
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else (value,):
                if not isinstance(one, Check) or one.run.__module__ != module.__name__:
                    continue
                if one.name in found:
                    raise ValueError(f"two checks are called {one.name}")
                found[one.name] = one
    return tuple(found.values())


def choose(checks: Sequence[Check], only: Sequence[str]) -> list[Check]:
    """Those that a group, a requirement or a name asks for, in their order; all when nothing is asked for.

    Raises:
        UnknownChoice: something is none of these.
    """
    known = {word for check in checks for word in _words(check)}
    for word in only:
        if word not in known:
            near = difflib.get_close_matches(word, sorted(known), n=3)
            groups = ", ".join(sorted({check.group for check in checks}))
            hint = f"did you mean {' or '.join(near)}?" if near else f"groups are {groups}; --list shows all."
            raise UnknownChoice(f"{word} is no group, requirement or check: {hint}")
    wanted = set(only)
    return [check for check in checks if not wanted or wanted & _words(check)]


def _words(check: Check) -> set[str]:
    return {check.name, *check.requirements, *(group_of(id_) for id_ in check.requirements)}
