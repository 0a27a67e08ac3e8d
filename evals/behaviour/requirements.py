"""The requirements of a contract: its sentences with MUST, each with its id, and which check tests which.

The text is read line by line as far as this needs (keys, block scalars, paragraphs), so that no YAML package is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from evals.behaviour.contract import Contract

START, END = "<!-- requirements: start -->", "<!-- requirements: end -->"
_KEY = re.compile(r"^ *(?:- +)*(?P<key>'[^']*'|\"[^\"]*\"|[^\s#'\"\[{|>-][^:#]*?):(?:\s+(?P<value>.*))?$")
_BLOCK = re.compile(r"[|>][-+\d]*(?:\s+#.*)?")
_ID = re.compile(r"\s*\[([A-Z]{2,8}-\d{2,3})\]")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'`)]*\s+")
_MUST = re.compile(r"\bMUST\b")
_QUOTED = re.compile(r"\"[^\"]*\"|`[^`]*`")
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_BREAKS = re.compile(r"\s*(?:[#|]|[-*+] |\d+\. )")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One sentence with MUST."""

    id: str
    sentence: str
    where: str
    """The operation (``POST /patients``) or the part of the text that it stands under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What was read."""

    requirements: tuple[Requirement, ...]
    defects: tuple[str, ...]
    """Sentences with MUST and without id, ids without such a sentence, ids given twice."""


def read(text: str) -> Specification:
    """Read the requirements of a text in YAML."""
    found: list[Requirement] = []
    defects: list[str] = []
    for where, paragraph in _paragraphs(text):
        *pieces, rest = _ID.split(paragraph)
        for before, id_ in zip(pieces[::2], pieces[1::2], strict=True):
            sentences = _SENTENCE.split(before.strip())
            last = max((at for at, sentence in enumerate(sentences) if _binds(sentence)), default=None)
            if last is None:
                defects.append(f"{id_} ({where}) stands after no sentence with MUST")
                continue
            found.append(Requirement(id=id_, sentence=" ".join(sentences[last:]), where=where))
            defects += _without_id(sentences[:last], where)
        defects += _without_id(_SENTENCE.split(rest.strip()), where)
    times = Counter(requirement.id for requirement in found)
    defects += [f"{id_} is given {count} times" for id_, count in times.items() if count > 1]
    return Specification(requirements=tuple(found), defects=tuple(defects))


def _binds(sentence: str) -> bool:
    """Whether it says MUST other than as a word that is talked about."""
    return bool(_MUST.search(_QUOTED.sub("", sentence)))


def _without_id(sentences: list[str], where: str) -> list[str]:
    return [f"MUST without an id ({where}): {sentence}" for sentence in sentences if _binds(sentence)]


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Where it stands, and its words on one line, for each paragraph, list item and table row."""
    stack: list[tuple[int, str]] = []
    words: list[str] = []
    heading = False
    block: int | None = None
    """Column of the key whose block scalar we are in."""
    for line in [*text.splitlines(), ""]:
        column = len(line) - len(line.lstrip())
        if block is not None and line.strip() and column <= block:
            block = None
        key = _KEY.match(line) if block is None else None
        mark = _BREAKS.match(line)
        if words and (key or mark or heading or not line.strip()):
            yield _where(stack), " ".join(words)
            words = []
        heading = mark is not None and mark[0].endswith("#")
        if key is None:
            words += line[mark.end() if mark else 0 :].split()
            continue
        stack = [entry for entry in stack if entry[0] < key.start("key")]
        stack.append((key.start("key"), key["key"].strip("'\"")))
        value = key["value"] or ""
        if _BLOCK.fullmatch(value):
            block = key.start("key")
        else:
            words = value.strip("'\"").split()


def _where(stack: list[tuple[int, str]]) -> str:
    keys = [key for _, key in stack]
    if keys[:1] == ["paths"] and len(keys) > 1:
        return f"{keys[2].upper()} {keys[1]}" if len(keys) > 2 and keys[2] in _METHODS else keys[1]
    return ".".join(keys[:3] if keys[:1] == ["components"] else keys[:1])


def gaps(contract: Contract) -> list[str]:
    """What is not as it should be between text and checks; empty when each has its other."""
    specification = read(contract.text)
    known = {requirement.id for requirement in specification.requirements}
    tested = {id_ for check in contract.checks for id_ in check.requirements}
    found = list(specification.defects)
    found += [f"{r.id} has no check: {r.sentence}" for r in specification.requirements if r.id not in tested]
    for check in contract.checks:
        found += [
            f"{check.name} names {id_}, which is not in the text" for id_ in check.requirements if id_ not in known
        ]
    return found


def table(contract: Contract) -> str:
    """Requirements with their checks and checks with their requirements, in Markdown."""
    checks: dict[str, list[str]] = defaultdict(list)
    for check in contract.checks:
        for id_ in check.requirements:
            checks[id_].append(f"`{check.name}`")
    requirements = read(contract.text).requirements
    lines = [f"{len(requirements)} requirements, {len(contract.checks)} checks.", ""]
    lines += ["| requirement | stands under | sentence | checks |", "|---|---|---|---|"]
    lines += [
        f"| {r.id} | {_cell(r.where)} | {_cell(r.sentence)} | {', '.join(checks[r.id]) or '**none**'} |"
        for r in requirements
    ]
    lines += ["", "| check | says | requirements |", "|---|---|---|"]
    lines += [f"| `{c.name}` | {_cell(c.claim)} | {', '.join(c.requirements)} |" for c in contract.checks]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(contract: Contract) -> tuple[str, str]:
    """The README of a contract as it is, and as it is with a fresh table between the markers.

    Raises:
        ValueError: it has no markers.
    """
    now = (contract.folder / "README.md").read_text(encoding="utf-8")
    head, start, rest = now.partition(START)
    _, end, tail = rest.partition(END)
    if not (start and end):
        raise ValueError(f"README.md of {contract.name} has no lines {START} and {END}")
    return now, f"{head}{START}\n\n{table(contract)}\n\n{END}{tail}"


def stale(contract: Contract) -> str:
    """For a test: why the table in the README is not the one of today, empty when it is."""
    now, fresh = renewed(contract)
    return "" if now == fresh else f"the table is stale: python -m evals.behaviour {contract.name} --table"


def write_table(contract: Contract) -> None:
    """Put a fresh table into the README."""
    (contract.folder / "README.md").write_text(renewed(contract)[1], encoding="utf-8")
