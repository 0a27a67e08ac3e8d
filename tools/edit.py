"""Edit source files: by symbol, by import, by exact text, or as a whole; several files in one call.

Every edit that can be done lands, whatever the parsers say about the result; syntax errors are findings of
the outcome. An edit that cannot be done (no such symbol, no such text) changes nothing and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from tools.editing import insertion, placement
from tools.editing.changes import unified
from tools.editing.javascript_imports import add_javascript_import
from tools.editing.languages import Language, Symbol
from tools.editing.lines import line_number
from tools.editing.matching import replace_text
from tools.editing.placement import Splice, Surroundings, spliced
from tools.editing.python_imports import add_python_import
from tools.editing.source import (
    MAX_BYTES,
    Document,
    locate,
    read_document,
    replace_content,
    write_atomically,
)
from tools.errors import ToolError, ToolRefused
from tools.findings import Finding
from tools.syntax import Judge, pick, symbols_of

_MOST_IMPORTS = 60
"""Names one add_import may add: each is a parse of the file."""


class Op(StrEnum):
    """What an edit does."""

    REPLACE = "replace"
    INSERT_BEFORE = "insert_before"
    INSERT_AFTER = "insert_after"
    DELETE = "delete"
    ADD_IMPORT = "add_import"
    REPLACE_TEXT = "replace_text"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change to one file."""

    path: str
    """Relative to the root, or absolute inside it."""
    op: str
    """A value of ``Op``."""
    symbol: str = ""
    """Dotted name, ``name@line`` where several share it. Empty: insert_before the first symbol of the file,
    insert_after at its end; for replace_text a symbol to stay in."""
    text: str = ""
    """The new text; for add_import one or more import statements."""
    old: str = ""
    """For replace_text: the text to be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAnswer:
    """What became of one edit."""

    path: str
    op: str
    ok: bool
    """It landed (or there was nothing to do)."""
    text: str
    """One short line for the model; several when a text was not found."""
    refused: bool = False
    """Policy forbids it: trying again is of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOutcome:
    """What one call did."""

    diff: str
    """Compact unified diff of all files, long ones cut."""
    findings: list[Finding]
    """Syntax errors (rule ``parse``) in the files that changed."""
    changed: list[str]
    """POSIX paths relative to the root, in the order of the edits."""
    answers: list[EditAnswer]
    """One for each edit, in order."""
    not_judged: list[str] = field(default_factory=list)
    """Changed files of which nobody here can tell whether they parse."""

    @property
    def ok(self) -> bool:
        """Every edit landed and nothing that landed is broken."""
        return all(a.ok for a in self.answers) and not self.findings

    def text(self) -> str:
        """Return the answer for a model: a line for each edit, then the syntax errors."""
        lines = [a.text for a in self.answers]
        lines += [f"SYNTAX {f.path}:{f.line} {f.message}" + (f" ({f.hint})" if f.hint else "") for f in self.findings]
        return "\n".join(lines)


@dataclass(slots=True)
class _File:
    """A file in the course of one call."""

    real: Path
    document: Document
    before: bytes
    """Its bytes on disk; empty for a new one."""
    existed: bool
    moves: list[tuple[int, int]] = field(default_factory=list)
    """Lines behind the first number moved by the second: the model counts in the file as it was."""
    landed: list[int] = field(default_factory=list)
    """Indices of the edits that changed it."""


def apply_edits(root: Path, edits: Sequence[Edit], judge: Judge | None = None) -> EditOutcome:
    """Do the edits in order, write each changed file once, and judge what was written.

    Args:
        root: the workspace; nothing outside is read or written.
        edits: several may concern one file; line numbers in ``name@line`` are those before the call.
        judge: says what parses; None leaves all changed files in ``not_judged``.

    Raises:
        ToolRefused: all edits were refused (paths outside the root); with others in the call, those land and
            the refused ones are in the answers.
    """
    top = root.resolve()
    files: dict[str, _File] = {}
    answers = [_attempt(_Call(top, files, judge), edit, index) for index, edit in enumerate(edits)]
    if answers and all(a.refused for a in answers):
        raise ToolRefused("; ".join(dict.fromkeys(a.text for a in answers)))
    written = _write(files, answers)
    diff = "".join(unified(f.document.path, f.before if f.existed else None, c) for f, c in written)
    contents = {f.document.path: content for f, content in written}
    verdicts = judge.judge_all(contents, top) if judge is not None and contents else dict.fromkeys(contents)
    findings = [finding for found in verdicts.values() for finding in found or ()]
    if findings and judge is not None:
        findings = _with_history(findings, [f for f, _ in written], judge, top)
    return EditOutcome(
        diff=diff,
        findings=findings,
        changed=list(contents),
        answers=answers,
        not_judged=[path for path, found in verdicts.items() if found is None],
    )


