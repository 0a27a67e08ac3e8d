"""``python -m evals.field table FOLDER...``, and the same with ``sample``, ``judge``, ``seed`` and ``bench``.

Exit code 0: done; 1: a crash, a file left out in silence, or a goal of `judge` or `seed` missed; 2: the command line, a
file of verdicts or one of seeds is wrong; 3: this machine lacks something.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.field import bench, census, judge, planting, rechecks, sample, seeding, table
from tools.errors import EnvironmentFault


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    folders = getattr(options, "folders", ())
    if missing := [str(folder) for folder in folders if not folder.is_dir()]:
        sys.stderr.write(f"field: no folder: {', '.join(missing)}\n")
        return 2
    try:
        code: int = options.does(options)
        return code
    except (judge.BadFile, planting.BadSeeds) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except EnvironmentFault as error:
        sys.stderr.write(f"field: {error}\n")
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.field", description="The check on real repositories.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    rows = verbs.add_parser("table", help="check each, print the table")
    rows.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    rows.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    drawn = verbs.add_parser("sample", help="draw findings for readers")
    drawn.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    drawn.add_argument("-n", "--number", type=int, default=40, help="per repository (default %(default)s)")
    drawn.add_argument("--seed", type=int, default=7)
    drawn.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    for verb in (rows, drawn):
        verb.add_argument(
            "--constraint", action="append", default=[], metavar="KIND=VALUE", help="as the check takes it"
        )
    said = verbs.add_parser("judge", help="compare the verdicts of two readers")
    for name in ("sample", "first", "second"):
        said.add_argument(name, type=Path)
    said.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    planted = verbs.add_parser("seed", help="put violations into copies, count how many are found")
    planted.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    planted.add_argument("--count", type=int, default=50, help="per repository (default %(default)s)")
    planted.add_argument("--seed", type=int, default=7)
    planted.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    inner = verbs.add_parser("census", help="what the facts of one repository say, as JSON (used by table)")
    inner.add_argument("folder", type=Path)
    inner.add_argument("--cache", type=Path)
    inner.add_argument("--constraint", action="append", default=[])
    edits = verbs.add_parser("rechecks", help="edit a copy and check again after each edit, as JSON (used by bench)")
    edits.add_argument("folder", type=Path)
    edits.add_argument("--cache", type=Path)
    edits.add_argument("--edits", type=int, default=100)
    edits.add_argument("--seed", type=int, default=7)
    bench.add_arguments(verbs.add_parser("bench", help="the speed of the check, beside peers"))
    for name, does in (
        ("table", _table),
        ("sample", _sample),
        ("judge", _judge),
        ("seed", _seed),
        ("census", _census),
        ("rechecks", _rechecks),
    ):
        verbs.choices[name].set_defaults(does=does)
    return parser


def _table(options: argparse.Namespace) -> int:
    rows = []
    with tempfile.TemporaryDirectory(prefix="archwright-field-") as place:
        for row in table.run_table(options.folders, Path(place), options.constraint):
            rows.append(row)
            sys.stderr.write(f"{row.name}: {row.cold.crash or row.cold.document['verdict']}\n")
    sys.stdout.write(table.table(rows) + "\n")
    _write(options.json, table.document(rows))
    return 1 if any(row.troubles for row in rows) else 0


def _sample(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="archwright-field-") as place:
        drawn = sample.sample(options.folders, Path(place), options.number, options.seed, options.constraint)
        found = list(drawn)
    _write(options.output, {"schema_version": 1, "seed": options.seed, "findings": found})
    sys.stdout.write(f"{len(found)} findings of {len(options.folders)} repositories\n")
    return 0


def _judge(options: argparse.Namespace) -> int:
    pairs = judge.judged(options.sample, options.first, options.second)
    sys.stdout.write(judge.report(pairs) + "\n")
    _write(options.json, judge.document(pairs))
    return 0 if judge.reached(pairs) else 1


def _seed(options: argparse.Namespace) -> int:
    outcomes = [seeding.seed(folder, options.count, options.seed) for folder in options.folders]
    sys.stdout.write(seeding.report(outcomes) + "\n")
    _write(options.json, seeding.document(outcomes))
    return 0 if seeding.reached(outcomes) else 1


def _census(options: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(census.census(options.folder.resolve(), options.cache, options.constraint)) + "\n")
    return 0


def _rechecks(options: argparse.Namespace) -> int:
    root = options.folder.resolve()
    if rechecks.has_history(root):
        sys.stderr.write("field: this edits files: give it a copy without history\n")
        return 2
    done = rechecks.rechecks(root, options.cache, options.edits, options.seed, lambda t: sys.stderr.write(t + "\n"))
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


def _write(path: Path | None, document: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
