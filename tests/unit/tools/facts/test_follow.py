from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.facts.model import Project

MakeProject = Callable[[dict[str, str]], Project]


def callee(project: Project, path: str, name: str) -> str:
    (found,) = [call for call in project.files[path].calls if call.name == name]
    return project.callee(found)


USE = "def f({param}):\n    {call}\n"

PYTHON: list[tuple[str, dict[str, str], str, str]] = [
    ("reexport", {"app/db/__init__.py": "from pkg import text", "app/a.py": "from app.db import text\ntext()"},
     "text", "pkg.text"),
    ("reexport_of_own", {"app/db/__init__.py": "from .session import get", "app/db/session.py": "def get(): ...",
                         "app/a.py": "from app.db import get\nget()"}, "get", "app/db/session.py:get"),
    ("chain_of_reexports", {"app/x.py": "from app.y import t", "app/y.py": "from app.z import t as t",
                            "app/z.py": "from pkg import text as t", "app/a.py": "from app.x import t\nt()"},
     "t", "pkg.text"),
    ("star_reexport", {"app/db/__init__.py": "from .session import *", "app/db/session.py": "def get(): ...",
                       "app/a.py": "from app.db import get\nget()"}, "get", "app/db/session.py:get"),
    ("alias_of_a_type", {"app/deps.py": "from typing import Annotated\nfrom pkg import S\nDep = Annotated[S, 1]",
                         "app/a.py": "from app.deps import Dep\ndef f(s: Dep):\n    s.run()"}, "s.run", "pkg.S.run"),
    ("shared_object", {"app/db.py": "from pkg import make\nengine = make('x')",
                       "app/a.py": "from app.db import engine\nengine.connect()"},
     "engine.connect", "pkg.make().connect"),
    ("result_of_a_shared_maker", {"app/db.py": "from pkg import maker\nLocal = maker(1)",
                                  "app/a.py": "from app.db import Local\nwith Local() as s:\n    s.run()"},
     "s.run", "pkg.maker()().run"),
    ("result_of_a_function", {"app/db.py": "from pkg import S\ndef get() -> S: ...",
                              "app/a.py": "from app.db import get\ns = get()\ns.run()"}, "s.run", "pkg.S.run"),
    ("attribute_of_a_class", {"app/repo.py": "from pkg import S\nclass R:\n    def __init__(self, s: S):\n"
                              "        self.s = s", "app/a.py": "from app.repo import R\ndef f(r: R):\n    r.s.run()"},
     "r.s.run", "pkg.S.run"),
    ("inherited_attribute", {"app/base.py": "from pkg import S\nclass B:\n    s: S",
                             "app/a.py": "from app.base import B\nclass C(B):\n    def f(self):\n        self.s.run()"},
     "self.s.run", "pkg.S.run"),
    ("inherited_method", {"app/base.py": "class B:\n    def list(self): ...",
                          "app/a.py": "from app.base import B\nclass C(B): ...\nC().list()"},
     "C().list", "app/base.py:B.list"),
    ("inherited_from_outside", {"app/a.py": "from pkg import B\nclass C(B):\n    def f(self):\n        self.run()"},
     "self.run", "pkg.B.run"),
    ("module_as_a_name", {"app/__init__.py": "", "app/db.py": "from pkg import text",
                          "app/a.py": "from app import db\ndb.text()"}, "db.text", "pkg.text"),
    ("whole_dotted_module", {"app/db.py": "def get(): ...", "app/a.py": "import app.db\napp.db.get()"},
     "app.db.get", "app/db.py:get"),
    ("circle", {"app/x.py": "from app.y import t", "app/y.py": "from app.x import t",
                "app/a.py": "from app.x import t\nt()"}, "t", "app/x.py:t"),
    ("nothing_there", {"app/x.py": "", "app/a.py": "from app.x import t\nt()"}, "t", "app/x.py:t"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "name", "expected"), [p[1:] for p in PYTHON], ids=[p[0] for p in PYTHON])
def test_a_python_name_is_followed_to_where_it_comes_from(
    make_project: MakeProject, files: dict[str, str], name: str, expected: str
) -> None:
    assert callee(make_project(files), "app/a.py", name) == expected


