"""Facts that are found by looking for words in the source first, and at the tree only where they stand.

Capturing every string and identifier would cost more than all other facts together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from tree_sitter import Node

from tools.facts.model import Import, StringFact
from tools.facts.nodes import child_at
from tools.facts.packing import ReferenceRow
from tools.facts.scopes import MAX_CHAIN, Names, Scope
from tools.facts.texts import candidates, clip, kind_of

_LINE = itemgetter(1)
_STRINGS = frozenset({"string", "template_string"})
_NAMES = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})
_KINDS: dict[str, Literal["annotation", "decorator", "base"]] = {
    "type": "annotation",
    "type_annotation": "annotation",
    "type_arguments": "annotation",
    "decorator": "decorator",
    "extends_clause": "base",
    "class_heritage": "base",
    "implements_clause": "base",
    "class_definition": "base",
}
_INSIDE_TEXT = (
    "attribute argument_list subscript generic_type type_parameter union_type binary_operator call "
    "member_expression nested_type_identifier nested_identifier"
)
_INSIDE = frozenset(_INSIDE_TEXT.split())
"""Nodes between a name and the node that says what kind of use it is."""
_NOT_USES_TEXT = "import_specifier namespace_import import_clause export_specifier dotted_name aliased_import"
_NOT_USES = frozenset(_NOT_USES_TEXT.split())
_CHAIN = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*(?:\.[A-Za-z_$][\w$]*)*")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(range(128, 256))
_DOT = ord(".")
_EVERYDAY_TEXT = (
    "__future__ typing typing_extensions collections collections.abc abc os os.path sys json re datetime "
    "logging dataclasses enum functools itertools pathlib uuid time decimal copy contextlib inspect types "
    "warnings math random string hashlib base64 operator traceback textwrap io tempfile shutil asyncio"
)
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())
"""Modules whose use no rule of structure asks for; they would be half of all references."""
MAX_ERRORS = 20
_MARK = b"archwright: ignore"
_IGNORE = re.compile(
    r"(?P<code>^.*?)(?:#|//|/\*|<!--|--)\s*archwright:\s*ignore(?:\[(?P<rules>[^\]]*)\])?"
    r"[ \t]*(?P<reason>.*?)\s*(?:\*/|-->)?\s*$"
)

Literals = Callable[[Node], tuple[str, bool] | None]


@dataclass(slots=True)
class Known:
    """What other facts tell, so that references need not repeat it."""

    taken: set[int]
    """Start bytes of the names of calls."""
    statements: Sequence[Node]
    """Imports in the order of the source."""


def parse_errors(root: Node) -> tuple[tuple[int, str], ...]:
    """(line, message) of the places that the grammar could not read, at most `MAX_ERRORS`."""
    found: list[tuple[int, str]] = []
    stack = [root]
    while stack and len(found) < MAX_ERRORS:
        node = stack.pop()
        if node.is_missing:
            found.append((node.start_point[0] + 1, f"missing {node.type}"))
        elif node.is_error:
            found.append((node.start_point[0] + 1, "syntax error"))
        elif node.has_error:
            stack.extend(reversed(node.children))
    return tuple(dict.fromkeys(found))


def read_ignores(source: bytes, root: Node) -> tuple[tuple[int, str, str, int], ...]:
    """The inline ignores: (line, text between the brackets, reason, line that the comment covers).

    Documentation and tests write the mark in strings, which silence nothing.
    """
    place = source.find(_MARK)
    if place < 0:
        return ()
    lines = source.decode("utf-8", "replace").split("\n")
    found = []
    while place >= 0:
        number = source.count(b"\n", 0, place)
        node = root.descendant_for_byte_range(place, place + 1)
        match = _IGNORE.match(lines[number]) if node is not None and node.type == "comment" else None
        if match is not None:
            covers = number
            if not match["code"].strip():
                # A comment that stands alone speaks of the next line of code.
                after = (i for i in range(number + 1, len(lines)) if _is_code(lines[i]))
                covers = next(after, number)
            found.append((number + 1, match["rules"] or "", match["reason"], covers + 1))
        end = source.find(b"\n", place)
        place = source.find(_MARK, end) if end >= 0 else -1
    return tuple(found)


def _is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("#", "//", "*", "/*"))


def read_strings(source: bytes, root: Node, names: Names, literal: Literals) -> list[StringFact]:
    """The strings of interest; `literal` gives the whole text of the expression around a string node."""
    found: dict[int, StringFact] = {}
    end = -1
    for position in candidates(source):
        if position < end:
            continue
        node = _string_at(root, position)
        if node is None or node.start_byte in found:
            continue
        end = node.end_byte
        text = literal(node)
        kind = kind_of(text[0]) if text is not None else None
        if text is not None and kind is not None:
            scope = names.at(node.start_byte).name
            found[node.start_byte] = StringFact(clip(text[0]), node.start_point[0] + 1, scope, kind, text[1])
    return list(found.values())


def _string_at(root: Node, position: int) -> Node | None:
    node = root.descendant_for_byte_range(position, position + 1)
    for _ in range(3):
        if node is None or node.type in _STRINGS:
            return node
        node = node.parent
    return None


def read_references(
    source: bytes, root: Node, names: Names, imports: Sequence[Import], known: Known
) -> list[ReferenceRow]:
    """Where imported names are used other than as callees; each (name, scope) once, at its first use."""
    wanted = _import_refs(imports)
    if not wanted:
        return []
    found: list[ReferenceRow] = []
    seen: set[tuple[str, Scope]] = set()
    code = _without(source, known.statements)
    for name, refs in wanted.items():
        for start in _mentions(code, name.encode(), known.taken):
            match = _CHAIN.match(code, start)
            chain = match[0].decode() if match is not None else name
            scope = names.at(start)
            if (chain, scope) in seen or len(chain) > MAX_CHAIN:
                continue
            # A local variable of the same name is no use of the import.
            ref = names.bound(name, scope, start)
            if ref not in refs:
                continue
            node = root.descendant_for_byte_range(start, start + 1)
            kind = _use(node) if node is not None and node.type in _NAMES else None
            ref = names.member(ref, chain[len(name) :]) if ref is not None else None
            if node is not None and kind is not None and ref is not None:
                seen.add((chain, scope))
                found.append((ref, node.start_point[0] + 1, scope.name, kind))
    found.sort(key=_LINE)
    return found


def _without(source: bytes, statements: Sequence[Node]) -> bytes:
    """`source` with blanks for `statements`, and a blank at its end."""
    pieces: list[bytes] = []
    done = 0
    for node in statements:
        start, end = node.byte_range
        if start >= done:
            pieces += (source[done:start], b" " * (end - start))
            done = end
    pieces += (source[done:], b" ")
    return b"".join(pieces)


def _import_refs(imports: Sequence[Import]) -> dict[str, set[str]]:
    """Each name that an import binds -> the refs that it may have as such."""
    own: dict[str, set[str]] = {}
    for index, fact in enumerate(imports):
        if fact.module in _EVERYDAY:
            continue
        for number, (_, here) in enumerate(fact.names):
            own.setdefault(here, set()).add(f"@{index}:{number}|")
        if not fact.names and fact.alias:
            own.setdefault(fact.alias, set()).update((f"@{index}:-1|", f"@{index}:-2|"))
    own.pop("", None)
    return own


def _mentions(source: bytes, name: bytes, taken: set[int]) -> Iterator[int]:
    """The places where `name` stands as a whole word, and is not somebody else's attribute.

    `bytes.find` for each name is faster than one regular expression made of all of them.
    """
    size = len(name)
    start = source.find(name)
    while start >= 0:
        end = start + size
        before = source[start - 1] if start else 32
        whole = start not in taken and before not in _WORD and source[end] not in _WORD
        # `x.name` is somebody else's attribute, `...name` is a spread.
        if whole and (before != _DOT or source[start - 3 : start] == b"..."):
            yield start
        start = source.find(name, end)


def _use(node: Node) -> Literal["use", "annotation", "decorator", "base"] | None:
    """How a name is used; ``None`` where it only looks like a use."""
    current, parent = node, node.parent
    if parent is None or parent.type in _NOT_USES:
        return None
    if parent.type in ("keyword_argument", "variable_declarator") and child_at(parent) == node:
        return None
    while parent is not None and parent.type in _INSIDE:
        current, parent = parent, parent.parent
    if node.type == "type_identifier":
        return _KINDS.get(parent.type if parent is not None else "", "annotation")
    if parent is None:
        return "use"
    if parent.type == "class_definition" and current.type != "argument_list":
        return "use"
    return _KINDS.get(parent.type, "use")
