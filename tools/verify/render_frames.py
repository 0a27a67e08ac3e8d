"""Text of a repository made fit for a terminal: code frames, and nothing in them that a terminal obeys."""

from __future__ import annotations

import re
from pathlib import Path

from tools.findings import Finding

AROUND = 2
"""Lines of code before and after the line of a finding."""
_MAX_BYTES = 1_000_000
_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters, marks that turn or hide text, and bytes that are no text."""
_PASSWORD = re.compile(r"(://[^\s:/@'\"]*:)[^\s/@'\"{}$]+(@)")
_SECRETS = re.compile(r"(?:^|/)\.env(?:\.[^/]*)?$")
"""Files whose lines are secrets as a rule."""


def printable(text: str) -> str:
    """`text` on one line: what a terminal would act on is written out as an escape, passwords in addresses masked."""
    return _PASSWORD.sub(r"\1***\2", _OBEYED.sub(_written_out, text.replace("\t", " ")))


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class Frames:
    """The lines around findings; each file is read once."""

    def __init__(self, root: Path | None, width: int = 120) -> None:
        """Read below `root` (None: there are no frames); longer lines are cut to `width` columns."""
        self._root = root.resolve() if root is not None else None
        self._width = width
        self._lines: dict[str, list[str]] = {}

    def around(self, finding: Finding) -> list[tuple[int, str, bool]]:
        """(line number, printable text, is it the finding's own line); empty when there is nothing to show."""
        if finding.line < 1 or _SECRETS.search(finding.path):
            return []
        lines = self._read(finding.path)
        if finding.line > len(lines):
            return []
        first = max(1, finding.line - AROUND)
        last = min(len(lines), finding.line + AROUND)
        return [(n, self._fit(lines[n - 1]), n == finding.line) for n in range(first, last + 1)]

    def _fit(self, line: str) -> str:
        text = printable(line[: self._width * 4].expandtabs(4)).rstrip()
        return text if len(text) <= self._width else text[: self._width - 3] + "..."

    def _read(self, path: str) -> list[str]:
        if path not in self._lines:
            self._lines[path] = self._split(path)
        return self._lines[path]

    def _split(self, path: str) -> list[str]:
        if self._root is None:
            return []
        full = self._root / path
        try:
            if not full.resolve().is_relative_to(self._root) or not full.is_file():
                return []
            if full.stat().st_size > _MAX_BYTES:
                return []
            data = full.read_bytes()
        except (OSError, ValueError):
            return []
        # Not splitlines(): the lines of a parser end at line feeds alone.
        lines = [line.removesuffix("\r") for line in data.decode("utf-8-sig", errors="replace").split("\n")]
        return lines[:-1] if lines and not lines[-1] else lines
