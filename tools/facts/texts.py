"""Which strings are worth keeping: SQL, database addresses, files of interest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

MAX_TEXT = 2_000
"""Characters kept of one string."""

_VERBS = rb"select|insert|update|delete|create|alter|drop|with|truncate|pragma|replace|merge|explain"
_SQL_STARTS = tuple(
    # A pattern that begins with one letter is searched for at ten times the speed of one that begins with several.
    re.compile(mark + rb"\s*+(?:--[^\n]*+\n\s*+)*+\(?\s*+(?=[scdiuatwprme])(?P<verb>" + _VERBS + rb")\s")
    for mark in (b'"', b"'", b"`")
)
_SCHEME = re.compile(rb"""["'`][a-z][a-z0-9+.\-]*\Z""")
_SUFFIX = re.compile(rb"""(?:db\d?|sql\w{0,4}|env)["'`]""")


def candidates(source: bytes) -> list[int]:
    """Places in `source` that may lie in a string of interest; `kind_of` then judges the string."""
    found: set[int] = set()
    lower = source.lower()
    for pattern in _SQL_STARTS:
        found.update([match.start("verb") for match in pattern.finditer(lower)])
    for mark in (b"://", b"::memory"):
        found.update([p for p in _places(source, mark) if _SCHEME.search(source, max(0, p - 40), p)])
    for mark in (b".db", b".sql", b".env"):
        found.update([p for p in _places(lower, mark) if _SUFFIX.match(lower, p + 1)])
    return sorted(found)


def _places(source: bytes, word: bytes) -> Iterator[int]:
    place = source.find(word)
    while place >= 0:
        yield place
        place = source.find(word, place + len(word))


_OBJECT = r"(?:table|index|view|schema|database|sequence|trigger|function|type|extension|role|user|column)"
_SQL = re.compile(
    rf"""\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(?\s*(?P<verb>
      select\b(?:\s.{{0,4000}}?\bfrom\b|\s+(?:\d|\w+\(|distinct\b|exists\b|:|%s|@@))
    | insert\s+(?:or\s+\w+\s+|ignore\s+)?into\s
    | replace\s+into\s
    | merge\s+into\s
    | update\s+(?:only\s+)?\S+(?:\s+(?:as\s+)?\w+)?\s+set\s
    | delete\s+from\s
    | truncate\s+(?:table\s+)?["\w{{$]+
    | with\s+(?:recursive\s+)?["\w]+\s*(?:\([^)]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s+)?\(
    | create\s+(?:or\s+replace\s+)?(?:unique\s+|temp\w*\s+|global\s+|local\s+|virtual\s+|materialized\s+)*{_OBJECT}\b
    | alter\s+{_OBJECT}\s
    | drop\s+(?:materialized\s+)?{_OBJECT}\s
    | pragma\s+\w
    | explain\s+(?:\w+\s+)*(?:select|insert|update|delete)\b
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_PROSE = re.compile(
    r"\s(?:a|an|the|all|any|this|that|these|those|your|our|one|some|from the)\s+(?!from\b|as\b)\w", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.\-]*):(?://|:?memory)")
_NOT_DATABASES_TEXT = (
    "http https ws wss ftp ftps sftp file git ssh svn data mailto tcp udp unix blob chrome about urn ldap "
    "smtp smtps s3 gs npm vscode app ms-appx capacitor ionic socks5 socks5h socks4 rtmp rtsp irc tel sms "
    "git+https git+ssh git+http memory-only"
)
_NOT_DATABASES = frozenset(_NOT_DATABASES_TEXT.split())
_FILE = re.compile(r"[^\s<>|*?\"']{0,200}\.(?:db\d?|sql\w{0,4}|env)")


def kind_of(text: str) -> Literal["sql", "url", "file"] | None:
    """What `text` looks like, or ``None``. Prose that begins with a verb of SQL is not SQL."""
    address = _ADDRESS.match(text)
    if address:
        return None if address["scheme"] in _NOT_DATABASES else "url"
    sql = _SQL.match(text)
    if sql:
        verb = sql["verb"].split(None, 1)[0]
        if verb.isupper():
            return "sql"
        # "Select an item from the list": people write SQL keywords in one case, and prose has articles.
        if verb.islower() and not _PROSE.search(text, sql.start("verb"), sql.start("verb") + 80):
            return "sql"
        return None
    return "file" if _FILE.fullmatch(text) else None


def clip(text: str) -> str:
    """`text` within `MAX_TEXT` characters."""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT]
