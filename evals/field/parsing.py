"""The floor of the bench: what tree-sitter alone needs to parse and query files, with two processes.

A program, not a module: ``python -I parsing.py LIST``, where LIST is a JSON file of [path, grammar, size]. It is as
fast as it can be made with the Python binding: portions of equal size, no collection of cycles, nothing kept.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from tree_sitter import Language, Parser, Query, QueryCursor

_PROCESSES = 2
_PORTION_BYTES = 400_000
_PYTHON = """
(import_statement) @import (import_from_statement) @import (future_import_statement) @import
(function_definition) @function (class_definition) @class (call) @call (decorator) @decorator
"""
_JAVASCRIPT = """
(import_statement) @import (function_declaration) @function (method_definition) @function (arrow_function) @function
(class_declaration) @class (call_expression) @call (decorator) @decorator
"""


@cache
def _tools(grammar: str) -> tuple[Parser, Query]:
    language = _language(grammar)
    return Parser(language), Query(language, _PYTHON if grammar == "python" else _JAVASCRIPT)


def _language(grammar: str) -> Language:
    if grammar == "python":
        import tree_sitter_python

        return Language(tree_sitter_python.language())
    if grammar == "javascript":
        import tree_sitter_javascript

        return Language(tree_sitter_javascript.language())
    import tree_sitter_typescript

    tsx = grammar == "tsx"
    return Language(tree_sitter_typescript.language_tsx() if tsx else tree_sitter_typescript.language_typescript())


def parse(portion: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Files and captures of (path, grammar) each."""
    gc.disable()
    captures = 0
    for path, grammar in portion:
        parser, query = _tools(grammar)
        tree = parser.parse(Path(path).read_bytes())
        captures += sum(map(len, QueryCursor(query).captures(tree.root_node).values()))
    return len(portion), captures


def portions(files: Sequence[tuple[str, str, int]]) -> list[list[tuple[str, str]]]:
    """Parts of about the same size, the largest files first."""
    parts: list[list[tuple[str, str]]] = [[]]
    size = 0
    for path, grammar, length in sorted(files, key=lambda file: -file[2]):
        if size > _PORTION_BYTES:
            parts.append([])
            size = 0
        parts[-1].append((path, grammar))
        size += length
    return parts


def main(arguments: Sequence[str]) -> int:
    """Parse all files of the list; prints how many files and captures."""
    files = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    done = captures = 0
    with get_context("spawn").Pool(_PROCESSES) as pool:
        for count, found in pool.imap_unordered(parse, portions(files)):
            done += count
            captures += found
        pool.close()
        pool.join()
    sys.stdout.write(f"{done} {captures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
