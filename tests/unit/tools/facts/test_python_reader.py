from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tools.facts.model import FileFacts, Project

MakeProject = Callable[[dict[str, str]], Project]


def read(make_project: MakeProject, source: str) -> FileFacts:
    return make_project({"app/sub/module.py": source}).files["app/sub/module.py"]


IMPORTS: list[tuple[str, str, dict[str, Any]]] = [
    ("plain", "import a.b", {"module": "a.b", "kind": "import", "names": (), "alias": "a"}),
    ("aliased_module", "import a.b as c", {"module": "a.b", "alias": "c"}),
    ("from", "from a import b, c as d", {"kind": "from", "names": (("b", "b"), ("c", "d"))}),
    ("parenthesised", "from a import (\n  b,  # why\n  c,\n)", {"names": (("b", "b"), ("c", "c"))}),
    ("relative", "from .x import y", {"module": ".x", "names": (("y", "y"),)}),
    ("parent", "from .. import y", {"module": "..", "names": (("y", "y"),)}),
    ("star", "from a import *", {"kind": "star", "names": ()}),
    ("future", "from __future__ import annotations", {"module": "__future__", "stdlib": True}),
    ("under_try", "try:\n    import a\nexcept ImportError:\n    a = None", {"conditional": True, "local": False}),
    ("under_if", "if x:\n    import a", {"conditional": True, "type_only": False}),
    ("type_checking", "if TYPE_CHECKING:\n    from a import b", {"type_only": True, "conditional": False}),
    ("typing_dot", "if typing.TYPE_CHECKING:\n    import a", {"type_only": True}),
    ("type_checking_else", "if TYPE_CHECKING:\n    pass\nelse:\n    import a", {"type_only": False}),
    ("not_type_checking", "if not TYPE_CHECKING:\n    import a", {"type_only": False}),
    ("local", "def f():\n    import a", {"local": True, "scope": "f"}),
    ("local_in_method", "class C:\n    def f(self):\n        import a", {"local": True, "scope": "C.f"}),
    ("class_level", "class C:\n    import a", {"local": False, "scope": "C"}),
    ("dunder_import", "__import__('a.b')", {"module": "a.b", "kind": "dynamic", "unknown": False}),
    ("computed", "__import__(name)", {"kind": "dynamic", "unknown": True}),
]


@pytest.mark.parametrize(("source", "expected"), [(s, e) for _, s, e in IMPORTS], ids=[n for n, _, _ in IMPORTS])
def test_an_import_form_is_one_fact_with_all_its_marks(
    make_project: MakeProject, source: str, expected: dict[str, Any]
) -> None:
    facts = read(make_project, source)

    assert len(facts.imports) == 1
    assert {name: getattr(facts.imports[0], name) for name in expected} == expected


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('a.b')",
        "from importlib import import_module\nimport_module('a.b')",
        "from importlib import import_module as load\nload('a.b')",
        "import importlib as il\nil.import_module('a.b')",
        "import importlib\nimportlib.import_module(  # why\n'a' + ('.' 'b'))",
    ],
)
def test_importing_by_name_counts_as_an_import_however_the_function_is_called(
    make_project: MakeProject, source: str
) -> None:
    dynamic = [fact for fact in read(make_project, source).imports if fact.kind == "dynamic"]

    assert [fact.module for fact in dynamic] == ["a.b"]


@pytest.mark.parametrize(
    "argument", ["name", "f'app.{name}'", "'app.' + name", "'app.%s' % name", "'app.' * 2", "'app.' + 'x'.upper()"]
)
def test_a_computed_module_name_is_unknown_and_never_silence(make_project: MakeProject, argument: str) -> None:
    facts = read(make_project, f"import importlib\nimportlib.import_module({argument})")

    assert [fact.unknown for fact in facts.imports if fact.kind == "dynamic"] == [True]


def test_one_statement_with_several_modules_gives_one_fact_each(make_project: MakeProject) -> None:
    assert [fact.module for fact in read(make_project, "import a, b.c as d").imports] == ["a", "b.c"]


DEFINITIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("class", "class C(Base[int], m.X, metaclass=M):\n    x = 1", "C", {"kind": "class", "bases": ("Base", "m.X")}),
    ("method", "class C:\n    async def f(self): ...", "C.f", {"kind": "method", "is_async": True, "body_size": 0}),
    ("nested", "def f():\n    def g():\n        return 1", "f.g", {"kind": "function", "body_size": 1}),
    ("decorated", "@a.b('x')\n@c\ndef f(): pass", "f", {"decorators": ("a.b", "c"), "line": 3}),
    ("params", "def f(a, b: int = 1, *args, c: str, **kw): ...", "f",
     {"params": (("a", ""), ("b", "int"), ("args", ""), ("c", "str"), ("kw", ""))}),
    ("typed_splats", "def f(*a: int, **k: str): ...", "f", {"params": (("a", "int"), ("k", "str"))}),
    ("positional_only", "def f(a, /, b, *, c): ...", "f", {"params": (("a", ""), ("b", ""), ("c", ""))}),
    ("returns", "def f() -> list[int]: ...", "f", {"returns": "list[int]"}),
    ("docstring_only", 'def f():\n    """Words."""\n    pass', "f", {"body_size": 0}),
    ("docstring_and_one", 'def f():\n    """Words."""\n    # why\n    return 1', "f", {"body_size": 1}),
    ("private", "def _f(): ...", "_f", {"exported": False}),
    ("public", "def f(): ...", "f", {"exported": True}),
    ("variable", "x: int = 1", "x", {"kind": "variable", "returns": "int"}),
    ("class_variable", "class C:\n    x: int", "C.x", {"kind": "variable", "returns": "int"}),
    ("attribute", "class C:\n    def __init__(self):\n        self.x = 1", "C.x", {"kind": "attribute", "line": 3}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name", "expected"), [(s, n, e) for _, s, n, e in DEFINITIONS], ids=[d[0] for d in DEFINITIONS]
)
def test_a_definition_carries_what_its_text_says(
    make_project: MakeProject, source: str, name: str, expected: dict[str, Any]
) -> None:
    found = [fact for fact in read(make_project, source).definitions if fact.name == name]

    assert len(found) == 1
    assert {key: getattr(found[0], key) for key in expected} == expected


def test_a_function_ends_where_its_last_line_ends(make_project: MakeProject) -> None:
    (fact,) = read(make_project, "def f():\n    if x:\n        return 1\n    return 2\n\n\ny = 1").definitions[:1]

    assert (fact.line, fact.end_line) == (1, 4)


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dotted", "a.b.c(1, 2, k=3)", {"name": "a.b.c", "args": 2, "keywords": ("k",)}),
    ("through_calls", "s.query(X).filter(y)", {"name": "s.query().filter"}),
    ("through_await", "async def f():\n    (await s.execute(q)).scalars()", {"name": "s.execute().scalars"}),
    ("through_index", "a['k'].run()", {"name": "a[].run"}),
    ("computed", "(a or b).run()", {"name": "?.run"}),
    ("awaited", "async def f():\n    await g()", {"awaited": True, "scope": "f"}),
    ("not_awaited", "async def f():\n    g()", {"awaited": False}),
    ("returned", "def f():\n    return g()", {"returned": True}),
    ("returned_await", "async def f():\n    return await g()", {"returned": True, "awaited": True}),
    ("string", "g('words')", {"first_string": "words"}),
    ("joined_strings", "g('a' 'b')", {"first_string": "ab"}),
    ("interpolated", "g(f'a {x} b')", {"first_string": "a {} b"}),
    ("percent", "g('a %s' % x)", {"first_string": "a %s"}),
    ("plus", "g('a ' + x + ' b')", {"first_string": "a {} b"}),
    ("formatted", "g('a {}'.format(x))", {"first_string": "a {}"}),
    ("second_is_string", "g(x, 'words')", {"first_string": None, "args": 2, "arg_names": ("x", "")}),
    ("names_given", "g(a.b, h)", {"arg_names": ("a.b", "h")}),
    (
        "values_given",
        "g(x, k=a.b, c=C.make(1), f=lambda: 1, n=1)",
        {"keywords": ("k", "c", "f", "n"), "keyword_names": ("a.b", "C.make()", "lambda", "")},
    ),
    ("no_values_given", "g(k=1)", {"keywords": ("k",), "keyword_names": ()}),
    ("below_the_chain", "(\n  s.query(X)\n  .filter(y)\n)", {"name": "s.query().filter", "line": 2, "name_line": 3}),
    ("multi_line", "g(\n  a,\n  # why\n  b,\n)", {"args": 2, "line": 1}),
    ("generator", "sum(x for x in y)", {"name": "sum", "args": 1}),
    ("decorator", "@r.get('/x')\ndef f(): ...", {"decorates": "f", "first_string": "/x", "scope": ""}),
    ("default", "def f(a=g(1)): ...", {"scope": "f"}),
]


