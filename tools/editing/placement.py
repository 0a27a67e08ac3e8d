"""Replace, insert and delete: from a symbol and a new text to the bytes that change."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.editing.indent import Style, fragment_nodes, leading, reindent, unit_of
from tools.editing.languages import Language, Place, Symbol
from tools.editing.lines import (
    begins_line,
    blank_lines_after,
    blank_lines_before,
    comment_above,
    following_byte,
    indentation,
    lacks_semicolon,
    line_end,
    line_start,
    next_line,
    split_lines,
    tail,
)
from tools.editing.source import to_newline
from tools.errors import ToolError

HAZARDS = (b"(", b"[", b"`", b"+", b"-", b"*", b"/")
_DEFINITIONS = {
    "class_definition",
    "function_definition",
    "decorated_definition",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "enum_declaration",
    "method_definition",
    "internal_module",
    "module",
    "export_statement",
    "ambient_declaration",
}
_PYTHON_SIMPLE = re.compile(r"_statement$|^(type_alias|import|future_import|import_from)")
_PYTHON_COMPOUND = {"if_statement", "for_statement", "while_statement", "try_statement", "with_statement"}


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes ``start`` to ``end`` become ``text``."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The text that is edited and what is known of it."""

    data: bytes
    language: Language
    newline: bytes
    symbols: list[Symbol]


def spliced(data: bytes, splices: list[Splice]) -> bytes:
    """Return the text with the splices done; they must not overlap."""
    for splice in sorted(splices, key=lambda s: s.start, reverse=True):
        data = data[: splice.start] + splice.text + data[splice.end :]
    return data


def clean_text(text: str) -> bytes:
    """Return a given text as bytes with LF, without blank lines around it and without white space behind.

    Raises:
        ToolError: nothing is left, or it holds what no file can.
    """
    if "\0" in text:
        raise ToolError("the text holds NUL characters")
    try:
        body = to_newline(text.encode("utf-8"), b"\n")
    except UnicodeEncodeError:
        raise ToolError("the text holds half a surrogate pair") from None
    body = re.sub(rb"\A(?:[ \t\f]*\n)+", b"", body).rstrip()
    if not body:
        raise ToolError("the text is empty (to remove a symbol use op delete)")
    return body


def replace(around: Surroundings, symbol: Symbol, text: bytes) -> list[Splice]:
    """Return the splices that put ``text`` in the symbol's stead.

    Raises:
        ToolError: the symbol shares its line or its statement with others and the text does not fit there.
    """
    data, language, slot = around.data, around.language, symbol.slot
    start, end = symbol.start_byte, symbol.end_byte
    whole = begins_line(data, start)
    if slot.place is Place.ITEM:
        return _replace_item(around, symbol, text)
    if slot.place is Place.DECLARATOR:
        return [Splice(start, end, placed(around, start, _declarator(symbol, text), symbol))]
    line_stop = tail(data, end, language)
    if language is Language.PYTHON and (not whole or line_stop is None):
        return [Splice(start, end, simple_statement(symbol, text))]
    if whole and line_stop is not None:
        end = _comment_end(around, end, line_stop, text)
        start = _replaced_comment(around, start, text)
    body = placed(around, start, text, symbol)
    if language is not Language.PYTHON:
        body = _embedded(around, symbol, body) if slot.place is Place.EMBEDDED else body
        body = led(around, start, body)
        old = data[symbol.start_byte : symbol.end_byte].rstrip()
        shared = tail(data, end, language) is None
        body += separator(old, text, around, slot.container, joins(data, end, shared))
        if shared and b"//" in body.rpartition(b"\n")[2]:
            body += around.newline
    return [Splice(start, end, body)]


