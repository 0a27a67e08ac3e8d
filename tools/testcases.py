"""What a test file promises: its tests, what they assert, and whether they run at all (Python)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

_PY_TEST = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests?)\.py$")
_JS_TEST = re.compile(r"(\.(test|spec|e2e|e2e-spec)\.[cm]?[jt]sx?$)|((^|/)(__tests__|tests?|spec)/.*\.[cm]?[jt]sx?$)")
_TEST_FOLDERS = frozenset({"tests", "test", "__tests__", "spec", "specs", "testing", "e2e"})
_ASSERTING = re.compile(r"^(assert|check|verify|expect|should)", re.IGNORECASE)
_SKIPPING = frozenset({"skip", "skipif", "skipIf", "skipUnless", "xfail", "expectedFailure"})
_CATCH_ALL = frozenset({"AssertionError", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One thing that a test insists on."""

    subject: str
    """What is looked at, as normalised source text: ``response.status_code``."""
    strength: int
    """3 an exact value · 2 a relation, a member, an exception · 1 that there is something · 0 nothing."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One test function."""

    __test__ = False

    name: str
    """Qualified within the file: ``TestArticles.test_list``, or ``describe > it`` in JavaScript."""
    path: str
    line: int
    assertions: tuple[Assertion, ...] = ()
    """Those that can fail; what is unreachable or caught does not count."""
    skipped: str = ""
    """The mark that keeps it from counting (``skip``, ``xfail``); empty when it runs."""
    conditional: bool = False
    """The mark holds only under a condition."""
    cases: int = 1
    """Number of parameter sets when they are written out, else 1."""
    body: str = ""
    """Normalised source without the name, to recognise a test that was renamed."""

    @property
    def solid(self) -> tuple[Assertion, ...]:
        """The assertions that insist on something."""
        return tuple(assertion for assertion in self.assertions if assertion.strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFile:
    """All of a test file."""

    __test__ = False

    path: str
    tests: tuple[TestCase, ...] = ()
    skipped: str = ""
    """A mark that takes the whole file out."""
    ignores: tuple[str, ...] = field(default=())
    """What its hooks and variables keep from being collected (``collect_ignore``)."""
    unreadable: bool = False


def is_test_file(path: str) -> bool:
    """Does a runner take this for a file of tests, going by its name and folder?"""
    if path.endswith(".py"):
        return bool(_PY_TEST.search(path)) and not path.endswith("conftest.py")
    return bool(_JS_TEST.search(path)) and not path.endswith(".d.ts")


def is_test_support(path: str) -> bool:
    """Does the file belong to the tests (fixtures, helpers, data), itself a test or not?"""
    pure = PurePosixPath(path)
    return is_test_file(path) or pure.name == "conftest.py" or bool(_TEST_FOLDERS & set(pure.parts[:-1]))


def read_python_tests(path: str, source: bytes) -> TestFile:
    """The tests of a Python file; ``unreadable`` when this interpreter cannot parse it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return TestFile(path=path, unreadable=True)
    tests = tuple(_tests(tree.body, path, "", ()))
    return TestFile(path=path, tests=tests, skipped=_module_mark(tree), ignores=tuple(_ignores(tree)))


# Tests


def _tests(body: Sequence[ast.stmt], path: str, owner: str, marks: tuple[tuple[str, bool], ...]) -> Iterator[TestCase]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            if node.name.startswith("Test") or node.name.endswith(("Test", "Tests", "TestCase")):
                own = (*marks, *_marks(node.decorator_list))
                yield from _tests(node.body, path, f"{owner}{node.name}.", own)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield _case(node, path, owner, (*marks, *_marks(node.decorator_list)))
        elif isinstance(node, ast.If):
            yield from _tests([*node.body, *node.orelse], path, owner, marks)


def _case(
    node: ast.FunctionDef | ast.AsyncFunctionDef, path: str, owner: str, marks: tuple[tuple[str, bool], ...]
) -> TestCase:
    first = _first_skip(node.body)
    marks = (*marks, *((first,) if first else ()))
    return TestCase(
        name=f"{owner}{node.name}",
        path=path,
        line=node.lineno,
        assertions=tuple(_assertions(node.body)),
        skipped=marks[0][0] if marks else "",
        conditional=bool(marks) and all(conditional for _, conditional in marks),
        cases=_cases(node.decorator_list),
        body="\n".join(ast.unparse(statement) for statement in node.body),
    )


def _marks(decorators: Sequence[ast.expr]) -> list[tuple[str, bool]]:
    """(mark, does it hold only sometimes) of each decorator that takes a test out."""
    found = []
    for decorator in decorators:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = ast.unparse(call.func if call else decorator).rpartition(".")[2]
        if name in _SKIPPING:
            positional = bool(call and call.args) and name in ("skipif", "skipIf", "skipUnless", "xfail")
            found.append((name, positional and not _is_constant(call.args[0] if call else None)))
    return found


def _first_skip(body: Sequence[ast.stmt]) -> tuple[str, bool] | None:
    """``pytest.skip()``, ``self.skipTest()`` in the test itself, outside of a condition."""
    for statement in body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func)
            if name in ("pytest.skip", "self.skipTest", "pytest.xfail", "skip"):
                return name.rpartition(".")[2], False
    return None


def _is_constant(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _cases(decorators: Sequence[ast.expr]) -> int:
    total = 1
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize"):
            values = decorator.args[1] if len(decorator.args) > 1 else None
            if isinstance(values, ast.List | ast.Tuple | ast.Set):
                total *= len(values.elts)
    return total


# Assertions


def _assertions(body: Sequence[ast.stmt]) -> Iterator[Assertion]:
    """What the statements insist on, as far as they are reached and not caught."""
    for node in body:
        if isinstance(node, ast.Return | ast.Raise):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = ast.unparse(node.value.func)
            if name in ("pytest.skip", "self.skipTest", "pytest.xfail"):
                return
        yield from _of_statement(node)


def _of_statement(node: ast.stmt) -> Iterator[Assertion]:
    if isinstance(node, ast.Assert):
        yield from _condition(node.test, node.lineno)
    elif isinstance(node, ast.Try):
        if not _swallows(node):
            yield from _assertions(node.body)
        yield from _assertions([*node.orelse, *node.finalbody])
    elif isinstance(node, ast.If):
        if not (isinstance(node.test, ast.Constant) and not node.test.value):
            yield from _assertions(node.body)
        yield from _assertions(node.orelse)
    elif isinstance(node, ast.With | ast.AsyncWith):
        yield from _of_with(node)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
        yield from _assertions([*node.body, *node.orelse])
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _assertions(node.body)
    else:
        yield from _of_calls(node)


def _of_with(node: ast.With | ast.AsyncWith) -> Iterator[Assertion]:
    names = [ast.unparse(item.context_expr) for item in node.items]
    if any("suppress(" in name for name in names):
        return
    for name in names:
        if re.search(r"\b(raises|warns|assertRaises\w*|assertWarns\w*|assertLogs|assertNumQueries)\(", name):
            broad = re.search(r"\((Base)?Exception\)", name)
            yield Assertion(subject=f"with {name.split('(')[0]}", strength=1 if broad else 2, line=node.lineno)
    yield from _assertions(node.body)


def _of_calls(node: ast.stmt) -> Iterator[Assertion]:
    """``self.assertEqual(a, b)``, ``mock.assert_called_once()``, ``check_article(x)``."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func).rpartition(".")[2]
        if not _ASSERTING.match(name):
            continue
        subject = ast.unparse(call.args[0]) if call.args else ast.unparse(call.func)
        yield Assertion(subject=subject, strength=_call_strength(name, call), line=call.lineno)


def _call_strength(name: str, call: ast.Call) -> int:
    if call.args and all(isinstance(argument, ast.Constant) for argument in call.args[:2]):
        return 0 if name.startswith("assert") else 2
    if re.search(r"Equal|_called_once_with|_called_with|_has_calls|IsNone$|Is$|CountEqual", name):
        return 1 if "NotEqual" in name else 3
    return 1 if re.search(r"True$|IsNotNone$|_called$", name) else 2


def _condition(test: ast.expr, line: int) -> Iterator[Assertion]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _condition(value, line)
        return
    if isinstance(test, ast.BoolOp):
        weakest = [min(_condition(value, line), key=_strength) for value in test.values]
        least = min(weakest, key=_strength)
        yield Assertion(subject=least.subject, strength=min(least.strength, 1), line=line)
        return
    yield Assertion(subject=_subject(test), strength=_comparison(test), line=line)


def _strength(assertion: Assertion) -> int:
    return assertion.strength


def _subject(test: ast.expr) -> str:
    return ast.unparse(test.left if isinstance(test, ast.Compare) else test)


def _comparison(test: ast.expr) -> int:
    if isinstance(test, ast.Constant):
        return 0 if test.value else 2  # `assert False` marks a line that must not be reached
    if isinstance(test, ast.Tuple | ast.List | ast.Dict) and ast.unparse(test) not in ("()", "[]", "{}"):
        return 0
    if not isinstance(test, ast.Compare):
        return 1
    if ast.unparse(test.left) == ast.unparse(test.comparators[0]):
        return 0
    operator, right = test.ops[0], test.comparators[0]
    if isinstance(operator, ast.Eq | ast.Is):
        return 3
    if isinstance(operator, ast.IsNot | ast.NotEq) and isinstance(right, ast.Constant):
        return 1
    return 2


def _swallows(node: ast.Try) -> bool:
    for handler in node.handlers:
        names = {"Exception"} if handler.type is None else set(re.findall(r"\w+", ast.unparse(handler.type)))
        raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(handler)) or "fail(" in ast.unparse(handler)
        if names & _CATCH_ALL and not raises:
            return True
    return False


# Whole files


def _module_mark(tree: ast.Module) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "pytestmark" for target in node.targets):
            value = node.value
            members = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            marks = [mark for mark, conditional in _marks(members) if not conditional]
            if marks:
                return marks[0]
        if isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("pytest.skip("):
            return "skip"
    return ""


def _ignores(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(ast.unparse(target) in ("collect_ignore", "collect_ignore_glob") for target in targets):
                yield ast.unparse(node)
        elif isinstance(node, ast.FunctionDef):
            text = ast.unparse(node)
            if node.name == "pytest_ignore_collect":
                yield node.name
            elif node.name == "pytest_collection_modifyitems" and re.search(
                r"skip|xfail|deselect|items\[:\]|items\.(clear|remove|pop)", text
            ):
                yield text
