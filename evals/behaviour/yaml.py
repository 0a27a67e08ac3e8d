"""The part of YAML that contracts are written in, so that no package is needed to read them.

Block mappings and lists, ``{flow}`` and ``[flow]`` collections also over several lines, ``|`` blocks, plain and
double-quoted scalars. No anchors, tags, folded blocks, single quotes or comments.
"""

from __future__ import annotations

import json
import re
from typing import Any

_KEY = re.compile(r'( *(?:- +)*)("[^"]*"|[^\s"\[{#&*!|>-][^:]*):(?: +(.*))?')
_TOKEN = re.compile(r'\s*([][{},]|"(?:[^"\\]|\\.)*"|[^][{},":\s](?:[^][{},:\n]|:(?! ))*|:(?= ))\s*')
_CLOSED = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORDS: dict[str, Any] = {"null": None, "true": True, "false": False}


class BadYaml(ValueError):
    """A text is not of this part of YAML."""


def load(text: str) -> Any:
    """Read one document.

    Raises:
        BadYaml: it is not of this part of YAML.
    """
    reader = _Reader(text.splitlines())
    value = reader.block(0)
    if reader.peek() is not None:
        raise BadYaml(f"line {reader.at + 1} does not belong to what is before it")
    return value


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def peek(self) -> int | None:
        """Column of the next line that is not blank, None at the end."""
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        return None if self.at == len(self.lines) else _column(self.lines[self.at])

    def block(self, least: int) -> Any:
        """A mapping or a list that begins at this column or further right; None when there is nothing."""
        column = self.peek()
        if column is None or column < least:
            return None
        return self._list(column) if self.lines[self.at][column:].startswith("- ") else self._mapping(column)

    def _list(self, column: int) -> list[Any]:
        items = []
        while self.peek() == column and self.lines[self.at][column:].startswith("- "):
            line = self.lines[self.at]
            inner = column + 2
            self.lines[self.at] = " " * inner + line[inner:]  # what follows the dash stands for itself
            items.append(
                self.block(inner) if _KEY.fullmatch(self.lines[self.at]) else self._value(line[inner:], column)
            )
        return items

    def _mapping(self, column: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while self.peek() == column:
            found = _KEY.fullmatch(self.lines[self.at])
            if found is None or found[2].strip('"') in members:
                raise BadYaml(f"line {self.at + 1} is no new member: {self.lines[self.at].strip()}")
            members[found[2].strip('"')] = self._value(found[3] or "", column)
        return members

    def _value(self, rest: str, column: int) -> Any:
        """What stands behind a key or dash of this column; moves past it."""
        self.at += 1
        if rest == "|":
            return self._text(column)
        if not rest:
            return self.block(column + 1)
        while _depth(rest) > 0 and self.at < len(self.lines):
            rest += " " + self.lines[self.at].strip()
            self.at += 1
        return _flow(rest)

    def _text(self, column: int) -> str:
        lines = []
        while self.at < len(self.lines) and (not (line := self.lines[self.at]).strip() or _column(line) > column):
            lines.append(line)
            self.at += 1
        margin = min((_column(line) for line in lines if line.strip()), default=0)
        return "\n".join(line[margin:] for line in lines).rstrip("\n") + "\n"


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _depth(text: str) -> int:
    bare = _CLOSED.sub("", text) if text[0] in '{["' else ""
    return sum(bare.count(mark) for mark in "{[") - sum(bare.count(mark) for mark in "}]")


def _flow(text: str) -> Any:
    if text[0] not in '{["':
        return _scalar(text)
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadYaml(f"not understood: {text[at:]}")
        tokens.append(found[1])
        at = found.end()
    try:
        value = _collection(tokens)
    except IndexError:
        raise BadYaml(f"not closed: {text}") from None
    if tokens:
        raise BadYaml(f"too much: {text}")
    return value


def _collection(tokens: list[str]) -> Any:
    """Take one value from the front."""
    first = tokens.pop(0)
    if first not in ("{", "["):
        return _scalar(first)
    members: list[Any] = []
    while tokens[0] not in ("}", "]"):
        value = _collection(tokens)
        if first == "{":
            if tokens.pop(0) != ":":
                raise BadYaml(f"no value for {value}")
            value = (value, _collection(tokens))
        members.append(value)
        if tokens[0] == ",":
            tokens.pop(0)
    tokens.pop(0)
    return dict(members) if first == "{" else members


def _scalar(text: str) -> Any:
    text = text.strip()
    if text.startswith('"'):
        return json.loads(text)  # the escapes that both have
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text
