from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tools.facts.javascript.reader import without_template_types
from tools.facts.model import FileFacts, Project

MakeProject = Callable[[dict[str, str]], Project]


def read(make_project: MakeProject, source: str, name: str = "module.ts") -> FileFacts:
    return make_project({f"src/sub/{name}": source}).files[f"src/sub/{name}"]


IMPORTS: list[tuple[str, str, dict[str, Any]]] = [
    ("default", "import a from 'pkg'", {"kind": "from", "module": "pkg", "names": (("default", "a"),)}),
    ("named", "import { a, b as c } from 'pkg'", {"names": (("a", "a"), ("b", "c"))}),
    ("both", "import a, { b } from 'pkg'", {"names": (("default", "a"), ("b", "b"))}),
    ("namespace", "import * as a from 'pkg'", {"names": (("*", "a"),)}),
    ("side_effect", "import './setup'", {"kind": "import", "names": (), "module": "./setup"}),
    ("type", "import type { A } from 'pkg'", {"type_only": True}),
    ("type_default", "import type A from 'pkg'", {"type_only": True, "names": (("default", "A"),)}),
    ("all_marked_type", "import { type A, type B } from 'pkg'", {"type_only": True, "names": (("A", "A"), ("B", "B"))}),
    ("one_marked_type", "import { type A, B } from 'pkg'", {"type_only": False}),
    ("named_type", "import { type } from 'pkg'", {"type_only": False, "names": (("type", "type"),)}),
    ("import_require", "import a = require('pkg')", {"kind": "require", "alias": "a"}),
    ("export_named", "export { a as b } from './x'", {"kind": "export", "names": (("a", "b"),)}),
    ("export_star", "export * from './x'", {"kind": "star", "names": ()}),
    ("export_namespace", "export * as n from './x'", {"kind": "export", "names": (("*", "n"),)}),
    ("export_type", "export type { A } from './x'", {"kind": "export", "type_only": True}),
    ("require", "const a = require('pkg')", {"kind": "require", "alias": "a", "local": False}),
    ("require_taken_apart", "const { a, b: c } = require('pkg')", {"names": (("a", "a"), ("b", "c"))}),
    ("require_with_default", "const { a = 1 } = require('pkg')", {"names": (("a", "a"),)}),
    ("require_member", "const a = require('pkg').b", {"names": (("b", "a"),)}),
    ("require_called", "const a = require('pkg')(x)", {"names": (), "alias": ""}),
    ("require_bare", "require('./x')", {"kind": "require", "module": "./x"}),
    ("require_local", "function f() { return require('./x') }", {"local": True, "scope": "f"}),
    ("require_in_callback", "app.use(() => require('./x'))", {"local": True, "scope": ""}),
    ("require_conditional", "if (x) { require('./x') }", {"conditional": True, "local": False}),
    ("require_template", "require(`./x`)", {"module": "./x", "unknown": False}),
    ("require_computed", "require('./x/' + name)", {"unknown": True}),
    ("require_added_up", "const a = require('./x' + ('/' + `y`) + '/z')", {"module": "./x/y/z", "unknown": False}),
    ("require_one_or_other", "require('./x' || './y')", {"unknown": True}),
    ("require_template_computed", "require(`./x/${name}`)", {"unknown": True}),
    ("dynamic", "const a = await import('./x')", {"kind": "dynamic", "module": "./x", "alias": "a"}),
    ("dynamic_taken_apart", "const { a } = await import('./x')", {"kind": "dynamic", "names": (("a", "a"),)}),
    ("dynamic_computed", "import(name)", {"kind": "dynamic", "unknown": True}),
    ("dynamic_added_up", "import('./x' + '/y')", {"kind": "dynamic", "module": "./x/y", "unknown": False}),
]


@pytest.mark.parametrize(("source", "expected"), [i[1:] for i in IMPORTS], ids=[i[0] for i in IMPORTS])
def test_an_import_form_is_one_fact_with_all_its_marks(
    make_project: MakeProject, source: str, expected: dict[str, Any]
) -> None:
    facts = read(make_project, source)

    assert len(facts.imports) == 1
    assert {name: getattr(facts.imports[0], name) for name in expected} == expected


