"""The composed profile of one stack, and what of it is worth telling the model in a step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from framework_profiles.model import (
    Advice,
    AdviceKind,
    ArchitectureProfile,
    DatabaseProfile,
    Entry,
    FrameworkProfile,
    Note,
    OrmProfile,
)

_PITFALL_SHARE = 0.5
"""Part of the budget that pitfalls may take before idioms had their turn, when both are asked for."""
_PER_WORD = 0.25
"""How much each further word of the stack that an entry names adds to its weight."""
_FAILED_RUNS = 642


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Framework x ORM x database x architecture; each may be unknown (None)."""

    framework: FrameworkProfile | None
    orm: OrmProfile | None
    database: DatabaseProfile | None
    architecture: ArchitectureProfile | None
    mode: str | None = None
    """`async` or `sync` where the ORM has both."""
    entries: tuple[Entry, ...] = ()
    """Pitfalls and idioms that hold for this stack."""
    notes: tuple[Note, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """The names that `applies-to` of an entry is compared with."""
        return stack_words(self.framework, self.orm, self.database, self.architecture, self.mode)

    def for_step(
        self,
        layers: Sequence[str] = (),
        budget_chars: int = 4_000,
        kinds: Sequence[AdviceKind] = ("pitfall", "idiom"),
        settled: Collection[str] = (),
    ) -> list[Advice]:
        """The advice worth its characters for a step that touches `layers` (empty: all layers).

        Everything in a profile holds for its whole stack. What names a layer of the step comes first, then what
        goes wrong most often, a combination of this very stack before what is true of one part alone; entries of
        other layers are left out, and so is what no longer fits into `budget_chars` (a smaller one may still fit).
        """
        ranked = sorted(
            (
                entry
                for entry in self.entries
                if entry.kind in kinds and _touches(entry, layers) and entry.caught_by not in settled
            ),
            key=lambda entry: self._rank(entry, layers),
        )
        pitfalls = [entry for entry in ranked if entry.kind == "pitfall"]
        idioms = [entry for entry in ranked if entry.kind == "idiom"]
        share = int(budget_chars * _PITFALL_SHARE) if idioms else budget_chars
        chosen = _fill(pitfalls, share)
        chosen += _fill(idioms, budget_chars - _size(chosen))
        chosen += _fill((entry for entry in pitfalls if entry not in chosen), budget_chars - _size(chosen))
        return [
            Advice(id=entry.id, kind=entry.kind, text=shown(entry), why=self._why(entry, layers))
            for entry in ranked
            if entry in chosen
        ]

    def _rank(self, entry: Entry, layers: Sequence[str]) -> tuple[bool, float, str]:
        elsewhere = not set(entry.layers) & set(layers)
        exactness = 1 + _PER_WORD * (len(self._matched(entry)) - 1)
        return (elsewhere, -exactness * (1 + max(entry.frequency, entry.estimate)), entry.id)

    def _matched(self, entry: Entry) -> tuple[str, ...]:
        holding = [words for words in entry.applies_to if self.words.issuperset(words)]
        return max(holding, key=len, default=())

    def _why(self, entry: Entry, layers: Sequence[str]) -> str:
        parts = ["for " + " + ".join(self._matched(entry)) if self._matched(entry) else "for every stack"]
        shared = [layer for layer in entry.layers if layer in layers]
        if shared:
            parts.append("layer " + ", ".join(shared))
        elif not entry.layers:
            parts.append("any layer")
        if entry.frequency:
            parts.append(f"cause of {entry.frequency} in {_FAILED_RUNS} failed runs")
        if entry.caught_by:
            parts.append(f"caught by {entry.caught_by}")
        return "; ".join(parts)


def shown(entry: Entry) -> str:
    """The entry's text as the model sees it: advice as it stands, an idiom's code below its place."""
    if entry.kind == "pitfall":
        return entry.text
    place = f" ({entry.path})" if entry.path else ""
    return f"# {entry.title}{place}\n{entry.text}"


def stack_words(
    framework: FrameworkProfile | None,
    orm: OrmProfile | None,
    database: DatabaseProfile | None,
    architecture: ArchitectureProfile | None,
    mode: str | None,
) -> frozenset[str]:
    """Names by which entries can ask for a stack; the runtime, and what the ORM builds on, among them."""
    words = {part.name for part in (framework, orm, database, architecture) if part is not None}
    words |= {part.runtime for part in (framework, orm) if part is not None}
    if orm is not None:
        words |= set(orm.builds_on)
        if mode is not None:
            words.add(mode)
            if database is not None and mode in orm.modes:
                words.add(orm.modes[mode].drivers.get(database.name, ""))
    if database is not None:
        words |= set(database.same_as)
    return frozenset(words - {""})


def _touches(entry: Entry, layers: Sequence[str]) -> bool:
    return not layers or not entry.layers or bool(set(entry.layers) & set(layers))


def _fill(entries: Iterable[Entry], budget: int) -> list[Entry]:
    chosen: list[Entry] = []
    left = budget
    for entry in entries:
        size = len(shown(entry)) + 1
        if size <= left:
            chosen.append(entry)
            left -= size
    return chosen


def _size(entries: Iterable[Entry]) -> int:
    return sum(len(shown(entry)) + 1 for entry in entries)
