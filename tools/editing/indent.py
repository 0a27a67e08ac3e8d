"""Bring a piece of code to the indentation of its new place, without touching what stands inside strings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from tools.editing.languages import Language, parse

_BLANKS = b" \t\f"
_STRINGS = {"string", "template_string"}
_CLAUSES = {
    "elif_clause",
    "else_clause",
    "except_clause",
    "except_group_clause",
    "finally_clause",
    "case_clause",
}
_WRAPS: dict[str, tuple[bytes, bytes]] = {
    "class_body": (b"class _ {", b"\n}"),
    "interface_body": (b"interface _ {", b"\n}"),
    "object_type": (b"interface _ {", b"\n}"),
    "object": (b"_ = {", b"\n}"),
    "enum_body": (b"enum _ {", b"\n}"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How the place indents."""

    indent: bytes
    """The white space in front of the place's first line."""
    unit: bytes
    """One further level: a tab or some spaces."""
    container: str = ""
    """Node type of the body around the place; decides how the fragment is parsed."""


@dataclass(slots=True)
class _Line:
    text: bytes
    fixed: bool = False
    """Begins inside a string: not to be touched."""
    docstring: bool = False
    """Begins inside a docstring: moves with its code as formatters do; its cleaned text stays the same."""
    depth: int = -1
    """Block depth when a statement starts here, else -1."""


def leading(line: bytes) -> bytes:
    """Return the white space a line begins with."""
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def width(blank: bytes) -> int:
    """Return the columns of leading white space, tabs reaching to multiples of eight."""
    return len(blank.rpartition(b"\f")[2].expandtabs(8))


def unit_of(lines: list[bytes], indent: bytes = b"") -> bytes:
    """Return the indentation step of a file: what most lines add to the line before them.

    ``indent`` is the place at hand: where it has tabs, tabs are the step.
    """
    if b"\t" in indent:
        return b"\t"
    steps: Counter[bytes] = Counter()
    before = b""
    for line in lines:
        if not line.strip():
            continue
        own = leading(line)
        if len(own) > len(before) and own.startswith(before):
            steps[own[len(before) :]] += 1
        before = own
    for step, _ in steps.most_common():
        if step == b"\t" or (step.strip(b" ") == b"" and len(step) in (2, 3, 4, 8)):
            return step if not (indent and step == b"\t") else b"    "
    return b"    "


def reindent(text: bytes, language: Language | None, style: Style) -> bytes:
    """Return ``text`` (LF newlines) for a place of the given style; the first line comes without indentation.

    The text may be indented in any way: not at all, as in another file, with tabs, or with the first line
    flush and the rest as it stood. Lines inside string tokens stay as they are.
    """
    if language is None:
        return text.lstrip(_BLANKS)
    lines = _lines(text, language, style.container)
    lines = _stood_in_place(lines, language, style) or _dedented(lines)
    if language is Language.PYTHON:
        return _reindent_python(lines, style)
    step = _own_step(lines)
    for line in lines[1:]:
        if not line.fixed:
            line.text = _placed(line.text, step, style)
    lines[0].text = lines[0].text.lstrip(_BLANKS)
    return b"\n".join(line.text for line in lines)


def fragment_has_error(text: bytes, language: Language, container: str = "") -> bool:
    """Whether the text, parsed the way it would stand in ``container``, has a syntax error."""
    before, after = _wrap(text, language, container)
    root = parse(before + text + after, language).root_node
    return root.has_error or (language is Language.PYTHON and _has_hollow_block(root))


