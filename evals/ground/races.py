"""Whether the checks of concurrency are certain: each reference passes them every time, and without its lock never.

Removals lie in ``races/*.toml``; what the data layers of several references have in common is written once::

    references = ["flask", "django"]

    [[removal]]
    id = "room-not-locked"
    description = "two may look for appointments in one room at once"
    check = "one_of_two_gets_the_room"  # fails each time, and for the answers to its own requests
    still = "a_room_is_used_once_at_a_time"  # passes: one after another all goes well
    file = "clinic/repositories/rooms.py"
    before = ".with_for_update()"       # exactly once in the assembled file
    after = ""
    also = [{ file = "...", before = "...", after = "..." }]  # optional: the second line of defence
    yields = [{ file = "...", before = "...", after = "..." }]  # optional: pauses, where requests rarely interleave
    databases = ["postgres"]            # optional: all of the reference otherwise
    cannot = { sqlite = "..." }         # optional: why no request comes between check and insert there

What cannot interleave is run all the same, and has to pass each time.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.behaviour.checks import Check, UnknownChoice, choose, group_of
from evals.behaviour.contract import Contract
from evals.behaviour.contract import load as load_contract
from evals.behaviour.results import CheckResult, Status
from evals.behaviour.running import run_suite
from evals.ground.faults import Edit, Planted, Verdicts
from evals.ground.references import BadReference, Reference
from evals.ground.rows import Tree, columns, side_by_side
from evals.ground.serving import Ground

HOME = Path(__file__).parent / "races"
GROUP = "CON"
"""Of the requirements whose checks are run on references as they are."""
ROUNDS = 20
_NEEDED = {"id", "description", "check", "still", "file", "before", "after"}
_OPTIONAL = {"also", "yields", "databases", "cannot"}
_SETUP = "setup: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """A reference on a database, as it is or with a lock or constraint removed."""

    reference: str
    database: str
    check: str = GROUP
    id: str = ""
    """Of the removal; empty: as it is."""
    description: str = "as it is"
    still: str = ""
    """The check that shows that nothing else was broken."""
    edits: tuple[Edit, ...] = ()
    yields: bool = False
    """Whether a pause was put between check and insert."""
    cannot: str = ""
    """Why requests cannot interleave, and the check passes all the same."""

    @property
    def row(self) -> str:
        """``<reference>-<database>``."""
        return f"{self.reference}-{self.database}"

    @property
    def name(self) -> str:
        """``<reference>-<database>/<id>``."""
        return f"{self.row}/{self.id}" if self.id else self.row

    @property
    def passes(self) -> bool:
        """Whether the check has to pass each time, rather than to fail."""
        return not self.id or bool(self.cannot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How the rounds of a race ended."""

    race: Race
    rounds: int
    passed: int = 0
    failed: int = 0
    """For what the check says; not because something it needs could not be made, or gave no answer."""
    cause: str = ""
    """Of the first round that did not end as it should, or else of the first that failed; or why there was none."""

    @property
    def ok(self) -> bool:
        """Whether each ended as it should."""
        return self.rounds > 0 and self.rounds == (self.passed if self.race.passes else self.failed)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        told = {
            key: getattr(self.race, key) for key in ("name", "row", "id", "description", "check", "yields", "cannot")
        }
        counts = {key: getattr(self, key) for key in ("rounds", "passed", "failed", "cause", "ok")}
        return {**told, **counts}

    def cells(self) -> tuple[str, ...]:
        """As a line of the table."""
        word, count = ("passed", self.passed) if self.race.passes else ("failed", self.failed)
        told = f"{word} {count} of {self.rounds}{' with a yield' if self.race.yields else ''}"
        return (
            self.race.name,
            self.race.check,
            f"cannot: {told}" if self.race.cannot else told,
            "ok" if self.ok else "WRONG",
        )


