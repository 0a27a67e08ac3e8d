"""layer-missing: every layer of the architecture exists and does its own work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from tools.constraints.layering import TESTS, Contract
from tools.constraints.reach import serves
from tools.facts.model import Definition, FileFacts
from tools.findings import Finding
from tools.verify.handlers import registers
from tools.verify.rule import Context, Rule, is_aside, is_test, severity_of

_REFUSALS = ("NotImplementedError", "Error")


class _Seen(NamedTuple):
    """What one file has to do with layers."""

    role: str | None
    counts: bool
    """Lies in an application and belongs to its code."""
    size: int
    """How many definitions it has."""
    acts: bool
    """Defines or calls anything."""
    works: bool
    """Does the work of its layer."""
    serves: bool
    """Imports a web framework."""
    computed: bool
    """Imports something by a computed name."""
    targets: frozenset[str]


def missing(context: Context) -> Iterator[Finding]:
    """Layers that are absent, empty, or that nothing uses, application by application."""
    contract = context.architecture
    if contract is None or not contract.required or contract.constraint.binding != "stated":
        return
    applications: dict[str, dict[str, _Seen]] = {}
    manifests = {m.path.rpartition("/")[0] or "." for m in context.project.manifests}
    for path, seen in context.summaries(_see):
        if seen.counts:
            root = _application(contract, contract.scope.root_of(path), manifests)
            applications.setdefault(root, {})[path] = seen
    for root, files in sorted(applications.items()):
        # What never serves anything is a library or a tool beside the applications.
        serves = len(applications) == 1 or any(seen.serves for seen in files.values())
        if serves and any(seen.acts for seen in files.values()):
            for layer in contract.required:
                yield from _layer(contract, root, layer, files)


def _application(contract: Contract, root: str, manifests: Set[str]) -> str:
    """A part without a manifest of its own (an entry script, a plugin) belongs to the application around it."""
    if root in manifests:
        return root
    around = [p.folder for p in contract.scope.roots if p.folder == "." or root.startswith(p.folder + "/")]
    return max(around, key=len, default=root) if around else root


def _see(context: Context, path: str) -> _Seen:
    facts, contract = context.project.files[path], context.architecture
    if contract is None or is_test(path) or contract.scope.relative(path) is None:
        return _Seen(None, False, 0, False, False, False, False, frozenset())
    role = contract.role(path)
    return _Seen(
        role=role,
        counts=True,
        size=len(facts.definitions),
        acts=bool(facts.definitions or facts.calls),
        works=role in contract.required and _has_substance(context, contract, str(role), facts),
        serves=serves(facts, context.profiles),
        computed=any(fact.unknown for fact in facts.imports),
        targets=frozenset(target for fact in facts.imports for target in fact.targets),
    )


def _layer(contract: Contract, root: str, layer: str, files: Mapping[str, _Seen]) -> Iterator[Finding]:
    members = {path: seen for path, seen in files.items() if seen.role == layer}
    place = "" if root == "." else f" in {root}"
    if not members:
        if layer in contract.shared and any(target not in files for seen in files.values() for target in seen.targets):
            return  # another package of the repository may hold it
        hint = (
            f"Add {_example(contract, layer)} that holds {_purpose(contract, layer)}; where that has another name "
            f"here, say so in [layers] of archwright.toml."
        )
        message = f"No file is known as the {layer} layer{place}."
        yield _finding(contract, "" if root == "." else root, message, hint)
        return
    shown = max(members, key=lambda path: (members[path].size, path))
    if not any(seen.works for seen in members.values()):
        hint = f"Put there: {_purpose(contract, layer)}."
        yield _finding(contract, shown, f"The {layer} layer{place} is hollow: its files hold no work.", hint)
        return
    if not _is_used(contract, layer, members, files):
        hint = f"Call it from the layer above; {layer} hold {_purpose(contract, layer)}."
        yield _finding(contract, shown, f"The {layer} layer{place} is hollow: nothing uses it.", hint)


def _finding(contract: Contract, path: str, message: str, hint: str) -> Finding:
    severity = severity_of(contract.constraint)
    return Finding(rule="layer-missing", severity=severity, path=path, line=0, message=message, hint=hint)


def _has_substance(context: Context, contract: Contract, layer: str, facts: FileFacts) -> bool:
    if facts.not_checked or facts.parse_errors:
        return True  # nobody can tell, and another gate says so
    if layer in contract.shared:
        return any(d.kind in ("class", "variable", "function") for d in facts.definitions) or bool(facts.exports)
    if layer in contract.transport_layers and any(c.decorates for c in facts.calls):
        return True
    working = {c.scope for c in facts.calls if c.name.rsplit(".", 1)[-1] not in _REFUSALS}
    if any(_works(d, working) for d in facts.definitions if d.kind in ("function", "method")):
        return True
    # Table-driven modules: `urlpatterns = [path(...)]`, `router.get("/", ctrl.list)`, `class Repo(Base[T])`.
    # An import and a bare re-export are no work.
    outer = [c for c in facts.calls if not c.scope and not c.decorates]
    made = any(c.args + len(c.keywords) > 1 or registers(context, facts, c) for c in outer)
    derived = any(d.kind == "class" and d.bases and _derives(d) for d in facts.definitions)
    return made or derived


def _works(definition: Definition, working: set[str]) -> bool:
    return definition.body_size >= 2 or (definition.body_size == 1 and definition.name in working)


def _derives(definition: Definition) -> bool:
    """Derives from a class of this project or of a library, not from ``ABC``, ``Protocol``, ``object``."""
    return any(b.split(".")[-1] not in ("ABC", "Protocol", "object", "Exception", "Generic") for b in definition.bases)


def _is_used(contract: Contract, layer: str, members: Mapping[str, _Seen], files: Mapping[str, _Seen]) -> bool:
    if layer in contract.transport_layers or layer in contract.shared:
        return True  # many frameworks find routes by a name in a string, or by themselves
    others = [seen for path, seen in files.items() if path not in members and seen.role != TESTS and not is_aside(path)]
    if any(seen.computed for seen in others):
        return True  # loaded by a computed name, perhaps
    return any(not seen.targets.isdisjoint(members) for seen in others)


def _purpose(contract: Contract, layer: str) -> str:
    profile = contract.architecture.layer(layer) if contract.architecture is not None else None
    return profile.purpose if profile is not None else f"the work of {layer}"


def _example(contract: Contract, layer: str) -> str:
    globs = contract.paths.get(layer)
    return f"a module under {globs[0]}" if globs else f"a module in {layer}/"


RULES = (
    Rule(
        id="layer-missing",
        summary="Every layer of the stated architecture exists, does its own work and is used.",
        gate=missing,
        kinds=("architecture",),
    ),
)