@pytest.mark.parametrize(("source", "expected"), [(s, e) for _, s, e in CALLS], ids=[n for n, _, _ in CALLS])
def test_a_call_carries_name_arguments_and_how_it_is_used(
    make_project: MakeProject, source: str, expected: dict[str, Any]
) -> None:
    fact = next(c for c in read(make_project, source).calls if "name" not in expected or c.name == expected["name"])

    assert {key: getattr(fact, key) for key in expected} == expected


RESOLVED: list[tuple[str, str, str, str | None]] = [
    ("imported_name", "from pkg import text\ntext('x')", "text", "pkg.text"),
    ("aliased_name", "from pkg import text as t\nt('x')", "t", "pkg.text"),
    ("module", "import pkg.sub\npkg.sub.run()", "pkg.sub.run", "pkg.sub.run"),
    ("aliased_module", "import pkg.sub as s\ns.run()", "s.run", "pkg.sub.run"),
    ("only_star", "from pkg import *\ntext('x')", "text", "pkg.text"),
    ("parameter_shadows", "from pkg import text\ndef f(text):\n    text('x')", "text", None),
    ("local_shadows", "from pkg import text\ndef f():\n    text = 1\n    text('x')", "text", None),
    ("loop_shadows", "from pkg import s\nfor s in y:\n    s.run()", "s.run", None),
    ("local_import", "def f():\n    from pkg import s\n    s.run()", "s.run", "pkg.s.run"),
    ("annotated_parameter", "from pkg import S\ndef f(s: S):\n    s.run()", "s.run", "pkg.S.run"),
    ("optional_parameter", "from pkg import S\ndef f(s: S | None):\n    s.run()", "s.run", "pkg.S.run"),
    ("old_optional", "from typing import Optional\nfrom pkg import S\ndef f(s: Optional[S]):\n    s.run()", "s.run",
     "pkg.S.run"),
    ("quoted", "from pkg import S\ndef f(s: 'S'):\n    s.run()", "s.run", "pkg.S.run"),
    ("annotated", "from typing import Annotated\nfrom pkg import S\ndef f(s: Annotated[S, D()]):\n    s.run()",
     "s.run", "pkg.S.run"),
    ("generic_keeps_head", "from pkg import Maker, S\ndef f(m: Maker[S]):\n    m.run()", "m.run", "pkg.Maker.run"),
    ("alias_of_type", "from pkg import S\nDep = Annotated[S, 1]\ndef f(s: Dep):\n    s.run()", "s.run", "pkg.S.run"),
    ("type_statement", "from pkg import S\ntype Dep = S\ndef f(s: Dep):\n    s.run()", "s.run", "pkg.S.run"),
    ("built", "from pkg import S\ndef f():\n    s = S()\n    s.run()", "s.run", "pkg.S.run"),
    ("made", "from pkg import make\ne = make('x')\ne.run()", "e.run", "pkg.make().run"),
    ("with", "from pkg import make\nwith make() as s:\n    s.run()", "s.run", "pkg.make().run"),
    ("with_method", "from pkg import e\nwith e.connect() as c:\n    c.run()", "c.run", "pkg.e.connect().run"),
    ("walrus", "from pkg import S\nif (s := S()):\n    s.run()", "s.run", "pkg.S.run"),
    ("reassigned", "from pkg import sel\nq = sel(1)\nq = q.where(2)\nq.limit(3)", "q.limit", "pkg.sel().where().limit"),
    ("last_before", "from pkg import A, B\ndef f():\n    x = A()\n    x.run()\n    x = B()", "x.run", "pkg.A.run"),
    ("awaited_value", "from pkg import make\nasync def f():\n    s = await make()\n    s.run()", "s.run",
     "pkg.make().run"),
    ("self_attribute", "from pkg import S\nclass C:\n    def __init__(self, s: S):\n        self.s = s\n"
     "    def f(self):\n        self.s.run()", "self.s.run", "pkg.S.run"),
    ("late_attribute", "from pkg import S\nclass C:\n    def f(self):\n        self.s.run()\n"
     "    def __init__(self, s: S):\n        self.s = s", "self.s.run", "pkg.S.run"),
    ("attribute_after_none", "from pkg import S\nclass C:\n    def __init__(self):\n        self.s = None\n"
     "        self.s = S()\n    def f(self):\n        self.s.run()", "self.s.run", "pkg.S.run"),
    ("class_annotation", "from pkg import S\nclass C:\n    s: S\n    def f(self):\n        self.s.run()", "self.s.run",
     "pkg.S.run"),
    ("inherited_attribute", "from pkg import S\nclass B:\n    s: S\nclass C(B):\n    def f(self):\n"
     "        self.s.run()", "self.s.run", "pkg.S.run"),
    ("property", "from pkg import S\nclass C:\n    @property\n    def s(self) -> S: ...\n    def f(self):\n"
     "        self.s.run()", "self.s.run", "pkg.S.run"),
    ("attribute_of_a_local_object", "from pkg import S\nclass C:\n    def __init__(self, s: S):\n        self.s = s\n"
     "def f(c: C):\n    c.s.run()", "c.s.run", "pkg.S.run"),
    ("function_result", "from pkg import S\ndef make() -> S: ...\ndef f():\n    s = make()\n    s.run()", "s.run",
     "pkg.S.run"),
    ("managed_result", "from pkg import S\n@contextmanager\ndef make() -> Iterator[S]: ...\ndef f():\n"
     "    with make() as s:\n        s.run()", "s.run", "pkg.S.run"),
    ("closure", "from pkg import S\ndef f(s: S):\n    def g():\n        s.run()", "s.run", "pkg.S.run"),
    ("own_function", "def f(): ...\nf()", "f", "app/sub/module.py:f"),
    ("own_method", "class C:\n    def f(self):\n        self.g()\n    def g(self): ...", "self.g",
     "app/sub/module.py:C.g"),
    ("class_scope_is_no_closure", "from pkg import g\nclass C:\n    def g(self): ...\n    def f(self):\n        g()",
     "g", "pkg.g"),
    ("method_named_like_builtin", "class C:\n    def list(self) -> list[int]: ...\n    def f(self):\n"
     "        self.list().sort()", "self.list().sort", "app/sub/module.py:C.list().sort"),
    ("relative_to_nothing", "from .nowhere import x\nx()", "x", None),
    ("unknown", "x()", "x", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "expected"), [r[1:] for r in RESOLVED], ids=[r[0] for r in RESOLVED])
