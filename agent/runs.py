"""Stored runs: where they lie and what is known of each without opening its checkpoints."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from agent.errors import UserError
from tools.errors import EnvironmentFault


@dataclass(kw_only=True)
class RunRecord:
    """What ``run.json`` holds."""

    run_id: str
    repo: str
    title: str
    graph_version: str
    started: float
    """Seconds since the epoch."""
    branch: str | None = None
    base_commit: str | None = None
    """Where the branch starts."""
    outcome: str = ""
    """Empty while the run goes on."""
    ended: float | None = None
    exit_code: int | None = None
    schema_version: int = 1


class RunStore:
    """All runs below one state folder, each in ``<repository>/runs/<id>/``."""

    def __init__(self, state_dir: Path) -> None:
        self.root = state_dir

    def create(self, repo: Path, slug: str) -> tuple[str, Path]:
        """Make a new run's folder; returns its id and the folder."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        run_id = f"{stamp}-{slug[:24].strip('-')}-{secrets.token_hex(2)}"
        folder = self.root / repository_id(repo) / "runs" / run_id
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise EnvironmentFault(
                f"The state folder {self.root} cannot be written ({error.strerror}): set ARCHWRIGHT_STATE_DIR to one "
                "that can."
            ) from error
        return run_id, folder

    def save(self, record: RunRecord, folder: Path) -> None:
        """Write ``run.json`` atomically."""
        temporary = folder / "run.json.tmp"
        temporary.write_text(json.dumps(asdict(record), indent=2, ensure_ascii=False), encoding="utf-8")
        temporary.replace(folder / "run.json")

    def runs(self, repo: Path | None = None) -> Iterator[tuple[RunRecord, Path]]:
        """Yield records with their folders, the newest first; unreadable ones are passed over."""
        pattern = f"{repository_id(repo) if repo else '*'}/runs/*/run.json"
        for path in sorted(self.root.glob(pattern), key=lambda p: p.parent.name, reverse=True):
            record = _read(path)
            if record is not None:
                yield record, path.parent

    def find(self, name: str | None, repo: Path | None = None) -> tuple[RunRecord, Path]:
        """Return the run whose id contains ``name``; None means the newest of the repository.

        Raises:
            UserError: there is none, or several.
        """
        known = list(self.runs(repo))
        if not known:
            raise UserError('There is no run yet. Start one with: archwright run "Add ..."')
        if name is None:
            return known[0]
        matching = [(record, folder) for record, folder in known if name in record.run_id]
        if len(matching) == 1:
            return matching[0]
        choices = ", ".join(record.run_id for record, _ in (matching or known)[:5])
        what = "Several runs match" if matching else "There is no run"
        raise UserError(f"{what} {name!r}. Runs: {choices}.")


def repository_id(repo: Path) -> str:
    """Return a folder name for a repository: its name and a hash of its path."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", repo.name) or "root"
    return f"{name}-{hashlib.sha256(str(repo).encode()).hexdigest()[:10]}"


def _read(path: Path) -> RunRecord | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        known = {name: data[name] for name in RunRecord.__dataclass_fields__ if name in data}
        return RunRecord(**known)
    except (OSError, ValueError, TypeError):
        return None
