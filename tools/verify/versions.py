"""incompatible-versions: distributions that are known not to work together are not declared together."""

from __future__ import annotations

from collections.abc import Iterator

from framework_profiles.loader import Profiles
from framework_profiles.model import FrameworkProfile, Incompatible, OrmProfile
from tools.findings import Finding, Severity
from tools.verify.declared import Known, Versions, read_demand
from tools.verify.rule import Context, Rule
from tools.verify.version_ranges import is_within, overlap


def incompatible(context: Context) -> Iterator[Finding]:
    """Pairs of which every version that is allowed, or locked, is one that does not work with the other."""
    versions = context.table(Versions)
    told: set[tuple[str, str, str]] = set()
    for profile in with_versions(context.profiles):
        for folder in versions.folders(profile.runtime):
            for pair in profile.incompatible:
                found = _judge(versions, folder, profile.runtime, pair)
                # Packages of one workspace that should have one version are one thing to mend.
                key = (found.message if pair.same else found.path, pair.one, pair.other) if found is not None else None
                if found is not None and key is not None and key not in told:
                    told.add(key)
                    yield found


def with_versions(profiles: Profiles) -> list[FrameworkProfile | OrmProfile]:
    """The profiles that know of versions."""
    return [*profiles.frameworks.values(), *profiles.orms.values()]


def _judge(versions: Versions, folder: str, ecosystem: str, pair: Incompatible) -> Finding | None:
    one, other = read_demand(pair.one, ecosystem), read_demand(pair.other, ecosystem)
    first, second = versions.of(folder, ecosystem, one.name), versions.of(folder, ecosystem, other.name)
    if first is None or second is None:
        return None
    here = [known for known in (first, second) if known.declared and known.place == folder]
    if not here or not (is_within(first.allowed, one.allowed) and is_within(second.allowed, other.allowed)):
        return None
    if pair.same and overlap(first.allowed, second.allowed):
        return None
    return Finding(
        rule="incompatible-versions",
        severity=Severity.ERROR if pair.breaks else Severity.WARNING,
        path=here[0].path,
        line=here[0].line,
        message=f"{_said(one.name, first)} and {_said(other.name, second)} {_verdict(pair)}: {pair.why}.",
        hint=pair.instead,
    )


def _verdict(pair: Incompatible) -> str:
    return "do not work together" if pair.breaks else "may not work together"


def _said(name: str, known: Known) -> str:
    source = "" if known.declared else f" ({known.path})"
    return f"{name} {known.shown}{source}"


RULES = (
    Rule(
        id="incompatible-versions",
        summary="Distributions that are known not to work together are not declared together.",
        gate=incompatible,
    ),
)
