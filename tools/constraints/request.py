"""A careful reading of a request's words: what they name for certain, and nothing else.

Whatever may be a remark, an example, an alternative, a question or history is left out: the model reads the
request too, and a missed constraint costs less than an invented one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from framework_profiles.loader import AnyProfile, Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.model import NONE, Constraint, Kind, Origin, Source

_FENCE = re.compile(r"^\s*(?:```|~~~)")
_QUOTE = re.compile(r"^\s*>")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z`*_\"'])")
_QUOTED = re.compile(r"[\"“][^\"”\n]{0,200}[\"”]")

_BINDING = re.compile(
    r"\b(?:use[sd]?|using|with|via|must|shall|should|has to|have to|need(?:s|ed)? to|require[sd]?|follow(?:s|ing)?|"
    r"implement(?:s|ed)?|adopt|keep|build|built|write|written|on top of|backed by|persist(?:s|ed|ing)?|store[sd]?|"
    r"through|database|db|orm|framework|architecture|stack|data access|backend|service|api|app|application|server|"
    r"in|on|is)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:do not|don't|does not|doesn't|must not|mustn't|should not|shouldn't|may not|cannot|can't|never|not|no|"
    r"without|avoid|instead of|rather than|other than|unlike|not on|replace|replacing|drop|remove|removing|"
    r"away from|move from|migrate from|migrating from|moved from|from|ban(?:s|ned)?|forbid(?:s|den)?)\b[^,.;:]{0,30}$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"^\s*(?:is|are)\s+(?:not|forbidden|banned|prohibited)|^\s*must not", re.IGNORECASE)
_UNSURE = re.compile(
    r"\?\s*$|\b(?:if|unless|whether|maybe|perhaps|might|could|e\.g|for example|"
    r"for instance|such as|like|optional(?:ly)?|"
    r"later|eventually|future|someday|one day|planned|used to|previously|formerly|legacy|originally|"
    r"tests?|testing|test suite|documentation says|readme says|compare[ds]?|similar to|inspired|as opposed)\b",
    re.IGNORECASE,
)
_NO_ORM = re.compile(
    r"\b(?:(?:do not|don't|must not|never)"
    r"\s+use\s+(?:an?|any|the)?\s*orms?\b|without\s+(?:an?|any)\s+orm\b|"
    r"no\s+orms?\b|no\s+object[- ]relational|orms?\s+(?:are|is)\s+(?:not\s+allowed|forbidden|prohibited|banned)|"
    r"raw\s+sql\s+only|only\s+raw\s+sql|plain\s+sql\s+only|orm\s*[:=]\s*none)",
    re.IGNORECASE,
)
_USING = re.compile(r"\b(?:use|using)\s+$", re.IGNORECASE)
_EITHER = re.compile(r"\s*(?:,\s*)?(?:or|/|\||vs\.?|versus|and/or)\s*", re.IGNORECASE)
_LAYERS_WORD = re.compile(r"\b(?:layer(?:s|ed|ing)?|architecture)\b", re.IGNORECASE)


class _Mention(NamedTuple):
    name: str
    line: int
    text: str
    sure: bool


def from_text(
    text: str, origin: Origin = "request", path: str = "", *, profiles: Profiles | None = None
) -> list[Constraint]:
    """Candidates that a request names without doubt, each with its source line; empty when in doubt.

    Args:
        text: The request, or an instruction file.
        origin: ``request`` or ``instructions``.
        path: The file that `text` comes from, for the source.
        profiles: The names to look for; default all.
    """
    known = profiles if profiles is not None else load_all()
    sentences = list(_sentences(text))
    found: list[Constraint] = []
    tables: tuple[tuple[Kind, Sequence[AnyProfile]], ...] = (
        ("architecture", list(known.architectures.values())),
        ("framework", list(known.frameworks.values())),
        ("database", [d for d in known.databases.values() if d.store == "primary"]),
        ("orm", list(known.orms.values())),
    )
    for kind, candidates in tables:
        mention = _decide(list(_mentions(kind, candidates, sentences)))
        if mention is not None:
            source = Source(origin=origin, path=path, line=mention.line, text=mention.text)
            found.append(Constraint(kind=kind, value=mention.name, source=source))
    return found


def _decide(mentions: list[_Mention]) -> _Mention | None:
    """The one name that all sure mentions agree on."""
    names = {m.name for m in mentions if m.sure}
    return next((m for m in mentions if m.sure), None) if len(names) == 1 else None


def _mentions(kind: Kind, candidates: Sequence[AnyProfile], sentences: Sequence[tuple[int, str]]) -> Iterator[_Mention]:
    patterns = [(profile, _pattern(profile)) for profile in candidates]
    for line, sentence in sentences:
        if kind == "orm" and _NO_ORM.search(sentence):
            yield _Mention(NONE, line, sentence, not sentence.rstrip().endswith("?"))
        spans = [(m.start(), m.end(), p) for p, pattern in patterns for m in pattern.finditer(sentence)]
        spans = _longest(spans)
        if kind == "architecture":
            yield from _layer_lists(candidates, line, sentence)
        if _alternatives(sentence, spans):
            # "SQLite or Postgres": each of them is named, so that no other sentence decides alone.
            yield from (_Mention(profile.name, line, sentence, True) for _, _, profile in spans)
            continue
        for start, end, profile in spans:
            named = _is_name(sentence, start, end, profile)
            yield _Mention(profile.name, line, sentence, named and _is_sure(sentence, start, end))


def _layer_lists(candidates: Sequence[AnyProfile], line: int, sentence: str) -> Iterator[_Mention]:
    """``Layers: routes > services > repositories`` names the closed architecture that has these layers."""
    if not _LAYERS_WORD.search(sentence) or _UNSURE.search(sentence):
        return
    lowered = sentence.lower()
    for profile in candidates:
        if not isinstance(profile, ArchitectureProfile) or not profile.required:
            continue
        named = [n for n in profile.required if re.search(rf"\b{_stem(n)}(?:y|ies|e?s)?\b", lowered)]
        if len(named) >= 3 and not _NOT.search(lowered[: lowered.find(_stem(named[0]))]):
            yield _Mention(profile.name, line, sentence, True)


def _is_name(sentence: str, start: int, end: int, profile: AnyProfile) -> bool:
    """Several names are English words in lower case ("with express consent"): those need a plainer sign."""
    written, title = sentence[start:end], profile.title
    if profile.kind in ("architecture", "database") or not written.islower() or not title[1:].islower():
        return True
    before = sentence[:start]
    return written.endswith(".js") or before.endswith("`") or bool(_USING.search(before)) or _label(before)


def _is_sure(sentence: str, start: int, end: int) -> bool:
    before, after = sentence[:start], sentence[end:]
    clause = re.split(r"[;:]\s|,\s(?:but|and|not)\s", before)[-1] if before else before
    if _NOT.search(before) or _NOT_AFTER.match(after):
        return False
    if _UNSURE.search(sentence):
        return False
    return bool(_BINDING.search(clause) or _BINDING.match(after.lstrip(" -:`*")) or _label(before))


def _label(before: str) -> bool:
    return bool(re.search(r"(?:^|[\s*_-])(?:database|db|orm|framework|architecture|stack)\W*$", before, re.IGNORECASE))


def _alternatives(sentence: str, spans: Sequence[tuple[int, int, AnyProfile]]) -> bool:
    for (_, end, first), (start, _, second) in zip(spans, spans[1:], strict=False):
        if first.name != second.name and _EITHER.fullmatch(sentence[end:start].strip("`*_ ") or " "):
            return True
    return False


def _longest(spans: list[tuple[int, int, AnyProfile]]) -> list[tuple[int, int, AnyProfile]]:
    kept: list[tuple[int, int, AnyProfile]] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _pattern(profile: AnyProfile) -> re.Pattern[str]:
    """Titles as they are written; lower-case names too where they are no English word."""
    words = {profile.title.removesuffix(" (open)")}
    if isinstance(profile, ArchitectureProfile):
        spelled = re.escape(profile.title.split(" (", 1)[0]).replace(r"\ ", r"[\s-]+")
        return re.compile(rf"\b{spelled}\b", re.IGNORECASE)
    words.update(scheme for scheme in getattr(profile.marks, "url_schemes", ()) if len(scheme) > 4)
    words.update((profile.name.replace("_", " "), profile.name))
    titles = "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))
    return re.compile(rf"(?<![\w/@.-])(?:{titles})(?:\.js)?(?![\w@-]|/\w|://)", re.IGNORECASE)


def _stem(layer: str) -> str:
    return re.escape(layer.removesuffix("ies").removesuffix("s"))


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) outside code blocks and quotations; words in double quotes are cut out."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if fenced or _QUOTE.match(line):
            continue
        plain = _QUOTED.sub(" ", line).replace("**", "").replace("__", "")
        for sentence in _SENTENCE.split(plain):
            if sentence.strip():
                yield number, sentence.strip()