def delete(around: Surroundings, symbol: Symbol) -> list[Splice]:
    """Return the splices that take the symbol away, with its doc comment, comma and spare blank lines."""
    data, language, slot = around.data, around.language, symbol.slot
    start, end = symbol.start_byte, symbol.end_byte
    if language is Language.PYTHON and slot.container == "block" and not (slot.has_previous or slot.has_next):
        return [Splice(start, end, b"pass")]
    if slot.place is Place.EMBEDDED:
        return [Splice(start, end, b"{}")]
    commas = slot.place in (Place.ITEM, Place.DECLARATOR)
    own_end = slot.comma_after + 1 if commas and slot.comma_after is not None else end
    stop = tail(data, own_end, language)
    if not begins_line(data, start) or stop is None or (slot.place is Place.DECLARATOR):
        return [_delete_inline(around, symbol)]
    if language is not Language.PYTHON and data[comment_above(data, start, language) :].lstrip().startswith(b"/**"):
        start = comment_above(data, start, language)
    splices = [_whole_lines(around, symbol, line_start(data, start), stop)]
    if commas and slot.comma_after is None and slot.comma_before is not None:
        splices.append(Splice(slot.comma_before, slot.comma_before + 1, b""))
    hazard = following_byte(data, stop) in HAZARDS and language is not Language.PYTHON
    if hazard and lacks_semicolon(data, line_start(data, start), language):
        splices[0] = Splice(splices[0].start, splices[0].end, b";" + around.newline)
    return splices


def style_at(around: Surroundings, at: int, symbol: Symbol | None = None) -> Style:
    """The indentation at a place, its unit taken from the symbol's own body when it has one."""
    indent = indentation(around.data, at)
    container = symbol.slot.container if symbol is not None else ""
    if symbol is not None:
        own = split_lines(around.data[symbol.start_byte : symbol.end_byte])[1:]
        deeper = [leading(line) for line in own if line.strip() and leading(line) != indent]
        head = min((d for d in deeper[:3] if d.startswith(indent)), key=len, default=indent)
        step = head[len(indent) :]
        if step in (b"\t", b"  ", b"    "):
            return Style(indent, step, container)
    return Style(indent, unit_of(split_lines(around.data), indent), container)


def placed(around: Surroundings, at: int, text: bytes, symbol: Symbol) -> bytes:
    """The text indented for a place, in the newlines of the file, its first line without indentation."""
    body = reindent(text, around.language, style_at(around, at, symbol))
    stop = line_end(around.data, at)
    local = around.data[stop : next_line(around.data, stop)] or around.newline
    return to_newline(body, local)


def _comment_end(around: Surroundings, end: int, line_stop: int, text: bytes) -> int:
    """A comment behind the symbol stays, unless the new text brings one of its own there."""
    last = text.rpartition(b"\n")[2]
    own = b"#" in last if around.language is Language.PYTHON else b"//" in last or last.endswith(b"*/")
    return line_stop if own and around.data[end:line_stop].strip() else end


def _replaced_comment(around: Surroundings, start: int, text: bytes) -> int:
    """Where the replacement begins: at a doc comment above, or one that the text repeats."""
    above = comment_above(around.data, start, around.language)
    old = around.data[above:start].strip()
    if above == start:
        return start
    both = old.startswith(b"/**") and text.lstrip().startswith(b"/**")
    repeats = [x.strip() for x in split_lines(old)]
    same = [x.strip() for x in text.lstrip().split(b"\n")[: len(repeats)]] == repeats
    return above + len(leading(around.data[above:start])) if both or same else start


def simple_statement(symbol: Symbol, text: bytes) -> bytes:
    """A text that can stand in one line with others: one simple Python statement."""
    body = text.strip()
    nodes = fragment_nodes(body, Language.PYTHON)
    fits = len(nodes) == 1 and _PYTHON_SIMPLE.search(nodes[0].type) and nodes[0].type not in _PYTHON_COMPOUND
    if not fits or b"#" in body or b"\n" in body:
        parent = f"; replace {symbol.parent} as a whole" if symbol.parent else ""
        raise ToolError(
            f"{symbol.name} shares line {symbol.start_line} with other code: only one simple statement fits{parent}"
        )
    return body.rstrip(b";")


def _declarator(symbol: Symbol, text: bytes) -> bytes:
    body = re.sub(rb"\A\s*(?:export\s+)?(?:const|let|var)\s+", b"", text).rstrip().rstrip(b";")
    nodes = fragment_nodes(b"let " + body, Language.TYPESCRIPT)
    if len(nodes) != 1 or nodes[0].type != "lexical_declaration":
        raise ToolError(
            f"{symbol.name} is one of several names of one statement at line {symbol.start_line}: "
            f"give `{symbol.name.rpartition('.')[2]} = ...`"
        )
    return body


def _embedded(around: Surroundings, symbol: Symbol, body: bytes) -> bytes:
    """A statement without braces around it can only become one statement that is no declaration."""
    nodes = fragment_nodes(body, around.language)
    if len(nodes) == 1 and nodes[0].type not in _DEFINITIONS | {"lexical_declaration"}:
        return body
    return b"{ " + body + around.newline + indentation(around.data, symbol.start_byte) + b"}"


