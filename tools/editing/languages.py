"""Which language a file is in, its tree-sitter parser, and the record of one symbol."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Tree


class Language(StrEnum):
    """A language whose symbols can be found."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"


_BY_SUFFIX = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".js": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".jsx": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".mts": Language.TYPESCRIPT,
    ".cts": Language.TYPESCRIPT,
    ".tsx": Language.TSX,
}


class Place(StrEnum):
    """What surrounds a symbol, which decides how text is put beside it."""

    STATEMENT = "statement"
    """One of a list of statements."""
    MEMBER = "member"
    """In the body of a class or an interface."""
    ITEM = "item"
    """In a list parted by commas: members of objects and enums."""
    DECLARATOR = "declarator"
    """One of several names of one ``const a = 1, b = 2``."""
    EMBEDDED = "embedded"
    """A statement that is the body of another one, without braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a symbol stands among its neighbours; all offsets are bytes of the UTF-8 text."""

    place: Place = Place.STATEMENT
    anchor_start: int = 0
    """Start of the statement before which an insertion goes."""
    anchor_end: int = 0
    """End of the statement behind which an insertion goes."""
    comma_before: int | None = None
    """Offset of the comma in front, for items and declarators."""
    comma_after: int | None = None
    """Offset of the comma behind, for items and declarators."""
    container: str = ""
    """Node type of the surrounding body, to parse a fragment the way it will stand."""
    has_previous: bool = False
    """Something of its kind stands before it in the same body."""
    has_next: bool = False
    """Something of its kind stands after it in the same body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A named piece of a source file; decorators and ``export`` belong to it."""

    name: str
    """Dotted through classes and nesting: ``ArticleRepository.list``."""
    kind: str
    """class, function, method, variable, field, object, interface, type, enum, member or namespace."""
    start_line: int
    """1-based, of the first decorator if there are any."""
    end_line: int
    """1-based, inclusive."""
    start_byte: int
    """Offset into the UTF-8 text without byte order mark."""
    end_byte: int
    """Offset behind the last byte."""
    signature: str
    """The head without decorators and body, on one line."""
    head_line: int = 0
    """1-based line of ``def``, ``class`` or the name: differs from start_line when decorated."""
    alias: str = ""
    """A second name: ``default`` for what ``export default`` exports."""
    doubtful: bool = False
    """The grammar met an error around it: where it begins and ends is a guess."""
    slot: Slot = field(default_factory=Slot)

    @property
    def parent(self) -> str:
        """The name of what it is nested in, or an empty string."""
        return self.name.rpartition(".")[0]


class Neighbours:
    """The named siblings of nodes of one tree, without comments and decorators, listed once for each parent."""

    def __init__(self) -> None:
        self._listed: dict[int, tuple[list[Node], dict[int, int]]] = {}

    def of(self, node: Node) -> tuple[list[Node], int]:
        """Return the siblings of a node, itself among them, and its index there."""
        parent = node.parent
        if parent is None:
            return [node], 0
        if parent.id not in self._listed:
            listed = [c for c in parent.named_children if c.type not in ("comment", "decorator")]
            self._listed[parent.id] = listed, {c.id: i for i, c in enumerate(listed)}
        siblings, places = self._listed[parent.id]
        return siblings, places.get(node.id, 0)


def language_of(path: str | PurePosixPath) -> Language | None:
    """Return the language of a file by its suffix, or None when symbols cannot be found in it."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


@cache
def _parser(language: Language) -> Parser:
    """Return the parser of a language; grammars are imported when first needed."""
    if language is Language.PYTHON:
        import tree_sitter_python

        return Parser(Grammar(tree_sitter_python.language()))
    if language is Language.JAVASCRIPT:
        import tree_sitter_javascript

        return Parser(Grammar(tree_sitter_javascript.language()))
    import tree_sitter_typescript

    if language is Language.TSX:
        return Parser(Grammar(tree_sitter_typescript.language_tsx()))
    return Parser(Grammar(tree_sitter_typescript.language_typescript()))


def parse(source: bytes, language: Language) -> Tree:
    """Parse UTF-8 text; errors are nodes of the tree, nothing is raised.

    Lone carriage returns are shown to the grammar as line feeds (they end lines in every language here,
    but not in the grammars), byte for byte, so that offsets stay true.
    """
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n").replace(b"\0\n", b"\r\n")
    return _parser(language).parse(source)


def text_of(node: Node | None) -> str:
    """Return the text of a node, or an empty string for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def one_line(text: str, limit: int = 160) -> str:
    """Return text with white space runs collapsed, cut to ``limit`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 3] + "..."


def is_doubtful(start: Node, end: Node) -> bool:
    """Whether the grammar guessed where a piece from ``start`` to ``end`` lies: an error around or beside it."""
    before, after = start.prev_sibling, end.next_sibling
    if before is not None and before.is_error and before.end_point.row == start.start_point.row:
        return True
    if after is not None and after.is_error and after.start_point.row == end.end_point.row:
        return True
    last = end
    while last.child_count:
        last = last.child(last.child_count - 1)
    node: Node | None = start
    while node is not None and not node.is_error:
        node = node.parent
    return last.is_missing or node is not None