def _has_hollow_block(root: Node) -> bool:
    """Whether a ``def`` or the like lacks its body, which the grammar does not call an error."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "block" and node.start_byte == node.end_byte:
            return True
        stack.extend(node.named_children)
    return False


def fragment_nodes(text: bytes, language: Language, container: str = "") -> list[Node]:
    """Return the statements or members that a text consists of, comments left out."""
    before, after = _wrap(text, language, container)
    root = parse(before + text + after, language).root_node
    start, end = len(before), len(before) + len(text)
    body = root
    while before and (inner := _inner(body, start, end)) is not None:
        body = inner
    return [n for n in body.named_children if n.type != "comment" and n.start_byte >= start]


def _inner(node: Node, start: int, end: int) -> Node | None:
    """Step down towards the body that the wrapping text opened."""
    if node.type in _WRAPS or node.type == "block":
        return None
    return next((c for c in node.named_children if c.end_byte > start or c.end_byte >= end), None)


def _wrap(text: bytes, language: Language, container: str) -> tuple[bytes, bytes]:
    if language is Language.PYTHON:
        return (b"if 1:\n", b"\n") if text[:1] in (b" ", b"\t") else (b"", b"\n")
    return _WRAPS.get(container, (b"", b""))


def _lines(text: bytes, language: Language, container: str) -> list[_Line]:
    """Cut text into lines and mark those that begin inside strings, and where Python's statements start."""
    before, after = _wrap(text, language, container)
    root = parse(before + text + after, language).root_node
    lines = [_Line(line) for line in text.split(b"\n")]
    skipped = before.count(b"\n")
    for node, depth in _nodes(root):
        row = node.start_point.row - skipped
        if node.type in _STRINGS:
            documents = language is Language.PYTHON and _is_docstring(node)
            for line in lines[max(row + 1, 0) : node.end_point.row - skipped + 1]:
                line.fixed, line.docstring = True, documents
        elif depth >= 0 and 0 <= row < len(lines) and _begins(node, lines[row]):
            lines[row].depth = depth - (1 if skipped else 0)
    if root.has_error or language is not Language.PYTHON:
        for line in lines:
            line.depth = -1
    return lines


def _begins(node: Node, line: _Line) -> bool:
    """Whether a statement is the first thing in its line, and the outermost that starts there."""
    return line.depth < 0 and node.start_point.column == len(leading(line.text))


def _nodes(root: Node) -> Iterator[tuple[Node, int]]:
    """Walk a tree; the number is the block depth for nodes that start a statement or a clause, else -1."""
    stack: list[tuple[Node, int]] = [(root, -1)]
    while stack:
        node, depth = stack.pop()
        starts = node.parent is not None and node.parent.type in ("module", "block") and node.type != "comment"
        decorated = node.parent is not None and node.parent.type == "decorated_definition"
        yield node, depth if starts or decorated or node.type in _CLAUSES else -1
        if node.type in _STRINGS:
            continue
        below = depth + 1 if node.type in ("module", "block") else depth
        stack.extend((child, below) for child in node.children)


def _is_docstring(node: Node) -> bool:
    statement = node.parent
    if statement is None or statement.type != "expression_statement" or statement.named_child_count != 1:
        return False
    body = statement.parent
    first = next((c for c in body.named_children if c.type != "comment"), None) if body is not None else None
    plain = not any(c.type == "interpolation" for c in node.children)
    return first is not None and first.id == statement.id and plain


def _anchored(lines: list[_Line]) -> list[_Line]:
    """The lines that fix the indentation: starts of statements where known, else all that are code."""
    code = [line for line in lines if not line.fixed and line.text.strip()]
    return [line for line in code if line.depth >= 0] or code


def _common(lines: list[_Line]) -> bytes:
    blanks = [leading(line.text) for line in _anchored(lines)]
    common = min(blanks, key=len, default=b"")
    while not all(blank.startswith(common) for blank in blanks):
        common = common[:-1]
    return common


def _strip_prefix(line: _Line, prefix: bytes) -> None:
    """Take ``prefix``, or what there is of it, off a line that is not inside a string."""
    if line.fixed and not line.docstring:
        return
    if line.text.startswith(prefix):
        line.text = line.text[len(prefix) :]
    elif not line.docstring:
        line.text = line.text.lstrip(_BLANKS)


def _dedented(lines: list[_Line]) -> list[_Line]:
    prefix = _common(lines)
    if not all(line.text.startswith(prefix) for line in lines if line.docstring and line.text.strip()):
        for line in lines:
            line.docstring = False  # moving only some of its lines would change what it says
    for line in lines:
        _strip_prefix(line, prefix)
    return lines


