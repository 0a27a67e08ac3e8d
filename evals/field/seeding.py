"""How much of what is wrong does the check find? Violations are put into a copy of a real repository, and counted.

What the repository breaks without them is known from a check before; found is a violation when the check after it says
something new in its file by a rule that is meant for it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.field.checking import Checked, check
from evals.field.edits import write
from evals.field.grid import grid, percent
from evals.field.planting import Seed, draw, ground
from evals.floor.tasks import HOME
from tools.check import listed_files
from tools.shell import Shell, ShellSettings

GOAL = 0.85
CONFIGURATION = "archwright.toml"


@dataclass(kw_only=True)
class Outcome:
    """What became of the violations in one repository."""

    name: str
    seeds: list[Seed] = field(default_factory=list)
    found: set[int] = field(default_factory=set)
    """Numbers of those that the check finds."""
    said: dict[int, list[str]] = field(default_factory=dict)
    """Number -> what else the check said anew of that file, for those that are missed."""
    troubles: list[str] = field(default_factory=list)
    """Crashes, and seeds that broke what they should not."""

    @property
    def share(self) -> float:
        """Found of seeded."""
        return len(self.found) / len(self.seeds) if self.seeds else 0.0

    @property
    def missed(self) -> list[Seed]:
        """Those that the check does not find."""
        return [seed for seed in self.seeds if seed.number not in self.found]


def seed(folder: Path, count: int = 50, rng_seed: int = 7) -> Outcome:
    """Put `count` violations into a copy of a repository and check it before and after.

    Raises:
        BadSeeds: nothing is known of this repository.
    """
    with tempfile.TemporaryDirectory(prefix="archwright-seeds-") as place:
        root = Path(place) / folder.resolve().name
        files = listed_files(folder)
        _copy(folder, root, files)
        known = ground(root, files)
        write(root / CONFIGURATION, known.archwright)
        seeds = draw(known, count, rng_seed)
        return _judged(root, Path(place), seeds)


def _copy(folder: Path, root: Path, files: Sequence[str]) -> None:
    for name in files:
        source = folder / name
        if source.is_file() and not source.is_symlink():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, root / name)


def _judged(root: Path, place: Path, seeds: Sequence[Seed]) -> Outcome:
    outcome = Outcome(name=root.name, seeds=list(seeds))
    with Shell(ShellSettings(root=HOME, sandbox=False)) as shell:
        before = check(shell, root, place)
        for planted in seeds:
            write(root / planted.path, planted.after)
        after = check(shell, root, place)
    outcome.troubles += [f"{which}: {run.crash}" for which, run in (("before", before), ("after", after)) if run.crash]
    if not outcome.troubles:
        _count(outcome, _new(before, after))
    return outcome


def _new(before: Checked, after: Checked) -> list[dict[str, Any]]:
    """The findings that were not there before: by rule, path and message, since lines move."""
    known = Counter(_identity(finding) for finding in before.document["findings"])
    fresh = []
    for finding in after.document["findings"]:
        if known[_identity(finding)] > 0:
            known[_identity(finding)] -= 1
        else:
            fresh.append(finding)
    return fresh


def _identity(finding: dict[str, Any]) -> tuple[str, str, str]:
    return (finding["rule"], finding["path"], finding["message"])


def _count(outcome: Outcome, fresh: Sequence[dict[str, Any]]) -> None:
    for planted in outcome.seeds:
        here = [finding for finding in fresh if finding["path"] == planted.path]
        broken = any(finding["rule"] == "syntax-error" for finding in here) and not planted.breaks
        if broken:
            outcome.troubles.append(f"{planted.number} {planted.kind}: {planted.path} does not parse any more")
        if any(finding["rule"] in planted.rules for finding in here):
            outcome.found.add(planted.number)
        else:
            outcome.said[planted.number] = [f"{f['rule']}: {f['message']}" for f in here]


def report(outcomes: Sequence[Outcome]) -> str:
    """Found of seeded by repository and kind, and every violation that was missed."""
    kinds = list(dict.fromkeys(planted.kind for outcome in outcomes for planted in outcome.seeds))
    rows = [[kind, *(_cell(outcome, kind) for outcome in outcomes)] for kind in kinds]
    rows.append(["all", *(f"{len(o.found)}/{len(o.seeds)} {percent(len(o.found), len(o.seeds))}" for o in outcomes)])
    lines = [grid(("kind", *(outcome.name for outcome in outcomes)), rows)]
    for outcome in outcomes:
        lines += [f"{outcome.name}: {trouble}" for trouble in outcome.troubles]
        for planted in outcome.missed:
            also = "; ".join(outcome.said.get(planted.number, ())) or "nothing"
            lines.append(f"{outcome.name}: missed {planted.kind} in {planted.path} (said: {also})")
    return "\n".join(lines)


def _cell(outcome: Outcome, kind: str) -> str:
    planted = [s for s in outcome.seeds if s.kind == kind]
    return f"{sum(s.number in outcome.found for s in planted)}/{len(planted)}" if planted else "-"


def reached(outcomes: Sequence[Outcome]) -> bool:
    """Whether every repository comes up to the goal, and nothing went wrong."""
    return all(outcome.share >= GOAL and not outcome.troubles for outcome in outcomes)


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The same as data."""
    return {
        "schema_version": 1,
        "goal": GOAL,
        "repositories": [
            {
                "name": outcome.name,
                "seeded": len(outcome.seeds),
                "found": len(outcome.found),
                "kinds": sorted({planted.kind for planted in outcome.seeds}),
                "missed": [{"kind": s.kind, "path": s.path, "rules": list(s.rules)} for s in outcome.missed],
                "troubles": outcome.troubles,
            }
            for outcome in outcomes
        ],
    }
