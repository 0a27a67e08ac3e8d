"""The workspace at work: its tree, its facts and its findings, kept up to date after every change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from os.path import normpath
from pathlib import Path, PurePosixPath
from typing import Any

from agent.config import Settings
from agent.journal import Journal
from agent.request import Request
from framework_profiles.profile import Profile as StackProfile
from tools.constraints.model import ConstraintSet
from tools.detect import Application
from tools.errors import ToolRefused
from tools.facts.index import Index
from tools.facts.model import Project
from tools.findings import Finding
from tools.policy import Grants, database_addresses
from tools.probes.context import Base
from tools.services import Scratch
from tools.shell import Forward, Shell, ShellSettings
from tools.syntax import Judge
from tools.target import Environment, Target
from tools.verify.checker import Checker
from tools.verify.rule import Change
from tools.verify.runner import new_findings
from tools.workspace import Workspace

FOREIGN_CODE = frozenset({".rb", ".go", ".java", ".kt", ".php", ".rs", ".cs", ".ex", ".scala", ".swift", ".c", ".cpp"})
"""Code that is shown and edited as text: there are no facts of it."""


@dataclass(kw_only=True)
class Survey:
    """What was found before anything was written."""

    applications: list[Application]
    targets: list[Target]
    environments: dict[str, Environment]
    profile: StackProfile
    constraints: ConstraintSet
    baseline: list[Finding]
    """What was wrong before the run: only what the change adds counts."""
    instructions: list[tuple[str, str]]
    """Path and text of AGENTS.md and the like."""
    files: list[str]
    notes: list[str] = field(default_factory=list)
    """What cannot be checked here, and why."""
    database_lines: list[str] = field(default_factory=list)
    """What the model is told of the databases it may use."""

    base_targets: list[Target] = field(default_factory=list)
    """The targets as the repository had them before the run."""

    @property
    def greenfield(self) -> bool:
        """Nothing to follow: no application was found, nor code in a language that no reader knows."""
        return not any(target.runtime for target in self.targets) and not any(
            PurePosixPath(file).suffix in FOREIGN_CODE for file in self.files
        )


class Desk:
    """Everything live that belongs to the target: workspace, shell, scratch databases, facts."""

    survey: Survey
    """Set by the survey node."""
    project: Project
    """The facts of the workspace as it is now; set by the survey node."""

    def __init__(
        self, *, settings: Settings, request: Request, run_dir: Path, journal: Journal, workspace: Workspace
    ) -> None:
        self.settings = settings
        self.request = request
        self.run_dir = run_dir
        self.journal = journal
        self.workspace = workspace
        self.root = workspace.root
        self.tree = workspace.base_tree
        self.index = Index(settings.cache_dir / "facts")
        self.grants = Grants(granted_addresses(settings, request))
        self.base = Base(self._at_base)
        """What the gates ask of the state before the run; kept for the whole run."""
        self.forwards: tuple[Forward, ...] = ()
        """Databases that the model's shell reaches."""
        self.shell_env: dict[str, str] = {}
        self._shells: dict[str, Shell] = {}
        self._shown: set[tuple[str, str, str]] = set()
        self._checker: tuple[Checker, tuple[ConstraintSet, list[Application]]] | None = None
        self._unseen: set[str] = set()
        """Paths that changed since the checker last looked."""

    @cached_property
    def scratch(self) -> Scratch:
        """Scratch databases of this run."""
        return Scratch(self.run_dir / "scratch", self.settings.postgres_url, self.settings.cache_dir / "postgres")

    @property
    def shell(self) -> Shell:
        """The model's shell: one sandbox for the whole run."""
        return self._shell("model")

    @property
    def gate_shell(self) -> Shell:
        """The gates' own sandbox: the model's background servers are not in it."""
        return self._shell("gate")

    @cached_property
    def judge(self) -> Judge:
        """The languages' own parsers, as far as the target's environment has them."""
        found = {e.runtime: str(e.interpreter) for e in self.survey.environments.values() if e.interpreter}
        return Judge(self.gate_shell, found.get("python"), found.get("node") or shutil.which("node"))

    def files(self) -> list[str]:
        """Every file of the workspace that git does not ignore."""
        return self.workspace.files()

    def sync(self, paths: Sequence[str] | None = None) -> list[str]:
        """Record what changed since the last call; returns the changed paths.

        Args:
            paths: the files that were written, when they are known; None looks at everything.
        """
        if paths is not None and not paths:
            return []
        if self.root.stat().st_mode & 0o700 != 0o700:  # a command took the folder away from itself, and from us
            self.root.chmod(0o755)
        tree = self.workspace.snapshot(paths)
        if tree == self.tree:
            return []
        changed = self._paths_between(self.tree, tree)
        self.tree = tree
        self.project = self.index.update(self.project, changed)
        self._unseen.update(changed)
        return changed

    def findings(self, *, gate: bool = False) -> list[Finding]:
        """What is wrong now and was not wrong before; ``gate`` adds the rules that half-written code breaks."""
        return new_findings(self.survey.baseline, self.all_findings(gate=gate))

    def all_findings(self, *, gate: bool = False) -> list[Finding]:
        """What is wrong now, whoever did it."""
        return self._checked().findings(gate=gate)

    def judge_change(self, change: Change) -> list[Finding]:
        """What is wrong now at a gate, `change` being what the run did."""
        checker = self._checked()
        checker.consider(change)
        found = checker.findings(gate=True)
        checker.consider(Change())
        return found

    def _checked(self) -> Checker:
        """The checker, brought up to date; a new one when the constraints or applications are other ones."""
        survey = self.survey
        asked = (survey.constraints, survey.applications)
        known = self._checker
        if known is None or any(new is not old for new, old in zip(asked, known[1], strict=True)):
            known = self._checker = (Checker(self.project, survey.constraints, survey.applications), asked)
        elif known[0].project is not self.project:
            known[0].update(self.project, self._unseen)
        self._unseen.clear()
        return known[0]

    def fresh_findings(self) -> list[Finding]:
        """New findings that the model has not been shown yet; those that went away may be shown again."""
        now = self.findings()
        fresh = [finding for finding in now if finding.identity not in self._shown]
        self._shown = {finding.identity for finding in now}
        return fresh

    def guard(self, path: str) -> None:
        """Raise `ToolRefused` when the scope of the run excludes this path."""
        path = normpath(path)  # app/../other.py must not pass as app/*
        if not self.in_scope(path):
            raise ToolRefused(f"{path} is outside the scope of this run ({', '.join(self.settings.scope)}).")

    def in_scope(self, path: str) -> bool:
        """Whether the run may change this path."""
        scope = self.settings.scope
        return not scope or any(fnmatch(path, pattern) for pattern in scope)

    def restore(self, tree: str) -> None:
        """Make the workspace equal a tree of this run; costs nothing when it is that tree already."""
        if tree == self.tree:
            return
        changed = self._paths_between(self.tree, tree)
        self.workspace.restore(tree)
        self.tree = tree
        self.project = self.index.update(self.project, changed)
        self._unseen.update(changed)

    def refresh_shells(self) -> None:
        """Give the open shells the environments as they are now; background servers live on where they can."""
        for name, shell in self._shells.items():
            wanted, now = self._shell_settings(name), shell.settings
            changes: dict[str, Any] = {
                field: getattr(wanted, field)
                for field in ("env", "path_prepend", "readable", "writable", "forwards")
                if getattr(wanted, field) != getattr(now, field) and not (field == "forwards" and name != "model")
            }
            if changes:
                shell.update(**changes)

    def close(self) -> None:
        """End every process and every scratch database of the run."""
        for shell in self._shells.values():
            shell.close()
        self._shells.clear()
        if "scratch" in self.__dict__:
            self.scratch.close()

    def _paths_between(self, since: str, until: str) -> list[str]:
        """Every path that differs: of a renamed file both, or its facts would live on under the old name."""
        changes = self.workspace.changed(since, until)
        return [path for change in changes for path in (change.path, change.old_path) if path]

    def _at_base(self, look: Callable[[], Any]) -> Any:
        """Call ``look`` while the workspace holds the files of the base."""
        here = self.tree
        self.restore(self.workspace.base_tree)
        try:
            return look()
        finally:
            self.workspace.restore(here)
            self.tree = here
            self.project = self.index.load(self.root, self.files())

    def _shell(self, name: str) -> Shell:
        if name not in self._shells:
            self._shells[name] = Shell(self._shell_settings(name))
        return self._shells[name]

    def _shell_settings(self, name: str) -> ShellSettings:
        environments = list(self.survey.environments.values())
        own = self.shell_env if name == "model" else {}
        self.scratch.folder.mkdir(parents=True, exist_ok=True)
        return ShellSettings(
            root=self.root,
            # git works in the workspace; the user's branches, objects and configuration are not writable
            readable=(*(path for e in environments for path in e.readable), self.workspace.common_dir),
            writable=(
                self.run_dir / "environments",  # as a whole: a new environment must not cost the sandbox its state
                *(path for e in environments for path in e.writable if not path.is_relative_to(self.run_dir)),
                *([self.workspace.own_git_dir] if self.workspace.own_git_dir else []),
                self.scratch.folder,
            ),
            path_prepend=tuple(path for e in environments for path in e.path_prepend),
            env={**{name: value for e in environments for name, value in e.env.items()}, **own},
            forwards=self.forwards if name == "model" else (),
            sandbox=self.settings.sandbox,
            # a granted database and the network must never meet
            installs_inside=name == "model" and not self.grants.addresses,
        )


def granted_addresses(settings: Settings, request: Request) -> list[str]:
    """The databases the operator lends: by flag, or named in the operator's own request with ``--in-place``."""
    granted = list(settings.grant_database)
    if settings.in_place and request.origin in {"argument", "file"}:
        granted += [address.url for address in database_addresses(request.text)]
    return granted
