"""What of the web framework may appear where: request and response types, handlers, the framework itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from framework_profiles.model import FrameworkProfile
from tools.constraints.layering import INFRASTRUCTURE, TESTS, Contract
from tools.constraints.model import Constraint
from tools.facts.model import Call, FileFacts
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside, is_test, severity_of

_INJECTION = frozenset({"Depends", "Security"})
"""Wiring, neither request nor response: worth a word, not a red gate."""
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
_PROBES = frozenset(
    [
        "/",
        "/health",
        "/healthz",
        "/healthcheck",
        "/health-check",
        "/ready",
        "/readyz",
        "/readiness",
        "/live",
        "/livez",
        "/liveness",
        "/ping",
        "/metrics",
        "/version",
        "/status",
        "/favicon.ico",
        "/robots.txt",
    ]
)


class _Seen(NamedTuple):
    name: str
    line: int


def types_in_services(context: Context) -> Iterator[Finding]:
    """Request, response and HTTP exception types of the framework below the transport layer."""
    contract = context.architecture
    asked = _stated(contract)
    if contract is None or asked is None:
        return
    for path, facts in context.project.files.items():
        role = contract.role(path)
        if role is None or not contract.is_layer(role) or role in contract.transport_layers or is_test(path):
            continue
        for seen in (*_types(context, facts), *_parameters(context, facts)):
            weak = seen.name.rsplit(".", 1)[-1] in _INJECTION
            yield Finding(
                rule="framework-types-in-services",
                severity=Severity.WARNING if weak else severity_of(asked),
                path=path,
                line=seen.line,
                message=f"{role} use {seen.name}: the framework's types stay in {_or(contract)}.",
                hint=_hint(contract, seen.name, weak),
            )


def _types(context: Context, facts: FileFacts) -> Iterator[_Seen]:
    transport = _transport_types(context, "python" if facts.language == "python" else "node")
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
    yield from shortest.values()


def _transport_types(context: Context, runtime: str) -> frozenset[str]:
    names: set[str] = set()
    for framework in context.profiles.frameworks.values():
        if framework.runtime == runtime:
            names.update((*framework.request_types, *framework.response_types))
    return frozenset(names)


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


def handlers_outside(context: Context) -> Iterator[Finding]:
    """Handlers written in the composition root, in services or in modules of no layer."""
    contract = context.architecture
    asked = _stated(contract)
    if contract is None or asked is None or not contract.required:
        return
    for path in context.code:
        role = contract.role(path)
        if role in (*contract.transport_layers, INFRASTRUCTURE, TESTS) or contract.scope.relative(path) is None:
            continue
        facts = context.project.files[path]
        frameworks = [f for f in context.profiles.frameworks.values() if (f.runtime == "python") == _python(facts)]
        for call in facts.calls:
            if any(_is_handler(context, call, framework) for framework in frameworks):
                where = "the composition root" if role == "root" else (role or "a module of no layer")
                yield Finding(
                    rule="handler-outside-routes",
                    severity=severity_of(asked),
                    path=path,
                    line=call.line,
                    message=f"The handler of {call.first_string} stands in {where}; it belongs in {_or(contract)}.",
                    hint=f"Move it to a router in {_or(contract)} and attach that router here.",
                )


def _is_handler(context: Context, call: Call, framework: FrameworkProfile) -> bool:
    path = call.first_string or ""
    if not path.startswith("/") or path in _PROBES or path in framework.health_paths or "health" in path:
        return False
    last = call.name.rsplit(".", 1)[-1]
    holders = {n.replace("()", "") for n in (*framework.app_constructors, *framework.router_constructors)}
    receiver = context.project.receiver(call).replace("()", "")
    if receiver not in holders:
        return False
    if call.decorates:
        return last in framework.route_decorators
    # A named handler that is only attached here is registration, a function written in place is a handler.
    named = len(call.arg_names) >= call.args and bool(call.arg_names[call.args - 1])
    inline = call.args >= 2 and not named
    return framework.runtime == "node" and last in framework.route_calls and inline


def wrong_framework(context: Context) -> Iterator[Finding]:
    """Applications built with another framework than the one that is asked for."""
    asked = context.constraints.one("framework")
    wanted = context.profiles.frameworks.get(asked.value) if asked is not None else None
    if asked is None or wanted is None:
        return
    builders: Mapping[str, FrameworkProfile] = {
        name: f for f in context.profiles.frameworks.values() for name in f.app_constructors
    }
    for path in context.code:
        for call in context.project.files[path].calls:
            other = builders.get(context.project.callee(call).replace("()", ""))
            if other is not None and other.name != wanted.name:
                yield Finding(
                    rule="wrong-framework",
                    severity=severity_of(asked),
                    path=path,
                    line=call.line,
                    message=f"{call.name}() builds the application with {other.title}, not {wanted.title}.",
                    hint=f"Build it with {wanted.title}.",
                )


def unused_framework(context: Context) -> Iterator[Finding]:
    """The framework that is asked for is imported nowhere."""
    asked = context.constraints.one("framework")
    wanted = context.profiles.frameworks.get(asked.value) if asked is not None else None
    if asked is None or wanted is None or asked.binding != "stated":
        return
    files = [facts for path, facts in context.project.files.items() if not is_aside(path)]
    has_code = any(f.definitions or f.calls for f in files)
    if has_code and not any(i.external in wanted.marks.imports for f in files for i in f.imports):
        message = f"No code imports {wanted.title}, which is asked for."
        hint = f"Build the application with {wanted.title}."
        severity = severity_of(asked)
        yield Finding(rule="wrong-framework", severity=severity, path="", line=0, message=message, hint=hint)


def _stated(contract: Contract | None) -> Constraint | None:
    if contract is None or not contract.transport_layers or contract.constraint.source.origin == "practice":
        return None
    return contract.constraint


def _or(contract: Contract) -> str:
    return " or ".join(contract.transport_layers)


def _python(facts: FileFacts) -> bool:
    return facts.language == "python"


RULES = (
    Rule(
        id="framework-types-in-services",
        summary="Request, response and HTTP exception types of the framework stay in routes.",
        check=types_in_services,
        kinds=("architecture",),
    ),
    Rule(
        id="handler-outside-routes",
        summary="Handlers stand in routes, not in the composition root or elsewhere.",
        check=handlers_outside,
        kinds=("architecture",),
    ),
    Rule(
        id="wrong-framework",
        summary="The application is built with the framework that is asked for.",
        check=wrong_framework,
        gate=unused_framework,
        kinds=("framework",),
    ),
)
