"""The agent that we compare ourselves with, in an environment of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evals.floor.environments import environment

REQUIREMENTS = ("mini-swe-agent==2.4.6", "mcp>=2.2")
"""Without mcp, litellm cannot send a tool."""

COMMAND_SECONDS = 180
"""Wall time of one command, as archwright allows; the peer's own default of 30 s is short for pip."""


def peer_program(cache: Path) -> Path:
    """The peer's program, installed when it is not there yet."""
    return environment(cache, REQUIREMENTS) / "bin" / "mini"


def peer_arguments(program: Path, trajectory: Path) -> list[str]:
    """Its command line up to the task: no question is asked, no cost is counted."""
    return [
        str(program), "--yolo", "--exit-immediately", "--cost-limit", "0", "--model", "openai/hand",
        "-c", "mini.yaml", "-c", f"environment.timeout={COMMAND_SECONDS}", "--output", str(trajectory), "--task",
    ]  # fmt: skip


def peer_environment(home: Path) -> Mapping[str, str]:
    """Variables that make it ask nothing and keep its files to itself."""
    return {"MSWEA_CONFIGURED": "true", "MSWEA_COST_TRACKING": "ignore_errors", "MSWEA_GLOBAL_CONFIG_DIR": str(home),
            "MSWEA_SILENT_STARTUP": "1", "LITELLM_LOCAL_MODEL_COST_MAP": "true"}  # fmt: skip
