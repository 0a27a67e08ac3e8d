"""The use case behind ``archwright check``: a repository in, findings out. No model, no key, no network."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from framework_profiles.loader import Profiles, load_all
from tools.constraints.compile import combine, from_flags, from_practice, from_text
from tools.constraints.data_access import DataAccess
from tools.constraints.file import FILES, find_constraints
from tools.constraints.layering import Scope, matches
from tools.constraints.model import Constraint, ConstraintSet
from tools.detect import detect
from tools.errors import InvalidConstraints, Problem
from tools.facts.index import SKIPPED_FOLDERS, Index, no_collection, walk
from tools.facts.model import Project
from tools.results import Beyond, Question, Results
from tools.verify.checker import Checker, in_order
from tools.verify.context import configuration_paths, scope_of
from tools.verify.registry import RULES, rule_ids
from tools.verify.result import CheckResult as CheckResult
from tools.verify.result import NotChecked
from tools.verify.rule import Change
from tools.verify.runner import judge_change
from tools.workspace_files import listed_files as listed_by_git

INSTRUCTIONS = ("AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md", ".cursorrules", "CONVENTIONS.md")
"""Files in which people tell agents the rules of a repository."""
_MAX_INSTRUCTIONS = 200_000


def run_check(
    root: Path,
    *,
    paths: Sequence[Path | str] = (),
    config: Path | None = None,
    constraints: Sequence[str] = (),
    cache_dir: Path | None = None,
    change: Change | None = None,
) -> CheckResult:
    """Read facts and constraints of a repository and run all rules.

    Where nothing has changed since the same was asked, the answer is the one of before.

    Args:
        root: The repository.
        paths: Report only findings at or below these; facts are always read of the whole repository.
        config: Another configuration file than the repository's own.
        constraints: ``kind=value`` as given with ``--constraint``.
        cache_dir: Where facts and results are kept between runs; None = nowhere.
        change: What the change under judgement did, for protected paths and weakened tests.

    Raises:
        InvalidConstraints: a flag or the configuration file cannot be read; every problem at once.
    """
    started = time.monotonic()
    files = listed_files(root)
    # An empty change is somebody's look at a folder that lasts for a moment.
    results = Results(cache_dir if change is None or change.paths else None)
    question = Question(root, files, tuple(constraints), config)
    seen, result = results.find(question)
    if result is None:
        with no_collection():
            project, result = _check(question, cache_dir)
        scope = scope_of(result.applications, project)
        beyond = [*INSTRUCTIONS, *FILES, *configuration_paths(project, load_all(), scope)]
        results.keep(question, seen, result, Beyond(project.probes, beyond))
    found = result.findings
    if change is not None and change.paths:
        found = tuple(sorted({*found, *judge_change(root, result.constraints, change)}, key=in_order))
    below = [_relative(root, path) for path in paths]
    return replace(
        result,
        findings=tuple(f for f in found if not f.path or _is_below(f.path, below)),
        not_checked=tuple(n for n in result.not_checked if _is_below(n.path, below)),
        suppressed=tuple(s for s in result.suppressed if _is_below(s.finding.path, below)),
        seconds=time.monotonic() - started,
    )


def listed_files(root: Path) -> list[str]:
    """The files of a repository (POSIX, relative); what git ignores is left out where git can tell."""
    found = listed_by_git(root, skipped=SKIPPED_FOLDERS)
    return found if found is not None else sorted(walk(root))


def _check(question: Question, cache_dir: Path | None) -> tuple[Project, CheckResult]:
    root = question.root
    profiles = load_all()
    stated = _stated(root, question.config, question.asked, profiles)
    project = Index(cache_dir).load(root, question.files)
    applications = detect(root, _included(question.files, stated), project) if project.files else []
    access = DataAccess(project, profiles)
    effective = constraints_of(root, stated, access, scope_of(applications, project), profiles)
    checker = Checker(project, effective, applications, access=access)
    findings = checker.findings()
    result = CheckResult(
        findings=tuple(findings),
        files=sum(f.not_checked is None for f in project.files.values()),
        rules=tuple(RULES),
        constraints=effective,
        not_checked=tuple(NotChecked(path=p, reason=r) for p, r in unread(project)),
        applications=tuple(applications),
        notes=tuple(str(contradiction) for contradiction in effective.contradictions),
        suppressed=tuple(checker.silenced),
    )
    return project, result


def _included(files: Sequence[str], stated: Sequence[Constraint]) -> Sequence[str]:
    """The files that hold applications: those that are not to be checked are none."""
    globs = [c.value for c in stated if c.kind == "exclude"]
    return [path for path in files if not any(matches(glob, path) for glob in globs)] if globs else files


def _stated(root: Path, config: Path | None, flags: Sequence[str], profiles: Profiles) -> list[Constraint]:
    """Flags and file; the mistakes of both together."""
    problems: list[Problem] = []
    found: list[Constraint] = []
    try:
        found += from_flags(flags, profiles)
    except InvalidConstraints as error:
        problems += error.problems
    try:
        found += find_constraints(root, config, profiles, rule_ids())
    except InvalidConstraints as error:
        problems += error.problems
    if problems:
        raise InvalidConstraints(problems)
    return found


def constraints_of(
    root: Path, stated: Sequence[Constraint], access: DataAccess, scope: Scope, profiles: Profiles
) -> ConstraintSet:
    """What holds in a repository: what is stated, what its instruction files name, what it does by habit."""
    found = list(stated)
    for name in INSTRUCTIONS:
        path = root / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _MAX_INSTRUCTIONS:
            text = path.read_text(encoding="utf-8", errors="replace")
            # Prose was read by us and not stated to us: it warns, and binds once it is in the file.
            read = from_text(text, "instructions", name, profiles=profiles)
            found += [replace(c, binding="inferred") for c in read]
    decided = {c.kind for c in found}
    layers = not {"architecture", "contract"} & decided
    return combine(found, from_practice(access.project, profiles, scope, access=access, layers=layers))


def unread(project: Project) -> list[tuple[str, str]]:
    """(path, reason) of files that rules saw not at all, or only around a syntax error."""
    found: list[tuple[str, str]] = []
    for path, facts in project.files.items():
        if facts.not_checked:
            found.append((path, facts.not_checked))
        elif facts.parse_errors:
            line, message = facts.parse_errors[0]
            found.append((path, f"read in part: line {line}: {message}"))
    for manifest in project.manifests:
        found += [(manifest.path, f"line {line}: {message}") for line, message in manifest.problems]
    return sorted(found)


def _relative(root: Path, path: Path | str) -> str:
    """POSIX, relative to root; ``.`` for root itself; paths outside stay as they are and match nothing."""
    given = Path(path)
    absolute = given if given.is_absolute() else root / given
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else given.as_posix()


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return not folders or any(f == "." or path == f or path.startswith(f + "/") for f in folders)
