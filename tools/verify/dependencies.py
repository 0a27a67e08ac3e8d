"""undeclared-dependency: what code imports, a manifest declares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tools.facts.manifests import distributions_of
from tools.facts.model import Dependency, FileFacts, Import, Manifest
from tools.facts.resolve_packages import types_of
from tools.findings import Finding, Severity
from tools.verify.imports import runs_in_place
from tools.verify.provided import is_named, known, provided_by, provides, unknown_content
from tools.verify.rule import Context, Rule, is_aside, is_test, listed

_SPECIAL = ("@/", "~", "#", "$")
_STYLES = (".css", ".scss", ".less", ".sass")
"""A package is not called so: a plugin of the bundler makes it."""
_IGNORED_FOLDERS = frozenset(
    ["examples", "example", "docs", "doc", "node_modules", "vendor", "dist", "build", "site-packages"]
)
_TOOLING = re.compile(
    r"(?:^|[-_/])(?:dev|ci|tools?|tooling|tests?|testing|bench\w*|load|mocks?|stubs?|codegen|generation|generators?"
    r"|scripts?|evals?|stories|resources|__\w+__)(?:[-_/]|$)"
)
"""Folders and files of code that only developers run, beside those that are called so everywhere."""
_CLIENT = re.compile(r"(?:^|/)(?:client|frontend|webapp|browser)/")
"""What is packed for browsers."""
_BUNDLER = re.compile(r"(?:vite|rollup|rolldown|webpack|rspack|esbuild|tsup|tsdown)[\w.-]*\.[cm]?[jt]s")


_FEW = 3
"""So many manifests are told of one by one when code lives off what others bring."""


class _Want(NamedTuple):
    """An import that no manifest covers."""

    path: str
    line: int
    ecosystem: str
    module: str
    name: str
    """The distribution to declare."""
    also: tuple[str, ...]
    """Other distributions that would do."""
    manifest: str
    """The nearest one; empty when the ecosystem has none above the file."""
    aside: bool
    tooling: bool
    """Run by developers, as far as one sees from its place."""
    dev: bool
    """Declared for development."""
    certain: bool


def undeclared(context: Context) -> Iterator[Finding]:
    """Imported distributions that no manifest above the file declares, each once for every manifest."""
    wanted: dict[tuple[str, str], list[_Want]] = {}
    bare: dict[str, _Want] = {}
    for _, wants in context.summaries(_wants):
        for want in wants:
            if want.manifest:
                wanted.setdefault((want.manifest, want.name), []).append(want)
            elif not want.aside:
                bare.setdefault(want.ecosystem, want)
    along: dict[str, list[_Want]] = {}
    for (manifest, _), wants in wanted.items():
        wants.sort(key=lambda want: (want.aside, want.path, want.line))
        first = wants[0]
        if not first.dev and _brought_by(context, first):
            # What only tests want and what is installed anyway is not worth a word.
            along.setdefault(manifest, []).extend([first] if not (first.aside or first.tooling) else [])
        elif not _is_types_only(context, first):
            yield _finding(first, len({want.path for want in wants}) - 1)
    yield from _all_along(context, along)
    yield from _without_manifest(context, bare)


def _wants(context: Context, path: str) -> Sequence[_Want]:
    """What a file imports and no manifest above it declares."""
    if not _IGNORED_FOLDERS.isdisjoint(path.split("/")[:-1]) or path.endswith((".d.ts", "/setup.py")):
        return ()
    if not runs_in_place(path) or path == "setup.py":
        return ()
    facts = context.project.files[path]
    ecosystem = "python" if facts.language == "python" else "node"
    declared = _declared(context, path, ecosystem)
    found: dict[str, _Want] = {}
    for fact in facts.imports:
        if fact.external and _counts(context, fact):
            want = _judge(context, path, facts, fact, declared)
            if want is not None and want.name not in found and not _is_own(context, path, facts, fact):
                found[want.name] = want
    return tuple(found.values())


def _counts(context: Context, fact: Import) -> bool:
    name = fact.external or ""
    if fact.stdlib or fact.unknown or fact.conditional or fact.type_only or fact.targets:
        return False
    if name.startswith(_SPECIAL) or ":" in name or name.endswith(_STYLES):
        return False
    return name not in context.table(_own_names)


def _own_names(context: Context) -> frozenset[str]:
    return frozenset(manifest.name for manifest in context.project.manifests if manifest.name)


class _Declared(NamedTuple):
    """What is declared for the files below the same manifests."""

    names: Mapping[str, Dependency]
    providers: dict[str, list[str]]
    """Module -> those that bring it, as far as it was asked."""


def _cache(_: Context) -> dict[tuple[str, ...], _Declared]:
    return {}


def _homes(context: Context) -> tuple[tuple[str, str], ...]:
    found = {(m.ecosystem, m.folder) for m in context.project.manifests if not m.is_lock and m.dependencies}
    return tuple(sorted(found))


def _declared(context: Context, path: str, ecosystem: str) -> _Declared:
    """What the manifests above a file declare. When manifests change, everything is judged anew."""
    above = [home for kind, home in context.table(_homes) if kind == ecosystem and _is_above(home, path)]
    key = (ecosystem, *above)
    cache = context.table(_cache)
    if key not in cache:
        cache[key] = _Declared(context.project.manifests_for(path, ecosystem), {})
    return cache[key]


def _judge(context: Context, path: str, facts: FileFacts, fact: Import, below: _Declared) -> _Want | None:
    name = fact.external or ""
    declared = below.names
    aside = is_aside(path) or is_test(path)
    if facts.language == "python":
        if fact.module not in below.providers:
            below.providers[fact.module] = provided_by(fact.module, declared)
        providers = below.providers[fact.module]
    else:
        providers = [name] if name in declared else []
    if any(aside or not declared[n].dev or not (n == name or is_named(fact.module, n)) for n in providers):
        return None
    certain = True
    wanted: tuple[str, ...] = (name,)
    if facts.language == "python":
        wanted = (*known().providers.get(name, ()), *distributions_of(name))
        certain = wanted[0] in known().distributions or not any(map(unknown_content, declared))
    elif provides(declared, name):
        return None
    if not aside and _is_for_types(facts, fact):
        return None
    nearest = _nearest(context, path, facts.language == "python")
    if providers and not (nearest and _needed_in_production(context, path, fact, providers, nearest)):
        return None
    ecosystem = "python" if facts.language == "python" else "node"
    shown = nearest[-1].path if nearest else ""
    first = providers[0] if providers else wanted[0]
    tooling = bool(nearest) and _is_tooling(path, nearest[0].folder)
    return _Want(
        path, fact.line, ecosystem, fact.module, first, wanted, shown, aside, tooling, bool(providers), certain
    )


def _is_for_types(facts: FileFacts, fact: Import) -> bool:
    """TypeScript leaves out an import of which only types are used."""
    if facts.language != "typescript" or fact.kind != "from":
        return False
    names = tuple(fact.module if there in ("default", "*") else f"{fact.module}.{there}" for there, _ in fact.names)
    used = [ref.kind for ref in facts.references if _starts(ref.name, names)]
    called = any(call.resolved is not None and _starts(call.resolved, names) for call in facts.calls)
    return bool(used) and set(used) == {"annotation"} and not called


def _starts(name: str, names: Iterable[str]) -> bool:
    return any(name == one or name.startswith((f"{one}.", f"{one}(")) for one in names)


def _is_own(context: Context, path: str, facts: FileFacts, fact: Import) -> bool:
    """A module of the repository that is found by a path set at start, or the host of a plugin of that name."""
    name = (fact.external or "").lower()
    folders = path.lower().split("/")[:-1]
    if any(name.strip("@").split("/")[0] in folder and "plugin" in "/".join(folders) for folder in folders):
        return True
    if facts.language != "python":
        return False
    project = context.project
    folder = path.rpartition("/")[0]
    beside = f"{folder}/{fact.external}.py" if folder else f"{fact.external}.py"
    return project.exists(beside) or any(project.exists(f"{fact.external}{end}") for end in (".py", "/__init__.py"))


def _nearest(context: Context, path: str, python: bool) -> list[Manifest]:
    """The manifests of the closest folder above a file that has some, the one to write into last."""
    above = [
        manifest
        for manifest in context.project.manifests
        if (manifest.ecosystem == "python") is python and not manifest.is_lock and _is_above(manifest.folder, path)
    ]
    deepest = max((len(manifest.folder) for manifest in above if manifest.dependencies), default=-1)
    near = [manifest for manifest in above if len(manifest.folder) == deepest and manifest.dependencies]
    return sorted(near, key=lambda m: (not re.search("dev|test|import", m.path), m.path.count("/")))


def _is_above(folder: str, path: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _needed_in_production(
    context: Context, path: str, fact: Import, providers: Sequence[str], nearest: Sequence[Manifest]
) -> bool:
    """Whether an import of what is declared for development runs where only the rest is installed.

    Bundled web clients do not, nor do tools; who imports inside a function may do without; and what the root of a
    monorepo declares for all its members says nothing of one of them.
    """
    if not context.scope.roots or context.scope.relative(path) is None or fact.local or fact.kind == "dynamic":
        return False
    if not any(name in manifest.dependencies for manifest in nearest for name in providers):
        return False
    home = nearest[0].folder
    return not _is_tooling(path, home) and home not in context.table(_bundled)


def _is_tooling(path: str, home: str) -> bool:
    inner = path[len(home) :].lstrip("/")
    stem = inner.rpartition(".")[0]
    if path.endswith((".js", ".cjs", ".mjs", ".ts", ".mts")) and "/" not in inner:
        return True  # beside package.json: configuration and build scripts
    if not path.endswith(".py") and _CLIENT.search(stem):
        return True
    return stem.endswith("_build") or _TOOLING.search(stem) is not None


def _bundled(context: Context) -> frozenset[str]:
    """Folders with a bundler's configuration: what is bundled need not be installed."""
    split = (path.rpartition("/") for path in context.project.listed)
    return frozenset(folder for folder, _, name in split if _BUNDLER.fullmatch(name))


