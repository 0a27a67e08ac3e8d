"""Add an import to a Python file where the file's own style puts it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from tools.editing.languages import Language, parse, text_of
from tools.editing.lines import blank_lines_after, line_end, line_start, next_line, tail
from tools.editing.placement import Splice
from tools.errors import ToolError

_FUTURE, _STDLIB, _THIRD, _FIRST, _LOCAL = range(5)
_IMPORTS = {"import_statement", "import_from_statement", "future_import_statement"}
_WIDTH = re.compile(r"^\s*(?:line[-_]length|max[-_]line[-_]length)\s*=\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One import statement, taken apart."""

    module: str | None
    """The module of ``from module import ...``; None for ``import a, b``."""
    names: tuple[str, ...]
    """``a`` or ``a as b``, as written."""


@dataclass(frozen=True, slots=True)
class _Existing:
    node: Node
    wanted: _Wanted

    @property
    def group_name(self) -> str:
        return self.wanted.module if self.wanted.module is not None else self.wanted.names[0].split(" ")[0]


def add_python_import(data: bytes, text: str, root: Path, path: str) -> tuple[list[Splice], list[str]]:
    """Return the splices that add the imports that ``text`` consists of, and the names that were there already.

    Only one statement may need a place at a time: call it again for the next.

    Raises:
        ToolError: the text is not made of import statements.
    """
    present: list[str] = []
    for wanted in read_imports(text):
        existing = _top_imports(parse(data, Language.PYTHON).root_node)
        missing = _missing(wanted, existing)
        present.extend(f"{wanted.module or ''} {n}".strip() for n in wanted.names if n not in missing)
        if missing:
            need = _Wanted(wanted.module, missing)
            merged = _merge(data, need, existing, _line_width(root, data, existing))
            return merged or [_place(data, need, existing, root, path)], present
    return [], present


def read_imports(text: str) -> list[_Wanted]:
    """Take import statements apart; ToolError when the text holds anything else."""
    tree = parse(text.strip().encode(), Language.PYTHON).root_node
    statements = [n for n in tree.named_children if n.type != "comment"]
    if tree.has_error or not statements or any(n.type not in _IMPORTS for n in statements):
        raise ToolError(f"add_import takes import statements only, not: {text.strip()[:80]}")
    return [_read(node) for node in statements]


def _read(node: Node) -> _Wanted:
    module = node.child_by_field_name("module_name")
    names = [" ".join(text_of(n).split()) for n in node.children_by_field_name("name")]
    if any(c.type == "wildcard_import" for c in node.named_children):
        names = ["*"]
    if node.type == "import_statement":
        return _Wanted(None, tuple(names))
    name = "__future__" if node.type == "future_import_statement" else "".join(text_of(module).split())
    return _Wanted(name, tuple(names))


def _top_imports(tree: Node) -> list[_Existing]:
    return [_Existing(n, _read(n)) for n in tree.named_children if n.type in _IMPORTS]


def _missing(wanted: _Wanted, existing: list[_Existing]) -> tuple[str, ...]:
    known = {name for e in existing if e.wanted.module == wanted.module for name in e.wanted.names}
    known |= {n.partition(" as ")[0] for n in known if n.partition(" as ")[0] == n.partition(" as ")[2]}
    return tuple(dict.fromkeys(name for name in wanted.names if name not in known))


def _line_width(root: Path, data: bytes, existing: list[_Existing]) -> int:
    """The repository's line length, else 88, or what its longest import already takes."""
    for name in ("pyproject.toml", "ruff.toml", ".ruff.toml", "setup.cfg", ".flake8", "tox.ini"):
        file = root / name
        try:
            match = _WIDTH.search(file.read_text("utf-8", "replace")) if file.is_file() else None
        except OSError:
            match = None
        if match:
            return int(match.group(1))
    longest = max((len(line) for e in existing for line in (e.node.text or b"").splitlines()), default=0)
    return max(88, min(longest, 120))


# Merging into a statement that is there


def _merge(data: bytes, wanted: _Wanted, existing: list[_Existing], limit: int) -> list[Splice]:
    if wanted.module is None or "*" in wanted.names:
        return []
    for found in existing:
        if found.wanted.module == wanted.module and "*" not in found.wanted.names:
            return [_merged(data, found, wanted.names, limit)]
    return []


