"""How sharp a suite is: references with one fault each, put in by hand-written operators, and who notices.

Operators lie in ``operators/<reference>.toml``, written before the suite is run on them::

    [[mutant]]
    id = "search-takes-wildcards"
    group = "PAT"                       # of the requirement that it breaks; its checks go first
    description = "% and _ in a search are not escaped"
    file = "app/repositories/patients.py"
    before = 'pattern = escaped(text)'  # exactly once in the assembled file
    after = 'pattern = text'
    database = "postgres"               # optional: the first of the reference otherwise
    explained = "..."                   # optional: why it survives
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from evals.behaviour.checks import group_of
from evals.behaviour.contract import Contract
from evals.behaviour.contract import load as load_contract
from evals.behaviour.results import Status, SuiteResult
from evals.behaviour.running import run_suite
from evals.ground.faults import Edit, Planted, Verdicts
from evals.ground.references import BadReference, Reference
from evals.ground.rows import Tree, columns, side_by_side
from evals.ground.serving import Ground

HOME = Path(__file__).parent / "operators"
LEAST, LEAST_OF_A_GROUP = 0.95, 0.80
_NEEDED = ("id", "group", "description", "file", "before", "after")


class Outcome(StrEnum):
    """What can come of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    NO_BOOT = "does not boot"
    NO_MATCH = "does not apply"
    NO_BASE = "fails unmutated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault in one file of a reference."""

    reference: str
    id: str
    group: str
    description: str
    file: str
    before: str
    after: str
    database: str = ""
    explained: str = ""

    @property
    def name(self) -> str:
        """``<reference>/<id>``."""
        return f"{self.reference}/{self.id}"

    @property
    def edit(self) -> Edit:
        """What puts it into the reference."""
        return Edit(file=self.file, before=self.before, after=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a mutant."""

    mutant: Mutant
    outcome: Outcome
    by: str = ""
    """The check that failed first."""
    cause: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        told = {key: getattr(self.mutant, key) for key in ("name", "group", "description", "file", "explained")}
        return {**told, "outcome": self.outcome.value, "by": self.by, "cause": self.cause}


def load_mutants(references: Sequence[Reference], home: Path = HOME) -> list[Mutant]:
    """The operators of these references, in the order of their files.

    Raises:
        BadReference: a file cannot be read, or an operator in it cannot be.
    """
    found: dict[str, Mutant] = {}
    for reference in references:
        path = home / f"{reference.name}.toml"
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"] if path.is_file() else []
            for entry in told:
                mutant = Mutant(reference=reference.name, **{"database": reference.databases[0], **entry})
                _examine(mutant, reference, found)
                found[mutant.name] = mutant
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadReference(f"{path}: {error}") from error
    return list(found.values())


def _examine(mutant: Mutant, reference: Reference, found: Mapping[str, Mutant]) -> None:
    empty = [key for key in _NEEDED if not getattr(mutant, key) and key != "after"]
    if empty or mutant.edit.empty or mutant.name in found:
        raise ValueError(f"{mutant.id}: {', '.join(empty) or 'changes nothing, or its id is taken'}")
    if mutant.database not in reference.databases:
        raise ValueError(f"{mutant.id}: there is no {mutant.database} overlay")


def choose_mutants(mutants: Sequence[Mutant], only: Sequence[str]) -> list[Mutant]:
    """Those that a reference, a group, an id or a name asks for; all when nothing is asked for.

    Raises:
        BadReference: a word is none of these.
    """
    words = {mutant.name: {mutant.name, mutant.id, mutant.reference, mutant.group} for mutant in mutants}
    for word in only:
        if not any(word in known for known in words.values()):
            raise BadReference(f"{word} is no reference, group or id of a mutant: --list shows all")
    return [mutant for mutant in mutants if not only or words[mutant.name] & set(only)]


class Mutation:
    """Runs suites on mutants; verdicts are kept."""

    def __init__(
        self,
        ground: Ground,
        references: Sequence[Reference],
        *,
        contracts: Callable[[str], Contract] = load_contract,
        fresh: bool = False,
    ) -> None:
        """Run nothing yet.

        Args:
            ground: where servers run.
            references: those that mutants may be of.
            contracts: finds a contract by its name.
            fresh: look at no verdict of an earlier run.
        """
        self._ground, self._planted = ground, Planted(ground)
        self._kept = Verdicts(ground.cache / "mutants", fresh)
        self._references = {reference.name: reference for reference in references}
        named = {reference.contract for reference in references if reference.contract}
        self._contracts = {name: contracts(name) for name in named}
        self._unfit: dict[tuple[str, str], str] = {}
        """Why a reference is no ground for mutants."""

    def unfit(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """Of those that do not apply; nothing is run."""
        return [mutated for mutant in mutants if isinstance(mutated := self._mutated(mutant), Verdict)]

    def run(self, mutants: Sequence[Mutant], workers: int) -> Iterable[Verdict]:
        """Verdicts as they come, the references' own suites first.

        Raises:
            EnvironmentFault: this machine lacks what it takes.
            BadReference: a reference cannot be installed, or a group is not in its contract.
        """
        for mutant in mutants:
            known = {group_of(id_) for check in self._contract(mutant).checks for id_ in check.requirements}
            if mutant.group not in known:
                raise BadReference(f"{mutant.name}: there is no group {mutant.group}")
        pairs = list(dict.fromkeys((mutant.reference, mutant.database) for mutant in mutants))
        for _ in side_by_side(self._base, pairs, workers):
            pass
        yield from side_by_side(self._judge, mutants, workers)

    def _contract(self, mutant: Mutant) -> Contract:
        return self._contracts[self._references[mutant.reference].contract]

    def _base(self, pair: tuple[str, str]) -> None:
        """Install a reference, and show that it passes as it is."""
        folder, _ = self._planted.folder(self._references[pair[0]], pair[1])
        base = Mutant(reference=pair[0], id="", group="", description="", file="", before="", after="")
        verdict = self._verdict(replace(base, database=pair[1]), folder)
        if verdict.outcome is not Outcome.SURVIVED:
            self._unfit[pair] = f"{verdict.by}: {verdict.cause}"

    def _judge(self, mutant: Mutant) -> Verdict:
        mutated = self._mutated(mutant)
        if why := self._unfit.get((mutant.reference, mutant.database)):
            return Verdict(mutant=mutant, outcome=Outcome.NO_BASE, cause=why)
        return mutated if isinstance(mutated, Verdict) else self._verdict(mutant, mutated)

    def _mutated(self, mutant: Mutant) -> Path | Verdict:
        """The assembled tree with its fault, or why there is none."""
        folder, why = self._planted.folder(self._references[mutant.reference], mutant.database, [mutant.edit])
        return Verdict(mutant=mutant, outcome=Outcome.NO_MATCH, cause=why) if why else folder

    def _verdict(self, mutant: Mutant, folder: Path) -> Verdict:
        """Of a tree as it is now."""
        reference, contract = self._references[mutant.reference], self._contract(mutant)
        tree = self._planted.tree(reference, mutant.database, folder)

        def judge(no_boot: str) -> Mapping[str, Any]:
            if no_boot:
                return Verdict(mutant=mutant, outcome=Outcome.NO_BOOT, cause=no_boot).document()
            return self._tried(mutant, tree, contract).document()

        told = self._kept.of(tree, contract, judge)
        return Verdict(mutant=mutant, outcome=Outcome(told["outcome"]), by=told["by"], cause=told["cause"])

    def _tried(self, mutant: Mutant, tree: Tree, contract: Contract) -> Verdict:
        def far(check: Any) -> bool:
            return mutant.group not in {group_of(id_) for id_ in check.requirements}

        ordered = replace(contract, checks=tuple(sorted(contract.checks, key=far)))
        with tree.served(self._ground) as (application, _):
            result = run_suite(ordered, application.server, stop_at_first=True)
        by, cause = _first_failure(result)
        return Verdict(mutant=mutant, outcome=Outcome.KILLED if cause else Outcome.SURVIVED, by=by, cause=cause)


def _first_failure(result: SuiteResult) -> tuple[str, str]:
    for one in result.results:
        if one.status in (Status.FAILED, Status.ERROR):
            return one.check.name, one.cause
    left = result.unreachable or next((one.cause for one in result.bad), "")
    return "", left


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Verdicts, summed up."""

    verdicts: Sequence[Verdict]

    @property
    def groups(self) -> dict[str, tuple[int, int]]:
        """Killed, and killed or survived, of each group."""
        groups: dict[str, list[Outcome]] = defaultdict(list)
        for verdict in self.verdicts:
            if verdict.outcome in (Outcome.KILLED, Outcome.SURVIVED):
                groups[verdict.mutant.group].append(verdict.outcome)
        return {name: (each.count(Outcome.KILLED), len(each)) for name, each in sorted(groups.items())}

    @property
    def sums(self) -> tuple[int, int]:
        """Killed, and killed or survived, in all."""
        return sum(killed for killed, _ in self.groups.values()), sum(total for _, total in self.groups.values())

    @property
    def invalid(self) -> list[Verdict]:
        """Those that say nothing, and are not counted."""
        return [one for one in self.verdicts if one.outcome not in (Outcome.KILLED, Outcome.SURVIVED)]

    @property
    def ok(self) -> bool:
        """Whether every operator is good, and enough of them were noticed in all and in each group."""
        enough = all(killed >= LEAST_OF_A_GROUP * total for killed, total in self.groups.values())
        return not self.invalid and enough and self.sums[1] > 0 and self.sums[0] >= LEAST * self.sums[1]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        groups = {name: {"killed": killed, "total": total} for name, (killed, total) in self.groups.items()}
        sums = {"killed": self.sums[0], "total": self.sums[1]}
        return {"ok": self.ok, **sums, "groups": groups, "mutants": [one.document() for one in self.verdicts]}

    def text(self) -> str:
        """As a table by group, then what was not killed."""
        rows = [(name, killed, total) for name, (killed, total) in self.groups.items()] + [("all", *self.sums)]
        cells = [
            (n, str(killed), str(total - killed), f"{100 * killed / max(total, 1):.0f} %") for n, killed, total in rows
        ]
        lines = columns([("group", "killed", "survived", ""), *cells])
        for one in self.verdicts:
            if one.outcome is not Outcome.KILLED:
                why = one.mutant.explained if one.outcome is Outcome.SURVIVED else one.cause
                lines += ["", f"{one.outcome.value}  {one.mutant.name}  [{one.mutant.group}] {one.mutant.description}"]
                lines += [f"  {' '.join((why or 'not explained').split())[:600]}"]
        return "\n".join(lines)