def test_an_own_function_called_require_imports_nothing(make_project: MakeProject) -> None:
    assert read(make_project, "function require(n) {}\nrequire('x')").imports == []


EXPORTS: list[tuple[str, str, dict[str, str]]] = [
    ("declaration", "export const a = 1, b = 2", {"a": "a", "b": "b"}),
    ("function", "export async function f() {}", {"f": "f"}),
    ("class", "export class C {}", {"C": "C"}),
    ("interface", "export interface I {}", {"I": "I"}),
    ("clause", "export { a, b as c, d as default }", {"a": "a", "c": "b", "default": "d"}),
    ("default_name", "export default router", {"default": "router"}),
    ("default_function", "export default function f() {}", {"default": "f"}),
    ("default_anonymous", "export default () => {}", {"default": "default"}),
    ("default_class", "export default class C {}", {"default": "C"}),
    ("equals", "export = a", {"=": "a"}),
    ("module_exports", "module.exports = router", {"=": "router"}),
    ("module_exports_object", "module.exports = { a, b: c, d() {} }", {"a": "a", "b": "c", "d": "d"}),
    ("module_exports_function", "module.exports = function () {}", {"=": "default"}),
    ("module_exports_member", "module.exports.a = router", {"a": "router"}),
    ("exports_member", "exports.a = () => {}", {"a": "a"}),
    ("taken_apart", "export const { a, b: c } = x", {"a": "a", "c": "c"}),
]


@pytest.mark.parametrize(("source", "expected"), [e[1:] for e in EXPORTS], ids=[e[0] for e in EXPORTS])
def test_the_table_of_exports_maps_outer_names_to_inner_ones(
    make_project: MakeProject, source: str, expected: dict[str, str]
) -> None:
    assert read(make_project, source).exports == expected


DEFINITIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("function", "async function f(a, b = 1, ...c) {}", "f",
     {"kind": "function", "is_async": True, "params": (("a", ""), ("b", ""), ("c", "")), "body_size": 0}),
    ("typed", "function f(a: string, b?: number): Promise<void> {}", "f",
     {"params": (("a", "string"), ("b", "number")), "returns": "Promise<void>"}),
    ("arrow", "export const f = async (a) => g(a)", "f", {"kind": "function", "is_async": True, "exported": True,
                                                       "body_size": 1}),
    ("single_parameter", "const f = a => a", "f", {"params": (("a", ""),)}),
    ("function_expression", "const f = function g() { return 1 }", "f", {"kind": "function", "body_size": 1}),
    ("class", "class C extends a.B {}", "C", {"kind": "class", "bases": ("a.B",)}),
    ("implements", "class C extends B<T> implements I {}", "C", {"bases": ("B", "I")}),
    ("class_expression", "const C = class extends B {}", "C", {"kind": "class", "bases": ("B",)}),
    ("method", "class C { async f() { await g() } }", "C.f", {"kind": "method", "is_async": True, "body_size": 1}),
    ("field_arrow", "class C { f = async () => {} }", "C.f", {"kind": "method", "is_async": True}),
    ("field", "class C { a: string = '' }", "C.a", {"kind": "variable", "returns": "string"}),
    ("object_method", "const s = { f() {}, g: () => {} }", "s.f", {"kind": "method"}),
    ("object_arrow", "const s = { f() {}, g: async () => {} }", "s.g", {"kind": "method", "is_async": True}),
    ("exports_arrow", "exports.f = async () => {}", "f", {"kind": "function", "exported": True}),
    ("exports_object_method", "module.exports = { f() {} }", "f", {"kind": "function", "exported": True}),
    ("exports_function", "module.exports = (a) => { b() }", "default", {"kind": "function", "exported": True}),
    ("default_export", "export default async function (a) {}", "default", {"kind": "function"}),
    ("prototype", "C.prototype.f = function () {}", "C.f", {"kind": "method"}),
    ("constructor_property", "class C { constructor(private readonly a: A) {} }", "C.a",
     {"kind": "attribute", "returns": "A"}),
    ("this_attribute", "class C { constructor(a) { this.a = a } }", "C.a", {"kind": "attribute"}),
    ("decorated_class", "@Controller('x')\nexport class C {}", "C", {"decorators": ("Controller",)}),
    ("decorated_method", "class C { @Get(':id') @Auth() f() {} }", "C.f", {"decorators": ("Get", "Auth")}),
    ("decorated_field", "class C { @Column() a: string }", "C.a", {"decorators": ("Column",)}),
    ("interface", "interface I { a: string }", "I", {"kind": "class"}),
    ("type_alias", "type T = A | null", "T", {"kind": "variable"}),
    ("variable", "export const a: A = b", "a", {"kind": "variable", "returns": "A", "exported": True}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "expected"), [d[1:] for d in DEFINITIONS], ids=[d[0] for d in DEFINITIONS])
