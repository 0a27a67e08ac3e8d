"""Scores how strongly an application shows the marks of each profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import DatabaseProfile, Marks
from tools.targets.files import Tree, is_aside
from tools.targets.model import Evidence
from tools.targets.requirements import normalise
from tools.targets.roots import NODE_SUFFIXES, Root

MAX_SCANNED = 4_000
MAX_CONFIGURATION = 80
MAX_EVIDENCE = 5

_URL = re.compile(r"(?<=\W)([a-z][a-z0-9]{2,})(?:\+[a-z0-9_]+)?://", re.I)
_CONFIGURATION = re.compile(
    r"(^|/)(\.env[^/]*|[^/]*\.(ini|cfg|ya?ml|prisma|env)|[^/]*(settings|config|database|session|engine|db)[^/]*\.\w+)$",
    re.I,
)


class Named(Protocol):
    """What every profile has."""

    @property
    def name(self) -> str:
        """Name of the profile."""

    @property
    def marks(self) -> Marks:
        """Its marks."""


@dataclass(slots=True)
class Score:
    """What speaks for one profile."""

    name: str
    declared: float = 0.0
    used: float = 0.0
    configured: float = 0.0
    uses: int = 0
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def confidence(self) -> float:
        """0 to 1, independent signs combined."""
        missing = (1 - self.declared) * (1 - self.used) * (1 - self.configured)
        return round(1 - missing, 2)

    def add(self, sign: str, weight: float, evidence: Evidence) -> None:
        """Takes a sign (``declared``, ``used``, ``configured``) of a weight and keeps its line."""
        setattr(self, sign, max(getattr(self, sign), weight))
        self.uses += sign == "used"
        if len(self.evidence) < MAX_EVIDENCE:
            self.evidence.append(evidence)


Found = Mapping[str, list[Evidence]]


@dataclass(frozen=True, slots=True)
class Signs:
    """What an application declares, imports and is configured with, before any profile is asked."""

    declared: Found
    """Package name -> manifest lines; development dependencies under ``dev:name``."""
    imported: Found
    """Import name or module specifier that some profile knows -> lines; in tests under ``test:name``."""
    schemes: Found
    configuration: tuple[str, ...]


def read_signs(tree: Tree, root: Root) -> Signs:
    """Reads what the files of one application show."""
    imported: dict[str, list[Evidence]] = {}
    schemes: dict[str, list[Evidence]] = {}
    for path in _scanned(root):
        prefix = "test:" if is_aside(path, root.path) else ""
        text = tree.read(path) or ""
        pattern = _node_imports() if path.endswith(NODE_SUFFIXES) else _python_imports()
        for match in pattern.finditer(text):
            name = next(group for group in match.groups() if group)
            _note(imported, prefix + name, path, text, match)
    configured = sorted((f for f in root.files if _CONFIGURATION.search(f)), key=lambda f: (f.count("/"), f))
    configuration = tuple(configured[:MAX_CONFIGURATION])
    for path in configuration:
        text = tree.read(path) or ""
        for match in _URL.finditer(text):
            prefix = "test:" if is_aside(path, root.path) or "test" in path.rsplit("/", 1)[-1] else ""
            _note(schemes, prefix + match.group(1).lower(), path, text, match)
    return Signs(_declared(root), imported, schemes, configuration)


def score(tree: Tree, signs: Signs, profile: Named, packages: Sequence[str], imports: Sequence[str]) -> Score:
    """What speaks for one profile, given the distributions and import names that mean it."""
    result = Score(name=profile.name)
    for name in packages:
        _take(result, "declared", signs.declared, name, (0.6, "dev:", 0.25))
    for name in imports:
        _take(result, "used", signs.imported, name, (0.75, "test:", 0.2))
    for scheme in profile.marks.url_schemes:
        _take(result, "configured", signs.schemes, scheme, (0.7, "test:", 0.2))
    for text in profile.marks.text:
        _take_text(tree, signs, result, text)
    return result


def database_names(profile: DatabaseProfile, runtime: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Distributions and import names that mean a database on a runtime."""
    packages = (*profile.marks.dependencies, *profile.marks.drivers.get(runtime, ()))
    return packages, (*profile.marks.imports, *profile.marks.driver_imports.get(runtime, ()))


