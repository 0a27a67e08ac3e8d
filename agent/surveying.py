"""What is found before anything is written, and kept true while the repository changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agent.databases import with_requested
from agent.deps import Deps
from agent.desk import Survey
from framework_profiles.loader import compose, load_all
from framework_profiles.profile import Profile as StackProfile
from tools.check import constraints_of as effective_constraints
from tools.constraints.compile import from_flags, from_text
from tools.constraints.data_access import DataAccess
from tools.constraints.file import find_constraints
from tools.constraints.model import NONE, ConstraintSet, Kind
from tools.detect import Stack, detect
from tools.target import Environment, Environments, Target, find_targets
from tools.verify.context import scope_of
from tools.verify.registry import rule_ids

_INSTRUCTIONS = (
    "AGENTS.md",
    "CLAUDE.md",
    ".github/copilot-instructions.md",
    ".cursorrules",
    "CONVENTIONS.md",
)
_MOST_INSTRUCTIONS = 6_000
"""Characters of instruction files that the model is shown."""


def look_around(deps: Deps) -> Survey:
    """Read the repository: files, facts, stack, targets, instructions, environments."""
    desk, settings = deps.desk, deps.settings
    files = desk.files()
    desk.project = desk.index.load(desk.root, files)
    applications = detect(desk.root, files, desk.project)
    targets = find_targets(desk.root, carry_from=settings.repo)
    notes = list(desk.workspace.notes)
    environments = _provision(deps, targets, notes)
    return Survey(
        applications=applications,
        targets=targets,
        environments=environments,
        profile=compose(),
        constraints=ConstraintSet(),
        baseline=[],
        instructions=_instructions(desk.root),
        files=files,
        notes=notes,
        base_targets=targets,
    )


def _provision(deps: Deps, targets: list[Target], notes: list[str]) -> dict[str, Environment]:
    """Build every target's environment; one that cannot be built is a note, not the end."""
    cache = _environments(deps)
    built: dict[str, Environment] = {}
    for target in targets:
        if target.runtime:
            deps.progress.event("setup", f"environment of {target.name}")
        environment = cache.provision(target, deps.desk.root, deps.run_dir)
        built[target.name] = environment
        if target.runtime and not environment.installed and environment.notes:
            notes.append(f"{target.name}: {environment.notes[0]}")
    return built


def _environments(deps: Deps) -> Environments:
    return Environments(deps.settings.cache_dir, sandbox=deps.settings.sandbox)


def _instructions(root: Path) -> list[tuple[str, str]]:
    """The instruction files at the top, the first of several that say the same."""
    found: list[tuple[str, str]] = []
    room = _MOST_INSTRUCTIONS
    for name in _INSTRUCTIONS:
        path = root / name
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        if not text or any(text == other for _, other in found):
            continue
        found.append((name, text[:room]))
        room -= len(text)
        if room <= 0:
            break
    return found


def constraints_of(deps: Deps) -> ConstraintSet:
    """The set in the order of the design: flags and file, request, instructions, practice.

    Raises:
        tools.errors.InvalidConstraints: flags or file cannot be read; all problems at once.
    """
    desk = deps.desk
    profiles = load_all()
    stated = from_flags(deps.settings.constraints, profiles)
    stated += find_constraints(desk.root, deps.settings.config, profiles, rule_ids())
    stated += from_text(deps.request.text, profiles=profiles)
    access = DataAccess(desk.project, profiles)
    return effective_constraints(desk.root, stated, access, scope_of(desk.survey.applications, desk.project), profiles)


def stack_profile(deps: Deps) -> StackProfile:
    """The profile of the stack: what is stated goes before what was detected."""
    survey = deps.desk.survey
    stack = survey.applications[0].stack if survey.applications else Stack()

    def name(kind: Kind, found: str | None) -> str | None:
        stated = survey.constraints.one(kind)
        return stated.value if stated is not None and stated.binding == "stated" and stated.value != NONE else found

    orm = name("orm", stack.orm.name if stack.orm.known else None)
    return compose(
        name("framework", stack.framework.name),
        orm,
        name("database", stack.database.name),
        name("architecture", stack.architecture.name),
        mode=_orm_mode(deps, orm),
    )


def _orm_mode(deps: Deps, orm: str | None) -> str | None:
    """Whether the code uses its ORM asynchronously, where the ORM has both ways; None = cannot tell."""
    if orm is None or deps.desk.survey.greenfield:
        return None
    used = {ref.name for facts in deps.desk.project.files.values() for ref in facts.references}
    return load_all().mode_of(orm, used)


def refresh_targets(deps: Deps) -> None:
    """Look again at how the repository runs: in an empty folder the application appears only now."""
    desk = deps.desk
    survey = desk.survey
    survey.files = desk.files()
    survey.applications = detect(desk.root, survey.files, desk.project)
    base = {target.name: target for target in survey.base_targets}
    found = find_targets(desk.root, carry_from=deps.settings.repo)
    targets = [_as_before(target, base.get(target.name)) for target in found]
    cache = _environments(deps)
    environments: dict[str, Environment] = {}
    for target in targets:
        known = survey.environments.get(target.name)
        environments[target.name] = (
            cache.provision(target, desk.root, deps.run_dir)
            if known is None
            else cache.refresh(known, target, desk.root, deps.run_dir)
        )
    survey.targets, survey.environments = with_requested(desk, targets), environments
    desk.refresh_shells()


def _as_before(target: Target, before: Target | None) -> Target:
    """A change that breaks what told how to start or to test must not thereby escape both."""
    if before is None or before.runtime != target.runtime:
        return target
    if before.start and not target.start:
        target = replace(target, start=before.start, port=before.port, env={**before.env, **target.env})
    return replace(target, test=target.test or before.test)
