"""Manifests and lock files: what a repository says it depends on, with lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePosixPath

from tools.facts.manifest.locks import (
    read_bun_lock,
    read_lines_lock,
    read_npm_lock,
    read_pipfile_lock,
    read_yaml_lock,
    read_yarn_lock,
)
from tools.facts.manifest.node import read_import_map, read_package_json
from tools.facts.manifest.python import read_pipfile, read_pyproject, read_requirements, read_setup_cfg, read_setup_py
from tools.facts.manifest.text import normalise
from tools.facts.model import Manifest

MAX_BYTES = 30_000_000
"""Lock files of large monorepos reach 10 MB; beyond this nobody reads one."""
_Reader = Callable[[Manifest, str], None]

_BY_NAME: dict[str, tuple[str, str, _Reader]] = {
    "pyproject.toml": ("pyproject", "python", read_pyproject),
    "setup.py": ("setup", "python", read_setup_py),
    "setup.cfg": ("setup", "python", read_setup_cfg),
    "Pipfile": ("pipfile", "python", read_pipfile),
    "Pipfile.lock": ("lock", "python", read_pipfile_lock),
    "poetry.lock": ("lock", "python", read_lines_lock),
    "uv.lock": ("lock", "python", read_lines_lock),
    "pdm.lock": ("lock", "python", read_lines_lock),
    "pylock.toml": ("lock", "python", read_lines_lock),
    "package.json": ("package.json", "node", read_package_json),
    "deno.json": ("package.json", "node", read_import_map),
    "deno.jsonc": ("package.json", "node", read_import_map),
    "package-lock.json": ("lock", "node", read_npm_lock),
    "npm-shrinkwrap.json": ("lock", "node", read_npm_lock),
    "yarn.lock": ("lock", "node", read_yarn_lock),
    "pnpm-lock.yaml": ("lock", "node", read_yaml_lock),
    "bun.lock": ("lock", "node", read_bun_lock),
}
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in)|(?:.*[-_])?reqs?\.txt", re.IGNORECASE)
_IMPORT_MAP = re.compile(r"[\w.-]*import[-_]?map[\w.-]*\.json")


def is_manifest(path: str) -> bool:
    """Is the file at `path` one that declares or locks dependencies?"""
    return _entry(path) is not None


def _entry(path: str) -> tuple[str, str, _Reader] | None:
    pure = PurePosixPath(path)
    known = _BY_NAME.get(pure.name)
    if known is not None:
        return known
    if _REQUIREMENTS.fullmatch(pure.name) or (pure.parent.name == "requirements" and pure.suffix in (".txt", ".in")):
        return ("requirements", "python", read_requirements)
    if _IMPORT_MAP.fullmatch(pure.name):
        return ("package.json", "node", read_import_map)
    return None


def read_manifest(root: Path, path: str) -> Manifest | None:
    """The manifest at `path`, mistakes in it as problems; ``None`` when it cannot be read at all."""
    entry = _entry(path)
    if entry is None:
        return None
    full = root / path
    try:
        if full.is_symlink() or full.stat().st_size > MAX_BYTES:
            return None
        text = full.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return None
    kind, ecosystem, reader = entry
    manifest = Manifest(path, kind, ecosystem=ecosystem)  # type: ignore[arg-type]
    try:
        reader(manifest, text)
    except (SyntaxError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        manifest.problems = ((getattr(error, "lineno", None) or 1, f"cannot be read: {error}"),)
    return manifest


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    text = Path(__file__).with_name("distributions.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, *distributions = line.split()
        if not name.startswith("#"):
            found[name] = tuple(distributions)
    return found


def distributions_of(import_name: str) -> tuple[str, ...]:
    """The normalised names of the Python distributions that may bring `import_name`, the likeliest first.

    `import_name` may be dotted (``google.cloud.storage``); its own name is always among the answers.
    """
    table = _table()
    parts = import_name.split(".")
    found: list[str] = []
    for size in range(len(parts), 0, -1):
        found.extend(table.get(".".join(parts[:size]), ()))
    own = normalise(parts[0])
    found += [own, f"python-{own}", f"py{own}", f"{own}-python"]
    return tuple(dict.fromkeys(found))


def imports_of(distribution: str) -> tuple[str, ...]:
    """The top-level import names that a Python distribution may bring."""
    name = normalise(distribution)
    known = tuple(key.partition(".")[0] for key, values in _table().items() if name in values)
    return tuple(dict.fromkeys((*known, name.replace("-", "_"))))


def declared_imports(manifests: Iterable[Manifest]) -> frozenset[str]:
    """The import names that the Python manifests and locks bring.

    What the repository itself makes is not among them: its packages are installed from where they stand.
    """
    python = [manifest for manifest in manifests if manifest.ecosystem == "python"]
    own = {normalise(manifest.name) for manifest in python if manifest.name and not manifest.is_lock}
    names = {name for manifest in python for name in manifest.dependencies} - own
    return frozenset(top for name in names for top in imports_of(name))
