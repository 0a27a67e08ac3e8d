"""ES imports and exports, ``require`` and ``import()`` as facts."""

from __future__ import annotations

import re

from tree_sitter import Node

from tools.facts.javascript.context import Context
from tools.facts.javascript.kinds import CLASSES
from tools.facts.model import Import
from tools.facts.nodes import child_at
from tools.facts.scopes import Scope

_CONDITIONS_TEXT = "if_statement try_statement switch_statement ternary_expression while_statement"
_CONDITIONS = frozenset(_CONDITIONS_TEXT.split())
_CALLED = re.compile(r"import\s*[(/]")
_USUAL = re.compile(
    r"""import\s+(?:(?P<default>[A-Za-z_$][\w$]*)|(?:(?P<also>[A-Za-z_$][\w$]*)\s*,\s*)?\{(?P<names>[\w$\s,]*)\})"""
    r"""\s*from\s*["'](?P<module>[^"'\\\n]+)["']\s*;?"""
)
"""A statement that needs no look at the tree: no comment, no attributes, no namespace."""
_BINDINGS = frozenset({"variable_declarator", "await_expression", "parenthesized_expression", "member_expression"})


def read_imports(context: Context) -> None:
    """Add the facts of all imports and bind what they bind."""
    for node in context.captured("import"):
        _add(_import(node, context), context.names.module, context)
    for node in context.captured("export"):
        source = node.child_by_field_name("source")
        if source is not None:
            _add(_reexport(node, source, context), context.names.module, context)
    chars = context.expressions.chars
    if "require" not in chars and _CALLED.search(chars) is None:
        return
    for node in context.captured("call"):
        if chars.startswith(("require", "import"), node.start_byte):
            function = node.child_by_field_name("function")
            if function is not None and function.type in ("identifier", "import"):
                _read_require(node, function, context)


def _add(fact: Import, scope: Scope, context: Context) -> None:
    index = len(context.facts.imports)
    context.facts.imports.append(fact)
    if fact.kind == "export":
        return
    for number, (_, here) in enumerate(fact.names):
        scope.bind(here, 0, f"@{index}:{number}|")
    if fact.alias:
        scope.bind(fact.alias, 0, f"@{index}:-2|")


def _module(source: Node | None, context: Context) -> str:
    found = context.expressions.literal(source)
    return found[0] if found is not None else ""


def _import(node: Node, context: Context) -> Import:
    line = node.start_point[0] + 1
    match = _USUAL.fullmatch(context.expressions.text(node))
    usual = _names(match["default"] or match["also"], match["names"]) if match is not None else None
    if match is not None and usual is not None:
        return Import(match["module"], line, "from", usual)
    clause = next((child for child in node.named_children if child.type.startswith("import_")), None)
    if clause is not None and clause.type == "import_require_clause":
        module = _module(clause.child_by_field_name("source"), context)
        return Import(module, line, "require", alias=context.expressions.text(child_at(clause)))
    module = _module(node.child_by_field_name("source"), context)
    type_only = any(child.type in ("type", "typeof") for child in node.children[:2])
    if clause is None:
        return Import(module, line, "import", type_only=type_only)
    names: list[tuple[str, str]] = []
    marked: list[bool] = []
    for child in clause.named_children:
        if child.type == "identifier":
            names.append(("default", context.expressions.text(child)))
            marked.append(False)
        elif child.type == "namespace_import":
            names.append(("*", context.expressions.text(child_at(child))))
            marked.append(False)
        elif child.type == "named_imports":
            _specifiers(child, names, marked, context)
    type_only = type_only or (bool(marked) and all(marked))
    return Import(module, line, "from", tuple(names), type_only=type_only)


def _names(default: str | None, several: str | None) -> tuple[tuple[str, str], ...] | None:
    """(name there, name here) of a usual statement; ``None`` when some name is marked, or it is not so usual."""
    if default == "type":
        return None
    names = [("default", default)] if default else []
    for part in several.split(",") if several else ():
        words = part.split()
        if len(words) == 1:
            names.append((words[0], words[0]))
        elif len(words) == 3 and words[1] == "as" and words[0] != "type":
            names.append((words[0], words[2]))
        elif words:
            return None
    return tuple(names)


def _specifiers(node: Node, names: list[tuple[str, str]], marked: list[bool], context: Context) -> None:
    for child in node.named_children:
        if child.type not in ("import_specifier", "export_specifier"):
            continue
        name = context.expressions.text(child.child_by_field_name("name")).strip("\"'")
        alias = context.expressions.text(child.child_by_field_name("alias")).strip("\"'")
        names.append((name, alias or name))
        marked.append(child.children[0].type in ("type", "typeof") and child.child_count > 1)


