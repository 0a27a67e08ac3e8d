"""``python -m evals.field sample``: findings for readers, spread over the rules, with the code around them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.field.checking import check
from evals.floor.tasks import HOME
from tools.errors import EnvironmentFault
from tools.shell import Shell, ShellSettings

_AROUND = 12
"""Lines shown before and after the one in question."""
_WIDTH = 220


def draw(findings: Sequence[Mapping[str, Any]], number: int, seed: str) -> list[Mapping[str, Any]]:
    """Up to `number` findings, one of each rule in turn; the same for the same findings and seed."""
    piles: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        piles.setdefault(finding["rule"], []).append(finding)
    for rule, pile in piles.items():
        random.Random(f"{seed}:{rule}").shuffle(pile)
    drawn: list[Mapping[str, Any]] = []
    while len(drawn) < number and any(piles.values()):
        for rule in sorted(piles):
            if piles[rule] and len(drawn) < number:
                drawn.append(piles[rule].pop())
    return drawn


def entry(repository: Path, finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as readers get it."""
    named = ("rule", "severity", "message", "hint", "chain", "path", "line")
    return {
        "id": identity(repository.name, finding),
        "repository": repository.name,
        **{name: finding[name] for name in named},
        "code": _code(repository / finding["path"], finding["line"]) if finding["path"] else [],
    }


def identity(repository: str, finding: Mapping[str, Any]) -> str:
    """The same for the same finding at the same place, so that verdicts outlive a second drawing."""
    parts = (repository, *(str(finding[name]) for name in ("rule", "path", "line", "message")))
    return f"{repository}-{finding['rule']}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:10]}"


def _code(path: Path, line: int) -> list[str]:
    """The line with those around it, numbered, an arrow before it."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    first = max(0, line - 1 - _AROUND)
    shown = lines[first : first + 2 * _AROUND + 1]
    return [f"{'>' if n == line else ' '}{n:5} {text[:_WIDTH]}" for n, text in enumerate(shown, first + 1)]


def sample(
    folders: Sequence[Path], place: Path, number: int, seed: int, constraints: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """The entries of all `folders`, in their order.

    Raises:
        EnvironmentFault: the check came to no verdict in one of them.
    """
    with Shell(ShellSettings(root=HOME, sandbox=False)) as shell:
        for folder in folders:
            repository = folder.resolve()
            checked = check(shell, repository, place / repository.name, constraints)
            if checked.crash:
                raise EnvironmentFault(f"{repository.name}: {checked.crash}")
            drawn = draw(checked.document["findings"], number, f"{seed}:{repository.name}")
            yield from (entry(repository, finding) for finding in drawn)
