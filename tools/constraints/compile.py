"""From words to constraints: flags, the words of a request, what the repository does, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.file import choose
from tools.constraints.model import (
    PRECEDENCE,
    SINGLE,
    Constraint,
    ConstraintSet,
    Contradiction,
    Kind,
    Source,
)
from tools.constraints.names import choices, resolve
from tools.constraints.practice import from_practice as from_practice
from tools.constraints.request import from_text as from_text
from tools.errors import InvalidConstraints, Problem

_NAMED = ("architecture", "database", "orm", "framework")
_FREE: tuple[Kind, ...] = ("protected", "exclude", "advisory")
FLAG_KINDS = (*_NAMED, *_FREE)
"""What ``--constraint KIND=VALUE`` takes."""


def from_flags(flags: Sequence[str], profiles: Profiles | None = None) -> list[Constraint]:
    """The constraints of ``--constraint`` flags (``architecture=clean``, ``protected=migrations/**``).

    Raises:
        InvalidConstraints: every flag that cannot be read, with the choices.
    """
    known = profiles if profiles is not None else load_all()
    found: list[Constraint] = []
    problems: list[Problem] = []
    for flag in flags:
        kind, sign, value = (part.strip() for part in flag.partition("="))
        where = f"--constraint {flag}"
        if not sign or not value or kind not in FLAG_KINDS:
            near = choose(kind, FLAG_KINDS).partition("Choose")[0] if sign and value else ""
            remedy = f"{near}Write KIND=VALUE with one of the kinds: {', '.join(FLAG_KINDS)}."
            problems.append(Problem(where=where, message="This names no kind of constraint.", remedy=remedy))
            continue
        name = resolve(known, kind, value) if kind in _NAMED else value
        if name is None:
            remedy = choose(value, choices(known, kind))
            problems.append(Problem(where=where, message=f"There is no {kind} {value!r}.", remedy=remedy))
            continue
        earlier = next((c for c in found if c.kind == kind and kind in _NAMED and c.value != name), None)
        if earlier is not None:
            message = f"It stands against --constraint {earlier.source.text}."
            problems.append(Problem(where=where, message=message, remedy="Give one of the two."))
            continue
        found.append(
            Constraint(
                kind=_as_kind(kind),
                value=name,
                source=Source(origin="flag", text=flag),
                binding="advisory" if kind == "advisory" else "stated",
            )
        )
    if problems:
        raise InvalidConstraints(problems)
    return found


def from_words(
    kind: str, value: str, quote: str, sources: Sequence[tuple[str, str, str]], profiles: Profiles | None = None
) -> Constraint | None:
    """A constraint that a model read out of words; it counts only when its quote really stands there.

    Args:
        kind: As in ``--constraint``; what fits no verifier becomes advice.
        value: A name, a glob, or the sentence.
        quote: The words that say so.
        sources: (origin, path, text) of everything that may be quoted.
        profiles: The names to check against; default all.
    """
    known = profiles if profiles is not None else load_all()
    source = _quoted(quote, sources)
    if source is None:
        return None
    name = resolve(known, kind, value) if kind in _NAMED else value
    if kind in ("protected", "exclude") and value:
        return Constraint(kind=_as_kind(kind), value=value, source=source)
    if kind in _NAMED and name is not None:
        return Constraint(kind=_as_kind(kind), value=name, source=source)
    return Constraint(kind="advisory", value=value or quote, source=source, binding="advisory")


def from_profile(architecture: ArchitectureProfile) -> list[Constraint]:
    """What an architecture's profile recommends where nothing is there yet: advice, never a gate."""
    source = Source(origin="profile", text=architecture.title)
    return [Constraint(kind="advisory", value=note, source=source, binding="advisory") for note in architecture.notes]


def _quoted(quote: str, sources: Sequence[tuple[str, str, str]]) -> Source | None:
    wanted = " ".join(quote.split()).lower()
    if not wanted:
        return None
    for origin, path, text in sources:
        if wanted not in " ".join(text.split()).lower():
            continue
        first = wanted.split()[0]
        lines = text.splitlines()
        hits = (i for i, line in enumerate(lines, start=1) if " ".join(line.split()).lower().find(wanted) >= 0)
        starts = (i for i, line in enumerate(lines, start=1) if first in line.lower())
        line = next(hits, next(starts, 0))
        if origin in PRECEDENCE:
            return Source(origin=origin, path=path, line=line, text=" ".join(quote.split()))
    return None


def combine(*groups: Iterable[Constraint]) -> ConstraintSet:
    """All constraints together, strongest source first.

    Of kinds that can have one value only, the strongest source decides; other values become contradictions.
    The same thing said twice counts once. Within one source the first saying wins.
    """
    ordered = sorted((c for group in groups for c in group), key=lambda c: PRECEDENCE.index(c.source.origin))
    kept: list[Constraint] = []
    against: list[Contradiction] = []
    for constraint in ordered:
        if any(c.id == constraint.id and c.params == constraint.params for c in kept):
            continue
        rival = _rival(constraint, kept)
        if rival is None:
            kept.append(constraint)
        elif rival.value != constraint.value:
            against.append(Contradiction(kept=rival, dropped=constraint))
    return ConstraintSet(constraints=tuple(kept), contradictions=tuple(against))


def _rival(constraint: Constraint, kept: Sequence[Constraint]) -> Constraint | None:
    if constraint.kind in SINGLE:
        return next((c for c in kept if c.kind == constraint.kind), None)
    if constraint.kind in ("rule", "contract"):
        return next((c for c in kept if c.id == constraint.id), None)
    return None


def _as_kind(name: str) -> Kind:
    kinds: tuple[Kind, ...] = get_args(Kind)
    return next(kind for kind in kinds if kind == name)