def test_a_callee_is_resolved_through_imports_and_simple_types(
    make_project: MakeProject, source: str, name: str, expected: str | None
) -> None:
    found = {call.name: call.resolved for call in read(make_project, source).calls}

    assert found[name] == expected


def test_the_receiver_is_what_stands_before_the_last_dot(make_project: MakeProject) -> None:
    facts = read(make_project, "from pkg import S, f\ndef g(s: S):\n    s.run()\n    f()\n    x.run()")

    assert [call.receiver_type for call in facts.calls] == ["pkg.S", None, None]


REFERENCES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("annotation", "from pkg import Request\ndef f(r: Request): ...", [("pkg.Request", "annotation", "f")]),
    ("generic_annotation", "from pkg import A\nx: list[A | None] = 1", [("pkg.A", "annotation", "")]),
    ("return_annotation", "from pkg import A\ndef f() -> A: ...", [("pkg.A", "annotation", "f")]),
    ("decorator", "from pkg import d\n@d\ndef f(): ...", [("pkg.d", "decorator", "")]),
    ("base", "from pkg import B\nclass C(B): ...", [("pkg.B", "base", "C")]),
    ("argument", "from pkg import a\nf(a.b)", [("pkg.a.b", "use", "")]),
    ("raise", "from pkg import E\ndef f():\n    raise E", [("pkg.E", "use", "f")]),
    ("callee_is_a_call", "from pkg import a\na()", []),
    ("keyword_name_is_none", "from pkg import a\nf(a=1)", []),
    ("attribute_of_another_is_none", "from pkg import a\nf(x.a)", []),
    ("string_is_none", "from pkg import a\nf('a')", []),
    ("comment_is_none", "from pkg import a  # a\n", []),
    ("shadowed_is_none", "from pkg import a\ndef f(a):\n    return a", []),
    ("part_of_word_is_none", "from pkg import a\nab = ba = 1", []),
    ("once_for_each_scope", "from pkg import a\ndef f():\n    x = a\n    y = a\ndef g():\n    z = a",
     [("pkg.a", "use", "f"), ("pkg.a", "use", "g")]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [r[1:] for r in REFERENCES], ids=[r[0] for r in REFERENCES])