def _reexport(node: Node, source: Node, context: Context) -> Import:
    fact = Import(_module(source, context), node.start_point[0] + 1, "export")
    fact.type_only = any(child.type == "type" for child in node.children[:2])
    names: list[tuple[str, str]] = []
    marked: list[bool] = []
    for child in node.named_children:
        if child.type == "export_clause":
            _specifiers(child, names, marked, context)
        elif child.type == "namespace_export":
            names.append(("*", context.expressions.text(child_at(child))))
    fact.names = tuple(names)
    fact.type_only = fact.type_only or (bool(marked) and all(marked))
    if not names and not any(child.type == "export_clause" for child in node.named_children):
        fact.kind = "star"
    return fact


def _read_require(node: Node, function: Node, context: Context) -> None:
    dynamic = function.type == "import"
    scope = context.names.at(node.start_byte)
    if not dynamic:
        if context.expressions.text(function) != "require":
            return
        if context.names.bound("require", scope, node.start_byte) is not None:
            return
    arguments = node.child_by_field_name("arguments")
    first = child_at(arguments) if arguments is not None and arguments.named_child_count else None
    module = context.expressions.constant(first)
    fact = Import(
        module if module is not None else context.expressions.text(first)[:200],
        node.start_point[0] + 1,
        "dynamic" if dynamic else "require",
        unknown=module is None,
        scope=scope.name,
        local=scope.kind == "function",
    )
    _read_surroundings(node, fact, context)
    index = len(context.facts.imports)
    context.facts.imports.append(fact)
    context.requires[node.id] = fact
    # The call stands in chains under a name that no source can bind: `require("pg").Pool` is `#3.Pool`.
    context.expressions.remember(node, f"#{index}")
    context.names.module.bind(f"#{index}", 0, f"@{index}:-2|")


def _read_surroundings(node: Node, fact: Import, context: Context) -> None:
    """Under what the call stands, and which names its result is taken apart into."""
    member = ""
    binding = True
    child, parent = node, node.parent
    while parent is not None:
        kind = parent.type
        if kind in _CONDITIONS:
            fact.conditional = True
        if binding and kind == "member_expression" and parent.child_by_field_name("object") == child:
            member = member or context.expressions.text(parent.child_by_field_name("property"))
        elif binding and kind == "variable_declarator":
            _bind_require(parent.child_by_field_name("name"), member, fact, context)
        binding = binding and kind in _BINDINGS and kind != "variable_declarator"
        child, parent = parent, parent.parent


def _bind_require(target: Node | None, member: str, fact: Import, context: Context) -> None:
    if target is None:
        return
    if target.type == "identifier":
        name = context.expressions.text(target)
        if member:
            fact.names = ((member, name),)
        else:
            fact.alias = name
    elif target.type == "object_pattern" and not member:
        fact.names = tuple(destructured(target, context))


def destructured(pattern: Node, context: Context) -> list[tuple[str, str]]:
    """(key, name bound) of an object pattern; deeper patterns and rests are left out."""
    names = []
    for child in pattern.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            names.append((context.expressions.text(child), context.expressions.text(child)))
        elif child.type == "pair_pattern":
            value = child.child_by_field_name("value")
            if value is not None and value.type == "assignment_pattern":
                value = value.child_by_field_name("left")
            if value is not None and value.type == "identifier":
                key = context.expressions.text(child.child_by_field_name("key"))
                names.append((key, context.expressions.text(value)))
        elif child.type == "object_assignment_pattern":
            left = context.expressions.text(child.child_by_field_name("left"))
            names.append((left, left))
    return names


def read_exports(context: Context) -> None:
    """Fill the table of exports from ``export`` statements; assignments to ``module.exports`` add theirs."""
    exports = context.facts.exports
    for node in context.captured("export"):
        if node.child_by_field_name("source") is not None:
            continue
        kinds = [child.type for child in node.children]
        declaration = node.child_by_field_name("declaration")
        if "default" in kinds:
            exports["default"] = _default(declaration or node.child_by_field_name("value"), context)
        elif declaration is not None:
            exports.update((name, name) for name in _declared(declaration, context))
        elif "=" in kinds:
            exports["="] = context.expressions.chain(child_at(node, node.named_child_count - 1))
        for child in node.named_children:
            if child.type == "export_clause":
                names: list[tuple[str, str]] = []
                _specifiers(child, names, [], context)
                exports.update((there, here) for here, there in names)


def _default(node: Node | None, context: Context) -> str:
    if node is None:
        return "default"
    if node.type in ("identifier", "member_expression"):
        return context.expressions.chain(node)
    return context.expressions.text(node.child_by_field_name("name")) or "default"


def _declared(declaration: Node, context: Context) -> list[str]:
    if declaration.type in ("lexical_declaration", "variable_declaration"):
        names: list[str] = []
        for child in declaration.named_children:
            target = child.child_by_field_name("name")
            if target is not None and target.type == "object_pattern":
                names.extend(here for _, here in destructured(target, context))
            elif target is not None:
                names.append(context.expressions.text(target))
        return names
    if declaration.type in CLASSES or declaration.child_by_field_name("name") is not None:
        return [context.expressions.text(declaration.child_by_field_name("name"))]
    return []
