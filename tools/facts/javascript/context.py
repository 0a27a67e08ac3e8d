"""What the parts of the JavaScript reader share while they read one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

from tree_sitter import Node

from tools.facts.javascript.expressions import Expressions
from tools.facts.model import FileFacts, Import
from tools.facts.scopes import Names

_START, _END = attrgetter("start_byte"), attrgetter("end_byte")


@dataclass(slots=True)
class Context:
    """One file being read."""

    root: Node
    captures: dict[str, list[Node]]
    facts: FileFacts
    expressions: Expressions
    names: Names
    decorators: dict[int, list[str]] = field(default_factory=dict)
    """Start byte of what is decorated -> its decorators as written."""
    decorating: dict[int, str] = field(default_factory=dict)
    """Start byte of a call that is a decorator -> the definition it decorates."""
    requires: dict[int, Import] = field(default_factory=dict)
    """Id of the node of a ``require()`` or ``import()`` call -> its fact."""
    taken: set[int] = field(default_factory=set)
    """Start bytes of what calls already tell, so that references need not repeat it."""

    def captured(self, name: str) -> list[Node]:
        """The nodes of a capture in the order of the source, outer ones first."""
        return sorted(sorted(self.captures.get(name, ()), key=_END, reverse=True), key=_START)
