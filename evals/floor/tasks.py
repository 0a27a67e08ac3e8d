"""The two tasks: what an agent gets, how its result is started, and what is checked of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1]
"""Where our folders lie: the checkout, or ``_archwright`` of an installed wheel."""
SAMPLE = HOME / "agent" / "demo" / "sample"
CONSTRAINTS = ("architecture=clean", "database=postgres", "orm=sqlalchemy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of the floor."""

    name: str
    sources: tuple[Path, ...]
    """The files whose text is the prompt, in this order."""
    base: Path | None
    """The repository that the agent starts from; None is an empty one."""
    manifest: str
    start: str
    """Command that starts the service, ``{root}`` the folder and ``{port}`` the port; run from another folder if it
    names the root."""
    database: str
    """Name, role and password of the database."""
    driver: str
    """Scheme of ``DATABASE_URL``."""
    migrate: tuple[str, ...] = ()
    tests: bool = False
    """Whether the base has tests that must still pass."""

    @property
    def folder(self) -> Path:
        """Specification, checks and reference."""
        return HERE / self.name

    @property
    def prompt(self) -> str:
        """What the agent is told."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self.sources)

    @property
    def behaviour(self) -> str:
        """Module of the hidden checks."""
        return f"evals.floor.{self.name}.behaviour"


TASKS = {
    "greenfield": Task(
        name="greenfield",
        sources=(HERE / "greenfield" / "task.md", HERE / "greenfield" / "openapi.yaml"),
        base=None,
        manifest="requirements.txt",
        start="{root}/run.sh",
        database="workshop",
        driver="postgresql",
    ),
    "feature": Task(
        name="feature",
        sources=(SAMPLE.parent / "request.md",),
        base=SAMPLE,
        manifest="pyproject.toml",
        start="cd {root} && exec python -m uvicorn toolshed.main:app --host 127.0.0.1 --port {port}",
        database="toolshed",
        driver="postgresql+asyncpg",
        migrate=("python -m alembic upgrade head", "python -m alembic check"),
        tests=True,
    ),
}


def archwright_program() -> list[str]:
    """The command that starts archwright with the Python that runs us; also where it is not installed."""
    launcher = HOME / "archwright.py"
    return [sys.executable, "-I", *([str(launcher)] if launcher.exists() else ["-m", "archwright"])]
