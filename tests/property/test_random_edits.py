"""Random symbol edits on real files of installed packages: no file breaks, no byte changes outside the edit.

A few rounds run always; ``ARCHWRIGHT_EDIT_ROUNDS=2000 pytest tests/property/test_random_edits.py -s`` is the
full run. ``ARCHWRIGHT_EDIT_SEED`` repeats one. ``ARCHWRIGHT_EDIT_NODE_MODULES`` names a folder with packages.
Every file is first judged as it is; only files that parse are edited. Judges: ``compile()``; for JavaScript
the batch judge, whose verdicts are compared with ``node --check`` on real and broken files in a test of their
own; for TypeScript the ``typescript`` package's syntactic diagnostics.
"""

# ruff: noqa: E501 -- the texts that are edited in stand as they are

from __future__ import annotations

import ast
import io
import os
import random
import re
import shutil
import subprocess
import sysconfig
import textwrap
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.edit import Edit, apply_edits
from tools.editing.lines import line_end, line_start
from tools.shell import Shell, ShellSettings
from tools.syntax import Judge, Symbol, outline

ROUNDS = int(os.environ.get("ARCHWRIGHT_EDIT_ROUNDS", "60"))
SEED = int(os.environ.get("ARCHWRIGHT_EDIT_SEED", "20"))
NPM_PACKAGES = ("typescript@5.9.3", "rxjs@7.8.2", "zod@3.25.76")
NODE = shutil.which("node")

PYTHON_TEXTS = (
    "def {name}(self, a, *rest, key=None):\n    '''One line.'''\n    return [a, *rest, key]\n",
    '@property\ndef {name}(self):\n    """Doc.\n\n    More of it.\n    """\n    if self:\n        return 1\n    return 2',
    'async def {name}(request):\n    query = """\n  SELECT 1\n"""\n    async with request as r:\n        await r.run(query)\n',
    "@first(\n    1,\n    2,\n)\n@second\nclass {name}(Base):\n    x: int = 1\n\n    class Meta:\n        def run(self):\n            yield\n",
    "def {name}():\n    # only a comment first\n    def inner(x):\n        # deeper\n        return f'{{x}}'\n\n    return inner\n# behind it\n",
    "{name} = {{\n    'a': 1,\n        'b': [\n  2,\n    ],\n}}",
    "def {name}(): return 1",
    "class {name}: pass",
    "def {name}(a):\n    try:\n        x = (a +\n   1)\n    except (A, B) as e:\n        raise C from e\n    else:\n        return x\n    finally:\n        s = 'a\\\n  b'\n    match a:\n        case [1, *_]:\n            return s\n",
)
SCRIPT_FUNCTIONS = (
    "function {name}(a, ...rest) {{\n  if (a) {{\n    return `x\n ${{a}}\n   y`;\n  }}\n  return rest;\n}}",
    "async function {name}({{ a = 1, b }}) {{\n  // a comment with ` and '\n  for await (const x of b) {{\n    a += x;\n  }}\n  return a / 2;\n}}",
    "const {name} = async (x) => {{\n  return x ? /[/`]/.test(x) : [x];\n}};",
    "const {name} = () => 1",
    "class {name} extends Object {{\n  #secret = 1;\n  static x = {{ a: 1 }};\n\n  get value() {{\n    return this.#secret;\n  }}\n\n  *[Symbol.iterator]() {{\n    yield 1;\n  }}\n}}",
    "/**\n * Says what it does.\n */\nfunction* {name}() {{\n  yield `\n`;\n}}",
    "var {name} = {{\n  run() {{ return 1 }},\n  'quoted': function () {{\n    return 2;\n  }},\n}}",
)
SCRIPT_METHODS = (
    "{name}(a) {{\n  return `line\n   two`;\n}}",
    "async {name}() {{\n  await null; // done\n}}",
    "get {name}() {{ return 1 }}",
    "*{name}(x) {{\n  if (x) {{\n    yield x;\n  }}\n}}",
)
TYPED_FUNCTIONS = (
    "export function {name}<T extends string>(a: T, b?: number): T | undefined {{\n  return b ? a : undefined;\n}}",
    "interface {name} {{\n  a: string;\n  b?(x: number): void\n}}",
    "type {name} = {{ a: string }} | `x${{string}}`;",
    "enum {name} {{\n  A = 'a',\n  B = 'b',\n}}",
)


