"""Finding lines, blank lines and comments around a place in a text; every kind of newline counts."""

from __future__ import annotations

import re

from tools.editing.languages import Language, Symbol, parse

_PYTHON_TAIL = re.compile(rb"[ \t\f]*(#[^\r\n]*)?(?=[\r\n]|\Z)")
_SCRIPT_TAIL = re.compile(rb"[ \t\f]*((//[^\r\n]*)|(/\*((?!\*/)[^\r\n])*\*/[ \t]*))?(?=[\r\n]|\Z)")
_OPEN = {
    "field_definition",
    "public_field_definition",
    "lexical_declaration",
    "variable_declaration",
    "expression_statement",
    "return_statement",
}
_SCRIPT_GAP = re.compile(rb"(?:\s|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)


def line_start(data: bytes, at: int) -> int:
    """Return the offset of the first byte of the line that holds ``at``."""
    return max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1


def line_end(data: bytes, at: int) -> int:
    """Return the offset of the newline that ends the line that holds ``at``, or of the end of the text."""
    ends = [found for found in (data.find(b"\n", at), data.find(b"\r", at)) if found >= 0]
    return min(ends, default=len(data))


def next_line(data: bytes, end: int) -> int:
    """Return the offset behind the newline at ``end``."""
    return end + 2 if data[end : end + 2] == b"\r\n" else min(end + 1, len(data))


def line_number(data: bytes, at: int) -> int:
    """Return the 1-based number of the line that holds ``at``."""
    before = data[:at]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1


def split_lines(data: bytes) -> list[bytes]:
    """Split text into lines without their newlines, as the line numbers here count them."""
    return re.split(rb"\r\n|\r|\n", data)


def indentation(data: bytes, at: int) -> bytes:
    """Return the white space in front of the line that holds ``at``."""
    line = data[line_start(data, at) : line_end(data, at)]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def begins_line(data: bytes, at: int) -> bool:
    """Whether nothing but white space stands before ``at`` in its line."""
    return not data[line_start(data, at) : at].strip(b" \t\f")


def tail(data: bytes, end: int, language: Language) -> int | None:
    """Return the end of the line when behind ``end`` come only white space and a comment, else None."""
    pattern = _PYTHON_TAIL if language is Language.PYTHON else _SCRIPT_TAIL
    match = pattern.match(data, end)
    return match.end() if match else None


def following_byte(data: bytes, at: int) -> bytes:
    """Return the first byte behind ``at`` that is neither white space nor part of a JavaScript comment."""
    match = _SCRIPT_GAP.match(data, at)
    start = match.end() if match else at
    return data[start : start + 1]


def blank_lines_after(data: bytes, end: int) -> list[int]:
    """Return the starts of the blank lines directly behind the line that ends at ``end``."""
    starts: list[int] = []
    start = next_line(data, end)
    while start < len(data):
        stop = line_end(data, start)
        if data[start:stop].strip(b" \t\f") or stop == len(data):
            break
        starts.append(start)
        start = next_line(data, stop)
    return starts


def blank_lines_before(data: bytes, start: int) -> list[int]:
    """Return the starts of the blank lines directly above the line that starts at ``start``, upwards."""
    starts: list[int] = []
    while start > 0:
        above = line_start(data, start - 2 if data[start - 2 : start] == b"\r\n" else start - 1)
        if data[above:start].strip():
            break
        starts.append(above)
        start = above
    return starts


def comment_above(data: bytes, start: int, language: Language) -> int:
    """Return where the comment directly above a line begins, or ``start`` when there is none.

    A comment that begins in the first line of the file is the file's, not the symbol's, unless it documents.
    """
    root = parse(data, language).root_node
    here = line_start(data, start)
    while here > 0:
        above = line_start(data, here - 2 if data[here - 2 : here] == b"\r\n" else here - 1)
        first = above + len(data[above:here]) - len(data[above:here].lstrip(b" \t\f"))
        node = root.descendant_for_byte_range(first, first)
        if node is None or node.type != "comment" or not begins_line(data, node.start_byte):
            break
        if tail(data, node.end_byte, language) is None:
            break
        here = line_start(data, node.start_byte)
    own = line_start(data, start)
    of_file = (here == 0 and not data.startswith(b"/**")) or data[here : here + 2] == b"#!"
    return start if here == own or of_file else here


def lacks_semicolon(data: bytes, at: int, language: Language) -> bool:
    """Whether the JavaScript before ``at`` is a statement or field that only the next line's beginning ends."""
    root = parse(data, language).root_node
    end = len(data[:at].rstrip())
    node = root.descendant_for_byte_range(max(end - 1, 0), end)
    while node is not None and node.type == "comment":
        end = len(data[: node.start_byte].rstrip())
        node = root.descendant_for_byte_range(max(end - 1, 0), end)
    if node is None or data[end - 1 : end] in (b";", b"{", b""):
        return False
    while node is not None and node.type not in _OPEN:
        if node.end_byte > end:
            return False
        node = node.parent
    return node is not None and node.end_byte == end


def usual_gap(symbols: list[Symbol], near: Symbol, data: bytes, language: Language) -> int:
    """Return how many blank lines the file leaves between definitions in the surroundings of ``near``.

    Falls back on two at the top of a Python module, one elsewhere, none between members of objects.
    """
    counts: dict[int, int] = {}
    mates = [s for s in symbols if s.parent == near.parent and s.slot.container == near.slot.container]
    for before, after in zip(mates, mates[1:], strict=False):
        between = data[before.end_byte : after.start_byte]
        definitions = is_block(before) or is_block(after)
        if definitions and not between.strip(b" \t\f\r\n,;"):
            gap = max(0, len(split_lines(between)) - 2)
            counts[gap] = counts.get(gap, 0) + 1
    if counts:
        return max(counts, key=lambda gap: counts[gap])
    if near.slot.container in ("object", "enum_body", "interface_body", "object_type"):
        return 0
    return 2 if language is Language.PYTHON and near.slot.container == "module" else 1


def is_block(symbol: Symbol) -> bool:
    """Whether blank lines are usual around a symbol: definitions, not variables and fields."""
    return symbol.kind not in ("variable", "field", "type", "member")