def _stood_in_place(lines: list[_Line], language: Language, style: Style) -> list[_Line] | None:
    """Read a text whose first line is flush and whose rest is indented as it stood at the place.

    Returns the lines as if the first one had had the place's indentation, dedented; None when the text
    is not of that kind.
    """
    rest = [line for line in lines[1:] if not line.fixed and line.text.strip()]
    flush = lines[0].text.lstrip(_BLANKS) == lines[0].text
    if not (flush and style.indent and rest and all(r.text.startswith(style.indent) for r in rest)):
        return None
    moved = style.indent + b"\n".join(line.text for line in lines)
    attempt = _dedented(_lines(moved, language, style.container))
    if language is not Language.PYTHON:
        closed = rest[-1].text[len(style.indent) :].startswith((b"}", b")", b"]"))
        return attempt if closed else None
    plain = b"\n".join(line.text for line in lines)
    if fragment_has_error(b"\n".join(line.text for line in attempt), language):
        return None
    if fragment_has_error(plain, language) or _first_step(attempt) == style.unit:
        return attempt
    return None


def _first_step(lines: list[_Line]) -> bytes:
    """The indentation of the first line that stands deeper than the first one."""
    return next((leading(line.text) for line in _anchored(lines) if leading(line.text)), b"")


def _own_step(lines: list[_Line]) -> int:
    """The columns by which a brace language's text indents: what its outermost inner lines have; 0 for none."""
    code = [x.text for x in lines if not x.fixed and not x.text.lstrip(_BLANKS).startswith(b"*")]
    columns = {len(leading(text).expandtabs(4)) for text in code if text.strip()} - {0}
    step = min(columns, default=0)
    return step if step in (2, 3, 4, 8) else 0  # others align with something


def _placed(line: bytes, step: int, style: Style) -> bytes:
    """Return a dedented line of a brace language at its place, its levels in the place's unit."""
    body = line.lstrip(_BLANKS)
    if not body:
        return b""
    blank = leading(line)
    if b"\t" in blank or style.unit == b"\t" or (step and step != len(style.unit)):
        columns = len(blank.expandtabs(4))
        levels, over = divmod(columns, step) if step else (0, columns)
        blank = style.unit * levels + b" " * over
    return style.indent + blank + body


def _reindent_python(lines: list[_Line], style: Style) -> bytes:
    if _keeps_steps(lines, style):
        plain = [_shifted(line, b"", style.indent) for line in lines]
        return b"\n".join([plain[0].lstrip(_BLANKS), *plain[1:]])
    old, new = b"", style.indent
    out: list[bytes] = []
    for number, line in enumerate(lines):
        if line.depth >= 0 and not line.fixed:
            old, new = leading(line.text), style.indent + style.unit * line.depth
            _settle_docstring(lines, number + 1, old)
            out.append(new + line.text.lstrip(_BLANKS))
            continue
        if line.text.lstrip(_BLANKS).startswith(b"#") and not line.fixed:
            follower = next((x for x in lines[number:] if x.depth >= 0 and not x.fixed), None)
            if follower is not None and leading(follower.text) == leading(line.text):
                old, new = leading(line.text), style.indent + style.unit * follower.depth
        out.append(_shifted(line, old, new))
    return b"\n".join([out[0].lstrip(_BLANKS), *out[1:]])


def _settle_docstring(lines: list[_Line], start: int, old: bytes) -> None:
    """Fix a docstring where it is unless all its lines can move together: else its cleaned text would change."""
    group: list[_Line] = []
    for line in lines[start:]:
        if not line.docstring:
            break
        group.append(line)
    if not all(line.text.startswith(old) for line in group if line.text.strip()):
        for line in group:
            line.docstring = False


def _keeps_steps(lines: list[_Line], style: Style) -> bool:
    """Whether the text already indents as its place does, or cannot be read well enough to change it."""
    starts = [line for line in lines if line.depth >= 0]
    if not starts or not any(line.depth > 0 for line in starts):
        return not any(b"\t" in leading(line.text) for line in lines if not line.fixed)
    deeper = [line for line in starts if line.depth > 0]
    first = deeper[0]
    mixed = any((b"\t" in leading(line.text)) != (style.unit == b"\t") for line in deeper)
    return not mixed and leading(first.text) == style.unit * first.depth


def _shifted(line: _Line, old: bytes, new: bytes) -> bytes:
    """Move a line that starts no statement together with the statement it belongs to."""
    if line.fixed and not line.docstring:
        return line.text
    body = line.text.lstrip(_BLANKS)
    if not body:
        return b"" if not line.docstring else line.text
    blank = leading(line.text)
    if blank.startswith(old):
        return new + blank[len(old) :] + body
    if line.docstring:
        return line.text
    return new + b" " * max(0, width(blank) - width(old)) + body
