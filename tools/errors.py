"""Errors of the deterministic tools, named after who must react."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ToolError(Exception):
    """The model may mend this: the text goes to it and counts against the step's attempts."""


class ToolRefused(Exception):
    """Policy says no (path outside the workspace, protected path, database not granted): no retry."""


class EnvironmentFault(Exception):
    """Infrastructure failed (git, sandbox, database server): the run stops with exit code 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a configuration, with the place and what to do about it."""

    where: str
    """File and line, or the flag, as the user knows it."""
    message: str
    """What is wrong."""
    remedy: str
    """What to write instead."""


class InvalidConstraints(Exception):
    """The configuration cannot be read as constraints; carries all problems at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.where}: {p.message} {p.remedy}".rstrip() for p in self.problems))