def _merged(data: bytes, found: _Existing, names: tuple[str, ...], limit: int) -> Splice:
    node = found.node
    nodes = node.children_by_field_name("name")
    raw = data[node.start_byte : node.end_byte]
    if b"(" in raw and b"\n" in raw.replace(b"\r", b"\n"):
        return _merged_lines(data, node, nodes, names)
    if b"\\" in raw:
        last = nodes[-1].end_byte
        return Splice(last, last, b", " + ", ".join(names).encode())
    ordered = _ordered([*found.wanted.names], names)
    head = f"from {text_of(node.child_by_field_name('module_name')) or '__future__'} import "
    bracketed = b"(" in raw
    flat = head + ("(" if bracketed else "") + ", ".join(ordered) + (")" if bracketed else "")
    stop = tail(data, node.end_byte, Language.PYTHON)
    if len(flat) <= limit or (stop is not None and stop > node.end_byte):
        return Splice(node.start_byte, node.end_byte, flat.encode())
    newline = "\r\n" if b"\r\n" in data else "\n"
    listed = "".join(f"    {name},{newline}" for name in ordered)
    return Splice(node.start_byte, node.end_byte, f"{head}({newline}{listed})".encode())


def _merged_lines(data: bytes, node: Node, nodes: list[Node], names: tuple[str, ...]) -> Splice:
    """Add names to a bracketed import of several lines, in the style of the lines that are there."""
    own_lines = len({n.start_point.row for n in nodes}) == len(nodes)
    texts = [" ".join(text_of(n).split()) for n in nodes]
    ordered = _ordered(texts, names)
    if len(names) == 1 and (index := ordered.index(names[0])) < len(nodes):
        before = nodes[index]
        if own_lines and data[line_start(data, before.start_byte) : before.start_byte].strip() == b"":
            blank = data[line_start(data, before.start_byte) : before.start_byte]
            stop = line_end(data, before.start_byte)
            newline = data[stop : next_line(data, stop)]
            return Splice(before.start_byte, before.start_byte, names[0].encode() + b"," + newline + blank)
        return Splice(before.start_byte, before.start_byte, names[0].encode() + b", ")
    last = nodes[-1]
    joint = b", "
    if own_lines and len(nodes) > 1 or data[line_start(data, last.start_byte) : last.start_byte].strip() == b"":
        start = line_start(data, last.start_byte)
        stop = line_end(data, start - 2 if start > 1 else 0)
        blank = data[start : last.start_byte]
        blank = blank if not blank.strip() else b" " * (last.start_byte - start)
        joint = b"," + (data[stop:start] or b"\n") + blank
    return Splice(last.end_byte, last.end_byte, b"".join(joint + name.encode() for name in names))


def _ordered(old: list[str], new: tuple[str, ...]) -> list[str]:
    """Put new names among old ones: sorted if those are, by any of the usual orders, else at the end."""
    keys: tuple[Callable[[str], tuple[object, ...]], ...] = (_by_type, _by_letter, _plainly)
    for key in keys:
        if sorted(old, key=key) == old:
            return sorted([*old, *new], key=key)
    return [*old, *new]


def _by_type(name: str) -> tuple[object, ...]:
    """Constants, classes, variables: isort's and ruff's default."""
    base = name.partition(" ")[0]
    rank = 0 if base.isupper() and len(base) > 1 else 1 if base[:1].isupper() else 2
    return (rank, _natural(base), name)


def _by_letter(name: str) -> tuple[object, ...]:
    return (_natural(name.lower()), name)


def _plainly(name: str) -> tuple[object, ...]:
    return (name,)


def _natural(name: str) -> tuple[tuple[int, object], ...]:
    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in re.split(r"(\d+)", name) if p)


# Placing a new statement


def _place(data: bytes, wanted: _Wanted, existing: list[_Existing], root: Path, path: str) -> Splice:
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    statement = _statement(wanted)
    block = _first_block(existing)
    if not block:
        return _first_import(data, statement, newline)
    group = _group_of(wanted.module or wanted.names[0], block, root, path)
    members = [e for e in block if _group_of(e.group_name, block, root, path) == group]
    if members:
        before = _successor(wanted, members)
        if before is not None:
            at = line_start(data, before.node.start_byte)
            return Splice(at, at, statement + newline)
        return _behind(data, members[-1].node, newline + statement)
    earlier = [e for e in block if _group_of(e.group_name, block, root, path) < group]
    if earlier:
        return _behind(data, earlier[-1].node, newline * 2 + statement)
    at = line_start(data, block[0].node.start_byte)
    return Splice(at, at, statement + newline * 2)


