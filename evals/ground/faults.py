"""What mutants and races share: faults that are edited into an assembled tree, and verdicts that are kept.

A verdict is kept under the content of all that it rests on: an interrupted run goes on where it was.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.behaviour.contract import Contract
from evals.ground.environments import Environment
from evals.ground.references import MANIFEST, Reference, assemble
from evals.ground.rows import Tree
from evals.ground.serving import BootFailure, Ground, build
from tools.targets.store import digest_of

_FRAME = Path(__file__).parents[1] / "behaviour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A text of one file, to be replaced by another."""

    file: str
    before: str
    """Exactly once in the assembled file."""
    after: str

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.file or not self.before or self.before == self.after


def apply(edits: Sequence[Edit], tree: Path) -> str:
    """Make the edits one after another; returns why one of them does not apply, nothing when all do."""
    for edit in edits:
        path = tree / edit.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (count := text.count(edit.before)) != 1:
            return f"{edit.file} has its text {count} times" if text else f"there is no {edit.file}"
        path.write_text(text.replace(edit.before, edit.after), encoding="utf-8")
    return ""


class Planted:
    """The trees of references, as they are and with faults in them."""

    def __init__(self, ground: Ground) -> None:
        """Make none yet."""
        self._ground = ground
        self._environments: dict[tuple[str, str], Environment] = {}

    def folder(self, reference: Reference, database: str, edits: Sequence[Edit] = ()) -> tuple[Path, str]:
        """A fresh folder with the assembled and edited tree, and why an edit does not apply."""
        folder = self._ground.place(f"{reference.name}-{database}")
        assemble(reference, database, folder)
        return folder, apply(edits, folder)

    def tree(self, reference: Reference, database: str, folder: Path) -> Tree:
        """The folder with its packages, which are those of the reference as it is.

        Raises:
            EnvironmentFault: this machine lacks what it takes.
            BadReference: the packages cannot be installed.
        """
        environment = self._environments.get((reference.name, database))
        if environment is None:  # two at once may both ask: one of them builds it, see Environments
            environment = self._ground.environments.provide(reference, folder)
            self._environments[(reference.name, database)] = environment
        return Tree(reference=reference, database=database, folder=folder, environment=environment)


class Verdicts:
    """What was found out about trees, kept in a folder."""

    def __init__(self, folder: Path, fresh: bool = False) -> None:
        """Keep them in ``folder``; with ``fresh`` use none of an earlier run."""
        self._folder, self._fresh = folder, fresh
        self._suites: dict[str, str] = {}
        """Contents of each contract's suite, looked at once: what runs is what was imported, whoever edits it now."""

    def of(
        self, tree: Tree, contract: Contract, judge: Callable[[str], Mapping[str, Any]], *more: str
    ) -> Mapping[str, Any]:
        """The verdict of a tree that was not built yet, as JSON; found out when none is kept.

        Args:
            tree: what is judged.
            contract: its suite is a part of the key.
            judge: makes the verdict: of the built tree, or from the cause that it cannot be built or started.
            more: parts of the key.
        """
        reference = tree.reference
        suite = self._suites.setdefault(contract.name, digest_of(contract.version, _content(_FRAME, "*.py")))
        manifest = (reference.folder / MANIFEST).read_text(encoding="utf-8")
        parts = (suite, _content(tree.folder), tree.database, manifest, *more)
        kept = self._folder / f"{digest_of(*parts)}.json"
        if kept.is_file() and not self._fresh:
            told: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
            return told
        try:
            build(reference, tree.folder, tree.environment)
            verdict = judge("")
        except BootFailure as error:
            return judge(str(error)[-600:])  # not kept: the fault may be the machine's
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        half.write_text(json.dumps(verdict, indent=1), encoding="utf-8")
        half.replace(kept)
        return verdict


def _content(folder: Path, pattern: str = "*") -> str:
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())
    return digest_of(*(f"{path.relative_to(folder)}\0{path.read_bytes().hex()}" for path in paths))
