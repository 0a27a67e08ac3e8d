"""What an application declares, imports and is configured with, before any profile is asked.

Cheap signs first, and what is read is bounded: a check in a repository of thousands of files asks for this, too.
Where facts are at hand, imports and addresses in code come from them; else a sample of the files is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from framework_profiles.loader import load_all
from framework_profiles.model import DatabaseProfile
from tools.facts.model import FileFacts
from tools.targets.files import Tree, is_aside, is_test_name
from tools.targets.model import Evidence
from tools.targets.named import Named, named_data_access
from tools.targets.pyproject import PythonProject
from tools.targets.roots import NODE_SUFFIXES, PYTHON_SUFFIXES, Root

MAX_SCANNED = 150
"""Source files that are read for one application when there are no facts."""
MAX_CONFIGURATION = 24
MAX_TEXT = 40_000
"""Characters of a configuration file that are looked at."""
MAX_EVIDENCE = 5

_URL = re.compile(r"([a-z][a-z0-9]{2,})(?:\+[a-z0-9_]+)?$", re.I)
_ENDINGS = (".ini", ".cfg", ".yml", ".yaml", ".env")
_WORDS = ("settings", "config", "database", "session", "engine", "db")
"""Parts of the names of files with settings, code or not."""
_FIRST = re.compile(r"(^|/)(\.env[^/]*|(docker-)?compose[^/]*\.ya?ml|(alembic|database)\.[^/]*)$", re.I)
_CODE_OF_IT = re.compile(r"(^|/)[^/]*(settings|config|database|session|engine|\bdb)[^/]*\.(py|[cm]?[jt]s)$", re.I)
_NO_CONFIGURATION = re.compile(r"(^|/)(\.github|\.gitlab|locales?|i18n|translations|snapshots)/|lock\.|\.min\.", re.I)
_LIKELY = frozenset(
    {
        "main", "app", "server", "index", "asgi", "wsgi", "settings", "config", "database", "db", "session", "engine",
        "models", "model", "orm", "data", "connection", "application", "api", "__init__", "base", "store", "client",
        "repository", "repositories", "urls", "start",
    }
)  # fmt: skip
"""Stems of files that tell what an application is made of."""

_OTHER_TEXT = (".md", ".svg", ".png", ".po", ".html", ".json", ".snap", ".txt", ".css", ".scss", ".tsx", ".jsx")

Found = Mapping[str, list[Evidence]]


@dataclass(frozen=True, slots=True)
class Signs:
    """What an application shows."""

    declared: Found
    """Package name -> manifest lines; development dependencies under ``dev:name``, optional ones under ``opt:name``."""
    imported: Found
    """Import name or module specifier that some profile knows -> lines; in tests under ``test:name``."""
    schemes: Found
    configuration: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    """Key of `imported` -> in how many files."""
    scanned: int = 0
    whole: bool = True
    """Whether every source file was looked at."""


def read_signs(
    tree: Tree,
    root: Root,
    facts: Mapping[str, FileFacts] | None = None,
    *,
    above: PythonProject | None = None,
    most: int = MAX_SCANNED,
) -> Signs:
    """Reads what the files of one application show.

    Args:
        tree: The repository.
        root: The application.
        facts: Facts of its files, when they have been read; nothing else is read of these files.
        above: The project whose manifest declares what this one needs, when its own declares nothing.
        most: How many source files may be read without facts.
    """
    code = _code(root)
    taken = _likely_first(code) if facts is not None else _sample(code, root.path, most)
    notes = _Notes(tree, root.path)
    for path in taken:
        if facts is None:
            notes.take_text(path)
        elif path in facts:
            notes.take_facts(facts[path])
    configuration = _configuration(root)
    schemes = _Notes(tree, root.path)
    for path in configuration:
        schemes.take_addresses(path)
    for path in taken if facts is not None else ():
        for one in facts[path].strings if facts is not None and path in facts else ():
            if one.kind == "url" and (match := _URL.search(one.text.partition("://")[0])):
                schemes.note(match.group(1).lower(), path, one.line)
    declared = _declared(root, above)
    whole = len(taken) == len(code)
    return Signs(declared, notes.found, schemes.found, configuration, notes.counts, len(taken), whole)


def database_names(profile: DatabaseProfile, runtime: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Distributions and import names that mean a database on a runtime."""
    packages = (*profile.marks.dependencies, *profile.marks.drivers.get(runtime, ()))
    own = (named.drivers[profile.name] for named in _named(runtime) if profile.name in named.drivers)
    return (*packages, *own), (*profile.marks.imports, *profile.marks.driver_imports.get(runtime, ()))


