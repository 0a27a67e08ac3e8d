"""What a JavaScript or TypeScript test file promises, in the terms of `tools.testcases`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from tools.testcases import Assertion, TestCase, TestFile

_TESTS = frozenset({"it", "test", "specify"})
_SUITES = frozenset({"describe", "context", "suite"})
_PREFIXED = {"xit": "it", "xtest": "test", "xdescribe": "describe", "fit": "it", "fdescribe": "describe"}
_EXACT = re.compile(
    r"^(toBe|toEqual|toStrictEqual|toMatchObject|toHaveBeenCalledWith|equal|strictEqual|deepEqual|deepStrictEqual|is|same)$"
)
_WEAK = re.compile(r"^(toBeDefined|toBeTruthy|toHaveBeenCalled|toBeNull|ok|exist|exists|truthy|not)$")
_LITERAL = frozenset({"true", "false", "number", "string", "null", "undefined"})


def read_javascript_tests(path: str, source: bytes) -> TestFile:
    """The tests of a file; ``unreadable`` when it does not parse at all."""
    root = Parser(_language(path.rpartition(".")[2])).parse(source).root_node
    tests = tuple(_walk(root, _Place(path)))
    if root.has_error and not tests:
        return TestFile(path=path, unreadable=True)
    return TestFile(path=path, tests=tests)


@cache
def _language(suffix: str) -> Language:
    if suffix == "tsx":
        return Language(tree_sitter_typescript.language_tsx())
    if suffix in ("ts", "mts", "cts"):
        return Language(tree_sitter_typescript.language_typescript())
    return Language(tree_sitter_javascript.language())


class _Place:
    """Where the walk is: the suites around it and the mark that they carry."""

    def __init__(self, path: str, suites: tuple[str, ...] = (), mark: str = "") -> None:
        self.path, self.suites, self.mark = path, suites, mark


def _walk(node: Node, place: _Place) -> Iterator[TestCase]:
    for child in node.children:
        call = _test_call(child) if child.type == "call_expression" else None
        if call is None:
            yield from _walk(child, place)
            continue
        kind, mark, cases = call
        arguments = child.child_by_field_name("arguments")
        name, function = _name_and_function(arguments)
        mark = place.mark or mark or _option_mark(arguments)
        if kind in _SUITES:
            yield from _walk(function or child, _Place(place.path, (*place.suites, name), mark))
        else:
            yield _case(child, place, name, (mark, cases, function))


def _case(node: Node, place: _Place, name: str, parts: tuple[str, int, Node | None]) -> TestCase:
    mark, cases, function = parts
    body = function.child_by_field_name("body") if function else None
    return TestCase(
        name=" > ".join((*place.suites, name)),
        path=place.path,
        line=node.start_point[0] + 1,
        assertions=tuple(_assertions(body)) if body else (),
        skipped=mark or _inner_skip(body),
        cases=cases,
        body=_text(body) if body else "",
    )


def _test_call(node: Node) -> tuple[str, str, int] | None:
    """(it or describe, mark, number of written-out cases) when the call declares a test or a suite."""
    callee = node.child_by_field_name("function")
    cases = 1
    if callee is not None and callee.type == "call_expression":  # test.each([...])(name, fn)
        cases = _rows(callee.child_by_field_name("arguments"))
        callee = callee.child_by_field_name("function")
    if callee is None:
        return None
    parts = _text(callee).split(".")
    first = _PREFIXED.get(parts[0], parts[0])
    if first not in _TESTS | _SUITES or node.child_by_field_name("arguments") is None:
        return None
    mark = next((part for part in parts[1:] if part in ("skip", "only", "todo", "fails", "failing")), "")
    if parts[0] in _PREFIXED:
        mark = "skip" if parts[0].startswith("x") else "only"
    return first, mark, cases


def _rows(arguments: Node | None) -> int:
    table = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    return max(1, table.named_child_count) if table is not None and table.type == "array" else 1


def _name_and_function(arguments: Node | None) -> tuple[str, Node | None]:
    name, function = "", None
    for argument in arguments.named_children if arguments is not None else ():
        if argument.type in ("string", "template_string") and not name:
            name = _text(argument)[1:-1]
        elif argument.type in ("arrow_function", "function_expression", "function"):
            function = argument
    return name, function


def _option_mark(arguments: Node | None) -> str:
    """``test(name, { skip: true }, fn)`` of the runner that Node itself has."""
    for argument in arguments.named_children if arguments is not None else ():
        if argument.type == "object":
            match = re.search(r"\b(skip|todo|only)\s*:\s*(?!false)", _text(argument))
            if match:
                return match[1]
    return ""


def _inner_skip(body: Node | None) -> str:
    for statement in body.named_children if body is not None else ():
        match = re.match(r"(?:return )?(?:t|this|ctx|context)\.(skip|todo)\(", _text(statement))
        if match:
            return match[1]
    return ""


def _assertions(node: Node) -> Iterator[Assertion]:
    for child in node.named_children:
        if child.type == "return_statement" and node.type == "statement_block":
            yield from _assertions(child)
            return
        if child.type == "try_statement" and _swallows(child):
            continue
        if child.type == "if_statement" and _text(child.child_by_field_name("condition")) in (
            "(false)",
            "(0)",
        ):
            continue
        found = _assertion(child) if child.type == "call_expression" else None
        if found is not None:
            yield found
        else:
            yield from _assertions(child)


def _swallows(node: Node) -> bool:
    handler = node.child_by_field_name("handler")
    return handler is not None and not re.search(r"throw|expect|assert|fail\(|done\(", _text(handler))


def _assertion(node: Node) -> Assertion | None:
    text = _text(node)
    arguments = node.child_by_field_name("arguments")
    line = node.start_point[0] + 1
    if re.match(r"expect\s*\(", text) and not re.match(r"expect\s*\.", text):
        return _of_expect(node, line)
    match = re.match(r"(?:assert|t)(?:\.strict)?(?:\.(\w+))?\s*\(", text)
    if not match or arguments is None:
        return None
    given = arguments.named_children
    if match[1] in ("skip", "todo", "plan", "test", "diagnostic", "after", "before"):
        return None
    literal = bool(given) and all(one.type in _LITERAL for one in given[:2]) and match[1] != "fail"
    subject = _text(given[0]) if given else text
    return Assertion(subject=subject, strength=0 if literal else _rank(match[1] or "ok"), line=line)


def _of_expect(node: Node, line: int) -> Assertion:
    chain: list[str] = []
    at: Node | None = node
    matched: Node | None = None
    while at is not None and _text(at.child_by_field_name("function")) != "expect":
        if at.type == "call_expression" and matched is None:
            matched = at.child_by_field_name("arguments")
        if at.type == "member_expression":
            chain.append(_text(at.child_by_field_name("property")))
        at = at.child_by_field_name("function") or at.child_by_field_name("object")
    given = at.child_by_field_name("arguments") if at is not None else None
    subject = given.named_children[0] if given is not None and given.named_children else None
    strength = _rank(chain[0]) if chain else 0
    if subject is None or subject.type in _LITERAL:
        strength = 0
    if "not" in chain:
        strength = min(strength, 1)
    return Assertion(subject=_text(subject) if subject else "", strength=strength, line=line)


def _rank(name: str) -> int:
    if _EXACT.match(name):
        return 3
    return 1 if _WEAK.match(name) else 2


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""
