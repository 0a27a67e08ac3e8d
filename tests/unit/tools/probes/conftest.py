"""A small real target with a real shell: FastAPI, asynchronous SQLAlchemy and Alembic from our own interpreter."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tools.constraints.model import ConstraintSet
from tools.editing.judge import Judge
from tools.facts.index import Index
from tools.probes.context import Base, GateContext, GateLimits
from tools.runtime import Runtime
from tools.services import Scratch
from tools.shell import Shell, ShellSettings
from tools.targets.model import Environment, Target
from tools.verify.runner import check
from tools.workspace_store import Change

SHELF = Path(__file__).parents[3] / "repos" / "gates_shelf"
PREFIX = Path(sys.prefix)


@dataclass
class Bench:
    """A copy of a target that tests may break, and everything that a gate needs around it."""

    root: Path
    shell: Shell
    scratch: Scratch
    target: Target
    base: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keep_as_base()

    @property
    def environment(self) -> Environment:
        return Environment(
            target=self.target.name,
            runtime="python",
            path_prepend=(PREFIX / "bin",),
            readable=(PREFIX,),
            interpreter=PREFIX / "bin" / "python",
            installed=True,
        )

    @property
    def files(self) -> dict[str, bytes]:
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file())
        named = {path.relative_to(self.root).as_posix(): path for path in found}
        hidden = ("__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", "node_modules")
        return {name: path.read_bytes() for name, path in named.items() if not any(h in name for h in hidden)}

    def keep_as_base(self) -> None:
        self.base = self.files

    def write(self, path: str, text: str) -> None:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def changes(self) -> list[Change]:
        now = self.files
        changed = [
            Change(path=path, kind="added" if path not in self.base else "modified")
            for path, content in now.items()
            if self.base.get(path) != content
        ]
        return changed + [Change(path=path, kind="deleted") for path in self.base if path not in now]

    def runtime(self, env: dict[str, str] | None = None) -> Runtime:
        return Runtime(
            shell=self.shell, target=self.target, environment=self.environment, root=self.root, env=env or {}
        )

    def at_base(self, look: Callable[[], Any]) -> Any:
        now = self.files
        self._restore(self.base)
        try:
            return look()
        finally:
            self._restore(now)

    def context(self, **more: Any) -> GateContext:
        project = Index(None).load(self.root)
        before = self.at_base(lambda: check(Index(None).load(self.root), ConstraintSet()))
        settings = {
            "root": self.root,
            "targets": [self.target],
            "environments": {self.target.name: self.environment},
            "shell": self.shell,
            "scratch": self.scratch,
            "constraints": ConstraintSet(),
            "project": project,
            "baseline": before,
            "changed": self.changes(),
            "files": list(self.files),
            "read_base": self.base.get,
            "judge": Judge(self.shell, str(PREFIX / "bin" / "python"), "node"),
            "base": Base(self.at_base),
            "limits": GateLimits(boot=8.0, one_test=5.0, stop=2.0),
        }
        return GateContext(**{**settings, **more})

    def _restore(self, files: dict[str, bytes]) -> None:
        for path in self.files:
            if path not in files:
                (self.root / path).unlink()
        for path, content in files.items():
            full = self.root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            if not full.exists() or full.read_bytes() != content:
                full.write_bytes(content)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Bench]:
    """A target with nothing in it."""
    root = tmp_path / "work space"
    root.mkdir()
    scratch = Scratch(tmp_path / "state")
    scratch.folder.mkdir(parents=True)
    settings = ShellSettings(root=root, readable=(PREFIX,), writable=(scratch.folder,))
    with Shell(settings) as shell, scratch:
        yield Bench(root=root, shell=shell, scratch=scratch, target=Target(name="app", root=".", runtime="python"))


@pytest.fixture
def shelf(empty: Bench) -> Bench:
    """The sample target on scratch SQLite, as it should be."""
    shutil.copytree(SHELF, empty.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    empty.target = Target(
        name="shelf",
        root=".",
        runtime="python",
        start="uvicorn app.main:app --port {port}",
        health="/health",
        migrate="alembic upgrade head",
        test="pytest",
        env={"DATABASE_URL": "sqlite+aiosqlite:///{sqlite_path}"},
    )
    empty.keep_as_base()
    return empty


def on_postgres(bench: Bench) -> Bench:
    """The same target on a scratch Postgres."""
    address = "postgresql+asyncpg://{postgres_address}"
    bench.target = replace(bench.target, env={"DATABASE_URL": address})
    return bench


@pytest.fixture
def postgres_shelf(shelf: Bench) -> Bench:
    """The sample target on a scratch Postgres."""
    return on_postgres(shelf)
