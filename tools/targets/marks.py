"""Scores how strongly an application shows the marks of each profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import DatabaseProfile, Marks
from tools.targets.files import Tree
from tools.targets.model import Evidence
from tools.targets.named import named_data_access
from tools.targets.requirements import normalise
from tools.targets.roots import NODE_SUFFIXES, PYTHON_SUFFIXES
from tools.targets.signs import MAX_TEXT, Found, Signs, is_remark, is_schema
from tools.targets.signs import database_names as database_names
from tools.targets.signs import read_signs as read_signs

MAX_EVIDENCE = 5
_MOST_OF_A_KIND = 2
"""Lines of one sign that are kept, so that the evidence shows several signs."""
_CODE = (*PYTHON_SUFFIXES, *NODE_SUFFIXES)


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
    """Files that use it, tests not counted."""
    evidence: list[Evidence] = field(default_factory=list)
    _kept: Counter[str] = field(default_factory=Counter)

    @property
    def confidence(self) -> float:
        """0 to 1, independent signs combined."""
        missing = (1 - self.declared) * (1 - self.used) * (1 - self.configured)
        return round(1 - missing, 2)

    def add(self, sign: str, weight: float, evidence: Evidence) -> None:
        """Takes a sign (``declared``, ``used``, ``configured``) of a weight and keeps its line."""
        setattr(self, sign, max(getattr(self, sign), weight))
        if evidence in self.evidence:
            return
        self._kept[sign] += 1
        if self._kept[sign] <= _MOST_OF_A_KIND and len(self.evidence) < MAX_EVIDENCE:
            self.evidence.append(evidence)


def score(tree: Tree, signs: Signs, profile: Named, packages: Sequence[str], imports: Sequence[str]) -> Score:
    """What speaks for one profile, given the distributions and import names that mean it."""
    result = Score(name=profile.name)
    is_database = isinstance(profile, DatabaseProfile)
    for name in packages:
        _take(result, "declared", signs.declared, name, (0.6, "dev:", 0.25))
    for name in imports:
        _take(result, "used", signs.imported, name, (0.75, "test:", 0.2))
        result.uses += signs.counts.get(name, 0)
    for scheme in profile.marks.url_schemes:
        _take(result, "configured", signs.schemes, scheme, (0.7, "test:", 0.2))
    # Code names a framework in many ways, its imports say it plainly; settings of a database stand in code, too.
    files = signs.configuration if is_database else [f for f in signs.configuration if not f.endswith(_CODE)]
    for text in profile.marks.text:
        _take_text(tree, files, result, text)
    return result


def best(scores: Iterable[Score], least: float = 0.3) -> Score | None:
    """The strongest score, if any is strong enough; what only tests and developers use never is."""
    strong = [one for one in scores if max(one.declared, one.used, one.configured) >= least]
    ordered = sorted(strong, key=lambda one: (-one.confidence, -one.uses, one.name))
    return ordered[0] if ordered else None


def server_packages(profiles: Profiles) -> frozenset[str]:
    """Every distribution that makes a package a backend: frameworks, ORMs, drivers."""
    marks = [p.marks.dependencies for p in profiles.frameworks.values()]
    marks += [p.marks.dependencies for p in profiles.orms.values()]
    marks += [named.marks.dependencies for named in named_data_access().values()]
    drivers = [p.marks.driver_names for p in profiles.databases.values()]
    return frozenset(name for names in (*marks, *drivers) for name in names)


def _take(result: Score, sign: str, found: Found, name: str, weights: tuple[float, str, float]) -> None:
    full, prefix, partial = weights
    keys = {name, normalise(name)} if sign == "declared" else {name}
    for key in sorted(keys):
        for evidence in found.get(key, ()):
            result.add(sign, full, evidence)
        for evidence in found.get(prefix + key, ()):
            result.add(sign, partial, evidence)
        for evidence in found.get("opt:" + key, ()):
            result.add(sign, 0.4, evidence)


def _take_text(tree: Tree, files: Sequence[str], result: Score, expression: str) -> None:
    pattern = _pattern(expression)
    words = _own_words(expression)
    for path in files:
        text = _lowered(tree, path)
        if words and not any(word in text for word in words):
            continue
        text = (tree.read(path) or "")[:MAX_TEXT]
        match = next((m for m in pattern.finditer(text) if not is_remark(text, m.end())), None)
        if match:
            # The schema that an ORM generates its client from is the application's own word for it.
            result.add("configured", 0.8 if is_schema(path) else 0.35, _line(path, text, match))
            return


def _lowered(tree: Tree, path: str) -> str:
    if path not in tree.lowered:
        tree.lowered[path] = (tree.read(path) or "")[:MAX_TEXT].lower()
    return tree.lowered[path]


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.I | re.M)


@cache
def _own_words(expression: str) -> tuple[str, ...]:
    """Words of which every match of the expression holds one, for a quick look; empty when none is its own."""
    found = _words(expression) - _common_words()
    return tuple(found) if all(_words(part) & found for part in _branches(expression)) else ()


def _words(expression: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{4,}", re.sub(r"\\[a-zA-Z]|[a-z]\?", " ", expression).lower()))


def _branches(expression: str) -> list[str]:
    """The expression without what may be absent; each alternative for itself where there are any at its end."""
    plain = re.sub(r"\(\?:[^()]*\)[?*]", " ", expression)
    match = re.search(r"\(\?:([^()]*\|[^()]*)\)", plain)
    outside = re.sub(r"\(\?:[^()]*\|[^()]*\)", " ", plain)
    if _words(outside) - _common_words() or match is None:
        return [outside]
    return match.group(1).split("|")


@cache
def _common_words() -> frozenset[str]:
    profiles = load_all()
    kinds = (profiles.frameworks, profiles.orms, profiles.databases)
    texts = [" ".join(profile.marks.text) for kind in kinds for profile in kind.values()]
    counted = Counter(word for text in texts for word in _words(text))
    return frozenset(word for word, count in counted.items() if count >= 3)


def _line(path: str, text: str, match: re.Match[str]) -> Evidence:
    at = match.start() + len(match.group()) - len(match.group().lstrip())
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return Evidence(path=path, line=text.count("\n", 0, at) + 1, text=line.strip()[:120])