def _brought_by(context: Context, want: _Want) -> str | None:
    """The declared distribution, or the lock file, that makes `want` be installed all the same."""
    if want.ecosystem == "python":
        for name in _declared(context, want.path, want.ecosystem).names:
            reach = {name}
            for _ in range(3):
                reach |= {b for r in reach for b in known().brought.get(r, ())}
            if not reach.isdisjoint(want.also):
                return name
    for manifest in context.project.manifests:
        here = manifest.is_lock and manifest.ecosystem == want.ecosystem and _is_above(manifest.folder, want.path)
        if here and (any(name in manifest.dependencies for name in want.also) or _locked_alike(want, manifest)):
            return manifest.path
    return None


def _is_types_only(context: Context, want: _Want) -> bool:
    """Types are declared, and a lock file knows no package that they are of: there is none (``estree``)."""
    if want.ecosystem != "node" or types_of(want.name) not in _declared(context, want.path, "node").names:
        return False
    locks = (m for m in context.project.manifests if m.is_lock and m.ecosystem == "node")
    return any(_is_above(lock.folder, want.path) for lock in locks)


def _locked_alike(want: _Want, lock: Manifest) -> bool:
    return want.ecosystem == "python" and bool(provided_by(want.module, lock.dependencies))


def _finding(want: _Want, others: int) -> Finding:
    if want.dev:
        said = f"{want.name} is declared for development only, but production code imports it"
    else:
        said = f"{want.name} is imported but declared in no manifest"
    certain = want.certain and not want.dev and not want.aside
    return Finding(
        rule="undeclared-dependency",
        severity=Severity.ERROR if certain else Severity.WARNING,
        path=want.path,
        line=want.line,
        message=f"{said}.",
        hint=f"Add {want.name} to {want.manifest}, or do without it.{_and_others(others)}",
    )


