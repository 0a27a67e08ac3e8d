"""Edit after edit, a checker that is kept up to date finds what one made anew finds."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cases import CASES, REPOS, read_case
from tools.constraints.compile import combine, from_flags
from tools.detect import detect
from tools.facts.index import Index
from tools.findings import Finding
from tools.verify.checker import Checker

FLAGS = {
    "python_clean": ["architecture=clean", "database=postgres", "orm=sqlalchemy", "framework=fastapi"],
    "node_clean": ["architecture=clean", "database=postgres", "orm=sequelize", "framework=express"],
    "ts_features": ["architecture=clean", "database=postgres", "orm=prisma", "framework=fastify"],
}
STEPS = 40


def edits(base: str, rng: random.Random) -> Iterator[dict[str, str | None]]:
    """What the cases on `base` change, one case after the other, now and then undone."""
    cases = [case for path in sorted(CASES.glob("*/*.case")) if (case := read_case(path)).base == base and case.files]
    cases = [case for case in cases if "archwright.toml" not in case.files]
    last: dict[str, str | None] = {}
    for _ in range(STEPS):
        if last and rng.random() < 0.4:
            yield {name: original(base, name) for name in last}
            last = {}
        else:
            files = rng.choice(cases).files
            last = dict(rng.sample(sorted(files.items()), rng.randint(1, len(files))))
            yield last


def original(base: str, name: str) -> str | None:
    path = REPOS / base / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def apply(root: Path, files: dict[str, str | None]) -> list[str]:
    for name, text in files.items():
        target = root / name
        if text is None:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return list(files)


def shown(findings: list[Finding]) -> list[str]:
    """Without hints: those that name other files may be of the state before."""
    return [f"{f.rule} {f.path}:{f.line} {f.severity} {f.message} {f.chain}" for f in findings]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("base", sorted(FLAGS))
def test_updates_find_what_a_new_checker_finds(base: str, seed: int, tmp_path: Path) -> None:
    rng = random.Random(f"{base}{seed}")
    root = tmp_path / "repo"
    shutil.copytree(REPOS / base, root)
    constraints = combine(from_flags(FLAGS[base]))
    index = Index(None)
    project = index.load(root)
    applications = detect(root, sorted(project.listed))
    checker = Checker(project, constraints, applications)
    broken = 0

    for step, files in enumerate(edits(base, rng)):
        changed = apply(root, files)
        project = index.update(project, changed)
        checker.update(project, changed)
        gate = rng.random() < 0.5
        fresh = Checker(index.load(root), constraints, applications).findings(gate=gate)
        assert shown(checker.findings(gate=gate)) == shown(fresh), f"step {step}: {changed}"
        broken += bool(fresh)

    assert broken > STEPS / 4
