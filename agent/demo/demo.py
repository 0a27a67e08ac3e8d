"""`archwright demo`: a real plan, real edits, a real database and real tests; only the answers may be recorded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from agent.config import require_model, settings
from agent.demo.replay import ReplayTransport
from agent.progress import Progress
from agent.request import Request
from agent.run import RunResult, run
from tools.workspace import init_repository

_HERE = files("agent.demo")


def run_demo(flags: Mapping[str, Any], progress: Progress, *, say: Callable[[str], None]) -> RunResult:
    """Copy the sample repository to a folder of its own and run the feature request on it.

    Args:
        flags: of the command line; ``model`` makes the session live.
        progress: shows what happens.
        say: takes remarks for the person.
    """
    chosen = settings({**flags, "repo": None})
    home = chosen.state_dir / "demo"
    home.mkdir(parents=True, exist_ok=True)
    repo = Path(tempfile.mkdtemp(prefix="toolshed-", dir=home)) / "toolshed"
    with as_file(_HERE / "sample") as sample:
        shutil.copytree(sample, repo, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    init_repository(repo, "Start toolshed")
    live = bool(flags.get("model"))
    if live:
        require_model(chosen)
        say(f"demo: live, with {chosen.model}, on {repo}")
    else:
        say(f"demo: the model's answers are recorded; everything else is real. Repository: {repo}")
    chosen = settings({**flags, "repo": repo})
    request = Request(text=(_HERE / "request.md").read_text(encoding="utf-8"))
    result = run(request, chosen, progress, transport=None if live else ReplayTransport())
    if not live:
        say("demo: the answers were recorded; `archwright demo --model PROVIDER/NAME` runs the same live.")
    return result