def load_races(
    references: Sequence[Reference], home: Path = HOME, contracts: Callable[[str], Contract] = load_contract
) -> list[Race]:
    """The rows of these references, each followed by its removals; none where the contract says nothing of races.

    Raises:
        BadReference: a file cannot be read, or a removal in it cannot be.
    """
    told: list[tuple[str, Mapping[str, Any]]] = []
    for path in sorted(home.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            for entry in document["removal"]:
                _examine(entry)
                told += [(name, entry) for name in document["references"]]
        except (OSError, ValueError, KeyError) as error:
            raise BadReference(f"{path}: {error}") from error
    races: list[Race] = []
    for reference in references:
        for database in reference.databases if _speaks_of_races(reference, contracts) else ():
            races.append(Race(reference=reference.name, database=database))
            races += [
                _race(reference.name, database, entry)
                for name, entry in told
                if name == reference.name and database in entry.get("databases", reference.databases)
            ]
    names = [race.name for race in races]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadReference(f"{home}: there is more than one {', '.join(twice)}")
    return races


def _speaks_of_races(reference: Reference, contracts: Callable[[str], Contract]) -> bool:
    checks = contracts(reference.contract).checks if reference.contract else ()
    return any(group_of(id_) == GROUP for check in checks for id_ in check.requirements)


def _examine(entry: Mapping[str, Any]) -> None:
    name = entry.get("id", "a removal without id")
    if missing := sorted(_NEEDED - entry.keys()):
        raise ValueError(f"{name}: {', '.join(missing)} is missing")
    if unknown := sorted(entry.keys() - _NEEDED - _OPTIONAL):
        raise ValueError(f"{name}: unknown key {', '.join(unknown)}")
    if any(edit.empty for edit in _edits(entry)):
        raise ValueError(f"{name}: changes nothing")


def _edits(entry: Mapping[str, Any]) -> tuple[Edit, ...]:
    told = (entry, *entry.get("also", ()), *entry.get("yields", ()))
    return tuple(Edit(file=one["file"], before=one["before"], after=one["after"]) for one in told)


def _race(reference: str, database: str, entry: Mapping[str, Any]) -> Race:
    return Race(
        reference=reference,
        database=database,
        **{key: entry[key] for key in ("id", "description", "check", "still")},
        edits=_edits(entry),
        yields="yields" in entry,
        cannot=entry.get("cannot", {}).get(database, ""),
    )


def choose_races(races: Sequence[Race], only: Sequence[str]) -> list[Race]:
    """Those that a reference, a database, a row, the id of a removal or its name asks for; all for no word.

    Raises:
        BadReference: a word is none of these.
    """
    words = {race.name: {race.reference, race.database, race.row, race.id, race.name} - {""} for race in races}
    for word in only:
        if not any(word in known for known in words.values()):
            raise BadReference(f"{word} is no reference, database, row or removal: there is {', '.join(words)}")
    return [race for race in races if not only or words[race.name] & set(only)]


class Racing:
    """Runs races; what came of each is kept."""

    def __init__(
        self,
        ground: Ground,
        references: Sequence[Reference],
        *,
        rounds: int = ROUNDS,
        contracts: Callable[[str], Contract] = load_contract,
        fresh: bool = False,
    ) -> None:
        """Run nothing yet.

        Args:
            ground: where servers run.
            references: those that races may be of.
            rounds: how often each check is run, on one server.
            contracts: finds a contract by its name.
            fresh: use nothing of an earlier run.
        """
        self._ground, self._rounds = ground, rounds
        self._planted = Planted(ground)
        self._kept = Verdicts(ground.cache / "races", fresh)
        self._references = {reference.name: reference for reference in references}
        named = {reference.contract for reference in references if reference.contract}
        self._contracts = {name: contracts(name) for name in named}

    def run(self, races: Sequence[Race], workers: int) -> Iterable[Count]:
        """Counts as they come.

        Raises:
            EnvironmentFault: this machine lacks what it takes.
            BadReference: a reference cannot be installed, or a check is not in its contract.
        """
        for race in races:
            self._checks(race)
        yield from side_by_side(self._count, races, workers)

    def _checks(self, race: Race) -> tuple[list[Check], list[Check]]:
        """What is raced, and what passes still."""
        checks = self._contracts[self._references[race.reference].contract].checks
        try:
            return choose(checks, [race.check]), choose(checks, [race.still]) if race.still else []
        except UnknownChoice as error:
            raise BadReference(f"{race.name}: {error}") from error

    def _count(self, race: Race) -> Count:
        reference = self._references[race.reference]
        contract = self._contracts[reference.contract]
        folder, why = self._planted.folder(reference, race.database, race.edits)
        if why:
            return Count(race=race, rounds=0, cause=f"does not apply: {why}")
        tree = self._planted.tree(reference, race.database, folder)

        def judge(no_boot: str) -> Mapping[str, Any]:
            if no_boot:
                return Count(race=race, rounds=0, cause=f"does not boot: {no_boot}").document()
            return self._raced(race, tree, contract).document()

        told = self._kept.of(tree, contract, judge, race.check, race.still, str(race.passes), str(self._rounds))
        return Count(race=race, **{key: told[key] for key in ("rounds", "passed", "failed", "cause")})

    def _raced(self, race: Race, tree: Tree, contract: Contract) -> Count:
        checks, still = self._checks(race)
        wanted = Status.PASSED if race.passes else Status.FAILED
        ended, cause, shown = [], "", ""
        with tree.served(self._ground) as (application, _):
            one_session = replace(contract, world=_with_one_session(contract))

            def run(checks: Sequence[Check], number: int) -> tuple[Status, str]:
                again = replace(one_session, checks=tuple(_again(check, number) for check in checks))
                return _outcome(run_suite(again, application.server).results)

            if still and (found := run(still, 0))[0] is not Status.PASSED:
                return Count(race=race, rounds=0, cause=f"it does more than to open a race: {found[1]}")
            for number in range(1, self._rounds + 1):
                status, told = run(checks, number)
                ended.append(status)
                shown = shown or told
                cause = cause or ("" if status is wanted else f"round {number}: {told or 'passed'}")
        sums = {"passed": ended.count(Status.PASSED), "failed": ended.count(Status.FAILED)}
        return Count(race=race, rounds=self._rounds, cause=cause or shown, **sums)


def _outcome(results: Sequence[CheckResult]) -> tuple[Status, str]:
    """Passed; failed when a check did for what it says; an error when one could not get so far."""
    bad = [result for result in results if result.status is not Status.PASSED]
    failed = [result for result in bad if result.status is Status.FAILED and not result.cause.startswith(_SETUP)]
    told = "; ".join(f"{result.check.name}: {result.cause}" for result in bad)
    return (Status.FAILED if failed else Status.ERROR if bad else Status.PASSED), told


def _again(check: Check, number: int) -> Check:
    """The check under a name of its own, from which the words of its rows are made: no two rounds share any."""

    def run(world: Any) -> None:
        check.run(world)

    run.__name__, run.__doc__ = f"{check.name}_{number}", check.run.__doc__
    return replace(check, run=run)


def _with_one_session(contract: Contract) -> type[Any]:
    """The contract's world, for several suites on one server: the first makes the session, the others have it too."""
    made: list[Any] = []

    def prepare(world: Any, seeded: tuple[str, str] | None) -> Any:
        if not made:
            made.append(contract.world.prepare(world, seeded))
        return made[0]

    return type("World", (contract.world,), {"prepare": prepare})


def table(counts: Sequence[Count]) -> str:
    """As text for people: each reference and its removals, then why some cannot be raced for and what is wrong."""
    rows = {count.race.row for count in counts if not count.race.id}
    cells = [("row and removals", "check", "runs", ""), *(count.cells() for count in counts)]
    lines = columns(
        [(re.sub(r"^(.+)/", lambda row: "  " if row[1] in rows else row[0], one[0]), *one[1:]) for one in cells]
    )
    for why in dict.fromkeys(count.race.cannot for count in counts if count.race.cannot):
        of = dict.fromkeys(count.race.database for count in counts if count.race.cannot == why)
        lines += ["", f"cannot ({', '.join(of)}): {why}"]
    for count in counts:
        if not count.ok:
            lines += ["", f"{count.race.name}: {count.race.description}", f"  {' '.join(count.cause.split())[:600]}"]
    return "\n".join(lines)
