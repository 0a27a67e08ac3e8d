"""Stack traces of Python and Node found in the output of commands, and the workspace line they point to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

_FOREIGN = frozenset(
    {"site-packages", "dist-packages", "node_modules", ".venv", "venv", ".tox", ".nox", "__pypackages__"}
)
_GROUP = re.compile(r"^(?:\s*[|+][ -]?)+")
_PY_FRAME = re.compile(r'^\s*File "([^"\n]+)", line (\d+)(?:, in (.+))?$')
_PY_END = re.compile(r"^(?:[\w.<>]+\.)?([A-Za-z_]\w*)(?:: (.*)|:)?$")
_NODE_FRAME = re.compile(r"^\s+at (?:(?:async )?(.+?) \()?(?:async )?(?:file://)?(/[^()\n]+?):(\d+):\d+\)?$")
_NODE_ERROR = re.compile(r"^\s*(?:Uncaught |\[)?((?:[A-Za-z_$][\w$]*)?(?:Error|Exception))(?: \[\w+\])?: (.*)$")
_NODE_PLACE = re.compile(r"^(?:file://)?(/\S+\.[cm]?[jt]sx?):(\d+)$")
_CHAIN = ("The above exception was the direct cause", "During handling of the above exception")
_DETAIL = ("[SQL:", "DETAIL:", "HINT:", "LINE ", "[parameters:", "(Background on")
_DETAIL_KEPT = ("[SQL:", "DETAIL:", "HINT:", "LINE ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of a stack."""

    path: str
    """As the runtime wrote it: mostly absolute."""
    line: int
    name: str = ""
    """Function, when the runtime says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One exception with its stack, innermost frame last."""

    type: str
    """Dotted as written: ``sqlalchemy.exc.OperationalError``."""
    message: str
    frames: tuple[Frame, ...] = ()
    causes: tuple[Trace, ...] = ()
    """What it was raised from, the first of them first."""

    @property
    def text(self) -> str:
        """Type and message in one line, as a runtime prints it."""
        return f"{self.type}: {self.message}" if self.message else self.type


def read_traces(text: str) -> list[Trace]:
    """All stack traces in the output of a command, in the order they appear; chains are one trace."""
    lines = [_GROUP.sub("", line) if line.lstrip().startswith(("|", "+")) else line for line in text.splitlines()]
    found = [*_python(lines), *_node(lines)]
    return [trace for _, trace in sorted(found, key=lambda pair: pair[0])]


def workspace_line(trace: Trace, root: Path, within: str = ".") -> tuple[str, int] | None:
    """The innermost frame that lies in the workspace and in no installed package.

    Args:
        trace: The trace to look at; when its own frames are all foreign, its causes are asked.
        root: Top of the workspace.
        within: Folder below root that relative paths of frames are relative to.

    Returns:
        POSIX path relative to root and the 1-based line, or None.
    """
    for candidate in (trace, *reversed(trace.causes)):
        for frame in reversed(candidate.frames):
            path = workspace_path(frame.path, root, within)
            if path is not None:
                return path, frame.line
    return None


def workspace_path(path: str, root: Path, within: str = ".") -> str | None:
    """The path relative to root when it is a file of the workspace itself, else None."""
    if path.startswith("<") or not path:
        return None
    text = path.removeprefix("file://")
    full = Path(text) if text.startswith("/") else root / within / text
    try:
        relative = PurePosixPath(full.resolve().relative_to(root.resolve()).as_posix())
    except (ValueError, OSError):
        return None
    if _FOREIGN & set(relative.parts) or not full.is_file():
        return None
    return str(relative)


# Python


def _python(lines: Sequence[str]) -> Iterator[tuple[int, Trace]]:
    pending: list[Trace] = []
    chained = False
    start = at = 0
    while at < len(lines):
        line = lines[at]
        if any(mark in line for mark in _CHAIN):
            chained = True
        if "Traceback (most recent call last):" not in line and not _is_bare_syntax_error(lines, at):
            at += 1
            continue
        here = at
        trace, at = _one_python(lines, at + ("Traceback (most" in line))
        if trace is None:
            continue
        if chained and pending:
            pending.append(trace)
        else:
            yield from _flush(start, pending)
            pending, start = [trace], here
        chained = False
    yield from _flush(start, pending)


