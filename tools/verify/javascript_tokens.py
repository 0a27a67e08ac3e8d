"""What is certainly no JavaScript, TypeScript or Flow: judged by tokens alone, without any grammar.

A grammar that fails may be older than the file. What is said here holds for every dialect: brackets match, strings
end on their line, and two operands do not follow each other without an operator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_SPACE = re.compile(r"(?:[\s\ufeff]|//[^\n\r\u2028\u2029]*)+")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"#?[A-Za-z_$\u0080-\U0010ffff\\](?:[\w$\u0080-\U0010ffff\\\u200c\u200d]|(?<=\\u)\{[0-9a-fA-F]+\})*")
_NUMBER = re.compile(r"\.?\d(?:[eE][+-]|[\w.])*")
_STRING = re.compile(r"'(?:[^'\\\n\r]|\\(?:\r\n|.))*'|\"(?:[^\"\\\n\r]|\\(?:\r\n|.))*\"", re.DOTALL)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+/[a-z]*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_SIGN = re.compile(r"\.\.\.|=>|\+\+|--|===?|!==?|&&=?|\|\|=?|\?\?=?|\?\.(?!\d)|\*\*=?|[-+*/%&|^<>]=|.", re.DOTALL)
_MARKUP = re.compile(r"</[A-Za-z_>]|/>|<>")
"""An element: between its tags stands text of any kind."""

_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset("([{")
_HANGING = frozenset(("=", "==", "===", "!=", "!==", "&&", "||", "??", "=>", "."))
"""Signs after which an operand must come, in every dialect."""
_BEFORE_REGEX_TEXT = "return typeof instanceof in of new delete void throw case do else yield await default extends"
_BEFORE_REGEX = frozenset(_BEFORE_REGEX_TEXT.split())
_CONDITIONS = frozenset(("if", "while", "for", "with"))
_WORDS_TEXT = """
    abstract accessor any as assert asserts async await break case catch checks class component const continue
    debugger declare default defer delete do else enum export exports extends finally for from function get global
    hook if implements implies import in infer instanceof interface intrinsic is keyof let meta mixes mixins module
    namespace new null of opaque out override package private proto protected public readonly record renders require
    return satisfies set source static struct super switch symbol target this throw true false try type typeof unique
    using var void while with yield
