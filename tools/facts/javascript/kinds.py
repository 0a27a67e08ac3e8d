"""Numbers of the grammars' nodes and fields: comparing them costs half of comparing names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tools.facts.source import grammar

FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
WRAPPERS_TEXT = (
    "await_expression parenthesized_expression non_null_expression as_expression satisfies_expression type_assertion"
)
WRAPPERS = frozenset(WRAPPERS_TEXT.split())


@dataclass(slots=True, frozen=True)
class Kinds:
    """What the nodes and fields are called in one grammar; sets hold only what the grammar has."""

    call: int
    new: int
    identifier: int
    member: int
    comment: int
    object: int
    string: int
    template: int
    template_string: int
    binary: int
    parentheses: int
    assertion: int
    subscript: int
    names: frozenset[int]
    members: frozenset[int]
    wrappers: frozenset[int]
    functions: frozenset[int]
    literals: frozenset[int]
    valued: frozenset[int]
    """Expressions of which something may be known."""
    f_function: int
    f_constructor: int
    f_arguments: int
    f_name: int
    f_value: int
    f_type: int
    f_object: int
    f_property: int


@cache
def kinds_of(grammar_name: str) -> Kinds:
    """The numbers of the grammar ``javascript``, ``typescript`` or ``tsx``."""
    known = grammar(grammar_name)

    def kind(name: str) -> int:
        # 0 is the end of the file, which no expression is.
        return known.id_for_node_kind(name, True) or 0

    def kinds(*names: str) -> frozenset[int]:
        return frozenset(kind(name) for name in names) - {0}

    def field(name: str) -> int:
        return known.field_id_for_name(name) or 0

    literals = ("string", "template_string", "binary_expression", "parenthesized_expression")
    return Kinds(
        call=kind("call_expression"),
        new=kind("new_expression"),
        identifier=kind("identifier"),
        member=kind("member_expression"),
        comment=kind("comment"),
        object=kind("object"),
        string=kind("string"),
        template=kind("template_substitution"),
        template_string=kind("template_string"),
        binary=kind("binary_expression"),
        parentheses=kind("parenthesized_expression"),
        assertion=kind("type_assertion"),
        subscript=kind("subscript_expression"),
        names=kinds("identifier", "this", "type_identifier", "super"),
        members=kinds("member_expression", "nested_type_identifier", "nested_identifier"),
        wrappers=kinds(*WRAPPERS),
        functions=kinds(*FUNCTIONS),
        literals=kinds(*literals),
        valued=kinds(*WRAPPERS, "call_expression", "new_expression", "identifier", "member_expression"),
        f_function=field("function"),
        f_constructor=field("constructor"),
        f_arguments=field("arguments"),
        f_name=field("name"),
        f_value=field("value"),
        f_type=field("type"),
        f_object=field("object"),
        f_property=field("property"),
    )