def test_a_definition_carries_what_its_text_says(
    make_project: MakeProject, source: str, name: str, expected: dict[str, Any]
) -> None:
    found = [fact for fact in read(make_project, source).definitions if fact.name == name]

    assert len(found) == 1
    assert {key: getattr(found[0], key) for key in expected} == expected


def test_a_callback_is_no_definition_and_its_calls_belong_to_what_is_around_it(make_project: MakeProject) -> None:
    facts = read(make_project, "r.get('/x', async (req, res) => { s.list() })\nfunction f() { x.map(() => g()) }")

    assert [fact.name for fact in facts.definitions] == ["f"]
    assert {call.name: call.scope for call in facts.calls} == {"r.get": "", "s.list": "", "x.map": "f", "g": "f"}


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dotted", "a.b.c(1, 2)", {"name": "a.b.c", "args": 2}),
    ("optional", "a?.b?.c()", {"name": "a.b.c"}),
    ("through_calls", "db.select().from(t)", {"name": "db.select().from"}),
    ("on_the_line_of_the_chain", "db.select(\n).from(t)", {"name": "db.select().from", "line": 1, "name_line": 2}),
    ("below_the_chain", "db\n  .select(x)\n  .from(t)", {"name": "db.select().from", "line": 1, "name_line": 3}),
    ("through_await", "async () => { (await a.b()).c() }", {"name": "a.b().c"}),
    ("new", "new a.B(1)", {"name": "a.B", "is_new": True}),
    ("after_new", "new B().run()", {"name": "B().run"}),
    ("this", "class C { f() { this.a.b() } }", {"name": "this.a.b", "scope": "C.f"}),
    ("private", "class C { f() { this.#a.b() } }", {"name": "this.#a.b"}),
    ("non_null", "a!.b()", {"name": "a.b"}),
    ("cast", "(a as B).c()", {"name": "a.c"}),
    ("tagged", "sql`SELECT ${x} FROM t`", {"name": "sql", "first_string": "SELECT {} FROM t", "first_formatted": True}),
    ("template", "q(`a ${b} c`)", {"first_string": "a {} c", "first_formatted": True}),
    ("plain_template", "q(`a`)", {"first_string": "a", "first_formatted": False}),
    ("joined", "q('a ' + b + ' c')", {"first_string": "a {} c"}),
    ("keys", "q({ a: 1, b, 'c': 2 })", {"keywords": ("a", "b", "c"), "args": 1}),
    ("names", "q(a.b, c, 1)", {"arg_names": ("a.b", "c", "")}),
    ("awaited", "async () => { await q() }", {"awaited": True}),
    ("not_awaited", "async () => { q() }", {"awaited": False}),
    ("returned", "() => q()", {"returned": True}),
    ("required", "require('./x').run()", {"name": "require().run"}),
    ("decorator", "@Get(':id')\nclass C {}", {"name": "Get", "decorates": "C"}),
    ("method_decorator", "class C { @Get('a') f() {} }", {"name": "Get", "decorates": "C.f", "first_string": "a"}),
    ("generic", "q<T>(1)", {"name": "q", "args": 1}),
]


