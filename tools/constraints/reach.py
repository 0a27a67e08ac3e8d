"""What a file really imports and calls: each name followed through re-exports to where it is defined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from framework_profiles.loader import Profiles
from tools.constraints.asides import is_test
from tools.constraints.layering import Contract
from tools.facts.model import Call, Definition, FileFacts, Import, Project

_TYPES = frozenset(["Protocol", "TypedDict", "NamedTuple", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"])
"""Bases of classes that say what something looks like, and do nothing."""
_ERRORS = ("Error", "Exception", "Warning")


class Reach(NamedTuple):
    """One name that a file gets from another one."""

    target: str
    """The file that defines it."""
    name: str
    """Empty for a whole module."""
    line: int
    chain: tuple[str, ...]
    """Files from the importing one to `target`."""
    by_call: bool = False
    """Known from a call on an object, not from an import."""


def reaches(project: Project, path: str) -> Iterator[Reach]:
    """Everything that `path` gets from other files at run time.

    Imports first, re-exports followed, types left out; then what it calls through whole modules and on objects
    of first-party classes, wherever it got the objects from.
    """
    facts = project.files[path]
    modules: set[str] = set()
    for fact in facts.imports:
        if fact.type_only or not fact.targets:
            continue
        yield from _imported(project, path, fact)
        if not fact.names or fact.kind == "star" or any(name == "*" for name, _ in fact.names):
            modules.update(fact.targets)
        modules.update(t for i in fact.submodules if (t := fact.name_targets[i]) is not None)
    yield from _called(project, facts, modules)


def is_harmless(project: Project, use: Reach) -> bool:
    """True for constants, enumerations, errors and mere types: whoever imports one depends on no behaviour."""
    if use.by_call or not use.name:
        return False
    name = use.name.split(".")[0]
    if name.endswith(_ERRORS) or (name.isupper() and len(name) > 1):
        return True
    definition = project.definition(use.target, name)
    if definition is None or definition.kind != "class":
        return False
    return any(base.rpartition(".")[2] in _TYPES for base in definition.bases) or _is_type(project, use.target, name)


@dataclass(frozen=True, slots=True)
class Roles:
    """The layers of files as rules and habits judge them: a weak name of transport must be borne out by the code."""

    contract: Contract
    project: Project
    profiles: Profiles

    def importing(self, path: str) -> str | None:
        """The layer by which the imports of the file at `path` are judged.

        None for a composition root in the folder of a layer: ``services/web.ts`` that makes the server.
        """
        role = self.layer(path)
        if role is None or role in self.contract.transport_layers or self.contract.architecture is None:
            return role
        facts = self.project.files[path]
        made = _words_of(facts, self.profiles).applications
        return role if not any(call.resolved in made for call in facts.calls) else None

    def layer(self, path: str) -> str | None:
        """The layer of the file at `path`; None for tests, for other roles and for names that mislead."""
        role = self.contract.role(path)
        if role is None or not self.contract.is_layer(role) or is_test(path):
            return None
        habit = self.contract.constraint.source.origin == "practice"
        if habit and self._is_helper(path):
            return None
        if role not in self.contract.transport_layers:
            return role
        if self.contract.is_sure(path):
            return role if not habit or self._speaks_http(path, serves) else None
        return role if self._speaks_http(path, handles) else None

    def _is_helper(self, path: str) -> bool:
        """``routes/util.ts``: in the folder of a layer, and for everybody."""
        architecture = self.contract.architecture
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return architecture is not None and any(fnmatchcase(stem, glob) for glob in architecture.infrastructure_stems)

    def _speaks_http(self, path: str, proof: Callable[[FileFacts, Profiles], bool]) -> bool:
        self.project.note((f"!{path}",))
        facts = self.project.files.get(path)
        return facts is not None and (proof(facts, self.profiles) or _takes_requests(facts, self.profiles))


def serves(facts: FileFacts, profiles: Profiles) -> bool:
    """True when a file imports a web framework."""
    marks = _words_of(facts, profiles).marks
    return any(
        fact.external is not None and not marks.isdisjoint((fact.external, fact.module, *_qualified(fact)))
        for fact in facts.imports
    )


def handles(facts: FileFacts, profiles: Profiles) -> bool:
    """True when a file makes routes or handlers with a web framework, and does not only import from it."""
    if not serves(facts, profiles):
        return False
    words = _words_of(facts, profiles)
    if any(call.resolved in words.makers for call in facts.calls):
        return True
    given = _bound(facts, words)
    for definition in facts.definitions:
        if any(base.partition(".")[0] in given for base in definition.bases):
            return True
        if any(name.rpartition(".")[2] in words.registering for name in definition.decorators):
            return True
    return any(c.name.rpartition(".")[2] in words.registering and c.args > 1 and c.first_string for c in facts.calls)


def _takes_requests(facts: FileFacts, profiles: Profiles) -> bool:
    """Has functions whose parameters are called as those of handlers.

    In Python one is enough, where its annotation does not say that it is something else
    (``request: ResourceRequest``).
    """
    words = _words_of(facts, profiles)
    python = facts.language == "python"
    for definition in facts.definitions:
        params = [(name, type_) for name, type_ in definition.params if name not in ("self", "cls")]
        first = params[:1] if python else params[:2] if len(params) > 1 else []
        if first and all(name in words.parameters for name, _ in first):
            annotation = first[0][1].partition(".")[0].strip("\"'")
            if not python or not annotation or annotation in _bound(facts, words):
                return True
    return False


def _bound(facts: FileFacts, words: _Words) -> set[str]:
    """The names that a file has from web frameworks."""
    return {
        here
        for fact in facts.imports
        if fact.external is not None and not words.marks.isdisjoint((fact.external, fact.module, *_qualified(fact)))
        for here in fact.bound
    }


def _qualified(fact: Import) -> list[str]:
    return [f"{fact.module}.{name}" for name, _ in fact.names]


class _Words(NamedTuple):
    """The words of all web frameworks of one runtime."""

    marks: frozenset[str]
    applications: frozenset[str]
    makers: frozenset[str]
    """What makes an application or a router."""
    registering: frozenset[str]
    """Methods that register a handler."""
    parameters: frozenset[str]


_KNOWN: dict[tuple[int, str], tuple[Profiles, _Words]] = {}


def _words_of(facts: FileFacts, profiles: Profiles) -> _Words:
    """Made once for each set of profiles; they have no hash, so the identity is the key."""
    runtime = "python" if facts.language == "python" else "node"
    known = _KNOWN.get((id(profiles), runtime))
    if known is None or known[0] is not profiles:
        frameworks = [framework for framework in profiles.frameworks.values() if framework.runtime == runtime]
        applications = frozenset(name for framework in frameworks for name in framework.app_constructors)
        words = _Words(
            marks=frozenset(mark for framework in frameworks for mark in framework.marks.imports),
            applications=applications,
            makers=applications.union(*(framework.router_constructors for framework in frameworks)),
            registering=frozenset().union(*((*f.route_decorators, *f.route_calls) for f in frameworks)),
            parameters=frozenset().union(*(framework.transport_parameters for framework in frameworks)),
        )
        known = _KNOWN[(id(profiles), runtime)] = (profiles, words)
    return known[1]


def _imported(project: Project, path: str, fact: Import) -> Iterator[Reach]:
    if not fact.names:
        yield from (Reach(whole, "", fact.line, (path, whole)) for whole in fact.targets)
        return
    for index, (name, _) in enumerate(fact.names):
        target = fact.name_targets[index] if index < len(fact.name_targets) else fact.target
        if target is None:
            continue
        chain: tuple[str, ...] = (path, target)
        plain = name not in ("*", "default")
        if plain and index not in fact.submodules and _leads_on(project, target, name):
            origin, _, there = (project.origin(fact, index) or "").partition(":")
            if origin not in ("", path, target) and origin in project.files:
                chain, name = (path, target, origin), there.partition(".")[0] or name
        if not (plain and _is_type(project, chain[-1], name)):
            yield Reach(chain[-1], name if plain else "", fact.line, chain)


def _leads_on(project: Project, path: str, name: str) -> bool:
    """Whether file `path` has `name` from somewhere else, or as another word for something else."""
    definition = project.definition(path, name)
    return definition is None or (definition.kind == "variable" and definition.is_alias)


def _called(project: Project, facts: FileFacts, modules: set[str]) -> Iterator[Reach]:
    path = facts.path
    for call in facts.calls:
        if call.resolved is None or ":" not in call.resolved:
            continue
        head, _, rest = call.resolved.partition(":")
        if head in modules and rest:
            origin, colon, _ = project.callee(call).partition(":")
            if colon and origin != path and origin in project.files and origin not in modules:
                yield Reach(origin, call.name, call.line, (path, head, origin))
        if "." in call.name:
            found = _owner(project, call, path)
            if found is not None:
                yield Reach(found[0], f"{found[1]}.{call.name.rsplit('.', 1)[-1]}", call.line, (path, found[0]), True)


def _owner(project: Project, call: Call, path: str) -> tuple[str, str] | None:
    """(file, class or factory) whose method a call runs; None for calls on plain values and attributes."""
    receiver = project.receiver(call)
    target, colon, name = receiver.partition(":")
    if not colon or target == path or target not in project.files:
        return None
    made = name.endswith("()")
    definition = project.definition(target, name.removesuffix("()"))
    if definition is None or definition.kind != ("function" if made else "class"):
        return None
    return None if not made and _is_type(project, target, name) else (target, definition.name)


def _is_type(project: Project, path: str, name: str) -> bool:
    """True for what TypeScript's compiler leaves nothing of: interfaces, aliases of types."""
    definition = project.definition(path, name)
    facts = project.files.get(path)
    if definition is None or facts is None or facts.language != "typescript":
        return False
    if definition.kind == "variable":
        return definition.is_alias
    return definition.kind == "class" and _is_bare(definition) and not _has_members(facts, name)


def _is_bare(definition: Definition) -> bool:
    return not (definition.bases or definition.decorators or definition.body_size)


def _has_members(facts: FileFacts, name: str) -> bool:
    return any(d.name.startswith(name + ".") for d in facts.definitions)
