"""Which declared distributions bring which imports, beside what the names say."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.facts.manifests import distributions_of

_TABLE = Path(__file__).parent / "distributions.txt"


@dataclass(slots=True)
class Known:
    """What the table says."""

    distributions: set[str] = field(default_factory=set)
    """Those of which it is known what they bring."""
    brought: dict[str, set[str]] = field(default_factory=dict)
    """Distribution -> what is installed along with it."""
    providers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Import name -> distributions, beside those that facts know."""
    generic: set[str] = field(default_factory=set)
    """First words of names of distributions that do not belong together."""
    modules: dict[str, set[str]] = field(default_factory=dict)
    """npm: package -> names that exist only for code that it compiles or runs; ``*``: for programs beside npm."""


@cache
def known() -> Known:
    """The table, read once."""
    found = Known()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        first, *rest = line.split()
        if first == "known":
            found.distributions.update(rest)
        elif first == "generic":
            found.generic.update(rest)
        elif first == "import":
            found.providers[rest[0]] = tuple(rest[1:])
        elif first == "npm":
            found.modules.setdefault(rest[0], set()).update(rest[1:])
        elif first.endswith(":"):
            found.brought.setdefault(first[:-1], set()).update(rest)
    for name, brought in found.brought.items():
        found.distributions.update((name, *brought))
    return found


def provided_by(module: str, declared: Iterable[str]) -> list[str]:
    """Declared Python distributions that give the import of `module`, as far as names tell."""
    name = module.split(".")[0]
    plain = re.sub(r"[-_.]+", "-", name).lower()
    given = {*distributions_of(module), *known().providers.get(name, ())}
    return [d for d in declared if d in given or d == plain or (not _is_stubs(d) and _alike(plain, d))]


def is_named(module: str, distribution: str) -> bool:
    """Is `distribution` known to give `module`, and not only like it in name?"""
    name = module.split(".")[0]
    named = (*distributions_of(module), *known().providers.get(name, ()))
    return distribution in named


def _alike(plain: str, distribution: str) -> bool:
    """Is the import name `plain` so like a distribution that this may be the one?"""
    bare = plain.replace("-", "")
    if distribution.startswith(f"{plain}-") or (len(bare) > 3 and bare in distribution.replace("-", "")):
        return True
    if not unknown_content(distribution):
        return False
    words, theirs = plain.split("-"), distribution.split("-")
    return set(words) <= set(theirs) or (words[0] == theirs[0] and words[0] not in known().generic)


def unknown_content(distribution: str) -> bool:
    """Nothing is known of what a Python distribution brings, so it may bring anything."""
    return distribution not in known().distributions and not _is_stubs(distribution)


def _is_stubs(distribution: str) -> bool:
    return distribution.startswith("types-") or distribution.endswith(("-stubs", "-types"))


def provides(declared: Container[str], name: str) -> bool:
    """Does a declared npm package give the name `name` to the code that it compiles or runs?"""
    hosts = (package for package, modules in known().modules.items() if name in modules)
    return any(package == "*" or package in declared for package in hosts)
