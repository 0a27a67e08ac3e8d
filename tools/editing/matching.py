"""Replace exact text, forgive differences in white space only, and name the nearest text on a miss."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass

from tools.editing.lines import line_number, split_lines
from tools.editing.placement import Splice
from tools.editing.source import to_newline
from tools.errors import ToolError

_SHOWN = 6
_BLANKS = b" \t"


@dataclass(frozen=True, slots=True)
class Match:
    """Where a text was found, and how its replacement is brought to the same form."""

    splice: Splice
    note: str = ""
    """How the found text differs from the one asked for; empty when it does not."""


def replace_text(data: bytes, old: str, new: str, span: tuple[int, int] | None = None) -> Match:
    """Find ``old`` once in ``data`` (within ``span``, when given) and return the splice that makes it ``new``.

    Tried in turn: the exact text; the text with other newlines; the same lines but for trailing white space
    or another indentation (the new text is then re-indented alike); the same words with other white space.

    Raises:
        ToolError: no match (names the nearest text and what differs) or several (names their lines).
    """
    if not old:
        raise ToolError("replace_text needs the old text")
    low, high = span or (0, len(data))
    area = data[low:high]
    try:
        wanted, given = old.encode("utf-8"), new.encode("utf-8")
    except UnicodeEncodeError:
        raise ToolError("the text holds half a surrogate pair") from None
    if b"\0" in given:
        raise ToolError("the text holds NUL characters")
    for candidate in (wanted, _as_in(area, wanted)):
        found = _all(area, candidate)
        if found:
            at = _single(data, [low + f for f in found])
            return Match(Splice(at, at + len(candidate), _as_in(area, given)))
    match = _by_lines(data, low, high, wanted, given) or _by_words(data, low, high, wanted, given)
    if match is None:
        raise ToolError(_nearest(data, low, high, wanted))
    return match


def _all(area: bytes, wanted: bytes) -> list[int]:
    found: list[int] = []
    at = area.find(wanted)
    while at >= 0:
        found.append(at)
        at = area.find(wanted, at + max(1, len(wanted)))
    return found


def _single(data: bytes, places: list[int]) -> int:
    if len(places) > 1:
        lines = [str(line_number(data, p)) for p in places]
        shown = ", ".join(lines[:10]) + (", ..." if len(lines) > 10 else "")
        raise ToolError(
            f"the old text occurs {len(places)} times, at lines {shown}: give more of it, or a symbol to stay in"
        )
    return places[0]


def _as_in(area: bytes, text: bytes) -> bytes:
    """The text with the newlines of the area."""
    crlf = area.count(b"\r\n")
    style = b"\r\n" if crlf * 2 > area.count(b"\n") else b"\n"
    return to_newline(text, style)


def _by_lines(data: bytes, low: int, high: int, wanted: bytes, given: bytes) -> Match | None:
    """Match whole lines that differ in trailing white space or by one common change of indentation."""
    ends = to_newline(wanted, b"\n").endswith(b"\n")
    lines = to_newline(wanted, b"\n").removesuffix(b"\n").split(b"\n")
    core = [line.strip() for line in lines]
    if not any(core):
        return None
    rows = _rows(data, low, high)
    stripped = [data[a:b].strip() for a, b, _ in rows]
    hits = [i for i in range(len(rows) - len(core) + 1) if stripped[i : i + len(core)] == core]
    shifts = [(i, _shift(data, rows[i : i + len(core)], lines)) for i in hits]
    good = [(i, shift) for i, shift in shifts if shift is not None]
    if not good:
        return None
    _single(data, [rows[i][0] for i, _ in good])
    index, shift = good[0]
    first, last = rows[index], rows[index + len(core) - 1]
    body = to_newline(given, b"\n")
    body = b"\n".join(_moved(line, shift) for line in body.removesuffix(b"\n").split(b"\n")) if shift else body
    if ends:
        end = last[2]
        body = body if not body or body.endswith(b"\n") else body + b"\n"
    else:
        end, body = last[1], body.removesuffix(b"\n")
    note = f"matched line {line_number(data, first[0])} but for white space"
    return Match(Splice(first[0], end, _as_in(data, body)), note)


def _rows(data: bytes, low: int, high: int) -> list[tuple[int, int, int]]:
    """Start, end, and start of the next, of each line that lies in the area."""
    rows: list[tuple[int, int, int]] = []
    start = low
    for match in re.finditer(rb"\r\n|\r|\n", data[low:high]):
        rows.append((start, low + match.start(), low + match.end()))
        start = low + match.end()
    if start < high:
        rows.append((start, high, high))
    return rows


def _shift(data: bytes, rows: list[tuple[int, int, int]], lines: list[bytes]) -> list[tuple[bytes, bytes]] | None:
    """The indentations that became others; None when one became two different ones."""
    pairs: dict[bytes, bytes] = {}
    for (start, end, _), line in zip(rows, lines, strict=True):
        if not line.strip():
            continue
        there = data[start:end]
        old, new = (x[: len(x) - len(x.lstrip(_BLANKS))] for x in (line, there))
        if pairs.setdefault(old, new) != new:
            return None
    levels = sorted(pairs.items(), key=lambda p: len(p[0]))
    if any(len(a[1]) >= len(b[1]) for a, b in zip(levels, levels[1:], strict=False)):
        return None  # another structure, not another indentation
    return levels


def _moved(line: bytes, shift: list[tuple[bytes, bytes]]) -> bytes:
    """Give a line of the new text the indentation that its level has in the file."""
    body = line.lstrip(_BLANKS)
    blank = line[: len(line) - len(body)]
    if not body:
        return b""
    for old, new in reversed(shift):
        if blank.startswith(old):
            over = blank[len(old) :]
            return new + (over.replace(b"    ", b"\t") if b"\t" in new and b"\t" not in old else over) + body
    old, new = shift[0]
    lacking = len(old) - len(blank)  # shallower than anything in the old text
    return (new[:-lacking] if b"\t" not in new and lacking <= len(new) else b"") + body


def _by_words(data: bytes, low: int, high: int, wanted: bytes, given: bytes) -> Match | None:
    """Match the same words with any white space between them, within lines as between them."""
    words = wanted.split()
    if len(words) < 2 or len(words) > 2_000:
        return None
    text = rb"\s+".join(re.escape(word) for word in words)
    # A text that ends with its line means that line before it means the head of a longer one.
    found = list(re.finditer(text + rb"(?=[ \t]*(?:[\r\n]|\Z))", data[low:high])) if _ends_line(wanted) else []
    found = found or list(re.finditer(text, data[low:high]))
    if not found:
        return None
    _single(data, [low + f.start() for f in found])
    start, end = low + found[0].start(), low + found[0].end()
    head = wanted[: len(wanted) - len(wanted.lstrip())].rpartition(b"\n")[2]
    body = to_newline(given, b"\n").strip(b"\n")
    body = body[len(head) :] if body.startswith(head) else body
    note = f"matched line {line_number(data, start)} but for white space"
    return Match(Splice(start, end, _as_in(data, body.rstrip())), note)


def _ends_line(text: bytes) -> bool:
    return text.endswith((b"\n", b"\r"))


def _nearest(data: bytes, low: int, high: int, wanted: bytes) -> str:
    """What a miss answers: the text of the file that is most like the old one, and where it differs."""
    lines = [line.strip() for line in split_lines(wanted)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    rows = _rows(data, low, high)
    best = _best_window([data[a:b].strip() for a, b, _ in rows], lines)
    if best is None:
        return "the old text does not occur, nor anything like it"
    start, size = best
    first = line_number(data, rows[start][0])
    there = [data[a:b] for a, b, _ in rows[start : start + size]]
    differing = _difference([t.strip() for t in there], lines, first)
    shown = "\n".join(t.decode("utf-8", "replace") for t in there[:_SHOWN])
    more = f"\n... ({size - _SHOWN} more lines)" if size > _SHOWN else ""
    return (
        f"the old text does not occur. Nearest is lines {first}-{first + size - 1}:\n{shown}{more}\n"
        f"It differs: {differing}"
    )


def _best_window(file: list[bytes], wanted: list[bytes]) -> tuple[int, int] | None:
    """Start and size of the run of lines most like ``wanted``; windows are ranked by shared lines, then closely."""
    if not wanted or not file:
        return None
    size = min(len(wanted), len(file))
    words = Counter(w for line in wanted for w in re.findall(rb"\w+", line))
    scores = [_overlap(line, words, wanted) for line in file]
    total = sum(scores[:size])
    ranked = [(total, 0)]
    for start in range(1, len(file) - size + 1):
        total += scores[start + size - 1] - scores[start - 1]
        ranked.append((total, start))
    target = b"\n".join(wanted).decode("utf-8", "replace")[:4_000]
    best, found = 0.0, None
    for _, start in sorted(ranked, key=lambda r: (-r[0], r[1]))[:12]:
        text = b"\n".join(file[start : start + size]).decode("utf-8", "replace")[:4_000]
        ratio = difflib.SequenceMatcher(None, text, target, autojunk=False).ratio() if len(target) < 1_500 else 0.5
        ratio = ratio if len(target) < 1_500 else difflib.SequenceMatcher(None, text, target).quick_ratio()
        if ratio > best:
            best, found = ratio, start
    return (found, size) if found is not None and best > 0.35 else None


def _overlap(line: bytes, words: Counter[bytes], wanted: list[bytes]) -> float:
    if not line:
        return 0.0
    if line in wanted:
        return 3.0 + min(len(line), 60) / 60
    own = re.findall(rb"\w+", line)
    return sum(1 for w in own if w in words) / max(len(own), 3)


def _difference(there: list[bytes], wanted: list[bytes], first: int) -> str:
    for offset, (real, asked) in enumerate(zip(there, wanted, strict=False)):
        if real != asked:
            a, b = asked.decode("utf-8", "replace"), real.decode("utf-8", "replace")
            start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            low = max(0, start - 12)
            return f"line {first + offset} has {b[low : start + 40]!r}, you gave {a[low : start + 40]!r}"
    return f"you gave {len(wanted)} lines, it has {len(there)}"
