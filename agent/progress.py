"""What a person sees while a run goes on: Rich on a terminal, one line an event without one. Always on stderr."""

from __future__ import annotations

import sys
import time
from typing import Any, Protocol, TextIO


class Progress(Protocol):
    """Takes the events of a run as they happen."""

    def event(self, kind: str, text: str, **details: Any) -> None:
        """Show one event; ``kind`` is a short word such as ``survey``, ``think``, ``gate``."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Silent:
    """Shows nothing (``--quiet``, tests)."""

    def event(self, kind: str, text: str, **details: Any) -> None:
        """Pass over."""

    def close(self) -> None:
        """Nothing to leave."""


class Lines:
    """One line an event: for pipes and CI logs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._started = time.monotonic()

    def event(self, kind: str, text: str, **details: Any) -> None:
        """Write seconds since the start, the kind and the text."""
        seconds = time.monotonic() - self._started
        self._stream.write(f"[{seconds:6.1f}s] {kind:<9} {printable(text)}\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing to leave."""


class Live:
    """Rich on a terminal: past events stay above, what is going on now turns below."""

    _MARKS = {
        "gate": "bold",
        "red": "bold red",
        "green": "bold green",
        "commit": "green",
        "error": "bold red",
    }

    def __init__(self, *, color: bool = True) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, no_color=not color, highlight=False)
        self._status = self._console.status("starting")
        self._status.start()
        self._started = time.monotonic()

    def event(self, kind: str, text: str, **details: Any) -> None:
        """Print the event and turn it into the current status."""
        from rich.text import Text

        seconds = time.monotonic() - self._started
        line = Text(f"{seconds:6.1f}s ", style="dim")
        line.append(f"{kind:<9} ", style=self._MARKS.get(kind, "cyan"))
        line.append(printable(text))
        self._console.print(line)
        self._status.update(Text(f"{kind} ..."))

    def close(self) -> None:
        """Stop the spinner."""
        self._status.stop()


def choose(*, quiet: bool, color: bool) -> Progress:
    """Return what suits the terminal and the flags."""
    if quiet:
        return Silent()
    return Live(color=color) if sys.stderr.isatty() else Lines()


def printable(text: str) -> str:
    """Return the text without control characters: a model's words must not steer the user's terminal."""
    return "".join(ch if ch in "\n\t" or ch.isprintable() else "\ufffd" for ch in text)
