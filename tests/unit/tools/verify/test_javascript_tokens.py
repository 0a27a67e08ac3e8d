"""What is certainly no program is told; what only a grammar could judge is left alone."""

from __future__ import annotations

import pytest

from tools.verify.javascript_tokens import Flaw, first_flaw

PROGRAM = """\
#!/usr/bin/env node
import fs from 'node:fs'; // it's a "comment" with ( and {
/* and ` another ' */
const ratio = total / 2 / (rest / 3), pattern = /[/'"]\\/(/gi;
if (/a{2}\\(/.test(text)) { text = `a ${nested(`b ${c ? '}' : "`"}`)} ${1}`; }
for (const [key, value] of Object.entries(all)) yield_(key, value);
const { a, ...others } = async () => await import('./x');
class Shape<T extends object> extends Base<T> implements Drawn { #side = 1_000n; static async *walk() {}
  get area(): number { return this.#side ** 2; } }
@Injectable() class Service { constructor(private readonly users: Users, @Inject(TOKEN) public override n?: string) {} }
label: while (true) { break label }
let x = a
++b
export type Keys = keyof typeof values | readonly string[] & unique symbol;
opaque type Id: string = string;
const exact: {| +a: ?string, ... |} = (value: any);
export default function f(this: Window): asserts value is string {}
value = left ?? right?.[0]?.(1) ?? .5;
"""


def test_a_program_has_no_flaw() -> None:
    assert first_flaw(PROGRAM) is None


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("f(1;\n}\n", Flaw(2, "'}' cannot close the '(' of line 1")),
        ("if (x) {\n  y();\n", Flaw(1, "the '{' of this line is never closed")),
        ("f();\n}\n", Flaw(2, "'}' closes nothing")),
        ("const a = 'it\n", Flaw(1, "the string that begins here does not end on its line")),
        ("const a = `it\n\n", Flaw(1, "the template that begins here never ends")),
        ("const a = `${b`;\n", Flaw(1, "the template that begins here never ends")),
        ("\n/* so\n", Flaw(2, "the comment that begins here never ends")),
        ("const a = ;", Flaw(1, "';' follows '=': an expression is missing")),
        ("f(a, b &&)", Flaw(1, "')' follows '&&': an expression is missing")),
        ("const one two = 3;", Flaw(1, "nothing joins one and two")),
        ("const rows await load();", Flaw(1, "nothing joins rows and await")),
        ("say('a' 'b')", Flaw(1, "nothing joins 'a' and 'b'")),
        ("\nHere follows code\n", Flaw(2, "nothing joins Here and follows")),
    ],
)
def test_the_first_flaw_is_told(text: str, flaw: Flaw) -> None:
    assert first_flaw(text) == flaw


@pytest.mark.parametrize(
    "text",
    [
        "const a = <p>Don't { do } this :)</p>;",
        "const a = { b: 1 } / 2; f(",
        "const Badge = styled.span<{ yellow?: boolean }>`\n  color: ${'red'};\n`;",
        "",
        "#!/usr/bin/env node",
    ],
)
def test_what_is_not_certain_is_left_alone(text: str) -> None:
    assert first_flaw(text) is None