@dataclass
class Case:
    """One edit on one file, before and after."""

    label: str
    path: str
    before: bytes
    after: bytes
    symbol: Symbol
    op: str
    text: str
    exact: bool = False
    """The symbol was replaced by itself, moved as a whole: nothing may change at all."""


@dataclass
class Tally:
    """What a run did, for the printed figures."""

    done: int = 0
    ops: Counter[str] = field(default_factory=Counter)
    declined: Counter[str] = field(default_factory=Counter)
    files: set[str] = field(default_factory=set)
    unchanged: int = 0
    """Replacements of a symbol by itself, moved as a whole, after which the file is the same byte for byte."""
    moved: int = 0

    def line(self, language: str) -> str:
        ops = ", ".join(f"{name} {count}" for name, count in sorted(self.ops.items()))
        return (
            f"{language}: {self.done} edits on {len(self.files)} files (seed {SEED}): {ops}; "
            f"by itself {self.moved}, byte for byte the same {self.unchanged}; "
            f"declined {sum(self.declined.values())} {dict(self.declined)}"
        )


# Files


def python_corpus() -> list[Path]:
    roots = [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]
    skip = {"test", "tests", "lib2to3", "idlelib", "__pycache__"}
    found = [p for r in roots for p in _files(r, (".py", ".pyi"), skip)]
    return sorted(set(found))


def script_corpus() -> list[Path]:
    if NODE is None:
        return []
    given = os.environ.get("ARCHWRIGHT_EDIT_NODE_MODULES")
    beside = Path(NODE).resolve().parents[1]
    places = [Path(given)] if given else [beside / "lib/node_modules", beside / "share", Path("/usr/share/nodejs")]
    return sorted(p for r in places for p in _files(r, (".js", ".mjs", ".cjs"), {"test", "tests"}))


def _files(root: Path, suffixes: tuple[str, ...], skip: set[str]) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in skip)
        for name in sorted(files):
            path = Path(folder) / name
            if path.suffix in suffixes and not path.is_symlink() and 40 < path.stat().st_size < 60_000:
                yield path


def typed_corpus(packages: Path) -> list[Path]:
    return sorted(_files(packages, (".ts", ".mts", ".cts"), {"test", "tests"}))


@pytest.fixture(scope="session")
def typed_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node_modules with typescript and packages that ship .ts sources, installed once per machine."""
    given = os.environ.get("ARCHWRIGHT_EDIT_NODE_MODULES")
    if given:
        return Path(given)
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "archwright" / "tests" / "edit-typescript"
    if (home / "node_modules" / "typescript" / "lib" / "typescript.js").is_file():
        return home / "node_modules"
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", *NPM_PACKAGES]
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=240)
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot install typescript here: {error}")
    if done.returncode:
        pytest.skip(f"npm cannot install typescript here: {done.stderr.strip()[-200:]}")
    return home / "node_modules"


# Variations of a file and of a text


def vary_file(source: bytes, rng: random.Random, python: bool) -> tuple[bytes, str]:
    """Give a file another newline style, indentation or end."""
    choice = rng.random()
    if b"\r" in source or source.startswith(b"\xef\xbb\xbf"):
        return source, "as is"
    if choice < 0.15:
        return source.replace(b"\n", b"\r\n"), "CRLF"
    if choice < 0.30 and _indented_by_fours(source):
        tabbed = re.sub(rb"(?m)^(?:    )+", lambda m: b"\t" * (len(m.group()) // 4), source)
        return (tabbed, "tabs") if not python or compiles(tabbed) else (source, "as is")
    if choice < 0.38:
        return source.rstrip(), "no final newline"
    if choice < 0.42:
        return b"\xef\xbb\xbf" + source, "BOM"
    return source, "as is"


def _indented_by_fours(source: bytes) -> bool:
    """Whether a file can be turned to tabs without a change of meaning: no long strings, steps of four."""
    if b"\n    " not in source or b'"""' in source or b"'''" in source or b"`" in source or b"\t" in source:
        return False
    return not re.search(rb"(?m)^(?:    )* {1,3}(?![ *])", source)


def string_rows(text: str, python: bool) -> set[int]:
    """Rows (0-based) that begin inside a string, found without tree-sitter; all rows where that is not sure."""
    if not python:
        return set(range(len(text.split("\n")))) if "`" in text or "\\\n" in text else set()
    rows: set[int] = set()
    try:
        starts: list[int] = []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            name = tokenize.tok_name[token.type]
            if name == "FSTRING_START":
                starts.append(token.start[0])
            elif name == "FSTRING_END":
                rows.update(range(starts.pop(), token.end[0]))
            elif token.type == tokenize.STRING:
                rows.update(range(token.start[0], token.end[0]))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return set(range(len(text.split("\n"))))
    return rows


