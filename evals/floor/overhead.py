"""Our own overhead per model call beside a peer's, in the same minutes: what ``make bench`` prints.

Each agent runs as a user would start it, checkpoints durable, in a copy of the sample repository of its own. Each
answer asks for one no-op shell command; see `evals.floor.endpoint` for what is timed and how they take turns.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.floor.endpoint import Endpoint, Turn, Turnstile
from evals.floor.environments import must
from evals.floor.peer import REQUIREMENTS, peer_arguments, peer_environment, peer_program
from evals.floor.tasks import SAMPLE, archwright_program
from tools.errors import EnvironmentFault
from tools.shell import Process, Shell, ShellSettings

TURNS = 200
MOST_TIMES_THE_PEER = 1.25
MOST_SECONDS = 0.045
_RUN_SECONDS = 1800.0


@dataclass(frozen=True, kw_only=True)
class Agent:
    """How one agent is started."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    turn: Turn


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one agent needed per turn."""

    name: str
    gaps: Sequence[float]
    """Seconds, in the order of the turns."""

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.gaps)

    @property
    def p95(self) -> float:
        """Seconds."""
        return statistics.quantiles(self.gaps, n=20)[-1]


def agents(place: Path, cache: Path, turns: int) -> list[Agent]:
    """The peer and ourselves, in both modes."""

    def noop(tool: str, end: tuple[str, Mapping[str, Any]]) -> Turn:
        # Commands differ in a comment: an agent may stop a model that repeats itself.
        return lambda number: end if number >= turns else (tool, {"command": f"true # {number}"})

    theirs = noop("bash", ("bash", {"command": "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"}))
    ours = noop("shell", ("done", {"summary": "Nothing was to be done."}))
    task = "Do nothing."
    peer = [*peer_arguments(peer_program(cache), place / "trajectory.json"), task]
    program = [*archwright_program(), "run", task, "-m", "openai/hand", "--quiet"]
    own = {
        "ARCHWRIGHT_STATE_DIR": str(place / "state"),
        "ARCHWRIGHT_CACHE_DIR": str(cache / "archwright"),
        "ARCHWRIGHT_MAX_CALLS": str(turns + 10),
    }
    return [
        Agent(name=REQUIREMENTS[0], argv=peer, environment=peer_environment(place / "peer"), turn=theirs),
        Agent(name="archwright --mode plain", argv=[*program, "--mode", "plain"], environment=own, turn=ours),
        Agent(name="archwright", argv=program, environment=own, turn=ours),
    ]


def measure(chosen: Sequence[Agent], place: Path, turns: int) -> list[Measured]:
    """Run the agents together, each in a repository of its own.

    Raises:
        EnvironmentFault: an agent ended before its turns were done.
    """
    turnstile = Turnstile([agent.name for agent in chosen])
    with contextlib.ExitStack() as stack:
        running: list[tuple[Endpoint, Process]] = []
        for number, agent in enumerate(chosen):
            endpoint = stack.enter_context(Endpoint(name=agent.name, turn=agent.turn, turns=turns, turnstile=turnstile))
            shell = stack.enter_context(Shell(ShellSettings(root=_repository(place / f"repo{number}"), sandbox=False)))
            environment = {**agent.environment, "OPENAI_API_BASE": endpoint.base, "OPENAI_API_KEY": "none"}
            process = shell.spawn(f"exec {shlex.join(agent.argv)} </dev/null", env=environment)
            running.append((endpoint, process))
        _wait(running, turns)
    return [Measured(name=endpoint.name, gaps=endpoint.gaps) for endpoint, _ in running]


def _wait(running: Sequence[tuple[Endpoint, Process]], turns: int) -> None:
    end = time.monotonic() + _RUN_SECONDS
    while unfinished := [(e, p) for e, p in running if len(e.gaps) < turns]:
        for endpoint, process in unfinished:
            code = process.poll()
            if code is not None and len(endpoint.gaps) < turns:
                raise EnvironmentFault(
                    f"{endpoint.name} ended with {code} after {len(endpoint.gaps)} turns:\n{process.output(4000)}"
                )
        if time.monotonic() > end:
            raise EnvironmentFault(f"Not done after {_RUN_SECONDS:.0f} s.")
        time.sleep(0.5)  # seldom: we share the machine with what we measure


def _repository(folder: Path) -> Path:
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    with Shell(ShellSettings(root=folder)) as shell:
        must(shell.run("git init -q -b main && git add -A"))
        must(shell.run("git -c user.name=U -c user.email=u@example.org -c commit.gpgsign=false commit -q -m first"))
    return folder


def table(measured: Sequence[Measured]) -> str:
    """Median, 95th percentile and ratio to the first; the goals last."""
    peer, *ours = measured
    lines = [f"{'per turn, ' + str(len(peer.gaps)) + ' turns':28}{'median':>10}{'p95':>10}{'ratio':>8}"]
    for row in measured:
        ratio = row.median / peer.median
        lines.append(f"{row.name:28}{row.median * 1000:>7.1f} ms{row.p95 * 1000:>7.1f} ms{ratio:>8.2f}")
    goal = f"at most {MOST_TIMES_THE_PEER} times the peer's and below {MOST_SECONDS * 1000:.0f} ms"
    kept = all(reached(row, peer) for row in ours)
    return "\n".join([*lines, f"goal ({goal}): {'reached' if kept else 'missed'}"])


def reached(own: Measured, peer: Measured) -> bool:
    """Whether the median keeps both goals."""
    return own.median <= MOST_TIMES_THE_PEER * peer.median and own.median < MOST_SECONDS


def main(arguments: Sequence[str]) -> int:
    """Measure and print; returns 0, or 3 when it cannot be measured here."""
    parser = argparse.ArgumentParser(description="Overhead per model call, beside a peer's.")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--cache", type=Path, default=Path(".cache") / "bench", help="environments kept between runs")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="archwright-bench-") as folder:
            place = Path(folder).resolve()
            measured = measure(agents(place, options.cache.resolve(), options.turns), place, options.turns)
    except EnvironmentFault as error:
        sys.stderr.write(f"bench: {error}\n")
        return 3
    document = [{"agent": row.name, "median": row.median, "p95": row.p95, "gaps": list(row.gaps)} for row in measured]
    sys.stdout.write((json.dumps(document) if options.json else table(measured)) + "\n")
    return 0
