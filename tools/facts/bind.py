"""Turns refs, which know only their own file, into the dotted names that `tools.facts.model` describes."""

from __future__ import annotations

from collections.abc import Callable

from tools.facts.follow import instance, join
from tools.facts.model import FileFacts
from tools.facts.resolve import Resolver


def binder(resolver: Resolver) -> Callable[[FileFacts, list[str]], list[str | None]]:
    """A function that resolves the imports of a file and gives the names of its refs, in their order."""

    def bind(facts: FileFacts, refs: list[str]) -> list[str | None]:
        path, language, resolve = facts.path, facts.language, resolver.resolve
        for fact in facts.imports:
            resolve(path, language, fact)
        bases: dict[str, str | None] = {}
        return [path + ref if ref[0] == ":" else _name(ref, facts, resolver, bases) for ref in refs]

    return bind


def _name(ref: str, facts: FileFacts, resolver: Resolver, bases: dict[str, str | None]) -> str | None:
    """The dotted name of one ref to an import; ``None`` when the import leads nowhere."""
    head, _, rest = ref.partition("|")
    if head in bases:
        base = bases[head]
    else:
        index, _, number = head[1:].partition(":")
        if number == "-1" and facts.language == "python":
            # `import a.b` binds a: which module is meant depends on what follows.
            whole = resolver.base(facts.path, facts, int(index), -1, rest)
            return instance(whole) if whole is not None and ":" not in whole else whole
        base = bases[head] = resolver.base(facts.path, facts, int(index), int(number), "")
    if base is None or not rest:
        return base
    name = join(base, rest)
    return instance(name) if "()" in rest and ":" not in base else name