def _and_others(others: int) -> str:
    # Not in the message, by which a finding is known again.
    return f" {others} more file{'s import' if others > 1 else ' imports'} it." if others else ""


def _all_along(context: Context, along: Mapping[str, Sequence[_Want]]) -> Iterator[Finding]:
    """One finding for each manifest, or for all of them where members of a monorepo live off each other."""
    for ecosystem in ("node", "python"):
        own = {manifest: wants for manifest, wants in along.items() if wants and wants[0].ecosystem == ecosystem}
        if len(own) <= _FEW:
            yield from (_only_along(context, manifest, wants) for manifest, wants in own.items())
            continue
        most = sorted(own, key=lambda manifest: (-len(own[manifest]), manifest))
        first = min((want for wants in own.values() for want in wants), key=lambda want: (want.path, want.line))
        names = Counter(want.name for wants in own.values() for want in wants)
        common = [name for name, _ in sorted(names.items(), key=lambda entry: (-entry[1], entry[0]))]
        yield Finding(
            rule="undeclared-dependency",
            severity=Severity.INFO,
            path=first.path,
            line=first.line,
            message=f"code below {len(own)} manifests imports what only comes along with others: {listed(common, 8)}.",
            hint=f"Declare what is used directly where it is used; most lack {listed(most, 3)}.",
        )


def _only_along(context: Context, manifest: str, wants: Sequence[_Want]) -> Finding:
    """One finding for all that a part of the repository uses and has by accident."""
    first = min(wants, key=lambda want: (want.path, want.line))
    names = sorted(want.name for want in wants)
    sources = {_brought_by(context, want) for want in wants}
    by = f" ({sources.pop()})" if len(sources) == 1 else ""
    verb = "is imported but not declared; it comes" if len(names) == 1 else "are imported but not declared; they come"
    return Finding(
        rule="undeclared-dependency",
        severity=Severity.INFO,
        path=first.path,
        line=first.line,
        message=f"{listed(names, 8)} {verb} along with others{by}.",
        hint=f"Add what is used directly to {manifest}: it goes or changes when the others do.",
    )


def _without_manifest(context: Context, bare: Mapping[str, _Want]) -> Iterator[Finding]:
    for ecosystem, want in bare.items():
        present = [m for m in context.project.manifests if m.ecosystem == ecosystem]
        if present or any(context.project.exists(name) for name in ("environment.yml", "environment.yaml")):
            continue
        file = "requirements.txt or pyproject.toml" if ecosystem == "python" else "package.json"
        yield Finding(
            rule="undeclared-dependency",
            severity=Severity.WARNING,
            path=want.path,
            line=0,
            message=f"{want.name} is imported, and no manifest declares any dependency.",
            hint=f"Write a {file}.",
        )


RULES = (
    Rule(
        id="undeclared-dependency",
        summary="Every imported distribution is declared in a manifest.",
        gate=undeclared,
    ),
)
