"""Numbers of the grammar's nodes and fields: comparing them costs half of comparing names."""

from __future__ import annotations

from tools.facts.source import grammar

_GRAMMAR = grammar("python")


def _kind(name: str) -> int:
    found = _GRAMMAR.id_for_node_kind(name, True)
    if found is None:
        raise LookupError(f"the Python grammar has no {name}")
    return found


def _field(name: str) -> int:
    found = _GRAMMAR.field_id_for_name(name)
    if found is None:
        raise LookupError(f"the Python grammar has no field {name}")
    return found


ARGUMENT_LIST = _kind("argument_list")
AS_TARGET = _kind("as_pattern_target")
ASSIGNMENT = _kind("assignment")
ATTRIBUTE = _kind("attribute")
AWAIT = _kind("await")
BINARY = _kind("binary_operator")
CALL = _kind("call")
CLASS = _kind("class_definition")
COMMENT = _kind("comment")
CONCATENATED = _kind("concatenated_string")
DECORATOR = _kind("decorator")
EXPRESSION = _kind("expression_statement")
IDENTIFIER = _kind("identifier")
KEYWORD = _kind("keyword_argument")
LAMBDA = _kind("lambda")
PARENTHESES = _kind("parenthesized_expression")
PASS = _kind("pass_statement")
STRING = _kind("string")
SUBSCRIPT = _kind("subscript")
TYPE = _kind("type")

F_ARGUMENTS = _field("arguments")
F_ATTRIBUTE = _field("attribute")
F_BODY = _field("body")
F_DEFINITION = _field("definition")
F_FUNCTION = _field("function")
F_LEFT = _field("left")
F_NAME = _field("name")
F_OBJECT = _field("object")
F_PARAMETERS = _field("parameters")
F_RETURN = _field("return_type")
F_RIGHT = _field("right")
F_SUPERCLASSES = _field("superclasses")
F_TYPE = _field("type")
F_VALUE = _field("value")