def _statement(wanted: _Wanted) -> bytes:
    names = ", ".join(wanted.names)
    return (f"import {names}" if wanted.module is None else f"from {wanted.module} import {names}").encode()


def _first_block(existing: list[_Existing]) -> list[_Existing]:
    """The imports at the head of the file: up to the first statement that is none, if it starts with any."""
    block: list[_Existing] = []
    for found in existing:
        between = found.node.prev_named_sibling
        while between is not None and between.type == "comment":
            between = between.prev_named_sibling
        if block and between is not None and between.id != block[-1].node.id:
            break
        block.append(found)
    return block


def _group_of(module: str, block: list[_Existing], root: Path, path: str) -> int:
    top = module.partition(".")[0]
    if module.startswith("."):
        return _LOCAL
    if top == "__future__":
        return _FUTURE
    if top in sys.stdlib_module_names:
        return _STDLIB
    return _FIRST if _is_first_party(top, root, path) else _THIRD


def _is_first_party(top: str, root: Path, path: str) -> bool:
    """Whether a package or module of that name lies in the repository, at its top or above the file."""
    folder = (root / path).parent
    places = [root, root / "src"]
    while folder != root and folder.is_relative_to(root):
        places.append(folder)
        folder = folder.parent
    return any((p / top).is_dir() or (p / f"{top}.py").is_file() for p in places)


def _successor(wanted: _Wanted, members: list[_Existing]) -> _Existing | None:
    """The statement of the group before which the new one sorts, or None for the end of the group."""

    def sections(w: _Wanted) -> tuple[object, ...]:
        return (w.module is not None, (w.module or w.names[0]).lower())

    def mixed(w: _Wanted) -> tuple[object, ...]:
        return ((w.module or w.names[0]).lower(), w.module is not None)

    for key in (sections, mixed):
        keys = [key(e.wanted) for e in members]
        if sorted(keys) == keys:
            return next((e for e in members if key(e.wanted) > key(wanted)), None)
    return None


def _behind(data: bytes, node: Node, text: bytes) -> Splice:
    stop = tail(data, node.end_byte, Language.PYTHON)
    at = stop if stop is not None else line_end(data, node.end_byte)
    return Splice(at, at, text)


def _first_import(data: bytes, statement: bytes, newline: bytes) -> Splice:
    """Where a file without imports gets its first: behind its head comments and docstring."""
    tree = parse(data, Language.PYTHON).root_node
    first = next((n for n in tree.named_children if n.type != "comment"), None)
    if first is not None and first.type == "expression_statement" and _is_string(first):
        text = newline * 2 + statement
        spliced = _behind(data, first, text)
        missing = max(0, _gap_below(data, tree, spliced.start) - len(blank_lines_after(data, spliced.start)))
        rest = data[spliced.start :].strip()
        return Splice(spliced.start, spliced.end, text + newline * missing if rest else text)
    at = _behind_head_comments(data, tree)
    rest = data[at:].strip()
    lacking = 0 if not rest or data[at:].startswith((b"\n", b"\r")) else _gap_below(data, tree, at)
    ending = newline if rest or not data or data.endswith((b"\n", b"\r")) else b""
    return Splice(at, at, statement + ending + newline * lacking)


def _gap_below(data: bytes, tree: Node, at: int) -> int:
    """Blank lines between the imports and what follows: two before definitions, else one."""
    following = next((n for n in tree.named_children if n.start_byte >= at), None)
    return 2 if following is not None and following.type.endswith("_definition") else 1


def _is_string(node: Node) -> bool:
    return node.named_child_count == 1 and node.named_child(0).type in ("string", "concatenated_string")


def _behind_head_comments(data: bytes, tree: Node) -> int:
    """The offset behind shebang, encoding cookie and a head comment that a blank line ends."""
    at = 0
    for node in tree.named_children:
        if node.type != "comment" or line_start(data, node.start_byte) != at:
            break
        at = next_line(data, line_end(data, node.end_byte))
    followed = data[at:].startswith((b"\n", b"\r"))
    if at and followed:
        return next_line(data, line_end(data, at))
    head = re.match(rb"(?:#!.*(?:\r\n|\n))?(?:#.*coding[:=].*(?:\r\n|\n))?", data)
    return head.end() if head is not None else 0
