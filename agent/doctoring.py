"""What `archwright doctor` finds out: about this machine, and about a repository on it."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from agent.config import settings
from tools.doctor import Examination, Place, doctor_target
from tools.errors import EnvironmentFault
from tools.services import Scratch
from tools.shell import sandbox_status
from tools.target import Environments, find_targets
from tools.workspace import Workspace, WorkspaceSettings


def machine(repo: Path | None) -> dict[str, str]:
    """Return what holds here, by name; every line comes from a real attempt."""
    chosen = settings({"repo": repo})
    rows = {"python": platform.python_version()}
    rows |= {f"sandbox {name}": text for name, text in sandbox_status().items()}
    rows["scratch postgres"] = _postgres(chosen.postgres_url)
    rows["model"] = chosen.model or "none set (-m or ARCHWRIGHT_MODEL); check, detect and demo need none"
    if chosen.model:
        rows["key"] = "found" if chosen.api_key else "none found"
    rows["state"] = str(chosen.state_dir)
    rows["cache"] = str(chosen.cache_dir)
    return rows


def _postgres(url: str | None) -> str:
    with tempfile.TemporaryDirectory(prefix="archwright-doctor-") as folder, Scratch(Path(folder), url) as scratch:
        try:
            scratch.postgres("doctor")
        except EnvironmentFault as fault:
            return f"not available: {fault}"
    return "works (ARCHWRIGHT_POSTGRES_URL)" if url else "works (embedded)"


def examine(root: Path, repo: Path | None) -> list[Examination]:
    """Try every target of a repository in a worktree of its own, which is removed again.

    Raises:
        EnvironmentFault: there is no git repository.
    """
    chosen = settings({"repo": repo})
    with tempfile.TemporaryDirectory(prefix="archwright-doctor-") as folder:
        state = Path(folder)
        workspace = Workspace.open(WorkspaceSettings(repo=root, slug="doctor", state_dir=state, include_dirty=True))
        try:
            with Scratch(state, chosen.postgres_url, chosen.cache_dir / "postgres") as scratch:
                place = Place(
                    root=workspace.root,
                    run_dir=state,
                    environments=Environments(chosen.cache_dir, sandbox=chosen.sandbox),
                    scratch=scratch,
                    sandbox=chosen.sandbox,
                )
                return [doctor_target(target, place) for target in find_targets(workspace.root, carry_from=root)]
        finally:
            workspace.close(keep_branch=False)
