"""Import statements of Python as facts."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.model import Import
from tools.facts.python.expressions import Expressions

_NAME = r"[^\W\d]\w*(?:[ \t]+as[ \t]+[^\W\d]\w*)?"
_USUAL = re.compile(
    rf"from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]+"
    rf"(?:(?P<names>{_NAME}(?:,[ \t]*{_NAME})*)|\(\s*(?P<several>{_NAME}(?:\s*,\s*{_NAME})*)\s*,?\s*\))"
)
"""A statement that needs no look at the tree: no comment, no star, nothing odd."""


def read_import(node: Node, expressions: Expressions) -> list[Import]:
    """The facts of one import statement: one for ``from``, one for each module of ``import a, b``."""
    type_only, local, conditional = _surroundings(node, expressions) if node.start_point[1] else (False,) * 3
    facts = _plain(node, expressions) if node.type == "import_statement" else [_from(node, expressions)]
    for fact in facts:
        fact.type_only, fact.local, fact.conditional = type_only, local, conditional
    return facts


def _plain(node: Node, expressions: Expressions) -> list[Import]:
    facts = []
    for child in node.children_by_field_name("name"):
        module, alias = _aliased(child, expressions)
        line = child.start_point[0] + 1
        facts.append(Import(module, line, "import", alias=alias or module.partition(".")[0]))
    return facts


def _from(node: Node, expressions: Expressions) -> Import:
    line = node.start_point[0] + 1
    match = _USUAL.fullmatch(expressions.text(node))
    if match is not None:
        parts = [part.split() for part in (match["several"] or match["names"]).split(",")]
        return Import(match["module"], line, "from", tuple([(part[0], part[-1]) for part in parts if part]))
    module = node.child_by_field_name("module_name")
    written = "".join(expressions.text(module).split()) if module is not None else "__future__"
    names = []
    for child in node.children_by_field_name("name"):
        name, alias = _aliased(child, expressions)
        names.append((name, alias or name))
    star = any(child.type == "wildcard_import" for child in node.named_children)
    return Import(written, line, "star" if star else "from", tuple(names))


def _aliased(node: Node, expressions: Expressions) -> tuple[str, str]:
    if node.type == "aliased_import":
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        return _squeezed(name, expressions), expressions.text(alias) if alias else ""
    return _squeezed(node, expressions), ""


def _squeezed(node: Node | None, expressions: Expressions) -> str:
    return "".join(expressions.text(node).split()) if node is not None else ""


def _surroundings(node: Node, expressions: Expressions) -> tuple[bool, bool, bool]:
    """(type only, inside a function, conditional) of a statement that does not stand at the margin."""
    type_only = local = conditional = False
    child, parent = node, node.parent
    while parent is not None:
        kind = parent.type
        if kind in ("function_definition", "lambda"):
            local = True
        elif kind == "if_statement" and _checks_types(parent, child, expressions):
            type_only = True
        elif kind in ("if_statement", "try_statement", "match_statement", "while_statement", "for_statement"):
            conditional = True
        child, parent = parent, parent.parent
    return type_only, local, conditional


def _checks_types(statement: Node, branch: Node, expressions: Expressions) -> bool:
    """Is `branch` what runs under ``if TYPE_CHECKING``, and not its ``else``?"""
    condition = statement.child_by_field_name("condition")
    if condition is None:
        return False
    text = expressions.text(condition).removeprefix("not ")
    negated = text != expressions.text(condition)
    if text.rpartition(".")[2] != "TYPE_CHECKING":
        return False
    return (branch.type == "else_clause") == negated


def is_dynamic_import(name: str, resolved: str | None) -> bool:
    """Is a call an import by name: ``importlib.import_module``, ``__import__``?

    `name` is the callee as written, `resolved` its module-qualified name.
    """
    return name == "__import__" or resolved in ("importlib.import_module", "importlib.__import__")