@pytest.mark.parametrize(("source", "expected"), [c[1:] for c in CALLS], ids=[c[0] for c in CALLS])
def test_a_call_carries_name_arguments_and_how_it_is_used(
    make_project: MakeProject, source: str, expected: dict[str, Any]
) -> None:
    fact = next(c for c in read(make_project, source).calls if "name" not in expected or c.name == expected["name"])

    assert {key: getattr(fact, key) for key in expected} == expected


RESOLVED: list[tuple[str, str, str, str | None]] = [
    ("named", "import { a } from 'pkg'; a()", "a", "pkg.a"),
    ("default", "import a from 'pkg'; a.run()", "a.run", "pkg.run"),
    ("namespace", "import * as a from '@s/pkg/sub'; a.run()", "a.run", "@s/pkg/sub.run"),
    ("node", "import fs from 'node:fs'; fs.run()", "fs.run", "fs.run"),
    ("require", "const a = require('pkg'); a.run()", "a.run", "pkg.run"),
    ("require_apart", "const { a } = require('pkg'); a()", "a", "pkg.a"),
    ("require_member", "const a = require('pkg').b; a()", "a", "pkg.b"),
    ("require_called", "const a = require('pkg')(x); a.run()", "a.run", "pkg().run"),
    ("dynamic", "const { a } = await import('pkg'); a()", "a", "pkg.a"),
    ("built", "import { P } from 'pkg'; const p = new P(); p.run()", "p.run", "pkg.P.run"),
    ("made", "import e from 'pkg'; const r = e.Router(); r.get('/')", "r.get", "pkg.Router.get"),
    ("exported_const", "import { P } from 'pkg'; export const p = new P(); p.a.run()", "p.a.run", "pkg.P.a.run"),
    ("annotated", "import { P } from 'pkg'; function f(p: P) { p.run() }", "p.run", "pkg.P.run"),
    ("promise", "import { P } from 'pkg'; function f(p: Promise<P | null>) { p.run() }", "p.run", "pkg.P.run"),
    ("qualified_type", "import * as pg from 'pg'; function f(p: pg.P) { p.run() }", "p.run", "pg.P.run"),
    ("constructor_property", "import { P } from 'pkg'; class C { constructor(private p: P) {} f() { this.p.run() } }",
     "this.p.run", "pkg.P.run"),
    ("field", "import { P } from 'pkg'; class C { private p = new P(); f() { this.p.run() } }", "this.p.run",
     "pkg.P.run"),
    ("this_assigned", "import { P } from 'pkg'; class C { constructor() { this.p = new P() } f() { this.p.run() } }",
     "this.p.run", "pkg.P.run"),
    ("this_in_arrow", "import { P } from 'pkg'; class C { p = new P(); f() { x.map(() => this.p.run()) } }",
     "this.p.run", "pkg.P.run"),
    ("parameter_shadows", "import { a } from 'pkg'; function f(a) { a() }", "a", None),
    ("callback_shadows", "import { a } from 'pkg'; x.map((a) => a())", "a", None),
    ("local_shadows", "import { a } from 'pkg'; function f() { const a = 1; a() }", "a", None),
    ("taken_apart", "import { P } from 'pkg'; const p = new P(); const { u } = p; u.run()", "u.run", "pkg.P.u.run"),
    ("own", "function f() {} f()", "f", "src/sub/module.ts:f"),
    ("own_object", "const s = { f() {}, g() { this.f() } }", "this.f", "src/sub/module.ts:s.f"),
    ("result", "import { P } from 'pkg'; function m(): P {} function f() { const p = m(); p.run() }", "p.run",
     "pkg.P.run"),
    ("unknown", "a()", "a", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "expected"), [r[1:] for r in RESOLVED], ids=[r[0] for r in RESOLVED])
def test_a_callee_is_resolved_through_imports_and_simple_types(
    make_project: MakeProject, source: str, name: str, expected: str | None
) -> None:
    found = {call.name: call.resolved for call in read(make_project, source).calls}

    assert found[name] == expected