JAVASCRIPT: list[tuple[str, dict[str, str], str, str]] = [
    ("named", {"db.ts": "import { P } from 'pkg'; export const p = new P()",
               "a.ts": "import { p } from './db'; p.run()"}, "p.run", "pkg.P.run"),
    ("default", {"db.ts": "import { P } from 'pkg'; const p = new P(); export default p",
                 "a.ts": "import x from './db'; x.run()"}, "x.run", "pkg.P.run"),
    ("renamed_export", {"db.ts": "function a() {} export { a as b }", "a.ts": "import { b } from './db'; b()"}, "b",
     "db.ts:a"),
    ("barrel", {"i/index.ts": "export * from './db'", "i/db.ts": "export function f() {}",
                "a.ts": "import { f } from './i'; f()"}, "f", "i/db.ts:f"),
    ("named_barrel", {"i/index.ts": "export { f as g } from './db'", "i/db.ts": "export function f() {}",
                      "a.ts": "import { g } from './i'; g()"}, "g", "i/db.ts:f"),
    ("barrel_of_outside", {"i.ts": "export { text } from 'pkg'", "a.ts": "import { text } from './i'; text()"}, "text",
     "pkg.text"),
    ("barrel_of_default", {"i.ts": "export { default as f } from './db'", "db.ts": "export default function g() {}",
                           "a.ts": "import { f } from './i'; f()"}, "f", "db.ts:g"),
    ("namespace_barrel", {"i.ts": "export * as db from './db'", "db.ts": "export function f() {}",
                          "a.ts": "import { db } from './i'; db.f()"}, "db.f", "db.ts:f"),
    ("commonjs_object", {"db.js": "const { P } = require('pkg'); const p = new P(); module.exports = { p }",
                         "a.ts": "const { p } = require('./db'); p.run()"}, "p.run", "pkg.P.run"),
    ("commonjs_whole", {"db.js": "const { P } = require('pkg'); module.exports = new P()",
                        "a.ts": "const p = require('./db'); p.run()"}, "p.run", "pkg.P.run"),
    ("commonjs_class", {"r.js": "class R { list() {} }\nmodule.exports = R",
                        "a.ts": "const R = require('./r'); const r = new R(); r.list()"}, "r.list", "r.js:R.list"),
    ("commonjs_member", {"db.js": "exports.run = () => {}", "a.ts": "const db = require('./db'); db.run()"}, "db.run",
     "db.js:run"),
    ("commonjs_through_index", {"m/index.js": "module.exports.user = require('./user')",
                                "m/user.js": "exports.list = () => {}",
                                "a.ts": "const { user } = require('./m'); user.list()"}, "user.list", "m/user.js:list"),
    ("class_attribute", {"r.ts": "import { P } from 'pkg'; export class R { constructor(readonly p: P) {} }",
                         "a.ts": "import { R } from './r'; function f(r: R) { r.p.run() }"}, "r.p.run", "pkg.P.run"),
    ("inherited", {"b.ts": "import { P } from 'pkg'; export class B { p: P }",
                   "a.ts": "import { B } from './b'; class C extends B { f() { this.p.run() } }"}, "this.p.run",
     "pkg.P.run"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "name", "expected"), [j[1:] for j in JAVASCRIPT], ids=[j[0] for j in JAVASCRIPT])
def test_a_javascript_name_is_followed_to_where_it_comes_from(
    make_project: MakeProject, files: dict[str, str], name: str, expected: str
) -> None:
    assert callee(make_project(files), "a.ts", name) == expected


def test_the_receiver_is_followed_too(make_project: MakeProject) -> None:
    project = make_project(
        {"db.py": "from pkg import S\nDep = S", "a.py": "from db import Dep\ndef f(s: Dep):\n    s.run()"}
    )

    assert project.receiver(project.files["a.py"].calls[0]) == "pkg.S"


def test_the_origin_of_an_imported_name_is_where_it_is_defined(make_project: MakeProject) -> None:
    project = make_project({"i/__init__.py": "from .x import A", "i/x.py": "class A: ...", "a.py": "from i import A"})

    assert project.origin(project.files["a.py"].imports[0]) == "i/x.py:A"
