"""``python -m evals.field bench``: the speed of the check beside peers, on the same files in the same minutes.

Everything runs as a program of its own, start of the interpreter included; in each round one after the other, so
that a busy machine hits all alike. Figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.field import corpus, peers
from evals.field.checking import Checked, check
from evals.field.edits import drawn
from evals.field.grid import grid
from evals.field.running import Ran, run
from evals.floor.tasks import HOME
from tools.errors import EnvironmentFault
from tools.shell import Shell, ShellSettings

COLD, WARM, CHANGED = "check, cold", "check, warm", "check, one file changed"
MOST_TIMES_THE_FLOOR, MOST_OF_PEER, MOST_WARM, MOST_RECHECK, MOST_BYTES = 2.0, 0.5, 0.7, 0.030, 600_000_000
SHARES = (0.1, 0.3, 1.0)
_OWN = (COLD, WARM, CHANGED)
_MEGABYTE = 1_000_000
_SECONDS = 1800.0


@dataclass(kw_only=True)
class Field:
    """One repository, or a part of one, and what programs needed for it."""

    share: float
    files: int
    lines: int
    runs: dict[str, list[Ran]] = field(default_factory=dict)
    """Program -> its runs."""
    findings: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, ran: Ran) -> None:
        """One more run of a program."""
        self.runs.setdefault(name, []).append(ran)

    def median(self, name: str, what: str = "seconds") -> float | None:
        """Of the runs of a program; None when it was not run."""
        some = [float(getattr(ran, what)) for ran in self.runs.get(name, ())]
        return statistics.median(some) if some else None

    def ratio(self, name: str, to: str, what: str = "seconds") -> float | None:
        """Median by median."""
        own, other = self.median(name, what), self.median(to, what)
        return own / other if own is not None and other else None


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where the bench works."""

    shell: Shell
    place: Path
    cache: Path
    rounds: int

    def measure(self, repository: Path, share: float, *, linters: bool) -> Field:
        """Run the check and its peers in turn."""
        files = corpus.source_files(repository)
        measured = Field(share=share, files=len(files), lines=corpus.count_lines(files))
        rivals = [peers.floor(files, self.place / "files.json")]
        found = self.place / "semgrep.json"
        if linters:
            others, lacking = peers.linters(repository, found, self.cache)
            rivals += others
            measured.notes += lacking
        for number in range(self.rounds):
            _tell(f"{share:.0%} of the files, round {number + 1} of {self.rounds}, load {os.getloadavg()[0]:.1f}")
            self._round(repository, rivals, measured)
        if linters and (count := peers.scanned(found)) is not None:
            measured.notes.append(f"semgrep says that it looked at {count} files")
        return measured

    def _round(self, repository: Path, rivals: Sequence[peers.Peer], measured: Field) -> None:
        own = self.place / "own"
        shutil.rmtree(own, ignore_errors=True)
        cold = self._check(COLD, repository, own)
        measured.findings = len(cold.document["findings"])
        if cold.document["summary"]["files"] > measured.files:
            raise EnvironmentFault("the check reads files that its peers are not given")
        measured.add(COLD, cold.ran)
        for peer in rivals:
            ran = run(self.shell, peer.command, self.place / "peer", timeout=_SECONDS)
            _must_have_worked(peer.name, ran)
            measured.add(peer.name, ran)
        warm = self._check(WARM, repository, own)
        measured.add(WARM, warm.ran)
        if warm.document["findings"] != cold.document["findings"]:
            measured.notes.append("the warm check finds something else than the cold one")
        for edit in drawn(repository, corpus.python_files(repository), 1, seed=len(measured.runs[COLD])):
            with edit.made(repository):
                measured.add(CHANGED, self._check(CHANGED, repository, own).ran)

    def _check(self, name: str, repository: Path, own: Path) -> Checked:
        checked = check(self.shell, repository, own)
        if checked.crash:
            raise EnvironmentFault(f"{name}: {checked.crash}")
        return checked

    def rechecks(self, repository: Path, number: int, seed: int) -> dict[str, Any]:
        """Edits in a process that goes on; see `evals.field.rechecks`."""
        _tell(f"{number} edits in a running process, load {os.getloadavg()[0]:.1f}")
        command = [sys.executable, "-m", "evals.field", "rechecks", str(repository), "--edits", str(number)]
        command += ["--seed", str(seed), "--cache", str(self.place / "own" / "cache" / "archwright" / "facts")]
        ran = run(self.shell, command, self.place / "edits", timeout=_SECONDS)
        _must_have_worked("re-checks", ran)
        found: dict[str, Any] = json.loads(ran.output)
        return found


