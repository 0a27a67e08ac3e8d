"""The text form in which the model writes changes: blocks, each opened by a ``*** `` header line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.edit import Edit
from tools.errors import ToolError

_HEADER = re.compile(r"^\*\*\* (File|Replace|Before|After|Delete|Import|Text): (.+?)\s*$")
_SEARCH = re.compile(
    r"^<{5,9} ?(?:SEARCH|OLD)?\n(.*?)^={5,9}\n(.*?)^>{5,9} ?(?:REPLACE|NEW)?[ \t]*$", re.DOTALL | re.MULTILINE
)

_SYMBOL_OPS = {"Replace": "replace", "Before": "insert_before", "After": "insert_after", "Delete": "delete"}

FORM = """\
Blocks, each opened by a header line:
*** File: path            whole content (new or overwritten)
*** Replace: path Symbol  new text of a function, class or method (Class.method), decorators included
*** Before: path Symbol   insert; also *** After:
*** Delete: path Symbol   no text
*** Import: path          import lines, put where they belong
*** Text: path            <<<<<<< SEARCH / old lines / ======= / new lines / >>>>>>> REPLACE, one or more
Indentation and blank lines are fitted to the place; a later block sees what an earlier one did."""
"""How the tool's description teaches the form."""


@dataclass(frozen=True, slots=True)
class _Block:
    verb: str
    target: str
    body: str


def parse_changes(text: str) -> list[Edit]:
    """Read the model's text into edits.

    Raises:
        ToolError: the text holds no block, or a block cannot be read; the message shows the form.
    """
    blocks = _blocks(text)
    if not blocks:
        raise ToolError(f"`changes` holds no block, so nothing was written. {FORM}")
    edits: list[Edit] = []
    for block in blocks:
        edits.extend(_edits(block))
    return edits


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    verb = target = ""
    body: list[str] = []
    for line in text.splitlines(keepends=True):
        header = _HEADER.match(line.rstrip("\r\n"))
        if header:
            if verb:
                blocks.append(_Block(verb, target, "".join(body)))
            verb, target, body = header.group(1), header.group(2), []
        elif verb:
            body.append(line)
        elif line.strip():
            raise ToolError(f"`changes` must begin with a header line, not with {line.strip()[:60]!r}. {FORM}")
    if verb:
        blocks.append(_Block(verb, target, "".join(body)))
    return blocks


def _edits(block: _Block) -> list[Edit]:
    if block.verb == "File":
        return [Edit(path=block.target, op="write", text=_ended(block.body))]
    if block.verb == "Import":
        lines = [line for line in block.body.splitlines() if line.strip()]
        return [Edit(path=block.target, op="add_import", text="\n".join(lines))]
    if block.verb == "Text":
        return _replacements(block)
    path, _, symbol = block.target.rpartition(" ")
    if not path:
        raise ToolError(f"*** {block.verb}: needs a path and a symbol, not {block.target!r}.")
    return [Edit(path=path.strip(), op=_SYMBOL_OPS[block.verb], symbol=symbol, text=_ended(block.body))]


def _replacements(block: _Block) -> list[Edit]:
    pairs = _SEARCH.findall(block.body if block.body.endswith("\n") else block.body + "\n")
    if not pairs:
        raise ToolError(
            f"*** Text: {block.target} holds no SEARCH/REPLACE pair. Write: <<<<<<< SEARCH, the old text, =======, "
            "the new text, >>>>>>> REPLACE, each marker on a line of its own."
        )
    return [Edit(path=block.target, op="replace_text", old=old, text=new) for old, new in pairs]


def _ended(body: str) -> str:
    """Blank lines between two blocks are the model's layout, not the file's."""
    stripped = body.rstrip("\n")
    return stripped + "\n" if stripped else ""
