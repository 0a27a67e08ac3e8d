"""Finds the line of a key in TOML text, which tomllib does not tell."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")


def key_lines(text: str) -> dict[str, int]:
    """Dotted key -> its 1-based line; arrays of tables count as ``name[0]``, ``name[1]``.

    Good for messages only: keys inside multi-line strings may be taken for real ones, and the first wins.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            prefix = _place(header[1] == "[[", _plain(header[2]), counts)
            lines.setdefault(prefix, number)
            continue
        key = _KEY.match(line)
        if key:
            name = _plain(key[1])
            lines.setdefault(f"{prefix}.{name}" if prefix else name, number)
    return lines


def _place(array: bool, name: str, counts: dict[str, int]) -> str:
    if array:
        counts[name] = counts.get(name, -1) + 1
        return f"{name}[{counts[name]}]"
    for table, last in counts.items():
        if name.startswith(table + "."):
            return f"{table}[{last}]{name[len(table) :]}"
    return name


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
