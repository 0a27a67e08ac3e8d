"""undeclared-dependency: what code imports, a manifest declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.facts.manifests import distributions_of
from tools.facts.model import Dependency, FileFacts, Import
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, is_test, listed

_TABLE = Path(__file__).parent / "distributions.txt"
_SPECIAL = ("@/", "~", "#", "$", "virtual:", "bun:", "npm:", "jsr:", "http:", "https:")
_IGNORED_FOLDERS = frozenset(
    ["examples", "example", "docs", "doc", "node_modules", "vendor", "dist", "build", "site-packages"]
)


@dataclass(slots=True)
class _Known:
    distributions: set[str] = field(default_factory=set)
    """Those whose import names are known."""
    brought: dict[str, set[str]] = field(default_factory=dict)
    """Distribution -> what it brings along."""
    providers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Import name -> distributions, beside those that facts know."""


class _Missing(NamedTuple):
    path: str
    fact: Import
    name: str
    severity: Severity
    said: str


def undeclared(context: Context) -> Iterator[Finding]:
    """Imported distributions that no manifest above the file declares, each once for every manifest."""
    reported: set[tuple[str, str]] = set()
    declared_in: dict[tuple[str, str], Mapping[str, Dependency]] = {}
    bare: dict[str, tuple[str, str]] = {}
    own = frozenset(path.split("/")[0].removesuffix(".py") for path in context.project.files if path.endswith(".py"))
    fine: set[tuple[tuple[str, str], str, bool]] = set()
    for path, facts in context.project.files.items():
        if not _IGNORED_FOLDERS.isdisjoint(path.split("/")[:-1]):
            continue
        ecosystem = "python" if facts.language == "python" else "node"
        place = (path.rpartition("/")[0], ecosystem)
        if place not in declared_in:
            declared_in[place] = context.project.manifests_for(path, ecosystem)
        declared = declared_in[place]
        for fact in facts.imports:
            if not _counts(context, fact, own):
                continue
            name = fact.external or ""
            if not declared:
                bare.setdefault(ecosystem, (name, path))
                continue
            key = (place, fact.module, is_aside(path))
            if key in fine:
                continue
            missing = _judge(context, path, facts, fact, declared)
            nearest = _manifest_of(context, path, ecosystem) if missing is not None else ""
            if missing is None:
                fine.add(key)
            elif (nearest, name) not in reported:
                reported.add((nearest, name))
                yield _finding(missing, nearest)
    yield from _without_manifest(context, bare)


def _counts(context: Context, fact: Import, own: frozenset[str]) -> bool:
    name = fact.external
    if not name or fact.stdlib or fact.unknown or fact.conditional or fact.type_only or fact.targets:
        return False
    if name.startswith(_SPECIAL) or any(m.name == name for m in context.project.manifests):
        return False
    return name not in own


def _judge(
    context: Context, path: str, facts: FileFacts, fact: Import, declared: Mapping[str, Dependency]
) -> _Missing | None:
    name = fact.external or ""
    aside = is_aside(path) or is_test(path)
    if facts.language == "python":
        providers = _provided_by(fact.module, declared)
        wanted = (*_known().providers.get(name, ()), *distributions_of(name))
        certain = wanted[0] in _known().distributions or not _may_provide(declared)
    else:
        providers = [n for n in (name, f"@types/{name.replace('@', '').replace('/', '__')}") if n in declared]
        certain, wanted = True, (name,)
    if any(aside or not declared[n].dev for n in providers):
        return None
    if providers:
        said = f"{providers[0]} is declared for development only, but production code imports it."
        return _Missing(path, fact, wanted[0], Severity.WARNING, said) if _runs_installed(context, path) else None
    along = _brought_by(context, path, wanted, declared)
    if along:
        said = f"{wanted[0]} is not declared; it only comes along with {along}."
        return _Missing(path, fact, wanted[0], Severity.INFO, said)
    severity = Severity.ERROR if certain and not aside else Severity.WARNING
    return _Missing(path, fact, wanted[0], severity, f"{wanted[0]} is imported but declared in no manifest.")


def _provided_by(module: str, declared: Mapping[str, Dependency]) -> list[str]:
    """Declared distributions that give the import of `module`."""
    name = module.split(".")[0]
    plain = _normal(name)
    bare = plain.replace("-", "")
    given = {*distributions_of(module), *_known().providers.get(name, ())}
    return [
        d
        for d in declared
        if d in given or d == plain or (len(bare) > 4 and bare in d.replace("-", "")) or d.startswith(plain + "-")
    ]


def _may_provide(declared: Mapping[str, Dependency]) -> bool:
    """Whether a declared distribution is of unknown content, so that it might be the one."""
    known = _known().distributions
    return any(d not in known and not d.startswith("types-") and "stubs" not in d for d in declared)


def _brought_by(context: Context, path: str, wanted: tuple[str, ...], declared: Mapping[str, Dependency]) -> str | None:
    for name in declared:
        reach = {name}
        for _ in range(3):
            reach |= {b for r in reach for b in _known().brought.get(r, ())}
        if not reach.isdisjoint(wanted):
            return name
    locked = [
        m.path
        for m in context.project.manifests
        if m.is_lock and any(w in m.dependencies for w in wanted) and path.startswith(m.path.rpartition("/")[0])
    ]
    return f"others ({locked[0]})" if locked else None


def _runs_installed(context: Context, path: str) -> bool:
    """Whether the file runs where only production dependencies are installed: bundled web clients do not."""
    return bool(context.scope.roots) and context.scope.relative(path) is not None


def _finding(missing: _Missing, manifest: str) -> Finding:
    return Finding(
        rule="undeclared-dependency",
        severity=missing.severity,
        path=missing.path,
        line=missing.fact.line,
        message=missing.said,
        hint=f"Add {missing.name} to {manifest}, or do without it.",
    )


def _manifest_of(context: Context, path: str, ecosystem: str) -> str:
    above = [
        m.path
        for m in context.project.manifests
        if m.ecosystem == ecosystem and not m.is_lock and m.dependencies and _is_above(m.path, path)
    ]
    return max(above, key=lambda p: (p.count("/"), "dev" not in p, "test" not in p), default="the manifest")


def _is_above(manifest: str, path: str) -> bool:
    folder = manifest.rpartition("/")[0]
    return not folder or path.startswith(folder + "/")


def _without_manifest(context: Context, bare: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    for ecosystem, (name, path) in bare.items():
        present = [m for m in context.project.manifests if m.ecosystem == ecosystem]
        if present or any((context.project.root / n).exists() for n in ("environment.yml", "environment.yaml")):
            continue
        file = "requirements.txt or pyproject.toml" if ecosystem == "python" else "package.json"
        yield Finding(
            rule="undeclared-dependency",
            severity=Severity.WARNING,
            path=path,
            line=0,
            message=f"{listed([name])} is imported, and no manifest declares any dependency.",
            hint=f"Write a {file}.",
        )


@cache
def _known() -> _Known:
    known = _Known()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        first, *rest = line.split()
        if first == "known":
            known.distributions.update(rest)
        elif first == "import":
            known.providers[rest[0]] = tuple(rest[1:])
        elif first.endswith(":"):
            known.brought.setdefault(first[:-1], set()).update(rest)
    for name, brought in known.brought.items():
        known.distributions.update((name, *brought))
    return known


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


RULES = (
    Rule(
        id="undeclared-dependency",
        summary="Every imported distribution is declared in a manifest.",
        gate=undeclared,
    ),
)