def best(scores: Iterable[Score], least: float = 0.3) -> Score | None:
    """The strongest score, if any is strong enough."""
    ordered = sorted(scores, key=lambda one: (-one.confidence, -one.uses, one.name))
    return ordered[0] if ordered and ordered[0].confidence >= least else None


def server_packages(profiles: Profiles) -> frozenset[str]:
    """Every distribution that makes a package a backend: frameworks, ORMs, drivers."""
    marks = [p.marks.dependencies for p in profiles.frameworks.values()]
    marks += [p.marks.dependencies for p in profiles.orms.values()]
    drivers = [p.marks.driver_names for p in profiles.databases.values()]
    return frozenset(name for names in (*marks, *drivers) for name in names)


def _scanned(root: Root) -> list[str]:
    suffixes = ((".py",) if root.python else ()) + (NODE_SUFFIXES if root.node else ())
    code = [f for f in root.files if f.endswith(suffixes) and not f.endswith((".min.js", ".d.ts"))]
    return sorted(code, key=lambda f: (is_aside(f, root.path), f.count("/"), f))[:MAX_SCANNED]


def _declared(root: Root) -> Found:
    found: dict[str, list[Evidence]] = {}
    if root.python:
        for one in root.python.requirements:
            if one.name:
                line = Evidence(path=one.path, line=one.line, text=one.text[:120])
                found.setdefault(("dev:" if one.dev else "") + one.name, []).append(line)
    if root.node:
        manifest = root.node.root.rstrip("/") + "/package.json" if root.node.root != "." else "package.json"
        for package in root.node.dependencies.values():
            line = Evidence(path=manifest, line=package.line, text=f"{package.name}: {package.spec}"[:120])
            found.setdefault(("dev:" if package.dev else "") + package.name.lower(), []).append(line)
    return found


def _take(result: Score, sign: str, found: Found, name: str, weights: tuple[float, str, float]) -> None:
    full, prefix, partial = weights
    keys = {name, normalise(name)} if sign == "declared" else {name}
    for key in sorted(keys):
        for evidence in found.get(key, ()):
            result.add(sign, full, evidence)
        for evidence in found.get(prefix + key, ()):
            result.add(sign, partial, evidence)


def _take_text(tree: Tree, signs: Signs, result: Score, expression: str) -> None:
    pattern = re.compile(expression, re.I | re.M)
    for path in signs.configuration:
        text = tree.read(path) or ""
        match = pattern.search(text)
        if match:
            result.add("configured", 0.35, _line(path, text, match))
            return


def _note(found: dict[str, list[Evidence]], name: str, path: str, text: str, match: re.Match[str]) -> None:
    lines = found.setdefault(name, [])
    if len(lines) < MAX_EVIDENCE:
        lines.append(_line(path, text, match))


def _line(path: str, text: str, match: re.Match[str]) -> Evidence:
    at = match.start() + len(match.group()) - len(match.group().lstrip())
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return Evidence(path=path, line=text.count("\n", 0, at) + 1, text=line.strip()[:120])


@cache
def _python_imports() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(n) for n in _known("python")), key=len, reverse=True))
    return re.compile(rf"^[ \t]*(?:from|import)[ \t]+({names})\b", re.M)


@cache
def _node_imports() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(n) for n in _known("node")), key=len, reverse=True))
    return re.compile(rf"(?:from|import|require\(|import\()\s*['\"]({names})(?:/[^'\"]*)?['\"]")


def _known(runtime: str) -> Iterator[str]:
    profiles = load_all()
    for framework in profiles.frameworks.values():
        yield from framework.marks.imports if framework.runtime == runtime else ()
    for orm in profiles.orms.values():
        yield from orm.marks.imports if orm.runtime == runtime else ()
    for database in profiles.databases.values():
        yield from database_names(database, runtime)[1]