"""
_WORDS = frozenset(_WORDS_TEXT.split())
"""Words that may stand beside an operand, in JavaScript, TypeScript or Flow."""
_STARTS = frozenset(["await", "const", "false", "function", "new", "null", "return", "this", "throw", "true", "var"])
"""Those of them that begin something: they may stand before an operand, never behind one."""


class Flaw(NamedTuple):
    """Where the text stops being a program."""

    line: int
    message: str


class _Unsure(Exception):
    """A slash that may begin a regular expression or divide."""


class _Token(NamedTuple):
    kind: str
    """word, number, string, regex, template, sign."""
    text: str
    line: int


def first_flaw(text: str) -> Flaw | None:
    """The first thing in `text` that no dialect allows; None when nothing is certain."""
    if _MARKUP.search(text):
        return None
    reader = _Reader(text)
    try:
        return _judge(reader)
    except _Unsure:
        return None


def _judge(reader: _Reader) -> Flaw | None:
    before: _Token | None = None
    decorated = 0
    for token in reader.tokens():
        if token.text == "@":
            decorated = token.line
        if before is not None and decorated != token.line:
            flaw = _pair(before, token)
            if flaw is not None:
                return flaw
        before = token
    return reader.flaw


def _pair(before: _Token, token: _Token) -> Flaw | None:
    """What is wrong about two tokens that follow each other."""
    if before.kind == "sign" and before.text in _HANGING and token.text in (")", "]", "}", ";", ","):
        return Flaw(token.line, f"'{token.text}' follows '{before.text}': an expression is missing")
    operands = ("word", "number", "string")
    if before.kind not in operands or token.kind not in operands or before.line != token.line:
        return None
    if _is_joining(before) or (_is_joining(token) and token.text not in _STARTS):
        return None
    return Flaw(token.line, f"nothing joins {_short(before.text)} and {_short(token.text)}")


def _is_joining(token: _Token) -> bool:
    return token.kind == "word" and token.text in _WORDS


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:27] + "..."


class _Open(NamedTuple):
    sign: str
    """``(``, ``[``, ``{`` or ``${``."""
    line: int
    condition: bool
    """The parenthesis of ``if (...)``: what follows it begins a statement."""


class _Reader:
    """Tokens of a text; ends at the first flaw, which is then in `flaw`."""

    def __init__(self, text: str) -> None:
        self.flaw: Flaw | None = None
        self._text = text
        self._at = 0
        self._line = 1
        self._open: list[_Open] = []
        self._last: _Token | None = None
        self._after_condition = False

    def tokens(self) -> Iterator[_Token]:
        if self._text.startswith("#!"):
            self._at = self._text.find("\n") if "\n" in self._text else len(self._text)
        while self.flaw is None and self._skip():
            token = self._next()
            if token is not None:
                self._last = token
                yield token
        if self.flaw is None and self._open:
            last = self._open[-1]
            self.flaw = Flaw(last.line, f"the '{last.sign}' of this line is never closed")

    def _skip(self) -> bool:
        """Go to the next token; False at the end."""
        while self._at < len(self._text):
            space = _SPACE.match(self._text, self._at)
            if space is not None:
                self._advance(space.end())
            elif self._text.startswith("/*", self._at):
                comment = _COMMENT.match(self._text, self._at)
                if comment is None:
                    self.flaw = Flaw(self._line, "the comment that begins here never ends")
                    return False
                self._advance(comment.end())
            else:
                return True
        return False

    def _advance(self, end: int) -> str:
        piece = self._text[self._at : end]
        self._line += piece.count("\n")
        self._at = end
        return piece

    def _next(self) -> _Token | None:
        for kind, pattern in (("word", _WORD), ("number", _NUMBER)):
            match = pattern.match(self._text, self._at)
            if match is not None:
                return _Token(kind, self._advance(match.end()), self._line)
        sign = self._text[self._at]
        special: dict[str, Callable[[], _Token | None]] = {
            "'": self._string,
            '"': self._string,
            "`": self._template,
            "/": self._slash,
        }
        return special[sign]() if sign in special else self._sign()

    def _string(self) -> _Token | None:
        match = _STRING.match(self._text, self._at)
        if match is None:
            self.flaw = Flaw(self._line, "the string that begins here does not end on its line")
            return None
        line = self._line
        return _Token("string", self._advance(match.end()), line)

    def _template(self) -> _Token | None:
        """From a backtick, or from the brace that ends a substitution, to the end or the next substitution."""
        line = self._line
        match = _TEMPLATE.match(self._text, self._at + 1)
        end = match.end() if match is not None else self._at + 1
        if self._text.startswith("${", end):
            self._advance(end + 2)
            self._open.append(_Open("${", self._line, False))
            return _Token("sign", "${", self._line)
        if not self._text.startswith("`", end):
            self.flaw = Flaw(line, "the template that begins here never ends")
            return None
        self._advance(end + 1)
        return _Token("template", "`", self._line)

    def _slash(self) -> _Token | None:
        if not self._may_be_regex():
            return self._sign()
        match = _REGEX.match(self._text, self._at)
        if match is None:
            raise _Unsure
        return _Token("regex", self._advance(match.end()), self._line)

    def _may_be_regex(self) -> bool:
        last = self._last
        if last is None:
            return True
        if last.kind == "word":
            return last.text in _BEFORE_REGEX
        if last.kind != "sign":
            return False
        if last.text in ("}", "++", "--"):
            raise _Unsure
        return last.text != "]" and (last.text != ")" or self._after_condition)

    def _sign(self) -> _Token | None:
        match = _SIGN.match(self._text, self._at)
        text = self._advance(match.end() if match is not None else self._at + 1)
        if text in _OPENING:
            last = self._last
            condition = text == "(" and last is not None and last.kind == "word" and last.text in _CONDITIONS
            self._open.append(_Open(text, self._line, condition))
        elif text in _PAIRS:
            return self._close(text)
        return _Token("sign", text, self._line)

    def _close(self, sign: str) -> _Token | None:
        opened = self._open.pop() if self._open else None
        if opened is None:
            self.flaw = Flaw(self._line, f"'{sign}' closes nothing")
            return None
        if opened.sign == "${" and sign == "}":
            self._at -= 1  # the brace takes the place of the backtick
            return self._template()
        if opened.sign != _PAIRS[sign]:
            self.flaw = Flaw(self._line, f"'{sign}' cannot close the '{opened.sign}' of line {opened.line}")
            return None
        self._after_condition = opened.condition
        return _Token("sign", sign, self._line)
