"""`archwright check` as a person starts it, in a cache folder of our own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.field.running import Ran, run
from evals.floor.tasks import archwright_program
from tools.shell import Shell

_JUDGED = (0, 1)
"""Exit codes that stand for a verdict; all others mean that there is none."""
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One run of the command on a repository."""

    ran: Ran
    document: dict[str, Any]
    """What ``--json`` printed; empty when the command came to no verdict."""

    @property
    def crash(self) -> str:
        """What went wrong; empty when there is a verdict."""
        if self.document:
            return ""
        if self.ran.exit_code is None:
            return f"ended after {self.ran.seconds:.0f} s"
        said = (self.ran.errors.strip() or self.ran.output.strip() or "nothing").splitlines()[-1]
        return f"exit code {self.ran.exit_code}: {said[:_SHOWN]}"


def check(shell: Shell, repository: Path, place: Path, constraints: Sequence[str] = ()) -> Checked:
    """Run the command.

    Args:
        shell: where it runs.
        repository: what it judges.
        place: our folder: the cache of the command lies in it (``cache``), and what it printed.
        constraints: ``kind=value``, for ``--constraint``.
    """
    flags = [part for constraint in constraints for part in ("--constraint", constraint)]
    command = [*archwright_program(), "check", "--repo", str(repository), "--json", *flags]
    ran = run(shell, command, place, env={"XDG_CACHE_HOME": str(place / "cache")})
    return Checked(ran=ran, document=_document(ran))


def _document(ran: Ran) -> dict[str, Any]:
    if ran.exit_code not in _JUDGED:
        return {}
    try:
        found = json.loads(ran.output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
