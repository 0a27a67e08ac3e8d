"""Aliases that bundlers, test runners and import maps give: read from the text of their configuration, never run.

Only what is written out is understood: ``alias`` and ``moduleNameMapper`` objects, ``modules`` lists, ``imports`` of
import maps. An alias that cannot be read leaves an import unexplained, so whoever judges must not call it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.facts.layout import EXACT, Layout, Paths, join_path, parent_of, read_json

_CODE = re.compile(r"(?:[\w-]+\.config|webpack[\w.-]*)\.[cm]?[jt]s|\.babelrc(?:\.json|\.[cm]?js)?")
_MAP = re.compile(r"deno\.jsonc?|[\w.-]*import[-_]?map[\w.-]*\.json")
_MAX = 200_000
_BLOCK = re.compile(r"['\"]?\b(alias|moduleNameMapper|modules)['\"]?\s*[:=]\s*(?=[\[{])")
_STRING = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_ENTRY = re.compile(r"(?:^|[{,\n])\s*(?:'([^'\n]+)'|\"([^\"\n]+)\"|([\w$-]+))\s*:\s*")
_FIND = re.compile(r"find\s*:\s*(?:'([^'\n]+)'|\"([^\"\n]+)\")\s*,\s*replacement\s*:\s*")
_LOCATED = re.compile(r"__dirname|\bresolve\(|\bjoin\(|import\.meta|process\.cwd|new URL|<rootDir>")
_WHOLE = re.compile(r"\^?([^()^$\\]*)(?:\(\.[*+]\)|\.[*+])?\$?")


def is_bundler(name: str) -> bool:
    """Is a file of that name configuration that may hold aliases?"""
    return _CODE.fullmatch(name) is not None or _MAP.fullmatch(name) is not None


def read_aliases(layout: Layout, path: str) -> None:
    """Add to `layout` what the configuration file at `path` redirects, for the package that it stands in."""
    folder, _, name = path.rpartition("/")
    if _MAP.fullmatch(name):
        found = [] if "test" in name else list(_from_map(layout, folder, path))
    else:
        text = _text(layout, path)
        found = [entry for kind, block in _blocks(text) for entry in _from_block(layout, folder, kind, block)]
    if not found:
        return
    home = layout.nearest(folder, layout.packages)
    known = layout.bundlers.setdefault(home if home is not None else folder, Paths()).patterns
    known += [entry for entry in found if entry not in known]
    known.sort(key=lambda entry: -len(entry[0]))


def _text(layout: Layout, path: str) -> str:
    try:
        raw = (layout.root / path).read_bytes()
    except OSError:
        return ""
    return raw.decode("utf-8", "replace") if len(raw) <= _MAX else ""


def _from_map(layout: Layout, folder: str, path: str) -> Iterator[tuple[str, str, list[str]]]:
    imports = read_json(layout.root / path).get("imports")
    for name, target in imports.items() if isinstance(imports, dict) else ():
        place = join_path(folder, target) if isinstance(target, str) and target.startswith(".") else None
        if place is not None and name:
            yield (name, "", [f"{place}/*"]) if name.endswith("/") else (name, EXACT, [place])


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, text between the brackets) of every object or list of aliases."""
    for match in _BLOCK.finditer(text):
        depth = 0
        for index in range(match.end(), len(text)):
            if text[index] in "[{(":
                depth += 1
            elif text[index] in "]})":
                depth -= 1
                if depth == 0:
                    yield match[1], text[match.end() + 1 : index]
                    break


def _from_block(layout: Layout, folder: str, kind: str, block: str) -> Iterator[tuple[str, str, list[str]]]:
    if kind == "modules":
        for item in _expressions(block):
            parts = [one or two for one, two in _STRING.findall(item)]
            place = join_path(folder, "/".join(parts)) if parts and "`" not in item else None
            if place and "node_modules" not in place:
                yield "", "", [f"{place}/*"]
        return
    starts = [(m[1] or m[2] or m[3] or "", m.end()) for m in _ENTRY.finditer(block)]
    starts += [(m[1] or m[2], m.end()) for m in _FIND.finditer(block)]
    for name, start in starts:
        place = _place(layout, folder, next(_expressions(block[start:]), ""))
        prefix = _WHOLE.fullmatch(name)
        if place is None or prefix is None or not prefix[1] or name in ("find", "replacement"):
            continue
        place = place.removesuffix("/$1").rstrip("/")
        plain = prefix[1].rstrip("/")
        if not prefix[1].endswith("/"):
            yield plain, EXACT, [place]
        if not name.endswith("$") or "(" in name:
            yield f"{plain}/", "", [f"{place}/*"]


def _expressions(block: str) -> Iterator[str]:
    """The parts between the commas of the outermost level."""
    depth = start = 0
    for index, sign in enumerate(block):
        if sign in "[{(":
            depth += 1
        elif sign in "]})":
            depth -= 1
            if depth < 0:
                yield block[start:index]
                return
        elif sign == "," and depth == 0:
            yield block[start:index]
            start = index + 1
    yield block[start:]


def _place(layout: Layout, folder: str, expression: str) -> str | None:
    """The folder or file that an expression stands for; ``None`` when it is a package, or cannot be read."""
    parts = [one or two for one, two in _STRING.findall(expression)]
    if not parts or "`" in expression:
        return None
    written = "/".join(part.replace("<rootDir>", "") for part in parts)
    place = join_path(folder, written)
    if place is None or _LOCATED.search(expression) or written.startswith("."):
        return place
    return place if place in layout.folders and parent_of(place) != place else None