def is_definition(text: bytes, language: Language, container: str) -> bool:
    """Return whether a text has a class or function among its statements or members."""
    nodes = fragment_nodes(text, language, container)
    return any(n.type in _DEFINITIONS for n in nodes)


def led(around: Surroundings, at: int, body: bytes) -> bytes:
    """The text with a semicolon in front where its first character would go on with the line before."""
    hazard = body[:1] in HAZARDS and body[:2] not in (b"//", b"/*")
    return b";" + body if hazard and lacks_semicolon(around.data, at, around.language) else body


def joins(data: bytes, end: int, shared: bool) -> bool:
    """Whether what follows would be read as a part of a statement that ends without a semicolon."""
    return shared or following_byte(data, end) in HAZARDS


def separator(old: bytes, text: bytes, around: Surroundings, container: str, joined: bool) -> bytes:
    """The semicolon that a new text needs: where the old one had one, or what follows would join it."""
    nodes = fragment_nodes(text, around.language, container)
    ends = text.rstrip()[-1:]
    if ends in (b";", b",") or (nodes and nodes[-1].type in _DEFINITIONS - {"export_statement"}):
        return b""
    if nodes and nodes[-1].type == "export_statement" and ends == b"}":
        return b""
    last_line = text.rpartition(b"\n")[2]
    if old.endswith(b";") or joined:
        return b";" if b"//" not in last_line else b"\n;"
    return b""


def _replace_item(around: Surroundings, symbol: Symbol, text: bytes) -> list[Splice]:
    data, slot, end = around.data, symbol.slot, symbol.end_byte
    body = placed(around, symbol.start_byte, without_comma(text), symbol)
    commented = b"//" in body.rpartition(b"\n")[2]
    if commented and tail(data, end, around.language) is None:
        body += around.newline + indentation(data, symbol.start_byte)
    return [Splice(_replaced_comment(around, symbol.start_byte, text), end, body)] if slot else []


def without_comma(text: bytes) -> bytes:
    """Drop the comma behind an item, also in front of a closing line comment."""
    return re.sub(rb",([ \t]*//[^\n]*)?\Z", lambda m: m.group(1) or b"", text.rstrip())


def _whole_lines(around: Surroundings, symbol: Symbol, start: int, stop: int) -> Splice:
    """Take whole lines away and leave of the blank lines around them what stood between neighbours."""
    data, slot = around.data, symbol.slot
    above, below = blank_lines_before(data, start), blank_lines_after(data, stop)
    end = next_line(data, stop)
    drop_above = (len(above) <= len(below) and slot.has_next) or not slot.has_next
    if slot.has_previous and drop_above and above:
        start = above[-1]
    elif below and (slot.has_next or not slot.has_previous):
        last = below[-1]
        end = next_line(data, line_end(data, last))
    if end >= len(data) and not data.endswith((b"\n", b"\r")) and start > 0:
        start -= 2 if data[start - 2 : start] == b"\r\n" else 1  # the last line had no newline: keep it so
    return Splice(start, end, b"")


def _delete_inline(around: Surroundings, symbol: Symbol) -> Splice:
    data, slot, start, end = around.data, symbol.slot, symbol.start_byte, symbol.end_byte
    if slot.place in (Place.ITEM, Place.DECLARATOR):
        if slot.comma_before is not None and slot.comma_after is None:
            return Splice(slot.comma_before, end, b"")
        if slot.comma_after is None:
            return Splice(start, end, b"")
        end = slot.comma_after + 1
        return Splice(start, end + len(leading(data[end : end + 1])), b"")
    if around.language is Language.PYTHON:
        behind = re.compile(rb"[ \t]*;[ \t]*").match(data, end)
        if behind:
            return Splice(start, behind.end(), b"")
        before = re.compile(rb"[ \t]*;[ \t]*\Z").search(data, line_start(data, start), start)
        return Splice(before.start() if before else start, end, b"")
    spare = len(leading(data[end : end + 1])) if begins_line(data, start) or data[start - 1 : start] == b" " else 0
    joined = following_byte(data, end) in HAZARDS and lacks_semicolon(data, start, around.language)
    return Splice(start, end + spare, b";" if joined else b"")
