"""Puts violations into source files: which file, which change, by lot and from the texts in ``seeds/``."""

from __future__ import annotations

import ast
import posixpath
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

HOME = Path(__file__).parent / "seeds"
_SUFFIXES = {"python": (".py",), "node": (".ts", ".js", ".mjs", ".cjs")}
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|fixtures|node_modules|migrations?|seeds?|scripts?)/|\.(?:test|spec|d)\.|test_"
)
_EXPORTED = re.compile(r"^export (?:abstract )?(?:async )?(?:class|const|function) (\w+)", re.MULTILINE)
_AWAITED = re.compile(r"^(\s+)await ((?:self\.)?_?session\.(?:execute|flush|commit|refresh|delete)\()", re.MULTILINE)
_CLOSING = re.compile(r"\)(?=:?$)", re.MULTILINE)
_BLOCK = re.compile(r"(?<!\$)\{$", re.MULTILINE)
_TRIES = 400


class BadSeeds(Exception):
    """The texts of a repository say what cannot be, or there is none for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One violation: one change of one file."""

    number: int
    kind: str
    path: str
    rules: tuple[str, ...]
    """Any of them finds it."""
    before: str
    after: str
    breaks: bool = False
    """The file does not parse any more, as it should."""
    other: str = ""
    """The other file that it speaks of: it must go on to parse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A repository to be seeded, and what is true of it."""

    root: Path
    runtime: str
    source: str
    """Folder that absolute imports begin at (Python)."""
    archwright: str
    """Its archwright.toml for the time of the seeding."""
    words: Mapping[str, Any]
    kinds: Sequence[Mapping[str, Any]]
    layers: Mapping[str, Sequence[str]]
    """Layer -> its files, tests left out."""


def ground(root: Path, files: Sequence[str]) -> Ground:
    """What ``seeds/<name of the folder>.toml`` says of a repository with these files; raises BadSeeds."""
    path = HOME / f"{root.name}.toml"
    if not path.is_file():
        known = sorted(p.stem for p in HOME.glob("*.toml") if p.stem not in _SUFFIXES)
        raise BadSeeds(f"{root.name}: there are no seeds for it; there are some for {', '.join(known)}")
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    runtime = str(told["runtime"])
    globs = tomllib.loads(told["archwright"])["layers"]
    sources = [f for f in sorted(files) if f.endswith(_SUFFIXES[runtime]) and not _ASIDE.search(f)]
    return Ground(
        root=root,
        runtime=runtime,
        source=str(told["source"]),
        archwright=str(told["archwright"]).lstrip("\n"),
        words=told["words"],
        kinds=tomllib.loads((HOME / f"{runtime}.toml").read_text(encoding="utf-8"))["kind"],
        layers={layer: [f for f in sources if _matches(f, patterns)] for layer, patterns in globs.items()},
    )


def draw(place: Ground, count: int, seed: int) -> list[Seed]:
    """`count` violations, the kinds in turn, each in a file of its own; the same for the same repository and seed.

    Kinds that fit nowhere in the repository are left out.
    """
    chance = random.Random(seed)
    found: list[Seed] = []
    kinds = list(place.kinds)
    while kinds and len(found) < count:
        for kind in list(kinds):
            drawn = next((one for one in _attempts(place, kind, chance, len(found) + 1) if _fits(one, found)), None)
            if drawn is None:
                kinds.remove(kind)
            elif len(found) < count:
                found.append(drawn)
    return found


def _fits(drawn: Seed, found: Sequence[Seed]) -> bool:
    """Not in a file that has its violation, and no broken file is one that another violation speaks of."""
    if any(drawn.path == seed.path or (seed.breaks and drawn.other == seed.path) for seed in found):
        return False
    return not (drawn.breaks and any(drawn.path == seed.other for seed in found))


def _attempts(place: Ground, kind: Mapping[str, Any], chance: random.Random, number: int) -> Iterator[Seed]:
    layers = [layer for layer in kind["in"] if place.layers.get(layer)]
    for _ in range(_TRIES if layers else 0):
        layer = chance.choice(layers)
        path = chance.choice(place.layers[layer])
        before = _text(place.root / path)
        changed = _changed(place, kind, chance, (path, layer, before), number) if before.strip() else None
        if changed is not None:
            yield Seed(
                number=number,
                kind=kind["name"],
                path=path,
                rules=tuple(kind["rules"]),
                before=before,
                after=changed[0],
                breaks=kind.get("edit") == "break",
                other=changed[1],
            )


