"""Findings that are kept up to date edit by edit: a re-check judges only what an edit can have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tools.constraints.data_access import DataAccess
from tools.constraints.layering import matches
from tools.constraints.model import ConstraintSet
from tools.detect import Application, Stack
from tools.facts.model import FileFacts, Project
from tools.findings import Finding, Severity
from tools.verify.context import build_context, is_configuration, scope_of
from tools.verify.ignores import Ignore, ignores_of, sort_out, unused
from tools.verify.registry import RULES, rule_ids
from tools.verify.result import Suppressed
from tools.verify.rule import Change, Context

_DYNAMIC = frozenset({"globals", "setattr", "exec", "vars", "locals"})
"""Functions that define names nobody can see."""


@dataclass(slots=True)
class _Part:
    """The findings of the rules of one stage, file by file."""

    gate: bool
    stale: dict[str, None] = field(default_factory=dict)
    found: dict[str, list[Finding]] = field(default_factory=dict)
    """Only files with findings."""
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    """What the findings of a file depend on; see `Project.note`."""
    whole: list[Finding] | None = None

    def forget(self, paths: Iterable[str]) -> None:
        for path in paths:
            self.found.pop(path, None)
            self.needs.pop(path, None)


class Checker:
    """All findings of a project under one set of constraints.

    `update` takes the project after an edit; `findings` then judges the edited files and those that depend on what
    changed in them, and gives exactly what a new `Checker` would (hints that name other files apart: they may be
    of the state before).
    """

    def __init__(
        self,
        project: Project,
        constraints: ConstraintSet,
        stack: Stack | Sequence[Application] | None = None,
        *,
        change: Change | None = None,
        access: DataAccess | None = None,
    ) -> None:
        """Take what is to be judged.

        Args:
            project: The facts of the repository.
            constraints: What is asked for.
            stack: The applications of the repository (`tools.detect.detect`); they bound where layers are looked for.
            change: What the change under judgement did, for protected paths and weakened tests.
            access: The reader of `project`'s data layer, when there is one already.
        """
        self._stack = stack
        self._change = change or Change()
        self.constraints = constraints
        self._levels = {c.value: str(c.params["severity"]) for c in constraints.of("rule")}
        self._globs = [c.value for c in constraints.of("exclude")]
        self._excluded: dict[str, bool] = {}
        self.silenced: list[Suppressed] = []
        """What inline ignores covered at the last call of `findings`."""
        self._rules = [rule for rule in RULES.values() if self._levels.get(rule.id) != "off"]
        self._start(project, access)

    @property
    def project(self) -> Project:
        """The facts that are judged."""
        return self._context.project

    def update(self, project: Project, changed: Iterable[str] = ()) -> None:
        """Judge `project` from now on: a later state of the same repository.

        Args:
            project: What `Index.update` made of the project of before.
            changed: The paths that changed, those of files without facts included.
        """
        old = self.project
        moved = [p for p, facts in project.files.items() if old.files.get(p) is not facts]
        gone = [p for p in old.files if p not in project.files]
        others = [path for path in changed if path not in project.files and path not in old.files]
        if project.manifests != old.manifests or any(is_configuration(path) for path in others):
            self._start(project, None)
            return
        if not moved and not gone and not others:
            self._context.project = project
            return
        if project.listed != old.listed and scope_of(self._stack, project) != self._context.scope:
            self._start(project, None)
            return
        stale = self._dependents(old, project, [*moved, *gone])
        if project.listed != old.listed:  # a look at the disk may now have another answer
            self._context.tables.clear()
            stale.update(dict.fromkeys(path for part in self._parts for path in part.found))
        self._renew(project, stale, gone)

    def consider(self, change: Change) -> None:
        """Judge `change` from now on: which paths are touched, and what was there before."""
        if change != self._change:
            self._change = self._context.change = change
            for part in self._parts:
                part.whole = None

    def findings(self, *, gate: bool = True) -> list[Finding]:
        """All findings, by path and line; inline ignores are obeyed. ``gate=False`` leaves out what half-written
        code may break.
        """
        parts = self._parts if gate else self._parts[:1]
        for part in parts:
            self._judge(part)
        found = [f for part in parts for findings in part.found.values() for f in findings]
        found += [f for part in parts for f in part.whole or () if not (f.path and self._is_excluded(f.path))]
        read = [ignore for _, some in self._context.summaries(_ignores) for ignore in some]
        ignores = [replace(ignore, used=set()) for ignore in read if not self._is_excluded(ignore.path)]
        kept, self.silenced = sort_out(self._configured(found), ignores)
        ran = [rule.id for rule in self._rules if gate or (rule.gate is None and rule.gate_file is None)]
        kept += self._configured(unused(ignores, ran, rule_ids()))
        return sorted(set(kept), key=in_order)

    def _start(self, project: Project, access: DataAccess | None) -> None:
        """Forget everything and judge `project` from the beginning."""
        self._context = build_context(project, self.constraints, self._stack)
        self._context.change = self._change
        if access is not None:
            self._context.access = access
        self._parts = tuple(_Part(gate, dict.fromkeys(project.files)) for gate in (False, True))

    def _judge(self, part: _Part) -> None:
        by_file = [rule.gate_file if part.gate else rule.file for rule in self._rules]
        checks = [check for check in by_file if check is not None]
        project, context = self.project, self._context
        for path in part.stale:
            if self._is_excluded(path):
                continue
            with project.recording() as needs:
                found = [finding for check in checks for finding in check(context, path)]
            if needs:
                part.needs[path] = frozenset(needs)
            if found:
                part.found[path] = found
        part.stale = {}
        if part.whole is None:
            wholes = [rule.gate if part.gate else rule.check for rule in self._rules]
            part.whole = [finding for check in wholes if check is not None for finding in check(context)]

    def _dependents(self, old: Project, new: Project, moved: Sequence[str]) -> dict[str, None]:
        """The files `moved` and all whose findings or summaries depend on what is other in them."""
        seen = {path for path in moved if _surface(old.files.get(path)) != _surface(new.files.get(path))}
        seen.update(f"!{path}" for path in moved)
        stale = dict.fromkeys(moved)
        kept = [part.needs for part in self._parts]
        kept += [known.needs for known in self._context.memo.values()]
        for needs in kept:
            stale.update(dict.fromkeys(path for path, needed in needs.items() if not seen.isdisjoint(needed)))
        return stale

    def _renew(self, project: Project, stale: Mapping[str, None], gone: Sequence[str]) -> None:
        context = self._context
        names = set(context.access.orms)
        context.access = context.access.renewed(project, stale)
        context.project = project
        if set(context.access.orms) != names:
            self._start(project, None)
            return
        for known in context.memo.values():
            known.forget((*stale, *gone), project.files)
        for part in self._parts:
            part.forget((*stale, *gone))
            part.stale.update((path, None) for path in stale if path in project.files)
            for path in gone:
                part.stale.pop(path, None)
            part.whole = None

    def _configured(self, findings: Iterable[Finding]) -> list[Finding]:
        """Severities as ``[rules]`` sets them."""
        levels = self._levels
        kept = [f for f in findings if levels.get(f.rule) != "off"]
        return [replace(f, severity=Severity(levels[f.rule])) if f.rule in levels else f for f in kept]

    def _is_excluded(self, path: str) -> bool:
        known = self._excluded.get(path)
        if known is None:
            known = self._excluded[path] = any(matches(glob, path) for glob in self._globs)
        return known


def _ignores(context: Context, path: str) -> Sequence[Ignore]:
    return ignores_of(context.project.files[path])


def _surface(facts: FileFacts | None) -> object:
    """What other files can see of a file: names, not lines and not bodies."""
    if facts is None:
        return None
    return (list(_names(facts)), facts.exports, facts.parse_errors == (), facts.not_checked)


def _names(facts: FileFacts) -> Iterator[object]:
    for fact in facts.imports:
        yield (fact.module, fact.kind, fact.names, fact.alias, fact.scope, fact.targets, fact.external)
        yield (fact.type_only, fact.conditional, fact.unknown, fact.missing)
    for d in facts.definitions:
        yield (d.name, d.kind, d.decorators, d.bases, d.params, d.returns, d.type, d.is_alias, d.exported)
    for call in facts.calls:
        if call.name in _DYNAMIC:
            yield call.name


def in_order(finding: Finding) -> tuple[str, int, str, str]:
    """What findings are sorted by: path, line, rule, message."""
    return (finding.path, finding.line, finding.rule, finding.message)
