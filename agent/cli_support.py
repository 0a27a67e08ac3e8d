"""What all commands share: results to stdout, one-paragraph errors to stderr, exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from agent.errors import ArchwrightError, ExitCode, UserError

if TYPE_CHECKING:
    from agent.request import Request


@dataclass(frozen=True, kw_only=True)
class Console:
    """Where a command writes."""

    json: bool = False
    color: bool = True
    quiet: bool = False

    def result(self, text: str) -> None:
        """Write a result to stdout."""
        sys.stdout.write(text if text.endswith("\n") else text + "\n")

    def document(self, data: object) -> None:
        """Write one JSON document to stdout."""
        self.result(json.dumps(data, indent=2, ensure_ascii=False, default=str))

    def note(self, text: str) -> None:
        """Write a remark to stderr, unless quiet."""
        if not self.quiet:
            sys.stderr.write(text + "\n")


def open_closed_streams() -> None:
    """Put /dev/null where the caller closed an output (``>&-``): else the next file opened becomes our stdout."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            place = os.open(os.devnull, os.O_WRONLY)
            if place != number:
                os.dup2(place, number)
                os.close(place)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))


def finish(action: Callable[[Console], int], flags: Mapping[str, Any]) -> None:
    """Run a command's action and leave with its exit code; errors become one paragraph.

    Raises:
        typer.Exit: always, with the exit code.
    """
    console = Console(
        json=bool(flags.get("json_output")),
        color=not flags.get("no_color") and sys.stdout.isatty(),
        quiet=bool(flags.get("quiet")),
    )
    try:
        code = action(console)
        sys.stdout.flush()  # here, where a failure can still be told
    except KeyboardInterrupt:
        sys.stderr.write("archwright: interrupted\n")
        raise typer.Exit(int(ExitCode.INTERRUPTED)) from None
    except BrokenPipeError:
        _drop_output()  # the reader of our output has gone: nothing is left to say
        raise typer.Exit(int(ExitCode.OK)) from None
    except OSError as error:
        _drop_output()
        raise typer.Exit(report_failure(error)) from None
    except Exception as error:  # noqa: BLE001  named boundary: a traceback shown to a user is a bug
        raise typer.Exit(report_failure(error)) from None
    raise typer.Exit(int(code))


def _drop_output() -> None:
    """Send what is still to be written to stdout nowhere, so that the interpreter does not fail over it at its end."""
    with contextlib.suppress(OSError, ValueError):  # a stdout that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report_failure(error: Exception) -> int:
    """Write one paragraph about an error to stderr; returns the exit code that fits it."""
    from tools.errors import EnvironmentFault, InvalidConstraints, ToolError, ToolRefused

    if isinstance(error, ArchwrightError):
        code, text = error.exit_code, str(error)
    elif isinstance(error, InvalidConstraints):
        code, text = ExitCode.USAGE, str(error)
    elif isinstance(error, EnvironmentFault):
        code, text = ExitCode.ENVIRONMENT, str(error)
    elif isinstance(error, ToolRefused):
        code, text = ExitCode.POLICY, str(error)
    elif isinstance(error, ToolError):
        code, text = ExitCode.FINDINGS, str(error)
    elif isinstance(error, OSError):
        code, text = (
            ExitCode.ENVIRONMENT,
            f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""),
        )
    else:
        code = ExitCode.ENVIRONMENT
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = (
            f"internal error: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno}). "
            "This is a bug of archwright: please report it with the command that you ran."
        )
    sys.stderr.write(f"archwright: {text}\n")
    return int(code)


def read_request(words: str | None, file: Path | None, spec: Path | None) -> Request:
    """Return the request from the argument, a file or standard input.

    Raises:
        UserError: none or two of them were given, or a file cannot be read.
    """
    from agent.request import Request

    if words is not None and file is not None:
        raise UserError("Give the request as an argument or with -f FILE, not both.")
    specification = _read(spec, "--spec") if spec else None
    if file is not None:
        return Request(text=_read(file, "-f"), origin="file", spec=specification)
    if words == "-":
        return Request(text=_standard_input(), origin="stdin", spec=specification)
    return Request(text=words or "", origin="argument", spec=specification)


def _standard_input() -> str:
    if sys.stdin is None:  # closed by the caller: `<&-`
        raise UserError(
            'Standard input is closed. Pipe the request in, or give it as an argument: archwright run "..."'
        )
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"Standard input is not UTF-8 text: {error}.") from None


def _read(path: Path, flag: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{flag} {path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{flag} {path} cannot be read as UTF-8 text: {error}.") from None
