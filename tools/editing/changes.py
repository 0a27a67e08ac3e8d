"""A compact unified diff of one file."""

from __future__ import annotations

import difflib

from tools.editing.lines import split_lines

_CONTEXT = 2
_MOST_LINES = 80
_MOST_COMPARED = 4_000


def unified(path: str, before: bytes | None, after: bytes) -> str:
    """Return the diff of a file, two lines of context, cut after 80 lines; ``before`` None is a new file.

    A new file is one line: its text is known to who wrote it.
    """
    if before is None:
        return f"--- /dev/null\n+++ b/{path} (new, {len(split_lines(after)) - 1} lines)\n"
    old = _lines(before)
    new = _lines(after)
    head, rest = _common(old, new)
    start = max(0, head - _CONTEXT)
    old_part = old[start : len(old) - max(0, rest - _CONTEXT)]
    new_part = new[start : len(new) - max(0, rest - _CONTEXT)]
    lines = [f"--- a/{path}", f"+++ b/{path}"]
    if max(len(old_part), len(new_part)) > _MOST_COMPARED:
        lines.append(f"@@ -{start + 1},{len(old_part)} +{start + 1},{len(new_part)} @@ (too long to show)")
    else:
        lines += _hunks(old_part, new_part, start)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"... ({len(lines) - _MOST_LINES} more lines of diff)"]
    return "\n".join(lines) + "\n"


def _lines(data: bytes) -> list[str]:
    """Lines with a visible mark where a carriage return or the final newline is what differs."""
    text = data.decode("utf-8", "replace")
    lines = [line.replace("\r", "\\r") for line in text.split("\n")]
    if lines and lines[-1] == "":
        return lines[:-1]
    return [*lines[:-1], lines[-1] + " (no newline at the end)"] if lines else []


def _common(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines at the head and at the end are the same."""
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    rest = next((i for i in range(most - head) if old[-1 - i] != new[-1 - i]), most - head)
    return head, rest


def _hunks(old: list[str], new: list[str], start: int) -> list[str]:
    out: list[str] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        a, b, c, d = group[0][1], group[-1][2], group[0][3], group[-1][4]
        out.append(f"@@ -{start + a + 1},{b - a} +{start + c + 1},{d - c} @@")
        for tag, i, j, k, m in group:
            if tag == "equal":
                out += [" " + line for line in old[i:j]]
                continue
            out += ["-" + line for line in old[i:j]]
            out += ["+" + line for line in new[k:m]]
    return out
