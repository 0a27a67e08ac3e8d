"""Environments of targets: built once per content of the manifests, copied for each run, kept up to date."""

from __future__ import annotations

import re
import shlex
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tools.shell import ExecResult, Shell, ShellSettings
from tools.targets import nodeenv, pythonenv
from tools.targets.copying import remove_tree
from tools.targets.installing import Installer, ShellFactory, cause, is_offline
from tools.targets.model import Environment, Target, fill_env, nowhere_values
from tools.targets.proof import Proof, prove
from tools.targets.store import Store

GENERATE_TIMEOUT = 180.0
_NEVER_IN_REPO = "PIP_REQUIRE_VIRTUALENV"


class Environments:
    """Provides each target of a run with an installed environment of its own."""

    def __init__(self, cache_dir: Path, *, shell_factory: ShellFactory = Shell, sandbox: bool = True) -> None:
        """Takes the folder for installed trees (shared by all runs) and how shells are made."""
        self._python = Store(cache_dir / "environments" / "python")
        self._node = Store(cache_dir / "environments" / "node")
        self._factory = shell_factory
        self._sandbox = sandbox

    def provision(self, target: Target, workspace_root: Path, run_dir: Path, shell: Shell | None = None) -> Environment:
        """An environment for a target, made anew from what its manifests say.

        Args:
            target: As found in the workspace.
            workspace_root: The worktree.
            run_dir: A folder of this run; the same one gives the same paths again.
            shell: For the proof probe and code generation, must see ``run_dir``; None = one of its own.

        Returns:
            Never raises for what the repository or this machine lacks: then ``installed`` is False and the
            first note says why.
        """
        begin = time.monotonic()
        installer = Installer(factory=self._factory, sandbox=self._sandbox)
        home = run_dir / "environments" / _slug(target.name)
        home.mkdir(parents=True, exist_ok=True)
        try:
            made = (self._node_environment if target.runtime == "node" else self._python_environment)(
                target, workspace_root, home, installer
            )
            made = self._prepare(made, target, workspace_root, shell)
        except OSError as error:
            made = _missing(target, f"the environment cannot be written: {error}")
        return replace(made, evidence=(*installer.evidence, *made.evidence), seconds=time.monotonic() - begin)

    def refresh(
        self,
        environment: Environment,
        target: Target,
        workspace_root: Path,
        run_dir: Path,
        shell: Shell | None = None,
    ) -> Environment:
        """The environment after the run has changed files: installs what changed manifests ask for.

        Args:
            environment: As provisioned, or as refreshed before.
            target: Found anew (``find_targets``) when manifests may have changed.
            workspace_root: The worktree.
            run_dir: As given to ``provision``.
            shell: As for ``provision``.

        Returns:
            The same object when nothing changed; otherwise one whose notes say what was done. ``broken`` is
            set when what the manifests ask for now does not exist or does not fit together.
        """
        key = self.key(target, workspace_root)
        same = environment.target == target.name and environment.runtime == target.runtime
        if same and key == environment.key:
            return environment
        if not same or not environment.installed:
            made = self.provision(target, workspace_root, run_dir, shell)
            blamed = environment.installed or environment.broken
            broken = blamed and not made.installed and not _all_offline(made.evidence)
            return replace(made, notes=(*made.notes, "installed anew from its manifests"), broken=broken)
        begin = time.monotonic()
        installer = Installer(factory=self._factory, sandbox=self._sandbox)
        update = self._update_node if target.runtime == "node" else self._update_python
        made = update(environment, target, workspace_root, installer)
        if made.installed:
            made = self._prepare(made, target, workspace_root, shell)
        evidence = (*environment.evidence, *installer.evidence, *made.evidence[len(environment.evidence) :])
        return replace(made, key=key, evidence=evidence, seconds=time.monotonic() - begin)

    def key(self, target: Target, workspace_root: Path) -> str:
        """Digest of what the target's manifests ask for, empty when they cannot be read."""
        plan = (nodeenv if target.runtime == "node" else pythonenv).read_plan(target, workspace_root)
        return "" if isinstance(plan, str) else plan.identity

    def prove(
        self, environment: Environment, target: Target, workspace_root: Path, shell: Shell | None = None
    ) -> Proof:
        """Shows where the target's own packages come from."""
        with self._shell(environment, workspace_root, shell) as one:
            return prove(target, environment, workspace_root, one)

    def generate(
        self, environment: Environment, target: Target, workspace_root: Path, shell: Shell | None = None
    ) -> ExecResult | None:
        """Runs the target's code generation; None when it has none."""
        if target.generate is None:
            return None
        with self._shell(environment, workspace_root, shell) as one:
            # The shell may have been opened for another target.
            path = shlex.quote(":".join(map(str, environment.path_prepend)))
            return one.run(
                f'export PATH={path}:"$PATH"\n{target.generate}',
                cwd=target.path(workspace_root),
                env={**fill_env(target, nowhere_values()), **environment.env},
                timeout=GENERATE_TIMEOUT,
            )

    def _python_environment(
        self, target: Target, workspace_root: Path, home: Path, installer: Installer
    ) -> Environment:
        plan = pythonenv.read_plan(target, workspace_root)
        if isinstance(plan, str):
            return _missing(target, plan)
        venv, key = home / "venv", plan.identity
        built, _ = pythonenv.place(self._python, plan, installer, venv)
        if not built.ok:
            return replace(_missing(target, *built.notes), key=key)
        pythonenv.install_project(plan, workspace_root, venv)
        return Environment(
            target=target.name,
            runtime=target.runtime,
            path_prepend=(venv / "bin",),
            env={
                "VIRTUAL_ENV": str(venv),
                "UV_PROJECT_ENVIRONMENT": str(venv),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONNOUSERSITE": "1",
                _NEVER_IN_REPO: "1",
            },
            readable=(plan.interpreter.path.parent.parent,),
            writable=(home,),
            interpreter=venv / "bin" / "python",
            installed=True,
            notes=built.notes,
            key=key,
        )

    def _node_environment(self, target: Target, workspace_root: Path, home: Path, installer: Installer) -> Environment:
        plan = nodeenv.read_plan(target, workspace_root)
        if isinstance(plan, str):
            return _missing(target, plan)
        placed: list[str] = []
        notes: tuple[str, ...] = ()
        if plan.dependencies or plan.project.members:
            built, _, placed = nodeenv.place(self._node, plan, installer, workspace_root, home / "tree")
            notes = (*built.notes, *(note for note in plan.notes if note not in built.notes))
            if not built.ok:
                return replace(_missing(target, *notes), key=plan.identity)
        folders = dict.fromkeys((target.path(workspace_root), workspace_root / plan.project.install_root))
        return Environment(
            target=target.name,
            runtime="node",
            path_prepend=tuple(folder / nodeenv.MODULES / ".bin" for folder in folders),
            env={"npm_config_update_notifier": "false"},
            writable=(home,),
            interpreter=Path(shutil.which("node") or "node"),
            installed=True,
            notes=notes,
            key=plan.identity,
            created=tuple(placed),
        )

    def _update_python(
        self, environment: Environment, target: Target, workspace_root: Path, installer: Installer
    ) -> Environment:
        plan = pythonenv.read_plan(target, workspace_root)
        if isinstance(plan, str):
            return replace(environment, installed=False, broken=True, notes=(plan, *environment.notes))
        venv = environment.path_prepend[0].parent
        notes: list[str] = []
        result = pythonenv.update(plan, installer, venv, notes)
        pythonenv.install_project(plan, workspace_root, venv)
        return _updated(environment, result, notes)

    def _update_node(
        self, environment: Environment, target: Target, workspace_root: Path, installer: Installer
    ) -> Environment:
        plan = nodeenv.read_plan(target, workspace_root)
        if isinstance(plan, str):
            return replace(environment, installed=False, broken=True, notes=(plan, *environment.notes))
        keep_lock = plan.manager == plan.project.package_manager
        _, plain = nodeenv.commands(plan.manager, locked=False, keep_lock=keep_lock)
        where = workspace_root / plan.project.install_root
        result = nodeenv.run_manager(installer, plain, workspace_root, where)
        return _updated(environment, result, [f"manifests changed: ran {result.command}"])

    def _prepare(self, made: Environment, target: Target, workspace_root: Path, shell: Shell | None) -> Environment:
        """Generates code and proves where packages come from; what goes wrong becomes notes."""
        if not made.installed or not (target.packages or target.generate):
            return made
        notes, evidence = list(made.notes), list(made.evidence)
        with self._shell(made, workspace_root, shell) as one:
            generated = self.generate(made, target, workspace_root, one)
            if generated is not None:
                evidence.append(generated)
                if generated.exit_code != 0:
                    notes.append(f"code generation failed: {cause(generated)}")
            proof = prove(target, made, workspace_root, one)
        if proof.evidence is not None:
            evidence.append(proof.evidence)
        installed = proof.ok
        notes = [*proof.problems, *notes]
        return replace(made, installed=installed, notes=tuple(notes), evidence=tuple(evidence))

    @contextmanager
    def _shell(self, environment: Environment, workspace_root: Path, shell: Shell | None) -> Iterator[Shell]:
        if shell is not None:
            yield shell
            return
        settings = ShellSettings(
            root=workspace_root,
            readable=environment.readable,
            writable=environment.writable,
            env=environment.env,
            path_prepend=environment.path_prepend,
            sandbox=self._sandbox,
        )
        with self._factory(settings) as made:
            yield made


def discard(run_dir: Path) -> None:
    """Removes the environments of a run that lie in its folder."""
    remove_tree(run_dir / "environments")


def _missing(target: Target, *notes: str) -> Environment:
    return Environment(target=target.name, runtime=target.runtime, notes=notes)


def _updated(environment: Environment, result: ExecResult | None, notes: Sequence[str]) -> Environment:
    if result is None or result.exit_code == 0:
        return replace(environment, notes=(*environment.notes, *notes), broken=False)
    reason = f"changed dependencies do not install: {cause(result)}"
    return replace(
        environment,
        installed=False,
        broken=not is_offline(result),
        notes=(reason, *environment.notes, *notes),
    )


def _all_offline(evidence: Sequence[ExecResult]) -> bool:
    failed = [one for one in evidence if one.exit_code != 0]
    return bool(failed) and all(is_offline(one) for one in failed)


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "target"