def test_a_reference_says_which_imported_name_is_used_where_and_how(
    make_project: MakeProject, source: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(r.name, r.kind, r.scope) for r in read(make_project, source).references] == expected


STRINGS: list[tuple[str, str, list[tuple[str, str, bool]]]] = [
    ("sql", "x = 'SELECT a FROM b'", [("SELECT a FROM b", "sql", False)]),
    (
        "multi_line",
        'x = """\n  -- all\n  select a\n  from b\n"""',
        [("\n  -- all\n  select a\n  from b\n", "sql", False)],
    ),
    ("interpolated", "x = f'SELECT a FROM {b}'", [("SELECT a FROM {}", "sql", True)]),
    ("joined", "x = 'SELECT a ' 'FROM b'", [("SELECT a FROM b", "sql", False)]),
    ("added", "x = 'DELETE FROM ' + t", [("DELETE FROM {}", "sql", True)]),
    ("formatted", "x = 'DELETE FROM {}'.format(t)", [("DELETE FROM {}", "sql", True)]),
    ("url", "x = 'db+driver://u:p@h/n'", [("db+driver://u:p@h/n", "url", False)]),
    ("memory_url", "x = 'db::memory:'", [("db::memory:", "url", False)]),
    ("file", "x = 'data/app.db'", [("data/app.db", "file", False)]),
    ("web_address", "x = 'https://host/select'", []),
    ("docstring", '"""SELECT a FROM b"""', []),
    ("prose", "x = 'Select an item from the list'", []),
    ("lower_prose", "x = 'select one of the items from the list'", []),
    ("comment", "# 'SELECT a FROM b'\n", []),
]


@pytest.mark.parametrize(("source", "expected"), [s[1:] for s in STRINGS], ids=[s[0] for s in STRINGS])
def test_only_strings_that_matter_are_kept_and_whole(
    make_project: MakeProject, source: str, expected: list[tuple[str, str, bool]]
) -> None:
    assert [(s.text, s.kind, s.formatted) for s in read(make_project, source).strings] == expected


def test_dunder_all_is_what_the_module_exports(make_project: MakeProject) -> None:
    assert read(make_project, "__all__ = ['a', \"b\"]").exports == {"a": "a", "b": "b"}


def test_a_new_type_is_what_it_is_made_of(make_project: MakeProject) -> None:
    source = """import typing
from typing import NewType

from sqlalchemy.ext.asyncio import AsyncSession

ReadSession = NewType("ReadSession", AsyncSession)
WriteSession = typing.NewType("WriteSession", AsyncSession)


async def work(one: ReadSession, two: WriteSession) -> None:
    one.execute("x")
    two.execute("x")
"""
    project = make_project({"app/m.py": source})
    calls = [call for call in project.files["app/m.py"].calls if call.name.endswith("execute")]

    assert [project.receiver(call) for call in calls] == ["sqlalchemy.ext.asyncio.AsyncSession"] * 2