def vary_text(text: str, rng: random.Random, python: bool) -> tuple[str, str, bool]:
    """Indent a text in another way; returns it, the name of the way, and whether it only moved as a whole."""
    dedented = textwrap.dedent(text)
    fixed = string_rows(dedented, python)
    free = not fixed and not re.search(r"(?m)^\S.*\n(?=\S)", "")

    def each(change: Callable[[str], str]) -> str:
        return "\n".join(
            line if i in fixed or not line.strip() else change(line) for i, line in enumerate(dedented.split("\n"))
        )

    way = rng.choice(("flush", "deeper", "tabs", "two", "eight", "padded", "crlf", "as given"))
    if way == "flush":
        return dedented, way, free
    if way == "deeper":
        by = " " * rng.randrange(1, 13)
        return each(lambda line: by + line), way, free
    if way == "tabs" and _by_fours(dedented, fixed):
        return each(lambda line: _with_unit(line, "\t")), way, False
    if way in ("two", "eight") and _by_fours(dedented, fixed):
        return each(lambda line: _with_unit(line, "  " if way == "two" else " " * 8)), way, False
    if way == "padded":
        return "\n\n  \n" + dedented.rstrip("\n") + "\n\n\n", way, free
    if way == "crlf":
        return dedented.replace("\n", "\r\n"), way, free
    return text, "as given", free


def _by_fours(text: str, fixed: set[int]) -> bool:
    lines = [line for i, line in enumerate(text.split("\n")) if i not in fixed and line.strip()]
    return all((len(line) - len(line.lstrip(" "))) % 4 == 0 and not line.startswith("\t") for line in lines)