def _is_bare_syntax_error(lines: Sequence[str], at: int) -> bool:
    """``python file.py`` prints a SyntaxError without the word Traceback."""
    if not _PY_FRAME.match(lines[at]):
        return False
    return any(line.startswith(("SyntaxError", "IndentationError", "TabError")) for line in lines[at : at + 6])


def _flush(start: int, pending: list[Trace]) -> Iterator[tuple[int, Trace]]:
    if pending:
        yield start, replace(pending[-1], causes=tuple(pending[:-1]))


def _one_python(lines: Sequence[str], at: int) -> tuple[Trace | None, int]:
    frames: list[Frame] = []
    while at < len(lines):
        line = lines[at]
        frame = _PY_FRAME.match(line)
        if frame:
            frames.append(Frame(path=frame[1], line=int(frame[2]), name=frame[3] or ""))
        elif line[:1] not in ("", " ", "\t"):
            end = _PY_END.match(line)
            if end is None:
                return None, at
            message, after = _message(end[2] or "", lines, at + 1)
            return Trace(type=line.split(":", 1)[0].strip(), message=message, frames=tuple(frames)), after
        elif not line.strip() and not frames:
            return None, at + 1
        at += 1
    return None, at


def _message(first: str, lines: Sequence[str], at: int) -> tuple[str, int]:
    """The message with those of its following lines that say which statement or row was meant."""
    kept = [first]
    while at < len(lines) and lines[at].strip().startswith(_DETAIL):
        if lines[at].strip().startswith(_DETAIL_KEPT):
            kept.append(lines[at].strip())
        at += 1
    return "\n".join(kept).strip(), at


# Node


def _node(lines: Sequence[str]) -> Iterator[tuple[int, Trace]]:
    at = 0
    while at < len(lines):
        if _NODE_PLACE.match(lines[at]):
            trace, after = _node_syntax(lines, at)
            if trace is not None:
                yield at, trace
                at = after
                continue
        error = _NODE_ERROR.match(lines[at])
        if error and at + 1 < len(lines):
            frames, after = _node_frames(lines, at + 1)
            if frames:
                yield at, Trace(type=error[1], message=error[2].strip(), frames=frames)
                at = after
                continue
        at += 1


def _node_frames(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The frames that follow, innermost last; up to three lines of message may stand between."""
    frames: list[Frame] = []
    slack = 3
    while at < len(lines):
        match = _NODE_FRAME.match(lines[at])
        if match:
            frames.append(Frame(path=match[2], line=int(match[3]), name=match[1] or ""))
        elif frames and not lines[at].lstrip().startswith("at "):
            break
        elif not frames:
            slack -= 1
            if slack < 0 or _NODE_ERROR.match(lines[at]):
                break
        at += 1
    return tuple(reversed(frames)), at


def _node_syntax(lines: Sequence[str], at: int) -> tuple[Trace | None, int]:
    """``/path/file.js:12``, the line, a caret, then the error: how Node reports what it cannot parse."""
    place = _NODE_PLACE.match(lines[at])
    for later in range(at + 1, min(at + 8, len(lines))):
        error = _NODE_ERROR.match(lines[later])
        if error and place:
            frames, after = _node_frames(lines, later + 1)
            own = Frame(path=place[1], line=int(place[2]))
            keep = (*frames, own) if error[1] == "SyntaxError" else (own, *frames)
            return Trace(type=error[1], message=error[2].strip(), frames=keep), max(after, later + 1)
    return None, at + 1


def decisive_lines(text: str, wanted: int = 6, markers: Iterable[str] = ()) -> str:
    """The few lines of an output that most likely say why it went wrong: errors, else the last ones."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    marks = ("Error", "error", "Exception", "FATAL", "refused", "failed", *markers)
    telling = [line for line in lines if any(mark in line for mark in marks) and not line.lstrip().startswith("File ")]
    chosen = telling[-wanted:] if telling else lines[-wanted:]
    return "\n".join(line[:300] for line in chosen)