REFERENCES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("annotation", "import { R } from 'pkg'; function f(r: R) {}", [("pkg.R", "annotation", "f")]),
    ("type_argument", "import { R } from 'pkg'; let x: Array<R>", [("pkg.R", "annotation", "")]),
    ("base", "import { B } from 'pkg'; class C extends B {}", [("pkg.B", "base", "C")]),
    ("member", "import * as a from 'pkg'; g(a.b)", [("pkg.b", "use", "")]),
    ("spread", "import { a } from 'pkg'; g({ ...a })", [("pkg.a", "use", "")]),
    ("shorthand", "import { a } from 'pkg'; g({ a })", [("pkg.a", "use", "")]),
    ("component", "import { A } from 'pkg'; const x = () => <A/>", [("pkg.A", "use", "x")]),
    ("key_is_none", "import { a } from 'pkg'; g({ a: 1 })", []),
    ("attribute_is_none", "import { a } from 'pkg'; g(x.a)", []),
    ("declaration_is_none", "const a = require('pkg')", []),
    ("string_is_none", "import { a } from 'pkg'; g('a')", []),
]


@pytest.mark.parametrize(("source", "expected"), [r[1:] for r in REFERENCES], ids=[r[0] for r in REFERENCES])
def test_a_reference_says_which_imported_name_is_used_where_and_how(
    make_project: MakeProject, source: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(r.name, r.kind, r.scope) for r in read(make_project, source, "module.tsx").references] == expected


STRINGS: list[tuple[str, str, list[tuple[str, str, bool]]]] = [
    ("template", "q(`SELECT a FROM b WHERE c = ${d}`)", [("SELECT a FROM b WHERE c = {}", "sql", True)]),
    ("joined", "const s = 'DELETE FROM t WHERE a = ' + a", [("DELETE FROM t WHERE a = {}", "sql", True)]),
    ("url", "const u = 'db://u:p@h/n'", [("db://u:p@h/n", "url", False)]),
    ("file", "const f = './data.sqlite'", [("./data.sqlite", "file", False)]),
    ("import_is_none", "import './x.sql'", []),
    ("web_is_none", "const u = 'https://h/select'", []),
]


@pytest.mark.parametrize(("source", "expected"), [s[1:] for s in STRINGS], ids=[s[0] for s in STRINGS])
def test_only_strings_that_matter_are_kept_and_whole(
    make_project: MakeProject, source: str, expected: list[tuple[str, str, bool]]
) -> None:
    assert [(s.text, s.kind, s.formatted) for s in read(make_project, source).strings] == expected


@pytest.mark.parametrize("name", ["m.js", "m.mjs", "m.cjs", "m.jsx", "m.ts", "m.mts", "m.cts", "m.tsx"])
def test_every_suffix_is_read_with_a_grammar_that_knows_it(make_project: MakeProject, name: str) -> None:
    facts = read(make_project, "import { a } from 'pkg'\nexport const f = async () => { await a.b() }\n", name)

    assert (facts.parse_errors, [call.resolved for call in facts.calls]) == ((), ["pkg.a.b"])


@pytest.mark.parametrize("name", ["module.ts", "module.tsx"])
def test_a_tagged_template_with_type_arguments_is_read(make_project: MakeProject, name: str) -> None:
    source = """import { sql } from 'driver'

export async function totals() {
  const rows = await sql<
    { id: number; of: Array<string>; by: (a: number) => void }[]
  >`SELECT id FROM orders WHERE owner = ${1}`
  return rows
}

const after = sql.raw('x')
"""
    facts = read(make_project, source, name)

    assert facts.parse_errors == ()
    assert [(call.resolved, call.line) for call in facts.calls] == [("driver.sql", 4), ("driver.sql.raw", 10)]
    assert [(text.kind, text.line) for text in facts.strings] == [("sql", 6)]


def test_comparisons_beside_a_template_are_no_type_arguments() -> None:
    source = b"const x = a < b && c >`text`; const y = (d) => e >`more`; const z = [1].map <T>`t`"

    assert without_template_types(source) == source