def _with_unit(line: str, unit: str) -> str:
    body = line.lstrip(" ")
    return unit * ((len(line) - len(body)) // 4) + body


def compiles(source: bytes) -> bool:
    try:
        compile(source, "x", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


# One random edit


def random_case(root: Path, path: Path, rng: random.Random, number: int, tally: Tally) -> Case | None:
    """Copy a file into ``root``, do one random edit there, and return what became of it; None to try another."""
    python = path.suffix in (".py", ".pyi")
    typed = path.suffix in (".ts", ".mts", ".cts")
    source = path.read_bytes()
    if b"\0" in source or (python and not compiles(source)):
        return None
    source, style = vary_file(source, rng, python)
    name = f"f{number % 7}{path.suffix}"
    symbols = outline(name, source)
    if not symbols or source.decode("utf-8", "replace").count("\ufffd"):
        return None
    symbol = rng.choice(symbols)
    op = rng.choices(("itself", "replace", "insert_before", "insert_after", "delete"), (30, 25, 15, 15, 15))[0]
    made = _edit_for(op, symbol, source, rng, number, (python, typed))
    if made is None:
        return None
    edit, label, exact = made
    (root / name).write_bytes(source)
    target = f"{symbol.name}@{symbol.head_line}"
    outcome = apply_edits(root, [Edit(path=name, op=edit[0], symbol=target, text=edit[1])])
    answer = outcome.answers[0]
    if not answer.ok:
        assert (root / name).read_bytes() == source
        tally.declined[_reason(answer.text)] += 1
        return None
    case_label = f"{path} [{style}] {symbol.kind} {target} {label}"
    after = (root / name).read_bytes()
    return Case(case_label, name, source, after, symbol, edit[0], edit[1], exact)


def _reason(text: str) -> str:
    for mark in ("cannot be told", "shares line", "is one of several names", "symbols in", "has no"):
        if mark in text:
            return mark
    return text


def _edit_for(
    op: str, symbol: Symbol, source: bytes, rng: random.Random, number: int, language: tuple[bool, bool]
) -> tuple[tuple[str, str], str, bool] | None:
    python, typed = language
    body = source.removeprefix(b"\xef\xbb\xbf")
    own = body[symbol.start_byte : symbol.end_byte].decode().replace("\r\n", "\n")
    if op == "delete":
        return (("delete", ""), "delete", False) if _can_go(symbol, body) else None
    if op == "itself":
        start = line_start(body, symbol.start_byte)
        lead = body[start : symbol.start_byte].decode()
        whole = lead + own if not lead.strip() else own
        text, way, exact = vary_text(whole, rng, python)
        return ("replace", text), f"itself {way}", exact and not lead.strip()
    if op == "replace" and symbol.name.rpartition(".")[2] == "constructor" and not _can_go(symbol, body):
        return None
    if op == "replace" and not _can_go(symbol, body):
        return None
    template = _template(symbol, rng, python, typed)
    if template is None:
        return None
    text, way, _ = vary_text(template.format(name=f"zz_made_{number}"), rng, python)
    return (op, text), f"{op} {way}", False


def _template(symbol: Symbol, rng: random.Random, python: bool, typed: bool) -> str | None:
    if python:
        return rng.choice(PYTHON_TEXTS)
    place, container = symbol.slot.place, symbol.slot.container
    if container in ("class_body", "object"):
        return rng.choice(SCRIPT_METHODS)
    if container in ("interface_body", "object_type"):
        return rng.choice(("{name}: string;", "{name}?(a: number): void"))
    if container == "enum_body":
        return "{name} = 1,"
    if place == "declarator":
        return rng.choice(("const {name} = 1;", "let {name} = function () {{\n  return 1;\n}}"))
    if typed and container == "program":
        return rng.choice(SCRIPT_FUNCTIONS + TYPED_FUNCTIONS)
    if place == "embedded":
        return "{name} = 1;"
    return rng.choice(SCRIPT_FUNCTIONS)


def _can_go(symbol: Symbol, body: bytes) -> bool:
    """Whether the language lets the name vanish: ``nonlocal x``, ``export {x}`` and ``#x`` must not dangle."""
    last = re.escape(symbol.name.rpartition(".")[2].encode())
    if last.startswith(rb"\#") or re.search(rb"\b(?:nonlocal)\b[^\n]*\b" + last + rb"\b", body):
        return False
    return not re.search(rb"export\s*(?:type\s*)?\{[^}]*\b" + last + rb"\b[^}]*\}", body)


# What must hold


def check_outside(case: Case) -> None:
    """No byte changed outside the symbol, its line's comment, its doc comment, its comma and blank lines around."""
    before, after, symbol = case.before, case.after, case.symbol
    shift = 3 if before.startswith(b"\xef\xbb\xbf") else 0
    start, end = symbol.start_byte + shift, symbol.end_byte + shift
    if case.op in ("insert_before", "insert_after"):
        return _check_insertion(case, start, end)
    low, high = line_start(before, start), line_end(before, end)
    blanks = b" \t\r\n\f"
    if not case.path.endswith((".py", ".pyi")):
        low = _comments_above(before, low)
    head = before[: min(low, start)].rstrip(blanks + b",")
    high = start + len(before[start:high]) if high >= end else end
    rest = before[_behind_comma(before, end, high) :].lstrip(blanks)
    assert after.startswith(head), f"{case.label}: the text before the symbol changed"
    assert after.endswith(rest), f"{case.label}: the text behind the symbol changed"
    assert len(after) >= len(head) + len(rest), case.label


def _check_insertion(case: Case, start: int, end: int) -> None:
    """All of the old text is there, nothing but the insertion (and a comma) is new, and it is at the symbol."""
    before, after = case.before, case.after
    left, right = _common_ends(before, after)
    lost = before[left : len(before) - right] if left + right < len(before) else b""
    assert not lost.strip(b" \t\r\n,;"), f"{case.label}: an insertion took {lost!r}"
    if case.op == "insert_before":
        assert after.endswith(before[max(start, case.symbol.slot.anchor_start) :]), f"{case.label}: misplaced"
    else:
        assert after.startswith(before[: min(end, case.symbol.slot.anchor_end)]), f"{case.label}: misplaced"


def _behind_comma(before: bytes, end: int, high: int) -> int:
    comma = re.compile(rb"\s*(?:(?://[^\n]*|/\*.*?\*/)\s*)?[,;]").match(before, end)
    return max(high, line_end(before, comma.end())) if comma else high


def _comments_above(before: bytes, low: int) -> int:
    """Where the block of comment lines that ends right above a line begins."""
    while low > 0:
        above = before.rfind(b"\n", 0, low - 1) + 1
        line = before[above:low].strip()
        if line.endswith(b"*/"):
            above = before.rfind(b"\n", 0, before.rfind(b"/*", 0, low)) + 1
        elif not line.startswith(b"//"):
            break
        low = above
    return low


def _common_ends(before: bytes, after: bytes) -> tuple[int, int]:
    most = min(len(before), len(after))
    left = next((i for i in range(most) if before[i] != after[i]), most)
    right = next((i for i in range(most - left) if before[-1 - i] != after[-1 - i]), most - left)
    return left, right


def check_python_meaning(case: Case) -> None:
    """Every other statement of the module means what it meant, and the new text means what was given."""
    old, new = ast.parse(case.before), ast.parse(case.after)
    line = case.symbol.head_line
    others = [_meaning(n) for n in old.body if not _first_line(n) <= line <= (n.end_lineno or 0)]
    kept = Counter(_meaning(n) for n in new.body)
    assert not Counter(others) - kept, f"{case.label}: another statement changed"
    if case.op in ("replace", "insert_before", "insert_after"):
        given = ast.parse(_dedented_for_parse(case.text)).body
        nodes = Counter(_meaning(n) for n in ast.walk(new) if isinstance(n, ast.stmt))
        for node in given:
            assert nodes[_meaning(node)], f"{case.label}: the given text means something else now"


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def _dedented_for_parse(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip("\n")
    body = "\n".join(plain.split("\n"))
    first = next(line for line in body.split("\n") if line.strip())
    return "if 1:\n" + body if first[:1] in " \t" else body


def _meaning(node: ast.AST) -> str:
    """A dump without positions; docstrings as ``inspect.cleandoc`` sees them."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and node.test.value == 1:
        return "\n".join(_meaning(n) for n in node.body)
    clone = ast.parse(ast.unparse(node)) if isinstance(node, ast.stmt) else node
    for inner in ast.walk(clone):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            doc = ast.get_docstring(inner, clean=True)
            if doc is not None and isinstance(inner.body[0], ast.Expr):
                inner.body[0].value = ast.Constant(doc.strip())
    return ast.dump(clone)


def same_lines(before: bytes, after: bytes) -> bool:
    """Whether texts are the same but for white space at the ends of lines."""
    return [x.rstrip() for x in before.splitlines()] == [x.rstrip() for x in after.splitlines()]


def run(corpus: list[Path], root: Path, rng: random.Random, tally: Tally, keep: Callable[[Case], None]) -> None:
    misses = 0
    while tally.done < ROUNDS:
        case = random_case(root, rng.choice(corpus), rng, tally.done, tally)
        if case is None:
            misses += 1
            assert misses < 50 * ROUNDS + 1000, "hardly any file can be edited"
            continue
        tally.done += 1
        tally.ops[case.op] += 1
        tally.files.add(case.label.partition(" [")[0])
        if case.exact:
            tally.moved += 1
            tally.unchanged += case.before == case.after
            assert same_lines(case.before, case.after), f"{case.label}: replaced by itself, it changed"
        check_outside(case)
        keep(case)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    readable = (Path(os.environ["ARCHWRIGHT_EDIT_NODE_MODULES"]),) if _given() else ()
    with Shell(ShellSettings(root=tmp_path, sandbox=False, readable=readable)) as opened:
        yield opened


def _given() -> bool:
    return bool(os.environ.get("ARCHWRIGHT_EDIT_NODE_MODULES"))


def judged(judge: Judge, cases: list[Case], root: Path) -> list[tuple[Case, str]]:
    """Judge before and after of all cases in few processes; returns what broke."""
    sources = {}
    for index, case in enumerate(cases):
        suffix = Path(case.path).suffix
        sources[f"before{index}{suffix}"] = case.before
        sources[f"after{index}{suffix}"] = case.after
    verdicts = judge.judge_all(sources, root)
    broken = []
    for index, case in enumerate(cases):
        suffix = Path(case.path).suffix
        old, new = verdicts[f"before{index}{suffix}"], verdicts[f"after{index}{suffix}"]
        if old == [] and new:
            broken.append((case, f"{case.label}: {new[0].line}: {new[0].message}"))
        if old == [] and new is None:
            broken.append((case, f"{case.label}: cannot tell any more"))
    return broken


def test_random_edits_never_break_a_python_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng, tally = random.Random(SEED), Tally()

    def keep(case: Case) -> None:
        compile(case.after, case.label, "exec", dont_inherit=True)
        check_python_meaning(case)

    run(python_corpus(), tmp_path, rng, tally, keep)

    with capsys.disabled():
        print("\n" + tally.line("Python"))
    assert tally.done == ROUNDS


def test_random_edits_never_break_a_javascript_file(
    tmp_path: Path, shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = script_corpus()
    if len(corpus) < 50:
        pytest.skip("no node, or no packages beside it")
    tally = run_scripts(corpus, tmp_path, Judge(shell, None, NODE))

    with capsys.disabled():
        print("\n" + tally.line("JavaScript"))
    assert tally.done == ROUNDS


def test_random_edits_never_break_a_typescript_file(
    tmp_path: Path, shell: Shell, typed_packages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "node_modules").symlink_to(typed_packages)
    tally = run_scripts(typed_corpus(typed_packages), tmp_path, Judge(shell, None, NODE))

    with capsys.disabled():
        print("\n" + tally.line("TypeScript"))
    assert tally.done == ROUNDS


def run_scripts(corpus: list[Path], root: Path, judge: Judge) -> Tally:
    """Edit, then judge in batches; the figures count only files that the judge took before the edit."""
    tally, cases = Tally(), []
    run(corpus, root, random.Random(SEED), tally, cases.append)
    broken: list[str] = []
    for start in range(0, len(cases), 100):
        broken += [message for _, message in judged(judge, cases[start : start + 100], root)]
    assert not broken, "\n".join(broken)
    readable = sum(
        1
        for v in judge.judge_all(
            {f"f{i}{Path(c.path).suffix}": c.before for i, c in enumerate(cases[:50])}, root
        ).values()
        if v == []
    )
    assert readable > 0.9 * min(50, len(cases)), "the judge takes hardly any file as it is: it shows nothing"
    return tally


SCRIPT_DEFECTS = (
    b"",
    b"\nfunction (",
    b"\nlet a = 1; let a = 2;\n",
    b"\nreturn 1\n",
    b"\nawait x\n",
    b"\nimport.meta\n",
    b"\nexport { nowhere }\n",
    b"\n}",
)


@pytest.mark.parametrize("suffix", [".cjs", ".mjs"])
def test_the_batch_judge_says_what_node_check_says(tmp_path: Path, shell: Shell, suffix: str) -> None:
    corpus = script_corpus()
    if NODE is None or len(corpus) < 50:
        pytest.skip("no node, or no packages beside it")
    rng = random.Random(SEED)
    sources = {}
    for number in range(24 if ROUNDS < 1000 else 160):
        path = tmp_path / f"f{number}{suffix}"
        path.write_bytes(rng.choice(corpus).read_bytes() + SCRIPT_DEFECTS[number % len(SCRIPT_DEFECTS)])
        sources[path.name] = path.read_bytes()

    verdicts = Judge(shell, None, NODE).judge_all(sources, tmp_path)

    for name, found in verdicts.items():
        if found is None:
            continue  # JSX or Flow: typescript's business
        done = subprocess.run([NODE, "--check", tmp_path / name], capture_output=True, text=True)
        assert bool(found) == bool(done.returncode), f"{name}: {found} but node says {done.stderr[-300:]}"
    assert {bool(v) for v in verdicts.values() if v is not None} == {True, False}