@dataclass(frozen=True, slots=True)
class _Call:
    top: Path
    files: dict[str, _File]
    judge: Judge | None

    def parses(self, document: Document) -> bool:
        """Whether the language's own parser takes a text; when it cannot be asked, it is taken to be fine."""
        if self.judge is None:
            return True
        return not self.judge.judge(document.path, document.encoded(), self.top)


def _attempt(call: _Call, edit: Edit, index: int) -> EditAnswer:
    """Do one edit in memory; a failure leaves its file as it was."""
    try:
        real, path = locate(call.top, edit.path)
        file = call.files.get(path) or _opened(real, path)
        message = _one(call, edit, file)
        if message:
            file.landed.append(index)
        call.files[path] = file
        return EditAnswer(path=path, op=edit.op, ok=True, text=f"ok {path} {message or 'nothing to do'}")
    except ToolError as error:
        return EditAnswer(path=edit.path, op=edit.op, ok=False, text=f"FAILED {edit.op} {edit.path}: {error}")
    except ToolRefused as error:
        return EditAnswer(path=edit.path, op=edit.op, ok=False, text=f"REFUSED {error}", refused=True)
    except OSError as error:  # a name that is too long, a folder that may not be read
        why = error.strerror or str(error)
        return EditAnswer(path=edit.path, op=edit.op, ok=False, text=f"FAILED {edit.op} {edit.path[:100]}: {why}")


def _opened(real: Path, path: str) -> _File:
    document = read_document(real, path)
    return _File(real=real, document=document, before=document.encoded(), existed=document.exists)


def _one(call: _Call, edit: Edit, file: _File) -> str:
    """Apply an edit to the file's document and say what was done; empty when there was nothing to do."""
    document = file.document
    if edit.op not in set(Op):
        raise ToolError(f"no such op; there are {', '.join(Op)}")
    if edit.op == Op.WRITE:
        return _rewritten(file, edit)
    if not document.exists:
        raise ToolError("no such file (op write makes one)")
    if edit.op == Op.REPLACE_TEXT:
        return _replaced_text(file, edit)
    language = document.language
    if language is None:
        raise ToolError("not Python, JavaScript or TypeScript: use replace_text or write")
    if edit.op == Op.ADD_IMPORT:
        return _imported(call.top, file, edit, language)
    return _by_symbol(call, file, edit, language)


def _rewritten(file: _File, edit: Edit) -> str:
    document = file.document
    new = replace_content(document, edit.text)
    if document.exists and new.encoded() == document.encoded():
        return ""
    what = "rewritten" if document.exists else "written"
    file.document = replace(new, exists=True)
    return f"{what}, {len(new.data.splitlines())} lines"


def _replaced_text(file: _File, edit: Edit) -> str:
    span = None
    if edit.symbol and file.document.language is not None:
        symbol = _picked(file, edit.symbol, file.document.language)
        span = (symbol.start_byte, symbol.end_byte)
    match = replace_text(file.document.data, edit.old, edit.text, span)
    where = _land(file, [match.splice])
    return where and f"{where} text replaced" + (f" ({match.note})" if match.note else "")


def _imported(top: Path, file: _File, edit: Edit, language: Language) -> str:
    where = ""
    for _ in range(_MOST_IMPORTS):
        data, path = file.document.data, file.document.path
        if language is Language.PYTHON:
            splices, present = add_python_import(data, edit.text, top, path)
        else:
            splices, present = add_javascript_import(data, edit.text, language, top, path)
        if not splices:
            return where and f"{where} import added"
        where = _land(file, splices) or where
    raise ToolError(f"more than {_MOST_IMPORTS} imports in one edit (already there: {len(present)})")


