"""Import statements of Python as facts."""

from __future__ import annotations

from tree_sitter import Node

from tools.facts.model import Import
from tools.facts.python.expressions import Expressions


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
    module = node.child_by_field_name("module_name")
    written = "".join(expressions.text(module).split()) if module is not None else "__future__"
    line = node.start_point[0] + 1
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


def dynamic_import(name: str, resolved: str | None, literal: str | None) -> tuple[bool, str]:
    """Is a call an import by name (``importlib.import_module``, ``__import__``), and of which module?

    `name` is the callee as written, `resolved` its module-qualified name; an empty module: computed.
    """
    if name == "__import__" or resolved in ("importlib.import_module", "importlib.__import__"):
        return True, literal or ""
    return False, ""
