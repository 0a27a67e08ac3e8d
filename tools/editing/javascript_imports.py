"""Add an import to a JavaScript or TypeScript file in the file's own style: ESM or CommonJS, quotes, semicolons."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from tools.editing.languages import Language, parse, text_of
from tools.editing.lines import line_end, line_start, next_line, split_lines, tail
from tools.editing.placement import Splice
from tools.errors import ToolError

_NODE_MODULES = frozenset(
    [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "crypto",
        "dgram",
        "diagnostics_channel",
        "dns",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "querystring",
        "readline",
        "stream",
        "string_decoder",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "worker_threads",
        "zlib",
    ]
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One import, taken apart."""

    source: str
    default: str = ""
    namespace: str = ""
    names: tuple[str, ...] = ()
    """``a`` or ``a as b``; for types inside a value import ``type A``."""
    type_only: bool = False

    @property
    def bare(self) -> bool:
        """Only for its effects."""
        return not (self.default or self.namespace or self.names)


@dataclass(frozen=True, slots=True)
class _Existing:
    node: Node
    wanted: _Wanted
    clause: Node | None
    """The braces with the names, if there are any."""


@dataclass(frozen=True, slots=True)
class _Style:
    esm: bool
    quote: str
    semicolon: str
    newline: bytes


def add_javascript_import(
    data: bytes, text: str, language: Language, root: Path, path: str
) -> tuple[list[Splice], list[str]]:
    """Return the splices for the first import of ``text`` that is missing, and the names that were there already.

    Raises:
        ToolError: the text is not made of imports, or cannot be said in the file's module system.
    """
    tree = parse(data, language).root_node
    existing = _top_imports(tree)
    style = _style(data, tree, existing, root, path)
    present: list[str] = []
    for wanted in read_imports(text):
        need = _missing(wanted, existing)
        if need is None:
            present.append(wanted.source)
            continue
        merged = _merge(data, need, existing, style)
        return merged or [_place(data, _statement(need, style), need, existing, tree, style)], present
    return [], present


def read_imports(text: str) -> list[_Wanted]:
    """Take ESM imports and CommonJS requires apart; ToolError when the text holds anything else."""
    tree = parse(text.strip().encode(), Language.TYPESCRIPT).root_node
    statements = [n for n in tree.named_children if n.type != "comment"]
    read = [_read(node) for node in statements]
    if tree.has_error or not read or not all(read):
        raise ToolError(f"add_import takes import or require statements only, not: {text.strip()[:80]}")
    return [w for entry in read for w in entry]


def _top_imports(tree: Node) -> list[_Existing]:
    return [
        _Existing(node, wanted, _clause(node, index))
        for node in tree.named_children
        if node.type in ("import_statement", "lexical_declaration", "variable_declaration", "expression_statement")
        for index, wanted in enumerate(_read(node))
    ]


def _clause(node: Node, index: int) -> Node | None:
    if node.type == "import_statement":
        clause = next((c for c in node.named_children if c.type == "import_clause"), None)
        names = clause.named_children if clause is not None else []
        return next((c for c in names if c.type == "named_imports"), None)
    declarators = [c for c in node.named_children if c.type == "variable_declarator"]
    name = declarators[index].child_by_field_name("name") if index < len(declarators) else None
    return name if name is not None and name.type == "object_pattern" else None


def _read(node: Node) -> list[_Wanted]:
    if node.type == "import_statement":
        return _read_esm(node)
    if node.type == "expression_statement":
        source = _required(node.named_child(0))
        return [_Wanted(source)] if source else []
    read = [_read_require(d) for d in node.named_children if d.type == "variable_declarator"]
    return [r for r in read if r is not None] if all(read) else []


def _read_esm(node: Node) -> list[_Wanted]:
    source = text_of(node.child_by_field_name("source")).strip("\"'")
    clause = next((c for c in node.named_children if c.type == "import_clause"), None)
    if not source:
        return []
    if clause is None:
        return [_Wanted(source)]
    default = namespace = ""
    names: list[str] = []
    for child in clause.named_children:
        if child.type == "identifier":
            default = text_of(child)
        elif child.type == "namespace_import":
            namespace = text_of(child.named_child(0))
        elif child.type == "named_imports":
            names = [" ".join(text_of(c).split()) for c in child.named_children if c.type == "import_specifier"]
    type_only = any(c.type == "type" for c in node.children)
    return [_Wanted(source, default, namespace, tuple(names), type_only)]


def _required(node: Node | None) -> str:
    if node is None or node.type != "call_expression" or text_of(node.child_by_field_name("function")) != "require":
        return ""
    arguments = node.child_by_field_name("arguments")
    first = arguments.named_child(0) if arguments is not None and arguments.named_child_count == 1 else None
    return text_of(first).strip("\"'") if first is not None and first.type == "string" else ""


