"""layer-missing: every layer of the architecture exists and does its own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.constraints.layering import TESTS, Contract
from tools.facts.model import Definition, FileFacts
from tools.findings import Finding
from tools.verify.rule import Context, Rule, is_aside, is_test, severity_of

_REFUSALS = ("NotImplementedError", "Error")


def missing(context: Context) -> Iterator[Finding]:
    """Layers that are absent, empty, or that nothing uses, application by application."""
    contract = context.architecture
    if contract is None or not contract.required or contract.constraint.binding != "stated":
        return
    files = [p for p in context.project.files if not is_test(p) and contract.scope.relative(p) is not None]
    for root in sorted({contract.scope.root_of(path) for path in files}):
        mine = [p for p in files if contract.scope.root_of(p) == root]
        if any(context.project.files[p].definitions or context.project.files[p].calls for p in mine):
            for layer in contract.required:
                yield from _layer(context, contract, root, layer, mine)


def _layer(context: Context, contract: Contract, root: str, layer: str, files: Sequence[str]) -> Iterator[Finding]:
    members = [p for p in files if contract.role(p) == layer]
    place = "" if root == "." else f" in {root}"
    if not members:
        hint = f"Add {_example(contract, layer)} that holds {_purpose(contract, layer)}."
        yield _finding(contract, "" if root == "." else root, f"There is no {layer} layer{place}.", hint)
        return
    shown = max(members, key=lambda p: (len(context.project.files[p].definitions), p))
    if not any(_has_substance(context, contract, layer, context.project.files[p]) for p in members):
        hint = f"Put there: {_purpose(contract, layer)}."
        yield _finding(contract, shown, f"The {layer} layer{place} is hollow: its files hold no work.", hint)
        return
    if not _is_used(context, contract, layer, members, files):
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
    made = any(not c.scope and not c.decorates and c.args + len(c.keywords) > 1 for c in facts.calls)
    derived = any(d.kind == "class" and d.bases and _first_party_base(context, d, facts) for d in facts.definitions)
    return made or derived


def _works(definition: Definition, working: set[str]) -> bool:
    return definition.body_size >= 2 or (definition.body_size == 1 and definition.name in working)


def _first_party_base(context: Context, definition: Definition, facts: FileFacts) -> bool:
    """Derives from a class of this project or of a library, not from ``ABC``, ``Protocol``, ``object``."""
    return any(b.split(".")[-1] not in ("ABC", "Protocol", "object", "Exception", "Generic") for b in definition.bases)


def _is_used(context: Context, contract: Contract, layer: str, members: Sequence[str], files: Sequence[str]) -> bool:
    project = context.project
    inside = set(members)
    others = [p for p in files if p not in inside and contract.role(p) != TESTS and not is_aside(p)]
    if any(fact.unknown for p in others for fact in project.files[p].imports):
        return True  # loaded by a computed name, perhaps
    if layer in contract.transport_layers:
        return True  # many frameworks find routes by a name in a string, or by themselves
    if layer in contract.shared:
        return True
    return any(source not in inside and source in others for member in members for source in project.importers(member))


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
