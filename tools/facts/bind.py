"""Turns refs, which know only their own file, into the dotted names that `tools.facts.model` describes."""

from __future__ import annotations

from tools.facts.follow import instance, join
from tools.facts.model import Bind, FileFacts
from tools.facts.resolve import Resolver


def binder(resolver: Resolver) -> Bind:
    """A function that resolves the imports of a file when it is given no refs, and then gives the names of refs."""

    def bind(facts: FileFacts, refs: list[str] | None) -> list[str | None]:
        path, language, resolve = facts.path, facts.language, resolver.resolve
        if refs is None:
            for fact in facts.imports:
                resolve(path, language, fact)
            return []
        bases: dict[str, str | None] = {}
        found: list[str | None] = []
        for ref in refs:
            if ref[0] == ":":
                found.append(path + ref)
                continue
            head, _, rest = ref.partition("|")
            base = bases.get(head)
            if base is None:
                found.append(_name(head, rest, facts, resolver, bases))
            elif not rest:
                found.append(base)
            else:
                found.append(_joined(base, rest))
        return found

    return bind


def _name(head: str, rest: str, facts: FileFacts, resolver: Resolver, bases: dict[str, str | None]) -> str | None:
    """The dotted name of one ref to an import; ``None`` when the import leads nowhere."""
    if head in bases:
        return None
    index, _, number = head[1:].partition(":")
    if number == "-1" and facts.language == "python":
        # `import a.b` binds a: which module is meant depends on what follows.
        whole = resolver.base(facts.path, facts, int(index), -1, rest)
        return instance(whole) if whole is not None and ":" not in whole else whole
    base = bases[head] = resolver.base(facts.path, facts, int(index), int(number), "")
    return _joined(base, rest) if base is not None else None


def _joined(base: str, rest: str) -> str:
    if not rest:
        return base
    name = join(base, rest)
    return instance(name) if "()" in rest and ":" not in base else name
