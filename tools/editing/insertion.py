"""Insert before and after a symbol, and at the end of a file: the text takes the rank of its neighbour."""

from __future__ import annotations

from tools.editing.indent import Style, leading, reindent, unit_of
from tools.editing.languages import Language, Place, Symbol
from tools.editing.lines import (
    begins_line,
    blank_lines_after,
    blank_lines_before,
    comment_above,
    indentation,
    is_block,
    line_end,
    line_start,
    split_lines,
    tail,
    usual_gap,
)
from tools.editing.placement import (
    Splice,
    Surroundings,
    is_definition,
    joins,
    led,
    placed,
    separator,
    simple_statement,
    without_comma,
)
from tools.editing.source import to_newline


def insert(around: Surroundings, symbol: Symbol, text: bytes, *, after: bool) -> list[Splice]:
    """Return the splices that put ``text`` before or after the symbol as a neighbour of the same rank.

    Raises:
        ToolError: the symbol stands on one line with what surrounds it and the text needs lines of its own.
    """
    if symbol.slot.place is Place.ITEM:
        return _insert_item(around, symbol, text, after=after)
    return _insert_after(around, symbol, text) if after else _insert_before(around, symbol, text)


def _insert_item(around: Surroundings, symbol: Symbol, text: bytes, *, after: bool) -> list[Splice]:
    data, slot = around.data, symbol.slot
    body = placed(around, symbol.start_byte, without_comma(text), symbol)
    commented = b"//" in body.rpartition(b"\n")[2]
    whole = begins_line(data, symbol.start_byte)
    indent = indentation(data, symbol.start_byte)
    gap = around.newline * (1 + _item_gap(around, symbol, text)) + indent if whole else b" "
    comma = around.newline + indent + b"," if commented else b","
    if not after:
        at = comment_above(data, symbol.start_byte, around.language) if whole else symbol.start_byte
        at += len(leading(data[at:])) if whole else 0
        return [Splice(at, at, body + comma + (gap if whole or not commented else around.newline))]
    if slot.comma_after is None:
        stop = tail(data, symbol.end_byte, around.language) or symbol.end_byte
        if stop == symbol.end_byte:
            return [Splice(stop, stop, b"," + gap + body + (around.newline if commented else b""))]
        return [Splice(symbol.end_byte, symbol.end_byte, b","), Splice(stop, stop, gap + body)]
    if line_end(data, symbol.end_byte) != line_end(data, slot.comma_after):  # commas lead the lines
        ending = around.newline + indent if commented or data[symbol.end_byte : slot.comma_after].strip() else b""
        return [Splice(symbol.end_byte, symbol.end_byte, b"," + gap + body + ending)]
    stop = (tail(data, slot.comma_after + 1, around.language) if whole else None) or slot.comma_after + 1
    return [Splice(stop, stop, gap + body + comma)]


def _item_gap(around: Surroundings, symbol: Symbol, text: bytes) -> int:
    multi = b"\n" in text or is_block(symbol)
    return usual_gap(around.symbols, symbol, around.data, around.language) if multi else 0


def _gap(around: Surroundings, symbol: Symbol, text: bytes, neighbour: bool) -> int:
    """Blank lines between the text and its neighbour: none between simple statements."""
    if neighbour or is_definition(text, around.language, symbol.slot.container):
        return usual_gap(around.symbols, symbol, around.data, around.language)
    return 0


def _insert_after(around: Surroundings, symbol: Symbol, text: bytes) -> list[Splice]:
    data, language, slot = around.data, around.language, symbol.slot
    end, start = slot.anchor_end, slot.anchor_start
    stop = tail(data, end, language)
    if language is Language.PYTHON and not begins_line(data, start):
        return [Splice(end, end, b"; " + simple_statement(symbol, text))]
    body = placed(around, start, text, symbol)
    indent = indentation(data, start)
    if language is not Language.PYTHON:
        body = _guarded(data, end, body, around, slot.container)
    if stop is None:
        ending = around.newline + indent if b"//" in body.rpartition(b"\n")[2] else b""
        return [Splice(end, end, around.newline + indent + body + (ending or around.newline))]
    gap = _gap(around, symbol, text, is_block(symbol))
    lacking = b""
    if slot.has_next and end == symbol.end_byte:
        lacking = around.newline * max(0, _next_gap(around, symbol, text) - len(blank_lines_after(data, stop)))
    return [Splice(stop, stop, around.newline * (1 + gap) + indent + body + lacking)]


def _next_gap(around: Surroundings, symbol: Symbol, text: bytes) -> int:
    following = [s for s in around.symbols if s.parent == symbol.parent and s.start_byte >= symbol.end_byte]
    return _gap(around, symbol, text, bool(following) and is_block(following[0]) and is_block(symbol))


def _insert_before(around: Surroundings, symbol: Symbol, text: bytes) -> list[Splice]:
    data, language, slot = around.data, around.language, symbol.slot
    start = slot.anchor_start
    if not begins_line(data, start):
        if language is Language.PYTHON:
            return [Splice(start, start, simple_statement(symbol, text) + b"; ")]
        body = _guarded(data, start, placed(around, start, text, symbol), around, slot.container)
        return [Splice(start, start, body + around.newline + indentation(data, start))]
    at = line_start(data, comment_above(data, start, language))
    indent = indentation(data, start)
    body = placed(around, start, text, symbol)
    if language is not Language.PYTHON:
        body = _guarded(data, at, body, around, slot.container)
    gap = _gap(around, symbol, text, is_block(symbol))
    lacking = b""
    if slot.has_previous and start == symbol.start_byte:
        above = _gap(around, symbol, text, False)
        lacking = around.newline * max(0, above - len(blank_lines_before(data, at)))
    return [Splice(at, at, lacking + indent + body + around.newline * (1 + gap))]


def _guarded(data: bytes, at: int, body: bytes, around: Surroundings, container: str) -> bytes:
    """Add the semicolons without which the lines before and behind would join with the text."""
    body = led(around, at, body)
    if container in ("interface_body", "object_type"):
        one_line = tail(data, at, around.language) is None
        return body + (b";" if one_line and body[-1:] not in (b";", b",") else b"")
    return body + separator(b"", body, around, container, joins(data, at, False))


def append(around: Surroundings, text: bytes) -> Splice:
    """Return the splice that puts ``text`` at the end of the file, in front of white space there."""
    data = around.data
    end = len(data.rstrip())
    body = reindent(text, around.language, Style(b"", unit_of(split_lines(data))))
    last = [s for s in around.symbols if "." not in s.name]
    gap = 0
    if end and (is_definition(text, around.language, "") or (last and is_block(last[-1]))):
        gap = 2 if around.language is Language.PYTHON else 1
        gap = usual_gap(around.symbols, last[-1], data, around.language) if last else gap
    lead = around.newline * (1 + gap) if end else b""
    ending = b"" if end and data[end:].startswith((b"\n", b"\r")) else around.newline if not end else b""
    return Splice(end, end, lead + to_newline(body, around.newline) + ending)
