"""package.json, and the import maps of runtimes that have them."""

from __future__ import annotations

import json
import re

from tools.facts.layout import parse_json
from tools.facts.manifest.text import Lines, add, table
from tools.facts.model import Dependency, Manifest

_GROUPS = (
    ("dependencies", False),
    ("peerDependencies", False),
    ("optionalDependencies", False),
    ("devDependencies", True),
)


def read_package_json(manifest: Manifest, text: str) -> None:
    """All groups of dependencies; what stands in several counts as needed at run time."""
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("not an object")
    name = content.get("name")
    manifest.name = name if isinstance(name, str) else ""
    lines = Lines(text)
    for group, dev in _GROUPS:
        start = lines.of(rf'"{group}"\s*:') - 1
        for package, spec in table(content, group).items():
            line = lines.of(rf'"{re.escape(package)}"\s*:', start)
            add(manifest, package, Dependency(spec if isinstance(spec, str) else "", line, dev))


def read_import_map(manifest: Manifest, text: str) -> None:
    """``imports``: the specifiers that code may use, each with what it stands for."""
    content = parse_json(text)
    lines = Lines(text)
    for name, target in table(content, "imports").items():
        spec = target if isinstance(target, str) else ""
        add(manifest, name.rstrip("/"), Dependency(spec, lines.of(rf'"{re.escape(name)}"\s*:'), False))
