"""The live objects of a run, handed to every node; never checkpointed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.config import Settings
from agent.conversation import Conversation
from agent.desk import Desk
from agent.journal import Journal
from agent.model import Gateway
from agent.progress import Progress
from agent.request import Request
from tools.probes.context import GateReport


@dataclass(kw_only=True)
class Deps:
    """What the nodes work with."""

    settings: Settings
    request: Request
    run_id: str
    run_dir: Path
    journal: Journal
    gateway: Gateway
    conversation: Conversation
    desk: Desk
    progress: Progress
    plan_only: bool = False
    """A person wants to read the plan; nothing is written."""
    gates: list[GateReport] = field(default_factory=list)
    """Every gate of the run with its evidence, for the report."""
    summary: str = ""
    """The model's own words about the result."""
    waivers: list[dict[str, str]] = field(default_factory=list)