def _named(runtime: str) -> list[Named]:
    return [named for named in named_data_access().values() if named.runtime == runtime]


class _Notes:
    """Collects lines by name; keeps the first few of each and counts the files."""

    def __init__(self, tree: Tree, root: str) -> None:
        self.found: dict[str, list[Evidence]] = {}
        self.counts: Counter[str] = Counter()
        self._tree = tree
        self._root = root

    def note(self, name: str, path: str, line: int) -> None:
        """Keep a line for a name; lines of tests count apart."""
        aside = is_aside(path, self._root) or is_test_name(path)
        key = f"test:{name}" if aside else name
        self.counts[key] += 1
        lines = self.found.setdefault(key, [])
        if len(lines) < MAX_EVIDENCE:
            texts = self._tree.lines(path)
            text = texts[line - 1].strip()[:120] if 0 < line <= len(texts) else ""
            lines.append(Evidence(path=path, line=line, text=text))

    def take_facts(self, facts: FileFacts) -> None:
        """The imports that some profile knows, each name once."""
        known = _tops("python" if facts.language == "python" else "node")
        seen: set[str] = set()
        for fact in facts.imports:
            names = known.get(fact.external or "") or _fork(fact.external or "")
            if not names or fact.type_only:
                continue
            for name in names:
                if name not in seen and _means(name, fact.module, fact.names):
                    seen.add(name)
                    self.note(name, facts.path, fact.line)

    def take_text(self, path: str) -> None:
        """The same, out of the text of a file."""
        text = self._tree.read(path) or ""
        seen: set[str] = set()
        pattern = _node_imports() if path.endswith(NODE_SUFFIXES) else _python_imports()
        for match in pattern.finditer(text):
            name = _dotted().get(match.lastgroup or "") or match.group(1)
            start = text.rfind("\n", 0, match.end()) + 1
            if name in seen or text.startswith(("import type ", "export type "), start):
                continue
            for known in set(_prefixes(name)) - seen:
                self.note(known, path, text.count("\n", 0, match.end()) + 1)
            seen.update(_prefixes(name))

    def take_addresses(self, path: str) -> None:
        """Schemes of addresses in a configuration file."""
        text = (self._tree.read(path) or "")[:MAX_TEXT]
        at = text.find("://")
        while at >= 0:
            match = _URL.search(text, max(0, at - 40), at)
            if match and not is_remark(text, at):
                self.note(match.group(1).lower(), path, text.count("\n", 0, at) + 1)
            at = text.find("://", at + 3)


def is_remark(text: str, at: int) -> bool:
    """Whether the line around a position is a comment: what it says is said and not done."""
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("#", "//", "*", "/*", ";", "--", "<!--"))


def _means(name: str, module: str, names: Sequence[tuple[str, str]]) -> bool:
    """Whether an import of `module` (and names out of it) is one of `name` (``django.db``, ``aiohttp.web``)."""
    if module == name or module.startswith((name + ".", name + "/")):
        return True
    return any(f"{module}.{there}" == name for there, _ in names)


def _code(root: Root) -> list[str]:
    suffixes = (PYTHON_SUFFIXES if root.python else ()) + (NODE_SUFFIXES if root.node else ())
    return [f for f in root.files if f.endswith(suffixes) and not f.endswith((".min.js", ".d.ts"))]


def _likely_first(code: Sequence[str]) -> list[str]:
    """All of them, so that the first lines found are the ones that tell most."""
    likely = [f for f in code if _is_likely(f)]
    chosen = set(likely)
    return [*sorted(likely, key=lambda f: f.count("/")), *(f for f in code if f not in chosen)]


def _is_likely(path: str) -> bool:
    return path[path.rfind("/") + 1 :].split(".", 1)[0].lower() in _LIKELY