def _must_have_worked(name: str, ran: Ran) -> None:
    if ran.exit_code != 0:
        said = (ran.errors.strip() or ran.output.strip() or "nothing")[-2000:]
        raise EnvironmentFault(f"{name}: exit code {ran.exit_code}: {said}")


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of ``bench``."""
    parser.add_argument("repository", nargs="?", type=Path, help="default: one made of installed packages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cache", type=Path, default=Path(".cache") / "bench", help="environments kept between runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    parser.add_argument("--only", choices=("all", "rechecks", "peers"), default="all", help="a part of it")
    parser.set_defaults(does=main)


def main(options: argparse.Namespace) -> int:
    """Measure and print; returns 0. Raises EnvironmentFault when it cannot be measured here."""
    if options.repository is not None and not options.repository.is_dir():
        raise EnvironmentFault(f"{options.repository} is no folder")
    with tempfile.TemporaryDirectory(prefix="archwright-bench-") as folder:
        place = Path(folder).resolve()
        whole = place / "whole"
        source = options.repository
        repository = corpus.copy(source.resolve(), whole) if source else corpus.make(whole)
        with Shell(ShellSettings(root=HOME, sandbox=False)) as shell:
            corpus.track(shell, repository)
            bench = Bench(shell=shell, place=place, cache=options.cache.resolve(), rounds=options.rounds)
            fields = list(_fields(bench, repository, options.only))
            edits = bench.rechecks(repository, options.edits, options.seed) if options.only != "peers" else {}
    name = source.resolve().name if source else "made of installed packages"
    sys.stdout.write(text(name, fields, edits) + "\n")
    if options.json is not None:
        options.json.write_text(json.dumps(document(name, fields, edits), indent=2) + "\n", encoding="utf-8")
    return 0


def _fields(bench: Bench, repository: Path, only: str) -> Iterator[Field]:
    if only == "rechecks":
        return
    shares = SHARES if only == "all" else SHARES[-1:]
    for share in shares:
        if share == 1.0:
            yield bench.measure(repository, share, linters=True)
        else:
            smaller = corpus.part(repository, share, bench.place / f"part{share}")
            corpus.track(bench.shell, smaller)
            yield bench.measure(smaller, share, linters=False)


def text(name: str, fields: Sequence[Field], edits: Mapping[str, Any]) -> str:
    """What the bench prints."""
    parts = []
    if fields:
        whole = fields[-1]
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        parts.append(
            f"{name}: {whole.files} files, {whole.lines} lines; {os.cpu_count()} processors, load {load}; "
            f"medians of {len(whole.runs[COLD])}"
        )
        if os.getloadavg()[2] > (os.cpu_count() or 1):
            parts.append("The machine has other work to do: what the programs wait for is not theirs. Compare by cpu.")
        parts += [_programs(whole), _growth(fields)]
    if edits:
        parts.append(_edits(edits))
    parts.append("\n".join(goals(fields[-1] if fields else None, edits)))
    parts += [note for measured in fields for note in measured.notes]
    return "\n\n".join(parts)


def _programs(whole: Field) -> str:
    rows = []
    for name in whole.runs:
        times = [whole.ratio(COLD, name), whole.ratio(COLD, name, "processor")] if name not in _OWN else []
        rows.append((
            name,
            f"{whole.median(name) or 0:.2f}",
            " ".join(f"{ran.seconds:.1f}" for ran in whole.runs[name]),
            f"{whole.median(name, 'processor') or 0:.2f}",
            f"{max(ran.memory for ran in whole.runs[name]) / _MEGABYTE:.0f}",
            *(f"{ratio:.2f}" if ratio is not None else "-" for ratio in (*times, *(None,) * (2 - len(times)))),
        ))  # fmt: skip
    return grid(("program", "wall s", "each round", "cpu s", "MB at most", "cold check/it", "by cpu"), rows)


def _growth(fields: Sequence[Field]) -> str:
    rows = []
    for one in fields:
        cold, warm, busy = one.median(COLD) or 0.0, one.median(WARM) or 0.0, one.median(COLD, "processor") or 0.0
        rows.append((
            f"{one.share:.0%}", str(one.files), str(one.lines), str(one.findings), f"{cold:.2f}",
            f"{busy:.2f}", f"{1e5 * busy / max(one.lines, 1):.2f}", f"{warm:.2f}",
            f"{one.ratio(COLD, peers.FLOOR) or 0:.2f}",
            f"{max(ran.memory for ran in one.runs[COLD]) / _MEGABYTE:.0f}",
        ))  # fmt: skip
    head = ("share", "files", "lines", "findings", "cold s", "cpu s", "cpu s/100k lines", "warm s", "cold/floor", "MB")
    return grid(head, rows)


def _edits(edits: Mapping[str, Any]) -> str:
    rows = []
    for kind, some in (("all edits", edits), *edits["kinds"].items()):
        if "median" in some:
            rows.append((kind, *(f"{some[name] * 1000:.1f}" for name in ("median", "p95", "longest"))))
    lines = [
        grid(("re-check of one edit, ms", "median", "p95", "longest"), rows),
        f"{edits['edits']} edits, each taken back; {edits['proved']} of them compared with a check from nothing: "
        f"{len(edits['differences'])} differences; {edits['memory_bytes'] / _MEGABYTE:.0f} MB",
        *edits["differences"][:10],
    ]
    return "\n".join(lines)


def goals(whole: Field | None, edits: Mapping[str, Any]) -> list[str]:
    """A line for each goal that was measured."""
    measured: list[tuple[str, float | None, float]] = []
    if whole is not None:
        memory = max(ran.memory for ran in whole.runs[COLD] + whole.runs[WARM]) / _MEGABYTE
        measured += [
            ("cold check, times tree-sitter alone", whole.ratio(COLD, peers.FLOOR), MOST_TIMES_THE_FLOOR),
            ("cold check, part of semgrep's time", whole.ratio(COLD, peers.PEER), MOST_OF_PEER),
            ("warm check, s", whole.median(WARM), MOST_WARM),
            ("memory of all processes, MB", memory, MOST_BYTES / _MEGABYTE),
        ]
    if edits:
        measured.append(("re-check after an edit, ms", 1000 * edits.get("median", 0.0), 1000 * MOST_RECHECK))
    return [_goal(*goal) for goal in measured]


def _goal(name: str, value: float | None, limit: float) -> str:
    if value is None:
        return f"goal: {name}: not measured (at most {limit:g})"
    return f"goal: {name}: {value:.2f} (at most {limit:g}): {'reached' if value <= limit else 'missed'}"


def document(name: str, fields: Sequence[Field], edits: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON, every run of it."""
    return {
        "schema_version": 1,
        "repository": name,
        "load": os.getloadavg(),
        "fields": [
            {
                "share": one.share,
                "files": one.files,
                "lines": one.lines,
                "findings": one.findings,
                "runs": {
                    program: [
                        {"seconds": ran.seconds, "processor": ran.processor, "memory_bytes": ran.memory} for ran in some
                    ]
                    for program, some in one.runs.items()
                },
                "notes": one.notes,
            }
            for one in fields
        ],
        "edits": dict(edits),
        "goals": goals(fields[-1] if fields else None, edits),
    }
