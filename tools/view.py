"""What a model looks at: an outline, a symbol, lines of a file, and where a name or text occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.editing.lines import split_lines
from tools.editing.source import MAX_BYTES, decode, locate
from tools.errors import ToolError, ToolRefused
from tools.syntax import Symbol, find_symbol, language_of, outline

_RANGE = re.compile(r"^(\d+)?\s*[-:,]?\s*(\d+|\$)?$")
_CAP = 400
_LINE = 400
_OUTLINE_CAP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where something was found."""

    path: str
    line: int
    """1-based."""
    text: str
    """The definition's signature, or the line."""
    definition: bool


def view(path: str, source: bytes, what: str = "outline", *, numbers: bool = True) -> str:
    """Return a part of a file as text for a model.

    Args:
        path: names the language and heads the answer.
        source: the file's bytes.
        what: ``outline``; a range of lines (``10-20``, ``10-``, ``15``); else a symbol's name.
        numbers: put line numbers in front of lines of code.

    Raises:
        ToolError: no such symbol or line; the file is binary.
    """
    data = decode(source, path).data
    lines = [line.decode("utf-8", "replace") for line in split_lines(data)]
    if lines and not lines[-1]:
        lines.pop()
    if what == "outline":
        return _outline(path, source, len(lines))
    match = _RANGE.match(what.strip())
    if match and what.strip():
        first = int(match[1] or 1)
        single = match[2] is None and what.strip().isdigit()
        last = first if single else int(match[2]) if match[2] and match[2] != "$" else len(lines)
        if first < 1 or first > len(lines) or last < first:
            raise ToolError(f"{path} has {len(lines)} lines, none of {what}")
        return _numbered(lines, first, min(last, len(lines)), numbers)
    symbol = find_symbol(path, source, what)
    return _numbered(lines, symbol.start_line, symbol.end_line, numbers)


def _numbered(lines: Sequence[str], first: int, last: int, numbers: bool) -> str:
    shown = lines[first - 1 : min(last, first - 1 + _CAP)]
    width = len(str(last))
    cut = [line if len(line) <= _LINE else line[:_LINE] + f"... ({len(line)} characters)" for line in shown]
    text = "\n".join(f"{first + i:>{width}} {line}" if numbers else line for i, line in enumerate(cut))
    left = last - first + 1 - len(shown)
    return text + (f"\n... ({left} more lines, to {last})" if left > 0 else "")


def _outline(path: str, source: bytes, count: int) -> str:
    if language_of(path) is None:
        return f"{path}: {count} lines; no outline for this kind of file"
    symbols = outline(path, source)
    shown = _shallow(symbols, _OUTLINE_CAP)
    code = split_lines(decode(source, path).data)
    lines = [f"{path}: {count} lines"]
    lines += [_outline_line(code, symbol) for symbol in shown]
    if len(symbols) > len(shown):
        lines.append(f"... ({len(symbols) - len(shown)} deeper or later symbols left out)")
    return "\n".join(lines)


def _shallow(symbols: list[Symbol], most: int) -> list[Symbol]:
    """As many levels of nesting as fit; never less than the outermost, which are cut instead."""
    for depth in (6, 3, 2, 1, 0):
        kept = [s for s in symbols if s.name.count(".") <= depth]
        if len(kept) <= most:
            return kept
    return kept[:most]


def _outline_line(code: Sequence[bytes], symbol: Symbol) -> str:
    span = f"{symbol.start_line}-{symbol.end_line}" if symbol.end_line > symbol.start_line else f"{symbol.start_line}"
    marks = ""
    if symbol.head_line > symbol.start_line:
        lines = code[symbol.start_line - 1 : symbol.head_line - 1]
        marks = " ".join(x.decode("utf-8", "replace").strip()[:60] for x in lines if x.strip().startswith(b"@")) + " "
    depth = "  " * symbol.name.count(".")
    return f"{depth}{span}: {marks}{symbol.signature[:160]}"


def find(root: Path, files: Iterable[str], wanted: str, *, limit: int = 40) -> list[Hit]:
    """Return where a symbol or a text occurs in files, definitions first.

    Args:
        root: the workspace.
        files: POSIX paths relative to it; what cannot be read is passed over.
        wanted: a name (``list``, ``ArticleRepository.list``) or any text; text is found case-sensitively, and
            where it occurs nowhere, without regard to case.
        limit: the most hits to return.
    """
    texts = [(path, source) for path in files if (source := _readable(root, path)) is not None]
    for fold in (False, True):
        hits = [hit for path, source in texts for hit in _hits(path, source, wanted, fold)]
        if hits:
            ranked = sorted(hits, key=lambda h: (not h.definition, _is_test(h.path), h.path, h.line))
            return ranked[:limit]
    return []


def find_text(root: Path, files: Iterable[str], wanted: str, *, limit: int = 40) -> str:
    """Return what ``find`` finds as lines ``path:line: text`` for a model, ``defines`` marking definitions."""
    hits = find(root, files, wanted, limit=limit + 1)
    lines = [f"{h.path}:{h.line}:{' defines' if h.definition else ''} {h.text}" for h in hits[:limit]]
    if len(hits) > limit:
        lines.append("... (more; narrow the search)")
    return "\n".join(lines) or f"{wanted!r} occurs nowhere"


def _readable(root: Path, path: str) -> bytes | None:
    try:
        real, _ = locate(root, path)
        if not real.is_file() or real.stat().st_size > MAX_BYTES:
            return None
        source = real.read_bytes()
    except (ToolError, ToolRefused, OSError):
        return None
    return None if b"\0" in source else source


def _hits(path: str, source: bytes, wanted: str, fold: bool) -> list[Hit]:
    needle = wanted.encode()
    last = wanted.rpartition(".")[2]
    body = source.lower() if fold else source
    needle = needle.lower() if fold else needle
    hits: list[Hit] = []
    if language_of(path) is not None and (last.lower() if fold else last).encode() in body:
        hits = [
            Hit(path=path, line=s.head_line, text=s.signature[:160], definition=True)
            for s in outline(path, source)
            if _is_named(s.name, wanted, fold)
        ]
    known = {h.line for h in hits}
    if needle in body:
        for number, (line, plain) in enumerate(zip(split_lines(body), split_lines(source), strict=True), 1):
            if needle in line and number not in known:
                shown = plain.decode("utf-8", "replace").strip()[:160]
                hits.append(Hit(path=path, line=number, text=shown, definition=False))
    return hits


def _is_named(name: str, wanted: str, fold: bool) -> bool:
    name, wanted = (name.lower(), wanted.lower()) if fold else (name, wanted)
    return name == wanted or name.endswith("." + wanted)


def _is_test(path: str) -> bool:
    return bool(re.search(r"(?:^|/)(?:tests?|__tests__|spec)/|(?:^|/)test_|[._](?:test|spec)\.", path))
