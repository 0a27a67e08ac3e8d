"""Finding names and lines in the text of manifests, whose parsers know no lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.facts.model import Dependency, Manifest

_SEPARATORS = re.compile(r"[-_.]+")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_DEV = re.compile(
    r"(?:^|[-_./])(?:dev|devel|develop|development|tests?|testing|lint|linting|docs?|ci|typing|typecheck|local|debug|style)(?:$|[-_./])"
)


def normalise(name: str) -> str:
    """A Python distribution's name as PEP 503 compares it."""
    return _SEPARATORS.sub("-", name).lower()


def is_dev(group: str) -> bool:
    """Does the name of a group or file say that it is for development?"""
    return _DEV.search(group.lower()) is not None


def add_requirement(manifest: Manifest, requirement: str, line: int, dev: bool) -> bool:
    """Add a PEP 508 requirement; False when it names no distribution."""
    match = _REQUIREMENT.match(requirement)
    if match is None:
        return False
    spec = match[2].partition(";")[0].strip().strip("()")
    add(manifest, normalise(match[1]), Dependency(spec, line, dev))
    return True


def add(manifest: Manifest, name: str, dependency: Dependency) -> None:
    """Add one dependency; what is needed at run time wins over what is needed for development."""
    known = manifest.dependencies.get(name)
    if known is None or (known.dev and not dependency.dev):
        manifest.dependencies[name] = dependency


class Lines:
    """Looks up the lines of things in a text, in sections one after the other."""

    def __init__(self, text: str) -> None:
        """Take the text of the manifest."""
        self._lines = text.splitlines()

    def section(self, header: str) -> int:
        """Index of the line that opens TOML table `header`; 0 when there is none."""
        wanted = f"[{header}]"
        for index, line in enumerate(self._lines):
            if line.split("#")[0].replace(" ", "").replace('"', "") == wanted:
                return index
        return 0

    def of(self, pattern: str, start: int = 0) -> int:
        """The first line (1-based) from index `start` on that matches; the line of `start` when none does."""
        compiled = re.compile(pattern)
        for index in range(start, len(self._lines)):
            if compiled.search(self._lines[index]):
                return index + 1
        return start + 1

    def quoted(self, text: str, start: int = 0) -> int:
        """The first line from index `start` on that holds `text` within quotes."""
        return self.of("[\"']" + re.escape(text), start)

    def key(self, name: str, start: int = 0) -> int:
        """The first line from index `start` on that sets key `name`."""
        return self.of(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*[=:]", start)


def table(content: Mapping[str, object], *keys: str) -> dict[str, object]:
    """The table at a path of keys; empty when anything on the way is none."""
    current: object = content
    for key in keys:
        current = current.get(key) if isinstance(current, dict) else None
    return current if isinstance(current, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of a list; empty when it is none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