def _read_require(declarator: Node) -> _Wanted | None:
    source = _required(declarator.child_by_field_name("value"))
    name = declarator.child_by_field_name("name")
    if not source or name is None:
        return None
    if name.type == "identifier":
        return _Wanted(source, default=text_of(name))
    parts = [" ".join(text_of(c).split()) for c in name.named_children if c.type != "comment"]
    names = tuple(re.sub(r"\s*:\s*", " as ", part) for part in parts)
    return _Wanted(source, names=names)


def _missing(wanted: _Wanted, existing: list[_Existing]) -> _Wanted | None:
    """What of an import is not there yet; None when all of it is."""
    same = [e.wanted for e in existing if e.wanted.source == wanted.source]
    usable = [w for w in same if wanted.type_only or not w.type_only]
    if wanted.bare:
        return None if usable else wanted
    known = {name.removeprefix("type ") if wanted.type_only else name for w in usable for name in w.names}
    known |= {n.removeprefix("type ") for n in known if n.startswith("type ") and wanted.type_only}
    names = tuple(dict.fromkeys(n for n in wanted.names if n not in known and n.removeprefix("type ") not in known))
    whole = {w.default for w in usable} | {w.namespace for w in usable}
    default = "" if wanted.default in whole else wanted.default
    namespace = "" if wanted.namespace in whole else wanted.namespace
    left = _Wanted(wanted.source, default, namespace, names, wanted.type_only)
    return None if left.bare else left


def _style(data: bytes, tree: Node, existing: list[_Existing], root: Path, path: str) -> _Style:
    sources = [text_of(e.node) for e in existing] or [data[:20_000].decode("utf-8", "replace")]
    joined = "\n".join(sources)
    quote = '"' if joined.count('"') > joined.count("'") else "'"
    closed = [text_of(n).rstrip()[-1:] for n in tree.named_children if n.type in _CLOSED]
    semicolon = "" if closed and closed.count(";") * 2 < len(closed) else ";"
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    return _Style(_is_esm(tree, existing, root, path), quote, semicolon, newline)


_CLOSED = {"import_statement", "lexical_declaration", "variable_declaration", "expression_statement"}


def _is_esm(tree: Node, existing: list[_Existing], root: Path, path: str) -> bool:
    kinds = {n.type for n in tree.named_children}
    if "import_statement" in kinds or "export_statement" in kinds:
        return True
    suffix = Path(path).suffix
    if existing or suffix in (".cjs", ".cts"):
        return False
    return suffix in (".mjs", ".mts", ".ts", ".tsx") or package_type(root, path) == "module"


def package_type(root: Path, path: str) -> str:
    """Return the ``type`` of the package.json that rules a file: ``module``, ``commonjs``, or "" when unsaid."""
    folder = (root / path).parent
    while folder.is_relative_to(root):
        manifest = folder / "package.json"
        if manifest.is_file():
            try:
                found = json.loads(manifest.read_text("utf-8"))
            except (OSError, ValueError):
                return ""
            return str(found.get("type", "")) if isinstance(found, dict) else ""
        if folder == root:
            break
        folder = folder.parent
    return ""


def _statement(wanted: _Wanted, style: _Style) -> str:
    source = f"{style.quote}{wanted.source}{style.quote}"
    if style.esm:
        if wanted.bare:
            return f"import {source}{style.semicolon}"
        named = f"{{ {', '.join(wanted.names)} }}" if wanted.names else ""
        star = f"* as {wanted.namespace}" if wanted.namespace else ""
        what = ", ".join(part for part in (wanted.default, star, named) if part)
        return f"import {'type ' if wanted.type_only else ''}{what} from {source}{style.semicolon}"
    call = f"require({source}){style.semicolon}"
    whole = wanted.default or wanted.namespace
    if wanted.bare:
        return call
    names = ", ".join(n.removeprefix("type ").replace(" as ", ": ") for n in wanted.names)
    if whole and names:
        return f"const {whole} = {call}\nconst {{ {names} }} = {whole}{style.semicolon}"
    return f"const {whole} = {call}" if whole else f"const {{ {names} }} = {call}"


