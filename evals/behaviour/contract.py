"""A contract: its text, its checks, and the world that they live in."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.behaviour.checks import Check, UnknownChoice, collect
from evals.behaviour.world import World

HOME = "evals.contracts"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the runner needs to know of one."""

    name: str
    folder: Path
    """Holds openapi.yaml and README.md."""
    checks: tuple[Check, ...]
    world: type[World[Any]]
    seeded: tuple[str, str] | None = None
    """Email and password of a user with all rights, for a server that is not empty."""

    @property
    def text(self) -> str:
        """The text of the contract."""
        return (self.folder / "openapi.yaml").read_text(encoding="utf-8")

    @property
    def version(self) -> str:
        """Hash of the text and of the code of the checks, with what they share with other contracts."""
        total = hashlib.sha256()
        code = [*sorted(self.folder.parent.glob("*.py")), *sorted((self.folder / "checks").glob("*.py"))]
        for path in [self.folder / "openapi.yaml", *code]:
            total.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
        return total.hexdigest()[:16]


def load(name: str, home: str = HOME) -> Contract:
    """Read a contract: all modules of its package ``checks``; ``making`` among them offers the class ``World``.

    Args:
        name: folder of the contract.
        home: the package that contracts lie in.

    Raises:
        UnknownChoice: there is none of this name.
    """
    roots = [Path(place) for place in importlib.import_module(home).__path__]
    names = sorted(path.parent.name for root in roots for path in root.glob("*/checks"))
    if name not in names:
        raise UnknownChoice(f"{name} is no contract: there is {', '.join(names) or 'none'}")
    folder = next(root / name for root in roots if (root / name / "checks").is_dir())
    package = f"{home}.{name}.checks"
    places = [str(folder / "checks")]
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(places)]
    world = importlib.import_module(f"{package}.making").World
    return Contract(name=name, folder=folder, checks=collect(modules), world=world)
