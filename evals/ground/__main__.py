"""``python -m evals.ground references [ONLY...]``, and the same with ``mutants`` and with ``races``.

Exit code 0: all is as it should be; 1: a row is below 100 % or takes N+1 statements, too many mutants survive, or a
check of concurrency is not certain; 2: the command line, a manifest or an operator is wrong; 3: this machine lacks
something that rows need.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.behaviour.checks import UnknownChoice
from evals.ground.mutants import Mutation, Report, choose_mutants, load_mutants
from evals.ground.races import ROUNDS, Racing, choose_races, load_races
from evals.ground.races import table as races_table
from evals.ground.references import HOME, BadReference, choose, load_all
from evals.ground.rows import run_row, side_by_side, table
from evals.ground.serving import Ground
from tools.errors import EnvironmentFault


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        with Ground(options.cache.resolve()) as ground:
            code: int = options.does(ground, options)
            return code
    except (BadReference, UnknownChoice) as error:
        sys.stderr.write(f"ground: {error}\n")
        return 2
    except EnvironmentFault as error:
        sys.stderr.write(f"ground: {error}\n")
        return 3
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.stderr.flush()
        # Servers end with us; threads that wait for one must not hold us.
        os._exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.ground", description="Run the reference applications.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    references = verbs.add_parser("references", help="run the suite on each, print the table")
    references.add_argument("only", nargs="*", metavar="ONLY", help="koa-sqlite, koa, sqlite, node")
    mutants = verbs.add_parser("mutants", help="run the suite on mutants of them")
    mutants.add_argument("only", nargs="*", metavar="ONLY", help="reference, group or id")
    mutants.add_argument("--list", action="store_true", help="list them, tell which do not apply, run nothing")
    mutants.add_argument("--fresh", action="store_true", help="use no verdict of an earlier run")
    races = verbs.add_parser("races", help="run the checks of concurrency often, on them and with locks removed")
    races.add_argument("only", nargs="*", metavar="ONLY", help="koa-sqlite, koa, sqlite, or a removal")
    races.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is run (default %(default)s)")
    races.add_argument("--fresh", action="store_true", help="use no verdict of an earlier run")
    for verb, does in ((references, _references), (mutants, _mutants), (races, _races)):
        verb.set_defaults(does=does)
        verb.add_argument("-j", "--jobs", type=int, default=2, help="how many at a time")
        verb.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
        verb.add_argument("--home", type=Path, default=HOME, help="folder of the references")
        verb.add_argument("--cache", type=Path, default=Path(".cache") / "references", help="kept between runs")
    return parser


def _references(ground: Ground, options: argparse.Namespace) -> int:
    chosen = choose(load_all(options.home), options.only)
    rows = {}
    for row in side_by_side(lambda job: run_row(ground, *job), chosen, options.jobs):
        rows[row.name] = row
        sys.stderr.write(f"{row.name}: {row.cells()[-1]}\n")
    ordered = [rows[f"{reference.name}-{database}"] for reference, database in chosen]
    sys.stdout.write(table(ordered) + "\n")
    _write(options.json, {"schema_version": 1, "rows": [row.document() for row in ordered]})
    if any(not row.ok and not row.not_run for row in ordered):
        return 1
    return 3 if any(row.not_run for row in ordered) else 0


def _mutants(ground: Ground, options: argparse.Namespace) -> int:
    references = load_all(options.home)
    mutants = choose_mutants(load_mutants(references), options.only)
    mutation = Mutation(ground, references, fresh=options.fresh)
    if options.list:
        for mutant in mutants:
            sys.stdout.write(f"{mutant.group}  {mutant.name}  {mutant.file}: {mutant.description}\n")
        wrong = mutation.unfit(mutants)
        sys.stdout.writelines(f"does not apply: {one.mutant.name}: {one.cause}\n" for one in wrong)
        return 1 if wrong else 0
    verdicts = {}
    for verdict in mutation.run(mutants, options.jobs):
        verdicts[verdict.mutant.name] = verdict
        sys.stderr.write(f"{verdict.outcome.value}  {verdict.mutant.name}  {verdict.by}\n")
    report = Report(verdicts=[verdicts[mutant.name] for mutant in mutants])
    sys.stdout.write(report.text() + "\n")
    _write(options.json, {"schema_version": 1, **report.document()})
    return 0 if report.ok else 1


def _races(ground: Ground, options: argparse.Namespace) -> int:
    references = load_all(options.home)
    races = choose_races(load_races(references), options.only)
    racing = Racing(ground, references, rounds=options.rounds, fresh=options.fresh)
    counts = {}
    for count in racing.run(races, options.jobs):
        counts[count.race.name] = count
        sys.stderr.write(f"{count.race.name}: {' '.join(count.cells()[2:])}\n")
    ordered = [counts[race.name] for race in races]
    sys.stdout.write(races_table(ordered) + "\n")
    _write(options.json, {"schema_version": 1, "races": [count.document() for count in ordered]})
    return 0 if ordered and all(count.ok for count in ordered) else 1


def _write(path: Path | None, document: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
