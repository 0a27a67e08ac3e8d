"""``python -m evals.field judge``: what two readers say of a sample, rule by rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.field.grid import grid, percent

VERDICTS = ("true", "false", "unsure")
ENOUGH = 10
"""Findings below which a rule is unproven, whatever readers say."""
GOAL = 0.95
_SHOWN = 8


class BadFile(Exception):
    """A sample or a file of verdicts cannot be used; the text says why, a line for each fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reader says of a finding."""

    verdict: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding and both opinions."""

    finding: Mapping[str, Any]
    first: Opinion
    second: Opinion

    @property
    def both(self) -> bool:
        """Whether both call it true."""
        return self.first.verdict == self.second.verdict == "true"

    @property
    def agree(self) -> bool:
        """Whether both say the same."""
        return self.first.verdict == self.second.verdict


def read_sample(path: Path) -> list[dict[str, Any]]:
    """The findings of a sample; raises BadFile."""
    found = _json(path)
    findings = found.get("findings") if isinstance(found, dict) else None
    if not isinstance(findings, list) or not all(isinstance(f, dict) and "id" in f and "rule" in f for f in findings):
        raise BadFile(f"{path}: not a sample as `sample` writes it")
    return findings


def read_verdicts(path: Path, ids: Sequence[str]) -> dict[str, Opinion]:
    """A reader's file; it must judge every finding of the sample, with a reason, and no other.

    Raises:
        BadFile: it does not.
    """
    found = _json(path)
    if not isinstance(found, dict):
        raise BadFile(f"{path}: not an object of id -> verdict")
    faults = [f"no verdict on {wanted}" for wanted in ids if wanted not in found]
    faults += [f"{name} is not in the sample" for name in found if name not in set(ids)]
    opinions: dict[str, Opinion] = {}
    for name, given in found.items():
        verdict = given.get("verdict") if isinstance(given, dict) else None
        why = given.get("why") if isinstance(given, dict) else None
        if verdict not in VERDICTS:
            faults.append(f"{name}: the verdict is {verdict!r}, must be one of {', '.join(VERDICTS)}")
        elif not isinstance(why, str) or not why.strip():
            faults.append(f"{name}: no reason (`why`)")
        else:
            opinions[name] = Opinion(verdict=verdict, why=why.strip())
    if faults:
        more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        raise BadFile("\n".join(f"{path}: {fault}" for fault in (*faults[:_SHOWN], *more)))
    return opinions


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: cannot be read: {error}") from error


def judged(sample: Path, first: Path, second: Path) -> list[Judged]:
    """Every finding with both opinions; raises BadFile."""
    findings = read_sample(sample)
    ids = [finding["id"] for finding in findings]
    faults: list[str] = []
    readers: list[dict[str, Opinion]] = []
    for path in (first, second):
        try:
            readers.append(read_verdicts(path, ids))
        except BadFile as fault:
            faults.append(str(fault))
    if faults:
        raise BadFile("\n".join(faults))
    one, two = readers
    return [Judged(finding=f, first=one[f["id"]], second=two[f["id"]]) for f in findings]


def kappa(pairs: Sequence[Judged]) -> float | None:
    """Cohen's kappa; None where chance alone must agree (both readers always say the same one thing)."""
    if not pairs:
        return None
    observed = sum(pair.agree for pair in pairs) / len(pairs)
    firsts = Counter(pair.first.verdict for pair in pairs)
    seconds = Counter(pair.second.verdict for pair in pairs)
    expected = sum(firsts[v] * seconds[v] for v in VERDICTS) / len(pairs) ** 2
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def report(pairs: Sequence[Judged]) -> str:
    """Rules, repositories, what is unproven or below the goal, and the false ones with reasons."""
    head = ("", "judged", "first", "second", "both", "true %", "agree %", "kappa", "")
    rules = [_cells(name, pile, remark=True) for name, pile in _by(pairs, "rule").items()]
    homes = [_cells(name, pile, remark=False) for name, pile in _by(pairs, "repository").items()]
    unproven = [name for name, pile in _by(pairs, "rule").items() if len(pile) < ENOUGH]
    lines = [
        grid(("rule", *head[1:]), [*rules, _cells("all", pairs, remark=False)]),
        grid(("repository", *head[1:]), homes),
        "first, second, both: called true by that reader, by both; true %: by both, of all judged; unsure is not true.",
        f"unproven (fewer than {ENOUGH} judged): {', '.join(unproven) or 'no rule'}",
        f"goal ({GOAL:.0%} true): {'reached' if reached(pairs) else 'missed'}",
    ]
    return "\n\n".join([*lines, *_false(pairs)])


def reached(pairs: Sequence[Judged]) -> bool:
    """Whether the share that both readers call true reaches the goal."""
    return bool(pairs) and sum(pair.both for pair in pairs) >= GOAL * len(pairs)


def _by(pairs: Sequence[Judged], name: str) -> dict[str, list[Judged]]:
    piles: dict[str, list[Judged]] = {}
    for pair in sorted(pairs, key=lambda pair: str(pair.finding.get(name, ""))):
        piles.setdefault(str(pair.finding.get(name, "")), []).append(pair)
    return piles


def _cells(name: str, pile: Sequence[Judged], *, remark: bool) -> tuple[str, ...]:
    found = kappa(pile)
    told = "unproven" if len(pile) < ENOUGH else "" if reached(pile) else "below the goal"
    return (
        name,
        str(len(pile)),
        str(sum(pair.first.verdict == "true" for pair in pile)),
        str(sum(pair.second.verdict == "true" for pair in pile)),
        str(sum(pair.both for pair in pile)),
        percent(sum(pair.both for pair in pile), len(pile)),
        percent(sum(pair.agree for pair in pile), len(pile)),
        "-" if found is None else f"{found:.2f}",
        told if remark else "",
    )


def _false(pairs: Sequence[Judged]) -> list[str]:
    """Findings that a reader does not call true, with what each says."""
    told = []
    for pair in pairs:
        if pair.both:
            continue
        finding = pair.finding
        told.append(
            f"{finding['id']}  {finding.get('path', '')}:{finding.get('line', '')}\n"
            f"    {finding.get('message', '')}\n"
            f"    first: {pair.first.verdict}: {pair.first.why}\n"
            f"    second: {pair.second.verdict}: {pair.second.why}"
        )
    return ["not true by both:", *told] if told else []


def document(pairs: Sequence[Judged]) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "schema_version": 1,
        "reached": reached(pairs),
        "kappa": kappa(pairs),
        "rules": {
            name: {
                "judged": len(pile),
                "first": sum(pair.first.verdict == "true" for pair in pile),
                "second": sum(pair.second.verdict == "true" for pair in pile),
                "both": sum(pair.both for pair in pile),
                "agreement": sum(pair.agree for pair in pile) / len(pile),
                "kappa": kappa(pile),
                "unproven": len(pile) < ENOUGH,
            }
            for name, pile in _by(pairs, "rule").items()
        },
        "not_true": [pair.finding["id"] for pair in pairs if not pair.both],
    }
