"""Resolves imports to files of the repository, or to the package outside that they name."""

from __future__ import annotations

from tools.facts.layout import Layout
from tools.facts.model import FileFacts, Import
from tools.facts.resolve_javascript import JavaScriptResolver
from tools.facts.resolve_python import PythonResolver


class Resolver:
    """Answers what an import of a file means; remembers its answers as long as the layout stands."""

    def __init__(self, layout: Layout, declared: frozenset[str] = frozenset()) -> None:
        """Take the layout and the import names of what the manifests declare (they beat loose folders)."""
        self.layout = layout
        self._python = PythonResolver(layout, declared)
        self._javascript = JavaScriptResolver(layout)

    def resolve(self, path: str, language: str, fact: Import) -> None:
        """Fill the fields of `fact` that say where it leads, as seen from file `path`."""
        if fact.unknown:
            return
        if language == "python":
            self._python.resolve(path, fact)
        else:
            self._javascript.resolve(path, fact)
        fact.target = fact.targets[0] if fact.targets else None

    def base(self, path: str, facts: FileFacts, index: int, number: int, rest: str) -> str | None:
        """The dotted name behind a ref into import `index` (see `tools.facts.scopes`), `rest` not yet added."""
        fact = facts.imports[index]
        if facts.language == "python" and number == -1:
            return self._python.dotted(path, fact, rest)
        if number >= 0:
            return _named(fact, facts.language, number)
        if fact.target is not None:
            return fact.target + ":"
        return fact.module.removeprefix("node:") if fact.external is not None else None


def _named(fact: Import, language: str, number: int) -> str | None:
    there = fact.names[number][0]
    target = fact.name_targets[number] if number < len(fact.name_targets) else None
    if target is not None:
        whole = there == "*" or (language == "python" and number in fact.submodules)
        return f"{target}:" if whole else f"{target}:{there}"
    if fact.external is None:
        return None
    module = fact.module.removeprefix("node:")
    return module if language != "python" and there in ("default", "*") else f"{module}.{there}"