def _by_symbol(call: _Call, file: _File, edit: Edit, language: Language) -> str:
    document = file.document
    symbols = symbols_of(document.data, language)
    around = Surroundings(document.data, language, document.newline, symbols)
    if not edit.symbol:
        return _at_file_end(file, edit, around)
    symbol = _picked(file, edit.symbol, language, symbols)
    if symbol.doubtful and call.parses(document):
        raise ToolError(
            f"where {symbol.name} begins and ends cannot be told (syntax near line {symbol.end_line}); use replace_text"
        )
    if edit.op == Op.DELETE:
        where = _land(file, placement.delete(around, symbol))
        return f"{where} {symbol.name} deleted"
    text = placement.clean_text(edit.text)
    if edit.op == Op.REPLACE:
        where = _land(file, placement.replace(around, symbol, text))
        return where and f"{where} {symbol.name} replaced{_lost(around.data, symbol, text)}"
    after = edit.op == Op.INSERT_AFTER
    where = _land(file, insertion.insert(around, symbol, text, after=after))
    return f"{where} inserted {'after' if after else 'before'} {symbol.name}"


def _at_file_end(file: _File, edit: Edit, around: Surroundings) -> str:
    """insert_after without a symbol: at the end of the file, as after its last symbol at the top level."""
    if edit.op not in (Op.INSERT_AFTER, Op.INSERT_BEFORE):
        raise ToolError(f"{edit.op} needs a symbol")
    text = placement.clean_text(edit.text)
    if edit.op == Op.INSERT_BEFORE:
        first = next((s for s in around.symbols if "." not in s.name), None)
        if first is None:
            raise ToolError("the file has no symbol to insert before; use write or insert_after")
        return f"{_land(file, insertion.insert(around, first, text, after=False))} inserted before {first.name}"
    return f"{_land(file, [insertion.append(around, text)])} inserted at the end"


def _picked(file: _File, name: str, language: Language, symbols: list[Symbol] | None = None) -> Symbol:
    """Find a symbol by name; a line in it counts in the file as it was before the call."""
    base, at, line = name.rpartition("@")
    if at and line.isdigit():
        number = int(line)
        for start, moved in file.moves:
            number += moved if number > start else 0
        name = f"{base}@{number}"
    known = symbols_of(file.document.data, language) if symbols is None else symbols
    return pick(file.document.path, known, name)


def _land(file: _File, splices: list[Splice]) -> str:
    """Do the splices in the document and return the lines they touch now; empty when nothing changed."""
    document = file.document
    data = spliced(document.data, splices)
    if data == document.data:
        return ""
    if len(data) > MAX_BYTES:
        raise ToolError("the file would be over 1 MB")
    new = replace(document, data=data)
    new.encoded()  # ToolError when the file's encoding lacks a character
    file.document = new
    first = min(s.start for s in splices)
    start = line_number(data, first + (1 if splices[0].text.startswith((b"\n", b"\r")) else 0))
    grown = line_number(data, len(data)) - line_number(document.data, len(document.data))
    file.moves.append((line_number(document.data, first), grown))
    sign = f"{grown:+d} lines" if grown else "same length"
    return f"line {start} ({sign})"


def _lost(data: bytes, symbol: Symbol, text: bytes) -> str:
    """Name what belonged to the symbol and is not in the new text: decorators, ``export``."""
    old = data[symbol.start_byte : symbol.end_byte].lstrip()
    new = text.lstrip()
    if old.startswith(b"@") and b"@" not in new.partition(b"\n")[0]:
        return " (its decorators are gone: they belong to the text)"
    if old.startswith(b"export") and b"export" not in new:
        return " (its `export` is gone: it belongs to the text)"
    return ""


def _write(files: dict[str, _File], answers: list[EditAnswer]) -> list[tuple[_File, bytes]]:
    """Write the files that changed; one that cannot be written turns its edits' answers into failures."""
    written: list[tuple[_File, bytes]] = []
    for file in files.values():
        content = file.document.encoded()
        if content == file.before and file.existed:
            continue
        if not file.document.exists:
            continue
        try:
            write_atomically(file.real, content)
        except ToolError as error:
            for index in file.landed:
                answers[index] = replace(answers[index], ok=False, text=f"FAILED {error}")
            continue
        written.append((file, content))
    return written


def _with_history(findings: list[Finding], files: list[_File], judge: Judge, top: Path) -> list[Finding]:
    """Say of a file that is broken now whether it was so before."""
    red = {f.path for f in findings}
    earlier = {f.document.path: f.before for f in files if f.document.path in red and f.existed}
    before = judge.judge_all(earlier, top) if earlier else {}
    hint = "it did not parse before this edit either"
    return [replace(f, hint=hint) if before.get(f.path) else f for f in findings]
