"""Versions and ranges of PEP 440 and of npm, as intervals: what a range allows can be compared with another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Version = tuple[tuple[int, ...], tuple[int, int]]
"""(release numbers without trailing zeros, stage): a pre-release sorts before its release, a post-release after."""

_FINAL = (3, 0)
_LOWEST: Version = ((), (-1, 0))
_HIGHEST: Version = ((10**12,), _FINAL)
_PYTHON = re.compile(
    r"\s*v?(?:\d+!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
    r"(?:[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[\w.]+)?\s*",
    re.IGNORECASE,
)
_STAGES = {"dev": -1, "a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|\^|~)?\s*([^\s,]+)")
_NODE = re.compile(r"[v=\s]*(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[\w.-]+)?")
_HYPHEN = re.compile(r"(\S+)\s+-\s+(\S+)")
_NODE_CLAUSE = re.compile(r"(<=|>=|<|>|=|\^|~>?)?\s*([^\s<>=^~|]+)")


class Interval(NamedTuple):
    """Versions from `low` (allowed) to `high` (not allowed)."""

    low: Version
    high: Version


Range = tuple[Interval, ...]
"""Disjoint intervals in order; empty when nothing is allowed."""

EVERYTHING: Range = (Interval(_LOWEST, _HIGHEST),)


def python_range(spec: str) -> Range | None:
    """What a PEP 440 specifier or a range of Poetry allows; None when it cannot be read (addresses, paths)."""
    text = spec.strip().strip("()")
    if text in ("", "*", "latest"):
        return EVERYTHING
    alternatives = [_clauses(part) for part in text.split("||")]
    found = [one for one in alternatives if one is not None]
    return _union(found) if len(found) == len(alternatives) else None


def node_range(spec: str) -> Range | None:
    """What an npm range allows; None for tags, addresses, paths and protocols."""
    text = spec.strip()
    if text in ("", "*", "x", "X"):
        return EVERYTHING
    alternatives = [_node_comparators(part.strip()) for part in text.split("||")]
    found = [one for one in alternatives if one is not None]
    return _union(found) if len(found) == len(alternatives) else None


def read_range(spec: str, ecosystem: str) -> Range | None:
    """The range of an ecosystem, ``python`` or ``node``; None when it cannot be read."""
    return python_range(spec) if ecosystem == "python" else node_range(spec)


def is_within(inner: Range, outer: Range) -> bool:
    """Whether `inner` allows something, and nothing that `outer` does not allow."""
    return bool(inner) and all(any(o.low <= i.low and i.high <= o.high for o in outer) for i in inner)


def overlap(one: Range, other: Range) -> Range:
    """What both allow."""
    both = [Interval(max(a.low, b.low), min(a.high, b.high)) for a in one for b in other]
    return tuple(interval for interval in both if interval.low < interval.high)


def is_exact(allowed: Range) -> bool:
    """Whether one version only is allowed."""
    return len(allowed) == 1 and allowed[0].high == _next(allowed[0].low)


def _clauses(text: str) -> Range | None:
    allowed = EVERYTHING
    for clause in filter(None, (part.strip() for part in text.split(","))):
        for piece in _split_clauses(clause):
            one = _python_clause(piece)
            if one is None:
                return None
            allowed = overlap(allowed, one)
    return allowed


def _split_clauses(clause: str) -> list[str]:
    """Poetry allows ``>=1.2 <2`` without a comma."""
    return re.findall(r"(?:[<>=!~^]+\s*)?[^\s<>=!~^]+", clause)


def _python_clause(clause: str) -> Range | None:
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        return None
    sign, text = match[1] or "==", match[2]
    if text == "*":
        return EVERYTHING
    star = text.endswith(".*")
    version = _python_version(text.removesuffix(".*"))
    numbers = _numbers(text)
    if version is None or numbers is None:
        return None
    if star:
        inside = Interval(_first(numbers), _first(_bumped(numbers, len(numbers))))
        return _without(inside) if sign == "!=" else (inside,)
    if sign in ("~=", "^", "~"):
        return (Interval(version, _first(_upper(sign, numbers))),)
    return _compared(sign, version)


def _upper(sign: str, numbers: Sequence[int]) -> tuple[int, ...]:
    """The release that a compatible range ends before."""
    if sign == "~=":
        return _bumped(numbers, max(len(numbers) - 1, 1))
    if sign == "~":
        return _bumped(numbers, min(len(numbers), 2))
    leading = next((i for i, number in enumerate(numbers) if number), len(numbers) - 1)
    return _bumped(numbers, leading + 1)


def _compared(sign: str, version: Version) -> Range:
    after = _next(version)
    if sign == "!=":
        return _without(Interval(version, after))
    intervals = {
        "<": Interval(_LOWEST, _before(version)),
        "<=": Interval(_LOWEST, after),
        ">": Interval(after, _HIGHEST),
        ">=": Interval(version, _HIGHEST),
    }
    return (intervals.get(sign, Interval(version, after)),)


def _before(version: Version) -> Version:
    """``<2`` leaves out the pre-releases of 2 too, as both ecosystems have it."""
    return (version[0], (-1, 0)) if version[1] == _FINAL else version


def _next(version: Version) -> Version:
    """The least version above, as far as anyone counts."""
    return (version[0], (version[1][0], version[1][1] + 1))


def _without(gap: Interval) -> Range:
    parts = (Interval(_LOWEST, gap.low), Interval(gap.high, _HIGHEST))
    return tuple(part for part in parts if part.low < part.high)


def _union(ranges: Iterable[Range]) -> Range:
    merged: list[Interval] = []
    for interval in sorted(interval for one in ranges for interval in one):
        if merged and interval.low <= merged[-1].high:
            merged[-1] = Interval(merged[-1].low, max(merged[-1].high, interval.high))
        else:
            merged.append(interval)
    return tuple(merged)


def _python_version(text: str) -> Version | None:
    match = _PYTHON.fullmatch(text)
    if match is None:
        return None
    release = _trimmed([int(part) for part in match[1].split(".")])
    if match[2]:
        return (release, (_STAGES[match[2].lower()], int(match[3] or 0)))
    if match[6] and not match[4]:
        return (release, (_STAGES["dev"], int(match[7] or 0)))
    return (release, (4, int(match[5] or 0)) if match[4] else _FINAL)


def _numbers(text: str) -> list[int] | None:
    match = re.match(r"v?(\d+(?:\.\d+)*)", text)
    return [int(part) for part in match[1].split(".")] if match is not None else None


def _trimmed(numbers: Sequence[int]) -> tuple[int, ...]:
    kept = list(numbers)
    while kept and kept[-1] == 0:
        kept.pop()
    return tuple(kept)


def _first(numbers: Sequence[int]) -> Version:
    """Below every pre-release of that release."""
    return (_trimmed(numbers), (-1, 0))


def _bumped(numbers: Sequence[int], length: int) -> tuple[int, ...]:
    return (*numbers[: length - 1], numbers[length - 1] + 1)


def _node_comparators(text: str) -> Range | None:
    hyphen = _HYPHEN.fullmatch(text)
    if hyphen is not None:
        low, high = _node_clause(">=", hyphen[1]), _node_clause("<=", hyphen[2])
        return overlap(low, high) if low is not None and high is not None else None
    allowed = EVERYTHING
    if _NODE_CLAUSE.sub("", text).strip():
        return None
    for match in _NODE_CLAUSE.finditer(text):
        one = _node_clause(match[1] or "", match[2])
        if one is None:
            return None
        allowed = overlap(allowed, one)
    return allowed


def _node_clause(sign: str, text: str) -> Range | None:
    match = _NODE.fullmatch(text)
    if match is None:
        return None
    parts = [match[1], match[2], match[3]]
    numbers = [int(p) for p in parts[: _known(parts)] if p is not None]
    if not numbers:
        return EVERYTHING
    version: Version = (_trimmed(numbers), _node_stage(match[4]))
    if sign == "^":
        return (Interval(version, _first(_upper("^", numbers))),)
    if sign.startswith("~"):
        return (Interval(version, _first(_upper("~", numbers))),)
    if len(numbers) < 3:
        return _partial(sign, numbers)
    return _compared(sign, version)


def _known(parts: Sequence[str | None]) -> int:
    """How many of the numbers are given."""
    return next((i for i, part in enumerate(parts) if part is None or not part.isdigit()), len(parts))


def _partial(sign: str, numbers: Sequence[int]) -> Range:
    """``>1.2`` means above every 1.2.x, ``1.2`` any of them."""
    low, high = (_trimmed(numbers), _FINAL), _first(_bumped(numbers, len(numbers)))
    if sign == "<":
        return (Interval(_LOWEST, _first(numbers)),)
    if sign == ">=":
        return (Interval(low, _HIGHEST),)
    if sign == ">":
        return (Interval(high, _HIGHEST),)
    return (Interval(_LOWEST if sign == "<=" else low, high),)


def _node_stage(text: str | None) -> tuple[int, int]:
    if not text:
        return _FINAL
    if text.isdigit():
        return (-1, int(text))
    number = re.search(r"\d+", text)
    return (next((s for word, s in _STAGES.items() if text.startswith(word)), 2), int(number[0]) if number else 0)
