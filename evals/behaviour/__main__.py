"""Point a contract's behaviour suite at a server: ``python -m evals.behaviour CONTRACT URL``.

Exit code 0: all passed (checks that need --restart or --secret are left out without, which is said); 1: some did not,
or the server refuses the seed data; 2: the command line is wrong; 3: the server was not reachable at the start.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from evals.behaviour import reports
from evals.behaviour.asking import SetupFailed
from evals.behaviour.checks import UnknownChoice, choose
from evals.behaviour.contract import HOME, Contract, load
from evals.behaviour.requirements import gaps, write_table
from evals.behaviour.running import REQUEST_SECONDS, RestartFailed, Server, run_suite
from evals.behaviour.seeding import seed
from evals.behaviour.wire import TransportError

_RESTART_SECONDS = 60.0


def main(arguments: Sequence[str], home: str = HOME) -> int:
    """Run from the command line, with contracts from the package ``home``; returns the exit code."""
    parser = _parser()
    options = parser.parse_intermixed_args(arguments)
    try:
        contract = replace(load(options.contract, home), seeded=_seeded(options.seed_manager))
        if options.list:
            sys.stdout.write(_listed(contract, options.only))
            return 0
        if options.table:
            return _tabulate(contract)
        if options.url is None:
            raise UnknownChoice("give the address of the server, like http://127.0.0.1:8000")
        return _fill(contract, options) if options.seed else _run(contract, options)
    except (UnknownChoice, OSError) as error:  # a file that cannot be written
        parser.error(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.behaviour", description="A behaviour suite over HTTP.")
    parser.add_argument("contract", help="name of the contract, for instance clinic")
    parser.add_argument("url", nargs="?", help="of a server that was started on an empty database")
    parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="X", help="group, requirement, check")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write the result as JUnit XML")
    parser.add_argument("--list", action="store_true", help="list the checks and run nothing")
    parser.add_argument("--table", action="store_true", help="write the table of the contract's README anew, tell gaps")
    parser.add_argument("--seed", action="store_true", help="make the contract's seed data there, and run nothing")
    parser.add_argument("--stop-at-first", action="store_true", help="run nothing after the first that does not pass")
    parser.add_argument("--timeout", type=_seconds, default=REQUEST_SECONDS, metavar="S", help="seconds for a request")
    parser.add_argument(
        "--restart",
        metavar="CMD",
        help="stops the server with the signal $SIGNAL (TERM or KILL), starts it again on the same data and ends; it "
        "finds no other variables but PATH, and what it leaves running in the background ends with the suite",
    )
    parser.add_argument("--secret", default="", metavar="KEY", help="what the server signs its tokens with")
    parser.add_argument("--seed-manager", metavar="EMAIL:PASSWORD", help="a manager, when the server is not empty")
    return parser


def _seconds(given: str) -> float:
    seconds = float(given)
    if not 0 < seconds < 3600:
        raise ValueError
    return seconds


def _seeded(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    email, colon, password = given.partition(":")
    if not (email and colon and password):
        raise UnknownChoice("--seed-manager wants EMAIL:PASSWORD")
    return email, password


def _listed(contract: Contract, only: Sequence[str]) -> str:
    lines = [f"{', '.join(check.requirements)}  {check.name}: {check.claim}" for check in choose(contract.checks, only)]
    return "\n".join(sorted(lines)) + "\n"


def _tabulate(contract: Contract) -> int:
    try:
        write_table(contract)
    except ValueError as error:
        raise UnknownChoice(f"no table was written: {error}") from error
    found = gaps(contract)
    sys.stdout.writelines(f"{gap}\n" for gap in found)
    return 1 if found else 0


def _fill(contract: Contract, options: argparse.Namespace) -> int:
    try:
        count = seed(contract, options.url, options.timeout)
    except SetupFailed as error:
        sys.stderr.write(f"{error}; --seed wants an empty database\n{error.exchange}\n")
        return 1
    except TransportError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.write(f"{count} requests made the data of {contract.folder / 'seed.json'}, which has the logins\n")
    return 0


def _run(contract: Contract, options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        restart = None
        if options.restart:
            # Only here, so that the suite itself runs in any Python, with nothing installed.
            from tools.errors import EnvironmentFault
            from tools.shell import Shell, ShellSettings

            shell = stack.enter_context(Shell(ShellSettings(root=Path.cwd(), sandbox=False)))

            def restart(kill: bool) -> None:
                signal = {"SIGNAL": "KILL" if kill else "TERM"}
                try:
                    done = shell.run(options.restart, env=signal, timeout=_RESTART_SECONDS)
                except EnvironmentFault as error:
                    raise RestartFailed(str(error)) from error
                if done.exit_code != 0:
                    raise RestartFailed(f"the restart command ended with {done.exit_code}: {done.output[-500:]}")

        result = run_suite(
            contract,
            Server(base_url=options.url, restart=restart, secret=options.secret),
            only=options.only,
            stop_at_first=options.stop_at_first,
            timeout=options.timeout,
        )
    if options.json is not None:
        options.json.write_text(json.dumps(reports.document(result), indent=2) + "\n", encoding="utf-8")
    if options.junit is not None:
        options.junit.write_text(reports.junit(result), encoding="utf-8")
    sys.stdout.write(reports.text(result) + "\n")
    return 3 if result.unreachable else 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
