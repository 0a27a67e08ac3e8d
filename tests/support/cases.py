"""Reads and lays out the cases of tests/repos/cases: see tests/repos/README.md."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

REPOS = Path(__file__).parents[1] / "repos"
CASES = REPOS / "cases"
BLIND = REPOS / "blind"
"""By someone who had read nothing but what ``archwright explain`` says."""


@dataclass
class Case:
    base: str = "empty"
    constraints: list[str] = field(default_factory=list)
    expect: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    stage: str = "gate"
    files: dict[str, str | None] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def text_before(self, path: str) -> str | None:
        """What stood in a changed file: as the case says, else as in the repository that it changes."""
        base = REPOS / self.base / path
        return self.before.get(path, base.read_text(encoding="utf-8") if base.is_file() else None)


def read_case(path: Path) -> Case:
    case = Case()
    head, *blocks = path.read_text(encoding="utf-8").split("\n==== ")
    for line in head.splitlines():
        key, _, value = line.partition(":")
        if key in ("base", "stage"):
            setattr(case, key, value.strip())
        elif key in ("constraints", "changed"):
            getattr(case, key).extend(value.split())
        elif key in ("expect", "says"):
            getattr(case, key).append(value.strip())
        else:
            raise ValueError(f"{path}: {line}")
    for block in blocks:
        name, _, text = block.partition("\n")
        if name.endswith(" (before)"):
            case.before[name.removesuffix(" (before)")] = text.rstrip("\n") + "\n"
            continue
        deleted = name.endswith(" (delete)")
        case.files[name.removesuffix(" (delete)")] = None if deleted else text.rstrip("\n") + "\n"
    return case


def build(case: Case, root: Path) -> None:
    if case.base != "empty":
        shutil.copytree(REPOS / case.base, root, dirs_exist_ok=True)
    for name, text in case.files.items():
        target = root / name
        if text is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
