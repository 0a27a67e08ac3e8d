"""Drafts an ``archwright.toml`` that a repository keeps or nearly keeps: what is so by count, and no wishes.

What holds without exception is stated; what nearly holds stands there as a comment with its count, so that a
person decides. Whatever turns out loud when it is tried is taken back to a comment, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from framework_profiles.loader import Profiles, load_all
from tools.constraints.model import Constraint, ConstraintSet, Kind, Source
from tools.constraints.writing import HEAD, item, toml
from tools.detect import Application, Detected
from tools.findings import Finding
from tools.targets.describe import LayerFound

HANDFUL = 5
"""So many findings a stated rule may start with."""
CONFIDENT = 0.85
_MAX_NOTE = 160
_LEAST_FILES = 5
_BESIDE = frozenset({"examples", "example", "samples"})
_AT_THE_TOP = frozenset({"templates", "demo", "demos", "starters", "boilerplates"})
"""Deeper down these may be the product's own: templates of its mails, a page that shows it."""
_FOREIGN = frozenset({"vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "bower_components"})
_GENERATED = frozenset({"generated", "__generated__", "_generated", "codegen"})
_WHY = {
    **dict.fromkeys(_BESIDE | _AT_THE_TOP, "beside the application"),
    **dict.fromkeys(_FOREIGN, "somebody else's code"),
    **dict.fromkeys(_GENERATED, "generated"),
}
_SOURCE = (".py", ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx")
_COUNT = re.compile(r"(\d+) of (\d+)")
_KEYS: dict[Kind, str] = {"layer-imports": "forbid", "queries": "queries", "exclude": "exclude"}

Judge = Callable[[Sequence[Constraint]], Sequence[Finding]]
"""What `archwright check` would find if these constraints stood in the file."""
RulesOf = Callable[[Kind], Sequence[str]]
"""The rules that verify a kind of constraint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the draft."""

    kind: Kind
    value: Any
    """As it stands in TOML."""
    note: str
    stated: bool
    constraint: Constraint | None = None
    """None where there is no single value to state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An archwright.toml to be."""

    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()
    """Comments at the top: the applications, and what cannot be said in one file."""
    layers: tuple[str, ...] = ()
    """Lines of ``[layers]`` to decide on."""
    findings: tuple[Finding, ...] = ()
    """What the check finds with it; filled by `settle`."""

    @property
    def constraints(self) -> list[Constraint]:
        """Those that are stated."""
        return [one.constraint for one in self.items if one.stated and one.constraint is not None]

    @property
    def text(self) -> str:
        """The file."""
        lines = [HEAD, *(f"# {_plain(remark)}" for remark in self.remarks), "", "[constraints]"]
        named = [one for one in self.items if one.kind not in _KEYS]
        width = max((len(_assignment(one)) for one in named), default=0)
        lines += [f"{_assignment(one):<{width}}  # {_plain(one.note)}".rstrip() for one in named]
        for kind in _KEYS:
            lines += _list([one for one in self.items if one.kind == kind])
        if self.layers:
            lines += ["", "# [layers]", *(f"# {line}" for line in self.layers)]
        return "\n".join(lines) + "\n"


def draft(
    inferred: ConstraintSet,
    applications: Sequence[Application],
    files: Sequence[str],
    layers: Sequence[Sequence[LayerFound]] = (),
) -> Draft:
    """What can be said of a repository.

    Args:
        inferred: What its code does by habit and its instruction files name.
        applications: What was detected.
        files: Its files, for the folders that are not its own code.
        layers: The layers of each application, for those whose names do not tell for sure.
    """
    profiles = load_all()
    serving = [one for one in applications if one.kind == "application"]
    items = [_named(kind, serving, inferred, profiles) for kind in ("framework", "orm", "database", "architecture")]
    items += [_habit(one) for one in inferred.of("layer-imports")]
    items += [_habit(one) for one in inferred.of("queries")]
    items += _excludes(files)
    doubtful = [layer for one in layers for layer in one if layer.weak]
    return Draft(
        items=tuple(one for one in items if one is not None),
        remarks=tuple(_remarks(serving)),
        layers=tuple(_doubtful(doubtful)),
    )


def _doubtful(layers: Sequence[LayerFound]) -> Iterable[str]:
    """Lines of ``[layers]`` for layers that only a name tells that may mean something else; one line a layer."""
    for name in dict.fromkeys(layer.name for layer in layers):
        places = [place for layer in layers if layer.name == name for place in layer.places if place[0].endswith("/")]
        count = sum(number for _, number in places)
        if count >= _LEAST_FILES:
            globs = toml([f"{folder}**" for folder, _ in places])
            yield f"{name} = {globs}  # {count} files; the name may mean something else: uncomment if they are {name}"


def settle(found: Draft, judge: Judge, rules_of: RulesOf) -> Draft:
    """The draft with everything loud taken back to a comment, and the findings that remain with the rest.

    Architecture is taken back first: what it demands includes most of the others.
    """
    silent: list[Constraint] = [c for c in found.constraints if c.kind == "exclude"]
    before = Counter(finding.rule for finding in judge(silent))
    now = found
    for _ in range(len(_ORDER) + 1):
        findings = tuple(judge(now.constraints))
        now = replace(now, findings=findings)
        counts = Counter(finding.rule for finding in findings)
        loud = next((kind for kind in _ORDER if _added(now, kind, counts - before, rules_of) > HANDFUL), None)
        if loud is None:
            return now
        now = _taken_back(now, loud, counts - before, rules_of)
    return now


_ORDER: tuple[Kind, ...] = ("architecture", "orm", "database", "framework", "queries", "layer-imports")


def _added(now: Draft, kind: Kind, counts: Counter[str], rules_of: RulesOf) -> int:
    if not any(one.kind == kind and one.stated for one in now.items):
        return 0
    return sum(counts[rule] for rule in rules_of(kind))


def _taken_back(now: Draft, kind: Kind, counts: Counter[str], rules_of: RulesOf) -> Draft:
    loud = sorted(((counts[rule], rule) for rule in rules_of(kind) if counts[rule]), reverse=True)
    said = ", ".join(f"{count} {rule}" for count, rule in loud[:3])
    items = [
        replace(one, stated=False, note=f"{said} with it today: uncomment to work on them")
        if one.kind == kind and one.stated
        else one
        for one in now.items
    ]
    return replace(now, items=tuple(items))


def _named(kind: Kind, serving: Sequence[Application], inferred: ConstraintSet, profiles: Profiles) -> Item | None:
    """Framework, ORM, database or architecture, where all applications have the same one for certain."""
    found = [(one, _part(one, kind)) for one in serving]
    known = [(one, part) for one, part in found if part.name is not None]
    names = list(dict.fromkeys(str(part.name) for _, part in known))
    habit = inferred.one(kind)
    if not known:
        return _by_habit(habit) if habit is not None else None
    if len(names) > 1:
        told = ", ".join(f"{one.root} has {part.name}" for one, part in known)
        return Item(kind=kind, value=names[0], note=f"{told}: one file states one", stated=False)
    part = max((part for _, part in known), key=lambda one: one.confidence)
    name = names[0]
    also = dict.fromkeys(other for _, one in known for other in one.also)
    if not part.known:
        return Item(kind=kind, value=name, note="known by name only: there is no profile to state", stated=False)
    if habit is not None and habit.value != name:
        note = f"{_evidence(part)}; but {habit.source.text or habit.source}: {habit.value}"
        return Item(kind=kind, value=name, note=note, stated=False, constraint=_constraint(kind, name))
    if also:
        note = f"also {', '.join(also)}: uncomment to keep to the one"
        return Item(kind=kind, value=name, note=note, stated=False, constraint=_constraint(kind, name))
    sure = part.confidence >= CONFIDENT or habit is not None or kind == "architecture"
    note = _evidence(part) if kind != "architecture" else "all its layers are there by name"
    note = note if sure else f"{note} ({part.confidence:.0%} sure): uncomment if it is so"
    return Item(kind=kind, value=name, note=note, stated=sure, constraint=_constraint(kind, name))


def _part(one: Application, kind: str) -> Detected:
    part: Detected = getattr(one.stack, kind)
    return part


def _evidence(part: Detected) -> str:
    first = next(iter(part.evidence), None)
    return f"{first.path}:{first.line} {first.text}".strip() if first else f"{part.confidence:.0%} sure"


def _by_habit(habit: Constraint) -> Item:
    kept, total = _count(habit)
    full = total > 0 and kept == total
    note = f"{habit.source.text or habit.source}" + ("" if full else ": uncomment to keep to it")
    return Item(kind=habit.kind, value=habit.value, note=note, stated=full, constraint=_as_file(habit))


def _habit(habit: Constraint) -> Item:
    """A practice of the code: stated where it has no exception."""
    kept, total = _count(habit)
    full = total > 0 and kept == total and not habit.params.get("except")
    note = str(habit.source.text)
    if habit.kind == "layer-imports" and not full:
        source, target = habit.params["source"], habit.params["target"]
        rest = f" outside of {', '.join(habit.params['except'])}" if habit.params.get("except") else ""
        broken = f"{total - kept} of {total} files in {source} import {target}{rest}"
        note = f"{broken}: uncomment to forbid it"
    elif not full:
        note += ": uncomment to forbid the others"
    value = [part.strip() for part in habit.value.split(",")] if habit.kind == "queries" else item(habit)
    return Item(kind=habit.kind, value=value, note=note, stated=full, constraint=_as_file(habit))


def _count(habit: Constraint) -> tuple[int, int]:
    match = _COUNT.search(habit.source.text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _as_file(habit: Constraint) -> Constraint:
    return replace(habit, binding="stated", source=Source(origin="file", text=habit.source.text), meaning="")


def _constraint(kind: Kind, name: str) -> Constraint:
    return Constraint(kind=kind, value=name, source=Source(origin="file"))


def _excludes(files: Sequence[str]) -> list[Item]:
    """Folders of examples, of other people's code and of generated code, the outermost of each."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in files:
        if not path.endswith(_SOURCE):
            continue
        parts = path.split("/")[:-1]
        at = next((i for i, part in enumerate(parts) if part in _WHY and _is_apart(part, i)), None)
        if at is not None:
            counts["/".join(parts[: at + 1]), _WHY[parts[at]]] += 1
    return [
        Item(
            kind="exclude",
            value=f"{folder}/**",
            note=f"{count} source files, {why}",
            stated=True,
            constraint=_constraint("exclude", f"{folder}/**"),
        )
        for (folder, why), count in sorted(counts.items())
        if count > 1
    ]


def _is_apart(folder: str, depth: int) -> bool:
    """Whether a folder of that name so far down is no part of the application."""
    return depth == 0 or (folder not in _AT_THE_TOP and (depth <= 2 or folder not in _BESIDE))


def _remarks(serving: Sequence[Application]) -> Iterable[str]:
    if len(serving) > 1:
        yield "This file holds for the whole repository; its applications:"
        for one in serving:
            parts = (one.stack.framework, one.stack.orm, one.stack.database)
            told = ", ".join(str(part.name) for part in parts if part.name)
            yield f"  {one.root}: {told or 'cannot tell'}"


def _assignment(one: Item) -> str:
    return f"{'' if one.stated else '# '}{one.kind} = {toml(one.value)}"


def _plain(note: str) -> str:
    """On one line, and without what TOML does not take in a comment: it may quote a line of the repository."""
    printable = "".join(sign if sign.isprintable() else " " for sign in note)
    return printable if len(printable) <= _MAX_NOTE else printable[: _MAX_NOTE - 3] + "..."


def _list(listed: Sequence[Item]) -> list[str]:
    """A list with one line for each item; commented out as a whole where none is stated."""
    if not listed:
        return []
    key = _KEYS[listed[0].kind]
    if listed[0].kind == "queries":
        return [f"{'' if one.stated else '# '}{key} = {toml(one.value)}  # {_plain(one.note)}" for one in listed]
    lead = "" if any(one.stated for one in listed) else "# "
    lines = [f"{lead}{key} = ["]
    for one in listed:
        comment = "" if one.stated or lead else "# "
        lines.append(f"{lead}  {comment}{toml(one.value)},  # {_plain(one.note)}")
    return [*lines, f"{lead}]"]
