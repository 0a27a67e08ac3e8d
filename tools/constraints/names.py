"""The names by which people call a framework, an ORM, a database or an architecture."""

from __future__ import annotations

from collections.abc import Mapping

from framework_profiles.loader import AnyProfile, Profiles
from framework_profiles.model import Kind as ProfileKind
from tools.constraints.model import NONE

_KINDS: Mapping[str, ProfileKind] = {
    "framework": "framework",
    "orm": "orm",
    "database": "database",
    "architecture": "architecture",
}
_NONE_ALLOWED = ("orm", "database")


def profiles_of(profiles: Profiles, kind: str) -> Mapping[str, AnyProfile]:
    """The profiles of a constraint's kind by name."""
    return profiles.of_kind(_KINDS[kind])


def choices(profiles: Profiles, kind: str) -> tuple[str, ...]:
    """The values that a constraint of this kind can take, for messages."""
    names = profiles.names(_KINDS[kind])
    return (*names, NONE) if kind in _NONE_ALLOWED else names


def resolve(profiles: Profiles, kind: str, word: str) -> str | None:
    """The profile's name for what somebody wrote (``PostgreSQL``, ``sqlite3``), None when it is unknown."""
    wanted = _plain(word)
    if wanted == NONE and kind in _NONE_ALLOWED:
        return NONE
    for profile in profiles_of(profiles, kind).values():
        if wanted in spellings(profile):
            return profile.name
    if kind == "orm":  # people call it by the framework that it comes with
        owners = (f for f in profiles.frameworks.values() if f.builtin_orm and wanted in spellings(f))
        return next((owner.builtin_orm for owner in owners), None)
    return None


def spellings(profile: AnyProfile) -> frozenset[str]:
    """Every way to write a profile's name, in the form that `_plain` gives."""
    marks = profile.marks
    words = (profile.name, profile.title, *marks.url_schemes, *marks.imports[:1])
    return frozenset(_plain(word) for word in words if word)


def _plain(word: str) -> str:
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    return plain.removesuffix("-architecture")