def _merge(data: bytes, wanted: _Wanted, existing: list[_Existing], style: _Style) -> list[Splice]:
    """Put names into the braces of an import from the same source; empty when there is none that takes them."""
    if wanted.namespace or wanted.bare:
        return []
    for found in existing:
        same = found.wanted.source == wanted.source and found.wanted.type_only == wanted.type_only
        esm = found.node.type == "import_statement"
        if not same or esm != style.esm or found.wanted.namespace:
            continue
        if found.clause is not None and wanted.names and not wanted.default:
            return [_into_braces(data, found.clause, wanted.names, esm)]
        if esm and found.wanted.default and wanted.names and found.clause is None and not wanted.type_only:
            clause = next(c for c in found.node.named_children if c.type == "import_clause")
            return [Splice(clause.end_byte, clause.end_byte, f", {{ {', '.join(wanted.names)} }}".encode())]
        if esm and wanted.default and not found.wanted.default and found.clause and not wanted.type_only:
            splices = [Splice(found.clause.start_byte, found.clause.start_byte, f"{wanted.default}, ".encode())]
            return splices + ([_into_braces(data, found.clause, wanted.names, esm)] if wanted.names else [])
    return []


def _into_braces(data: bytes, clause: Node, names: tuple[str, ...], esm: bool) -> Splice:
    written = [name if esm else name.removeprefix("type ").replace(" as ", ": ") for name in names]
    members = [c for c in clause.named_children if c.type != "comment"]
    if not members:
        return Splice(clause.start_byte, clause.end_byte, f"{{ {', '.join(written)} }}".encode())
    last = members[-1]
    if clause.start_point.row == clause.end_point.row:
        ordered = [" ".join(text_of(m).split()) for m in members]
        if len(written) == 1 and sorted(ordered, key=str.lower) == ordered and len(ordered) > 1:
            after = next((m for m in members if text_of(m).lower() > written[0].lower()), None)
            if after is not None:
                return Splice(after.start_byte, after.start_byte, written[0].encode() + b", ")
        return Splice(last.end_byte, last.end_byte, (", " + ", ".join(written)).encode())
    start = line_start(data, last.start_byte)
    blank = data[start : last.start_byte]
    joint = b", "
    if not blank.strip():
        stop = line_end(data, last.end_byte)
        joint = b"," + data[stop : next_line(data, stop)] + blank
    return Splice(last.end_byte, last.end_byte, b"".join(joint + name.encode() for name in written))


def _rank(source: str) -> int:
    """Built into Node, from a package, by an alias, relative upwards, relative."""
    top = source.removeprefix("node:").partition("/")[0]
    if source.startswith("node:") or top in _NODE_MODULES:
        return 0
    if source.startswith(("@/", "~/", "#")):
        return 2
    return 3 if source.startswith("..") else 4 if source.startswith(".") else 1


def _place(
    data: bytes, statement: str, wanted: _Wanted, existing: list[_Existing], tree: Node, style: _Style
) -> Splice:
    text = statement.encode().replace(b"\n", style.newline)
    if not existing:
        return _first(data, text, tree, style)
    rank = _rank(wanted.source)
    fitting = [e for e in existing if _rank(e.wanted.source) == rank]
    earlier = fitting or [e for e in existing if _rank(e.wanted.source) < rank]
    if not earlier:
        at = line_start(data, existing[0].node.start_byte)
        gap = style.newline * (2 if _parts_groups(data, existing) else 1)
        return Splice(at, at, text + gap)
    node = earlier[-1].node
    stop = tail(data, node.end_byte, Language.JAVASCRIPT)
    gap = style.newline * (2 if not fitting and _parts_groups(data, existing) else 1)
    at = stop if stop is not None else node.end_byte
    return Splice(at, at, gap + text)


def _parts_groups(data: bytes, existing: list[_Existing]) -> bool:
    """Whether the file leaves a blank line between imports of different kinds."""
    for before, after in zip(existing, existing[1:], strict=False):
        between = data[before.node.end_byte : after.node.start_byte]
        if _rank(before.wanted.source) != _rank(after.wanted.source) and len(split_lines(between)) > 2:
            return True
    return False


def _first(data: bytes, text: bytes, tree: Node, style: _Style) -> Splice:
    """The first import: behind a hash-bang, head comments and directives such as "use strict"."""
    at = 0
    for node in tree.named_children:
        directive = node.type == "expression_statement" and node.named_child_count == 1
        directive = directive and node.named_child(0).type == "string"
        header = node.type == "comment" and line_start(data, node.start_byte) == at
        if not (node.type == "hash_bang_line" or directive or header):
            break
        stop = tail(data, node.end_byte, Language.JAVASCRIPT)
        if stop is None:
            break
        at = next_line(data, stop)
        while data[at : at + 1] in (b"\n", b"\r"):
            at = next_line(data, at)
    rest = data[at:]
    lead = style.newline if at and not data[:at].endswith((b"\n", b"\r")) else b""
    gap = style.newline if rest.strip() else b""
    return Splice(at, at, lead + text + (style.newline if rest.strip() or not lead else b"") + gap)
