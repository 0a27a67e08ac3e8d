"""What the parts of the Python reader share while they read one file."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from tools.facts.model import FileFacts
from tools.facts.python.expressions import Expressions
from tools.facts.scopes import Names


@dataclass(slots=True)
class Context:
    """One file being read."""

    root: Node
    captures: dict[str, list[Node]]
    facts: FileFacts
    expressions: Expressions
    names: Names
    decorating: dict[int, str] = field(default_factory=dict)
    """Start byte of a call that is a decorator -> the definition it decorates."""
    decorators: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Start byte of a class or function -> its decorators as written."""
    taken: set[int] = field(default_factory=set)
    """Start bytes of what calls already tell, so that references need not repeat it."""