def _sample(code: Sequence[str], root: str, most: int) -> list[str]:
    """The likeliest files, and some of all others: evenly, for folders are alike inside."""
    if len(code) <= most:
        return list(code)
    own = [f for f in code if not is_aside(f, root)] or list(code)
    likely = [f for f in own if _is_likely(f)]
    likely = sorted(likely, key=lambda f: (f.count("/"), f))[: most * 2 // 3]
    chosen = set(likely)
    rest = [f for f in own if f not in chosen]
    step = max(1, len(rest) // max(1, most - len(likely)))
    return [*likely, *rest[::step][: most - len(likely)]]


def _configuration(root: Root) -> tuple[str, ...]:
    found = [f for f in root.files if _configures(f) or is_schema(f)]
    found.sort(key=lambda f: (is_aside(f, root.path), _rank(f), f.count("/"), f))
    return tuple(found[:MAX_CONFIGURATION])


def _configures(path: str) -> bool:
    name = path[path.rfind("/") + 1 :].lower()
    if name.endswith(_OTHER_TEXT):
        return False
    fits = name.startswith(".env") or name.endswith(_ENDINGS) or ("." in name and any(word in name for word in _WORDS))
    return fits and not _NO_CONFIGURATION.search(path)


def is_schema(path: str) -> bool:
    """The schema file of an ORM, whose ending is the ORM's name."""
    return path[path.rfind(".") + 1 :] in load_all().orms


def _rank(path: str) -> int:
    return 0 if _FIRST.search(path) or is_schema(path) else 1 if _CODE_OF_IT.search(path) else 2


def _declared(root: Root, above: PythonProject | None) -> Found:
    found: dict[str, list[Evidence]] = {}
    asked = [*(root.python.requirements if root.python else ()), *(above.requirements if above else ())]
    for one in asked:
        if one.name:
            line = Evidence(path=one.path, line=one.line, text=one.text[:120])
            found.setdefault(("dev:" if one.dev else "") + one.name, []).append(line)
    for one in root.python.optional if root.python else ():
        line = Evidence(path=one.path, line=one.line, text=one.text[:120])
        found.setdefault(f"opt:{one.name}", []).append(line)
    if root.node:
        manifest = root.node.root.rstrip("/") + "/package.json" if root.node.root != "." else "package.json"
        for package in root.node.dependencies.values():
            line = Evidence(path=manifest, line=package.line, text=f"{package.name}: {package.spec}"[:120])
            found.setdefault(("dev:" if package.dev else "") + package.name.lower(), []).append(line)
    return found


@cache
def _prefixes(name: str) -> tuple[str, ...]:
    """A known name, and the known names above it (``django`` of ``django.db``)."""
    names = [*_known("python"), *_known("node"), name]
    return tuple(dict.fromkeys(one for one in names if name == one or name.startswith((one + ".", one + "/"))))


@cache
def _tops(runtime: str) -> Mapping[str, tuple[str, ...]]:
    """Top-level import name or package -> the names below it that some profile knows."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(_known(runtime)):
        parts = name.split("/") if runtime == "node" else name.split(".")
        top = "/".join(parts[:2]) if name.startswith("@") else parts[0]
        for key in dict.fromkeys((top, name.removeprefix("node:"), *((name,) if name.startswith("node:") else ()))):
            found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


@cache
def _python_imports() -> re.Pattern[str]:
    known = sorted(set(_known("python")), key=len, reverse=True)
    names = "|".join(map(re.escape, known))
    dotted = [name.rpartition(".") for name in known if "." in name]
    # `from aiohttp import web`: the name stands in two places; groups tell which one it was.
    parts = [
        rf"^[ \t]*from[ \t]+{re.escape(a)}[ \t]+import[^#\n]*\b(?P<d{i}>{b})\b" for i, (a, _, b) in enumerate(dotted)
    ]
    return re.compile("|".join([rf"^[ \t]*(?:from|import)[ \t]+({names})\b", *parts]), re.M)


@cache
def _dotted() -> Mapping[str, str]:
    """Group of `_python_imports` -> the dotted name that it stands for."""
    known = [name for name in sorted(set(_known("python")), key=len, reverse=True) if "." in name]
    return {f"d{i}": name for i, name in enumerate(known)}


@cache
def _node_imports() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(n) for n in set(_known("node"))), key=len, reverse=True))
    forks = "|".join(map(re.escape, sorted(_forked())))
    named = rf"{names}|@[\w.-]+/(?:{forks})"
    return re.compile(rf"(?:from|import|require\(|import\()\s*['\"]({named})(?:/[^'\"]*)?['\"]")


@cache
def _forked() -> frozenset[str]:
    """Packages that people publish anew in a scope of theirs, under the same name."""
    names = (name for one in _named("node") if one.rank for name in one.marks.dependencies)
    return frozenset(name for name in names if "/" not in name)


def _fork(name: str) -> tuple[str, ...]:
    return (name,) if name.startswith("@") and name.partition("/")[2] in _forked() else ()


def _known(runtime: str) -> Iterator[str]:
    profiles = load_all()
    for framework in profiles.frameworks.values():
        yield from framework.marks.imports if framework.runtime == runtime else ()
    for orm in profiles.orms.values():
        yield from orm.marks.imports if orm.runtime == runtime else ()
    for named in _named(runtime):
        yield from named.marks.imports
    for database in profiles.databases.values():
        yield from database_names(database, runtime)[1]
