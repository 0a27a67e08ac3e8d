"""Lock files: names and exact versions, read line by line where the format allows it."""

from __future__ import annotations

import json
import re

from tools.facts.manifest.text import Lines, add, normalise, table
from tools.facts.model import Dependency, Manifest

_NAME = re.compile(r'^name\s*=\s*"([^"]+)"')
_VERSION = re.compile(r'^version\s*=\s*"([^"]+)"')
_YARN = re.compile(r'^"?(@?[^@"\s]+)@.*:\s*$')
_YARN_VERSION = re.compile(r'^\s+version:?\s+"?([^"\s]+)"?')
_BUN = re.compile(r'^\s+"(?:[^"]*/)?[^"/]+": \["(@?[^@"]+)@([^"]*)"')
_PNPM = re.compile(r"^  ['\"]?/?(@?[^@/'\"\s]+(?:/[^@/'\"\s]+)?)[@/](\d[^(:'\"\s]*)[^:]*['\"]?:")


def read_lines_lock(manifest: Manifest, text: str) -> None:
    """poetry.lock, uv.lock, pdm.lock, pylock.toml: ``[[package]]`` tables with name and version."""
    name, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("[[package]]", "[[packages]]")):
            name, start = "", number
        elif start and not name:
            found = _NAME.match(line)
            if found is not None:
                name, start = normalise(found[1]), number
                add(manifest, name, Dependency("", start, False))
        elif name and manifest.dependencies[name].line == start:
            found = _VERSION.match(line)
            if found is not None:
                manifest.dependencies[name] = Dependency(found[1], start, False)
                start = 0


def read_pipfile_lock(manifest: Manifest, text: str) -> None:
    """Pipfile.lock."""
    content = json.loads(text)
    lines = Lines(text)
    for group, dev in (("default", False), ("develop", True)):
        start = lines.of(rf'"{group}"\s*:') - 1
        for name in table(content, group):
            version = table(content, group, name).get("version")
            spec = version.removeprefix("==") if isinstance(version, str) else ""
            add(manifest, normalise(name), Dependency(spec, lines.quoted(name, start), dev))


def read_npm_lock(manifest: Manifest, text: str) -> None:
    """package-lock.json of versions 1 to 3; only what lies at the top of a node_modules folder."""
    content = json.loads(text)
    places: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key = line.strip().partition('":')[0]
        if key.startswith('"'):
            places.setdefault(key[1:], number)
    for path in table(content, "packages"):
        name = path.rpartition("node_modules/")[2]
        if name and "node_modules/" in path:
            _add_npm(manifest, name, table(content, "packages", path), places.get(path, 1))
    for name in table(content, "dependencies") if not table(content, "packages") else {}:
        _add_npm(manifest, name, table(content, "dependencies", name), places.get(name, 1))


def _add_npm(manifest: Manifest, name: str, entry: dict[str, object], line: int) -> None:
    version = entry.get("version")
    add(manifest, name, Dependency(version if isinstance(version, str) else "", line, entry.get("dev") is True))


def read_yarn_lock(manifest: Manifest, text: str) -> None:
    """yarn.lock of Yarn 1 and later."""
    name, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        found = _YARN.match(line)
        if found is not None:
            name, start = found[1], number
            continue
        version = _YARN_VERSION.match(line) if name else None
        if version is not None:
            add(manifest, name, Dependency(version[1], start, False))
            name = ""


def read_yaml_lock(manifest: Manifest, text: str) -> None:
    """pnpm-lock.yaml: the keys of ``packages`` name package and version."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith((" ", "#")):
            inside = line.startswith(("packages:", "snapshots:"))
        found = _PNPM.match(line) if inside else None
        if found is not None:
            add(manifest, found[1], Dependency(found[2], number, False))


def read_bun_lock(manifest: Manifest, text: str) -> None:
    """bun.lock: one line for each package, which names package and version."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _BUN.match(line)
        if found is not None:
            add(manifest, found[1], Dependency(found[2], number, False))
