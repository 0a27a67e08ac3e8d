"""Symbols of source files: tree-sitter finds them, the language's own parser judges (see ``Judge``).

``outline`` and ``find_symbol`` take the bytes of a file; offsets in the symbols they return are offsets into
its UTF-8 text without byte order mark, which for nearly all files are the bytes themselves.
"""

from __future__ import annotations

import difflib
import re

from tools.editing.javascript_symbols import javascript_symbols
from tools.editing.judge import Judge
from tools.editing.languages import Language, Slot, Symbol, language_of, parse
from tools.editing.python_symbols import python_symbols
from tools.editing.source import decode
from tools.errors import ToolError

__all__ = ["Judge", "Language", "Slot", "Symbol", "find_symbol", "language_of", "outline", "parse", "symbols_of"]

_LINE = re.compile(r"^(?P<name>.+?)[@:](?P<line>\d+)$")


def outline(path: str, source: bytes) -> list[Symbol]:
    """Return the symbols of a file in the order of its text; empty when its language has none.

    A file with syntax errors gives the symbols around the errors.

    Raises:
        ToolError: the source is binary.
    """
    language = language_of(path)
    return symbols_of(decode(source, path).data, language) if language is not None else []


def symbols_of(data: bytes, language: Language) -> list[Symbol]:
    """Return the symbols of a UTF-8 text without byte order mark."""
    root = parse(data, language).root_node
    return python_symbols(root) if language is Language.PYTHON else javascript_symbols(root)


def find_symbol(path: str, source: bytes, name: str) -> Symbol:
    """Return the one symbol of that name.

    Args:
        path: names the language.
        source: the file's bytes.
        name: dotted as in the outline, or the end of a dotted name where only one symbol ends so;
            ``name@line`` picks one of several by a line that it covers.

    Raises:
        ToolError: no such symbol (names the nearest) or several (lists them with their lines).
    """
    if language_of(path) is None:
        raise ToolError(f"{path}: symbols can be named in Python, JavaScript and TypeScript only; use replace_text")
    return pick(path, outline(path, source), name)


def pick(path: str, symbols: list[Symbol], name: str) -> Symbol:
    """Return the one symbol that ``name`` means among ``symbols``; raises as ``find_symbol`` does."""
    wanted, line = _parted(name)
    found = _named(symbols, wanted)
    if line is not None:
        found = _at_line(found, line)
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{wanted}@{s.head_line}" for s in found[:8])
        heads = "; ".join(f"line {s.head_line}: {s.signature[:60]}" for s in found[:4])
        raise ToolError(f"{wanted} is {len(found)} symbols in {path}: say {listed} ({heads})")
    raise ToolError(_unknown(path, symbols, wanted, line))


def _parted(name: str) -> tuple[str, int | None]:
    match = _LINE.match(name.strip())
    base = match["name"] if match else name.strip()
    base = base.replace("::", ".").replace(".<locals>.", ".").removesuffix("()")
    return base, int(match["line"]) if match else None


def _named(symbols: list[Symbol], wanted: str) -> list[Symbol]:
    """Symbols of exactly that name, else by their second name, else those whose name ends so."""
    exact = [s for s in symbols if s.name == wanted]
    if exact:
        return exact
    second = [s for s in symbols if s.alias == wanted]
    return second or [s for s in symbols if s.name.endswith("." + wanted)]


def _at_line(found: list[Symbol], line: int) -> list[Symbol]:
    starts = [s for s in found if line in (s.head_line, s.start_line)]
    return starts or [s for s in found if s.start_line <= line <= s.end_line]


def _unknown(path: str, symbols: list[Symbol], wanted: str, line: int | None) -> str:
    names = list(dict.fromkeys(s.name for s in symbols))
    if line is not None and (there := _named(symbols, wanted)):
        return f"{path} has no {wanted} at line {line}, but at " + ", ".join(str(s.head_line) for s in there[:8])
    last = wanted.rpartition(".")[2]
    near = [n for n in names if n.rpartition(".")[2] == last]
    near += difflib.get_close_matches(wanted, names, n=4, cutoff=0.5)
    near += [n for n in names if difflib.get_close_matches(last, [n.rpartition(".")[2]], cutoff=0.7)]
    shown = list(dict.fromkeys(near))[:4]
    if shown:
        return f"{path} has no symbol {wanted}; nearest: {', '.join(shown)}"
    few = ", ".join(n for n in names if "." not in n)[:200]
    return f"{path} has no symbol {wanted}" + (f"; it has {few}" if few else " and no symbols at all")