def _changed(
    place: Ground, kind: Mapping[str, Any], chance: random.Random, where: tuple[str, str, str], number: int
) -> tuple[str, str] | None:
    """The text with the violation, and the other file that it speaks of."""
    path, layer, before = where
    if "edit" in kind:
        edited = _EDITS[kind["edit"]](before, chance, place.runtime)
        return (edited, "") if edited is not None else None
    words: dict[str, Any] = {**place.words, "n": number, "target": ""}
    if choices := kind.get("choices") or place.words.get(str(kind.get("choices_of"))):
        words["choice"] = chance.choice(choices)
        if words["choice"] in before:
            return None  # it is there already: nothing new to find
    if "from" in kind:
        other = _other(place, chance, path, kind["from"].get(layer, ""))
        if other is None:
            return None
        words.update(other)
    imports = [line.format_map(words) for line in kind["imports"]]
    code = str(kind["code"]).format_map(words)
    after = (_with_imports_python if place.runtime == "python" else _with_imports_node)(before, imports)
    if after is None:
        return None
    after = after.rstrip("\n") + "\n\n" + code
    return (after, words["target"]) if place.runtime == "node" or _parses(after) else None


def _other(place: Ground, chance: random.Random, path: str, layer: str) -> dict[str, str] | None:
    """A file of another layer and a public name in it, as `path` would import it."""
    files = [f for f in place.layers.get(layer, ()) if f != path]
    if not files:
        return None
    target = chance.choice(files)
    names = _names(_text(place.root / target), place.runtime)
    if not names or PurePosixPath(target).stem in ("__init__", "index"):
        return None
    name = chance.choice(names)
    if place.runtime == "python":
        module = target.removeprefix(place.source + "/").removesuffix(".py").replace("/", ".")
        return {"target": target, "name": name, "module": module}
    stem = posixpath.relpath(target, posixpath.dirname(path)).rsplit(".", 1)[0]
    stem = stem if stem.startswith(".") else f"./{stem}"
    return {"target": target, "name": name, "stem": stem, "module": stem + str(place.words["extension"])}


def _names(text: str, runtime: str) -> list[str]:
    """Classes and functions that other files may import."""
    if runtime == "node":
        return _EXPORTED.findall(text)
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return []
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return [node.name for node in body if isinstance(node, kinds) and not node.name.startswith("_")]


def _with_imports_python(text: str, imports: Sequence[str]) -> str | None:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    first = next(
        (node for node in body if isinstance(node, ast.Import | ast.ImportFrom) and not _is_future(node)), None
    )
    if first is None or first.col_offset:
        return None
    lines = text.splitlines(keepends=True)
    lines[first.lineno - 1 : first.lineno - 1] = [line + "\n" for line in imports]
    return "".join(lines)


def _is_future(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _with_imports_node(text: str, imports: Sequence[str]) -> str | None:
    at = re.search(r"^import ", text, re.MULTILINE)
    if at is None:
        return None
    return text[: at.start()] + "".join(line + "\n" for line in imports) + text[at.start() :]


def _unawait(text: str, chance: random.Random, _runtime: str) -> str | None:
    found = list(_AWAITED.finditer(text))
    if not found:
        return None
    chosen = chance.choice(found)
    after = text[: chosen.start()] + chosen[1] + chosen[2] + text[chosen.end() :]
    return after if _parses(after) else None


def _break(text: str, chance: random.Random, runtime: str) -> str | None:
    """A closing parenthesis, or an opening brace, is gone."""
    found = list((_CLOSING if runtime == "python" else _BLOCK).finditer(text))
    if not found:
        return None
    chosen = chance.choice(found)
    after = text[: chosen.start()] + text[chosen.end() :]
    return None if runtime == "python" and _parses(after) else after


_EDITS = {"unawait": _unawait, "break": _break}


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _matches(path: str, globs: Sequence[str]) -> bool:
    return any(_expression(glob).fullmatch(path) for glob in globs)


def _expression(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*)", glob)
    spelled = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(spelled.get(part) or re.escape(part) for part in parts))


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""
