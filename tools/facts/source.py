"""Bytes of a file to text and tree, within limits: what is too large, binary or too slow is not checked."""

from __future__ import annotations

import io
import time
import tokenize
from functools import cache

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Tree

from tools.facts.model import Language

MAX_BYTES = 1_000_000
"""Larger files are generated or vendored, and parsing them costs a hundred times their size in memory."""
TOO_LARGE = f"larger than {MAX_BYTES // 1_000_000} MB"
MAX_SECONDS = 2.0
"""Processor time for one file's parse; noise of brackets is quadratic and worse."""
_CANCELLABLE_BYTES = 60_000
"""Below this no input was found to reach `MAX_SECONDS`, and the parser is faster without a callback."""

_LANGUAGES: dict[str, tuple[Language, str]] = {
    ".py": ("python", "python"),
    ".pyi": ("python", "python"),
    ".js": ("javascript", "javascript"),
    ".mjs": ("javascript", "javascript"),
    ".cjs": ("javascript", "javascript"),
    ".jsx": ("javascript", "javascript"),
    ".ts": ("typescript", "typescript"),
    ".mts": ("typescript", "typescript"),
    ".cts": ("typescript", "typescript"),
    ".tsx": ("typescript", "tsx"),
}


class Unreadable(Exception):
    """The file cannot be read as source; the text says why, for the report."""


def language_of(path: str) -> Language | None:
    """The language that the facts readers know for `path`, by its suffix; ``None`` for all others."""
    known = _LANGUAGES.get(_suffix(path))
    return known[0] if known else None


def grammar_of(path: str) -> str | None:
    """The grammar for `path`: ``python``, ``javascript``, ``typescript`` or ``tsx``."""
    known = _LANGUAGES.get(_suffix(path))
    return known[1] if known else None


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


@cache
def grammar(name: str) -> Grammar:
    """The tree-sitter grammar, loaded when first needed (each costs some 10 ms).

    Raises KeyError for a name that `grammar_of` never gives.
    """
    if name == "python":
        import tree_sitter_python

        return Grammar(tree_sitter_python.language())
    if name == "javascript":
        import tree_sitter_javascript

        return Grammar(tree_sitter_javascript.language())
    import tree_sitter_typescript

    loaders = {"typescript": tree_sitter_typescript.language_typescript, "tsx": tree_sitter_typescript.language_tsx}
    return Grammar(loaders[name]())


@cache
def _parser(name: str) -> Parser:
    return Parser(grammar(name))


def readable(content: bytes, language: Language) -> bytes:
    """`content` as UTF-8 without a byte order mark; lines stay where they are.

    Raises Unreadable for what is too large or binary.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    if b"\0" in content:
        raise Unreadable("binary (NUL bytes)")
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(content, language).encode()
    return content


def _decode(content: bytes, language: Language) -> str:
    if language == "python":
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
            return content.decode(encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError):
            pass
    # Latin-1 reads any bytes: names, imports and calls are ASCII nearly everywhere, whatever the comments are.
    return content.decode("latin-1")


def parse(source: bytes, grammar_name: str) -> Tree:
    """Parse UTF-8 `source`; raises Unreadable when it takes longer than `MAX_SECONDS` of processor time."""
    parser = _parser(grammar_name)
    if len(source) <= _CANCELLABLE_BYTES:
        return parser.parse(source)
    deadline = time.process_time() + MAX_SECONDS
    try:
        return parser.parse(
            lambda offset, _point: source[offset : offset + 65_536],
            progress_callback=lambda _offset, _error: time.process_time() > deadline,
        )
    except ValueError:
        parser.reset()
        raise Unreadable(f"parsing takes longer than {MAX_SECONDS:g} s") from None
