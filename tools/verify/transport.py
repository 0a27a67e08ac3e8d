"""What of the web framework may appear where: request and response types, handlers, the framework itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from framework_profiles.model import FrameworkProfile
from tools.constraints.layering import INFRASTRUCTURE, ROOT, TESTS, Contract
from tools.constraints.model import Constraint
from tools.facts.model import FileFacts
from tools.findings import Finding, Severity
from tools.verify.handlers import handlers
from tools.verify.rule import Context, Rule, is_aside, is_test, listed, severity_of

_INJECTION = frozenset({"Depends", "Security"})
"""Wiring, neither request nor response: worth a word, not a red gate."""
_CODES = "status"
"""Names of HTTP codes: they go with what answers, and say nothing new beside it."""
_ANSWERING = frozenset(
    [
        "status",
        "json",
        "send",
        "sendStatus",
        "end",
        "redirect",
        "render",
        "code",
        "header",
        "set",
        "type",
        "cookie",
        "jsonp",
        "throw",
        "assert",
    ]
)


class _Seen(NamedTuple):
    name: str
    line: int


def types_in_services(context: Context, path: str) -> Iterator[Finding]:
    """Request, response and HTTP exception types of the framework below the transport layer."""
    contract = context.architecture
    asked = _stated(contract)
    role = contract.role(path) if contract is not None else None
    if contract is None or asked is None or role is None:
        return
    if not contract.is_layer(role) or role in contract.transport_layers or is_test(path):
        return
    facts = context.project.files[path]
    for group in _grouped(list(_types(context, facts))) or [[seen] for seen in _parameters(context, facts)]:
        weak = _is_wiring(group[0])
        yield Finding(
            rule="framework-types-in-services",
            severity=Severity.WARNING if weak else severity_of(asked),
            path=path,
            line=group[0].line,
            message=f"{role} use {listed([s.name for s in group], 4)}: the framework's types stay in {_or(contract)}.",
            hint=_hint(contract, group[0].name, weak),
        )


def _grouped(types: Sequence[_Seen]) -> list[list[_Seen]]:
    """All types of a file are one finding, and what only wires things is another."""
    ordered = sorted(types, key=lambda seen: (seen.line, seen.name))
    groups = [[s for s in ordered if not _is_wiring(s)], [s for s in ordered if _is_wiring(s)]]
    return [group for group in groups if group]


def _is_wiring(seen: _Seen) -> bool:
    return seen.name.rsplit(".", 1)[-1] in _INJECTION


def _types(context: Context, facts: FileFacts) -> Iterator[_Seen]:
    transport = context.table(_transport_types)["python" if facts.language == "python" else "node"]
    found: dict[str, int] = {}
    for fact in facts.imports:
        for index, (name, _) in enumerate(fact.names):
            origin = context.project.origin(fact, index) if fact.target else f"{fact.module}.{name}"
            if origin in transport:
                found.setdefault(str(origin), fact.line)
    for reference in facts.references:
        name = context.project.canonical(reference.name)
        if name in transport:
            found[name] = min(found.get(name, reference.line), reference.line)
    # The same class is known by several dotted names; the last part tells them apart for people.
    shortest: dict[str, _Seen] = {}
    for name, line in found.items():
        short = name.rsplit(".", 1)[-1]
        if short not in shortest or line < shortest[short].line:
            shortest[short] = _Seen(name, line)
    if len(shortest) > 1:
        shortest.pop(_CODES, None)
    yield from shortest.values()


def _transport_types(context: Context) -> Mapping[str, frozenset[str]]:
    """Runtime -> request and response types of its frameworks."""
    names: dict[str, set[str]] = {"python": set(), "node": set()}
    for framework in context.profiles.frameworks.values():
        names[framework.runtime].update((*framework.request_types, *framework.response_types))
    return {runtime: frozenset(found) for runtime, found in names.items()}


def _parameters(context: Context, facts: FileFacts) -> Iterator[_Seen]:
    """``create(req, res)`` that answers by itself, without importing anything of the framework."""
    if facts.language == "python":
        return
    usual = {n for f in context.profiles.frameworks.values() if f.runtime == "node" for n in f.transport_parameters}
    for definition in facts.definitions:
        names = [name for name, _ in definition.params if name in usual]
        for call in facts.calls:
            receiver, _, method = call.name.partition(".")
            if call.scope == definition.name and receiver in names and method.split(".")[0] in _ANSWERING:
                yield _Seen(call.name, call.line)
                break


def _hint(contract: Contract, name: str, weak: bool) -> str:
    short = name.rsplit(".", 1)[-1]
    layer = _or(contract)
    if weak:
        return "Take the object as a plain constructor argument and wire it in the composition root."
    if "Exception" in short or "Error" in short or short.startswith("Http") or short == "abort":
        return f"Raise an exception of your own (for example NotFound in errors) and turn it into {short} in {layer}."
    return f"Take and return plain values or models here; let {layer} read the request and build the response."


def handlers_outside(context: Context, path: str) -> Iterator[Finding]:
    """Handlers written in the composition root, in services or in modules of no layer."""
    contract = context.architecture
    asked = _stated(contract)
    if contract is None or asked is None or not contract.required or is_aside(path):
        return
    role = contract.role(path)
    if role in (*contract.transport_layers, INFRASTRUCTURE, TESTS) or contract.scope.relative(path) is None:
        return
    facts = context.project.files[path]
    for handler in handlers(context, facts):
        where = "the composition root" if role == ROOT else (role or "a module of no layer")
        yield Finding(
            rule="handler-outside-routes",
            severity=severity_of(asked),
            path=path,
            line=handler.line,
            message=f"The handler of {handler.path} stands in {where}; it belongs in {_or(contract)}.",
            hint=f"Move it to a router in {_or(contract)} and attach that router here.",
        )
        if role != ROOT:
            return  # the whole module stands in the wrong place


def wrong_framework(context: Context, path: str) -> Iterator[Finding]:
    """Applications built with another framework than the one that is asked for."""
    asked = context.constraints.one("framework")
    wanted = context.profiles.frameworks.get(asked.value) if asked is not None else None
    if asked is None or wanted is None or is_aside(path):
        return
    builders = context.table(_builders)
    for call in context.project.files[path].calls:
        other = builders.get(context.project.callee(call).replace("()", ""))
        # A program in another language beside it is another application.
        if other is not None and other.name != wanted.name and other.runtime == wanted.runtime:
            yield Finding(
                rule="wrong-framework",
                severity=severity_of(asked),
                path=path,
                line=call.line,
                message=f"{call.name}() builds the application with {other.title}, not {wanted.title}.",
                hint=f"Build it with {wanted.title}.",
            )


def _builders(context: Context) -> Mapping[str, FrameworkProfile]:
    return {name: f for f in context.profiles.frameworks.values() for name in f.app_constructors}


def unused_framework(context: Context) -> Iterator[Finding]:
    """The framework that is asked for is imported nowhere."""
    asked = context.constraints.one("framework")
    wanted = context.profiles.frameworks.get(asked.value) if asked is not None else None
    if asked is None or wanted is None or asked.binding != "stated":
        return
    seen = [found for _, found in context.summaries(_frameworks) if found is not None]
    if any(found.is_other for found in seen):
        return  # another one in its place is named by `wrong_framework`
    if any(found.has_code for found in seen) and not any(wanted.name in found.names for found in seen):
        message = f"No code imports {wanted.title}, which is asked for."
        hint = f"Build the application with {wanted.title}."
        severity = severity_of(asked)
        yield Finding(rule="wrong-framework", severity=severity, path="", line=0, message=message, hint=hint)


class _Imported(NamedTuple):
    has_code: bool
    is_other: bool
    """Builds an application with another framework than the one that is asked for."""
    names: frozenset[str]
    """The frameworks that are imported."""


def _frameworks(context: Context, path: str) -> _Imported | None:
    if is_aside(path):
        return None
    facts = context.project.files[path]
    names = {fact.external or "" for fact in facts.imports} | {fact.module for fact in facts.imports}
    names |= {f"{fact.module}.{name}" for fact in facts.imports for name, _ in fact.names}
    every = context.profiles.frameworks.values()
    found = frozenset(framework.name for framework in every if not names.isdisjoint(framework.marks.imports))
    is_other = any(True for _ in wrong_framework(context, path))
    return _Imported(bool(facts.definitions or facts.calls), is_other, found)


def _stated(contract: Contract | None) -> Constraint | None:
    if contract is None or not contract.transport_layers or contract.constraint.source.origin == "practice":
        return None
    return contract.constraint


def _or(contract: Contract) -> str:
    return " or ".join(contract.transport_layers)


RULES = (
    Rule(
        id="framework-types-in-services",
        summary="Request, response and HTTP exception types of the framework stay in routes.",
        file=types_in_services,
        kinds=("architecture",),
    ),
    Rule(
        id="handler-outside-routes",
        summary="Handlers stand in routes, not in the composition root or elsewhere.",
        file=handlers_outside,
        kinds=("architecture",),
    ),
    Rule(
        id="wrong-framework",
        summary="The application is built with the framework that is asked for.",
        file=wrong_framework,
        gate=unused_framework,
        kinds=("framework",),
    ),
)
