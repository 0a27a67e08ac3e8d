"""Which calls register a handler on an application or a router, and where that handler stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from framework_profiles.model import FrameworkProfile
from tools.facts.model import Call, FileFacts
from tools.verify.rule import Context

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


class Handler(NamedTuple):
    """A handler that stands in a file."""

    path: str
    """What it answers to, as written."""
    line: int


class _Words(NamedTuple):
    """What one framework calls the things that have to do with handlers."""

    python: bool
    holders: frozenset[str]
    """Applications and routers."""
    fluent: frozenset[str]
    decorators: frozenset[str]
    calls: frozenset[str]
    keywords: frozenset[str]
    harmless: frozenset[str]
    """Paths whose handlers may stand anywhere."""


def handlers(context: Context, facts: FileFacts) -> Iterator[Handler]:
    """The handlers that stand in a file and are registered there, but those of probes.

    One that stands elsewhere and is attached here is none, nor is a name of which nobody knows what it is.
    """
    every = _words(context, facts)
    for index, call in enumerate(facts.calls):
        for words in every:
            name = _registering(words, call)
            if name and _is_holder(words, context.project.receiver(call)):
                path = _path(facts.calls, index)
                harmless = path in _PROBES or path in words.harmless or "health" in path
                if path and not harmless and _stands_here(context, facts, call, words):
                    yield Handler(path, call.line if call.decorates else call.name_line)
                    break


def registers(context: Context, facts: FileFacts, call: Call) -> bool:
    """Does `call` register a handler on an application or router, wherever the handler stands?"""
    return any(
        _registering(words, call) and call.args and _is_holder(words, context.project.receiver(call))
        for words in _words(context, facts)
    )


def _words(context: Context, facts: FileFacts) -> Sequence[_Words]:
    return context.table(_every)["python" if facts.language == "python" else "node"]


def _every(context: Context) -> Mapping[str, Sequence[_Words]]:
    """Runtime -> the words of its frameworks."""
    found: dict[str, list[_Words]] = {"python": [], "node": []}
    for framework in context.profiles.frameworks.values():
        found[framework.runtime].append(_words_of(framework))
    return found


def _words_of(framework: FrameworkProfile) -> _Words:
    makers = (*framework.app_constructors, *framework.router_constructors)
    return _Words(
        python=framework.runtime == "python",
        holders=frozenset(name.replace("()", "") for name in makers),
        fluent=frozenset(framework.fluent_calls),
        decorators=frozenset(framework.route_decorators),
        calls=frozenset(framework.route_calls),
        keywords=frozenset(framework.handler_keywords),
        harmless=frozenset(framework.health_paths),
    )


def _registering(words: _Words, call: Call) -> str:
    """The method by which a call registers a handler; empty when it does not."""
    last = call.name.rsplit(".", 1)[-1]
    if call.decorates:
        return last if last in words.decorators else ""
    if last in words.calls and (words.python or not call.is_new):
        return last
    # `app.get(path)(handler)`: a decorator that is called by hand.
    made = last.removesuffix("()")
    return made if made != last and made in words.decorators else ""


def _is_holder(words: _Words, name: str) -> bool:
    """Is `name` an application or router, or what a chain of calls on one gives back?"""
    while name:
        if name.replace("()", "") in words.holders:
            return True
        owner, _, method = name.rpartition(".")
        if method.removesuffix("()") not in words.fluent or not method.endswith("()"):
            return False
        name = owner
    return False


def _path(calls: Sequence[Call], index: int) -> str:
    """The path that a call registers a handler for: its own, or the nearest one in the chain that it ends.

    Calls come in the order of the source, the outer before the inner: the chain of a call follows it.
    """
    while True:
        call = calls[index]
        if call.first_string is not None:
            return call.first_string if call.first_string.startswith("/") else ""
        before = call.name.removesuffix("()") if call.name.endswith("()") else call.name.rpartition(".")[0]
        index += 1
        if index == len(calls) or calls[index].name != before.removesuffix("()"):
            return ""


def _stands_here(context: Context, facts: FileFacts, call: Call, words: _Words) -> bool:
    if call.decorates:
        return True
    if words.python:
        given = dict(zip(call.keywords, call.keyword_names, strict=False))
        names = [*call.arg_names, *(given[key] for key in words.keywords & given.keys())]
        return any(name == "lambda" or _is_own(context, facts, call, name) for name in names if name)
    # Its own path comes before the handler; a path that stands further up in the chain does not.
    least = 1 if call.first_string is None else 2
    if call.args < least:
        return False
    name = call.arg_names[call.args - 1] if len(call.arg_names) >= call.args else ""
    return not name or _is_own(context, facts, call, name)


def _is_own(context: Context, facts: FileFacts, call: Call, name: str) -> bool:
    """Is `name` a function, or a view made of a class, that this file defines?"""
    head, _, made = name.partition(".")
    scope = call.scope
    while True:
        definition = context.project.definition(facts.path, f"{scope}.{head}" if scope else head)
        if definition is not None:
            return definition.kind == "class" if made.endswith("()") else definition.kind == "function" and not made
        if not scope:
            return False
        scope = scope.rpartition(".")[0]
