"""Grade a folder: ``python -m evals.floor.grade greenfield|feature FOLDER [--json]``.

Works on a copy: installs what it lists, starts it over a scratch Postgres, runs the hidden checks, restarts it, and
lets our own rules judge the code. Exit code 0 means that all passed, 1 that something did not, 3 that nothing could
be graded here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evals.floor.environments import InstallFailed, environment, listed_requirements
from evals.floor.running import Service
from evals.floor.tasks import CONSTRAINTS, HOME, TASKS, Task
from tools.check import run_check
from tools.errors import EnvironmentFault
from tools.findings import Finding
from tools.services import Postgres
from tools.shell import Shell, ShellSettings
from tools.verify.ignores import read_ignores
from tools.verify.registry import RULES

_LEFT_OUT = (".git", ".venv", "venv", "__pycache__", "node_modules", ".pytest_cache", ".ruff_cache", "*.egg-info")
_STATED = frozenset({"architecture", "database", "orm"})
_OUTPUT = 400_000


@dataclass(kw_only=True)
class Grade:
    """What a folder is worth."""

    task: str
    outcomes: dict[str, str] = field(default_factory=dict)
    """Name of the check -> why it failed; empty when it passed."""
    findings: list[Finding] = field(default_factory=list)
    """Of rules that verify what the task states, inline ignores of such rules included."""
    other_findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> dict[str, str]:
        """The checks that did not pass."""
        return {name: why for name, why in self.outcomes.items() if why}

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return len(self.outcomes) - len(self.failed)

    @property
    def perfect(self) -> bool:
        """Every check passed and no stated rule is broken."""
        return not self.failed and not self.findings and bool(self.outcomes)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "task": self.task,
            "checks": {"passed": self.passed, "total": len(self.outcomes), "failed": self.failed},
            "findings": [asdict(finding) for finding in self.findings],
            "other_findings": [asdict(finding) for finding in self.other_findings],
            "seconds": round(self.seconds, 1),
        }

    def table(self) -> str:
        """As text for people."""
        lines = [f"{self.task}: {self.passed} of {len(self.outcomes)} checks pass, {self.seconds:.0f} s"]
        lines += [f"  failed  {name}: {why[:300]}" for name, why in self.failed.items()]
        lines.append(f"{len(self.findings)} findings of stated rules, {len(self.other_findings)} of others")
        for mark, findings in (("stated", self.findings), ("other ", self.other_findings)):
            lines += [f"  {mark}  {f.severity} {f.rule} {f.path}:{f.line} {f.message[:300]}" for f in findings]
        return "\n".join(lines)


def grade(task: Task, folder: Path, cache: Path, *, fresh: bool = False) -> Grade:
    """Grade a folder, which stays as it is.

    Args:
        task: what it should be.
        folder: an agent's result.
        cache: where environments and database templates are kept between runs.
        fresh: install anew.

    Raises:
        EnvironmentFault: no sandbox or database can be had here.
    """
    started = time.monotonic()
    result = Grade(task=task.name)
    with tempfile.TemporaryDirectory(prefix="archwright-grade-") as place:
        root = Path(place).resolve() / "work"
        shutil.copytree(folder, root, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        _judge_rules(task, root, result)
        try:
            venv = environment(cache / "environments", listed_requirements(root / task.manifest), fresh=fresh)
        except InstallFailed as error:
            result.outcomes = dict.fromkeys(names(task), f"not installed: {error}")
        else:
            with Postgres(Path(place) / "postgres", templates=cache / "postgres") as server:
                result.outcomes = _behave(task, root, venv, server)
    result.seconds = time.monotonic() - started
    return result


def names(task: Task) -> list[str]:
    """The checks of a task by name, those included that are not asked over HTTP."""
    import importlib

    module = importlib.import_module(task.behaviour)
    extra = ["migrations_apply", "models_match_migrations", "tests_of_the_base_pass"] if task.base else []
    return [*(check.name for check in module.SUITE.checks), *extra]


def _judge_rules(task: Task, root: Path, result: Grade) -> None:
    """Our own rules with the task's constraints; what the folder says about them itself does not count."""
    (root / "archwright.toml").unlink(missing_ok=True)
    checked = run_check(root, constraints=CONSTRAINTS)
    stated = {rule.id for rule in RULES.values() if _STATED.intersection(rule.kinds)}
    for finding in checked.findings:
        (result.findings if finding.rule in stated else result.other_findings).append(finding)
    for path, reason in ((n.path, n.reason) for n in checked.not_checked if n.path.endswith(".py")):
        result.findings.append(_finding("not-checked", path, 0, reason))
    for ignore in read_ignores(root, [path.relative_to(root).as_posix() for path in root.rglob("*.py")]):
        result.findings.append(_finding("ignored", ignore.path, ignore.line, f"silences {', '.join(ignore.rules)}"))


def _finding(rule: str, path: str, line: int, message: str) -> Finding:
    from tools.findings import Severity

    return Finding(rule=rule, severity=Severity.ERROR, path=path, line=line, message=message)


def _behave(task: Task, root: Path, venv: Path, server: Postgres) -> dict[str, str]:
    database = server.create(task.database, role=task.database, password=task.database)
    settings = ShellSettings(
        root=root,
        readable=(venv, HOME / "evals"),
        path_prepend=(venv / "bin",),
        env={"DATABASE_URL": database.url.replace("postgresql", task.driver, 1)},
        forwards=(database.forward,) if database.forward else (),
    )
    wanted = dict.fromkeys(names(task), "was not run")
    with Shell(settings) as shell:
        outcomes = _migrate(task, shell)
        service = Service(shell, task.start, root)
        outcomes |= _checked(task, shell, service, venv)
        if task.tests:
            outcomes["tests_of_the_base_pass"] = _own_tests(task, shell, root)
    return {name: outcomes.get(name, why) for name, why in wanted.items()}


def _migrate(task: Task, shell: Shell) -> dict[str, str]:
    done = [shell.run(command, timeout=120) for command in task.migrate]
    told = [_why(run.exit_code, run.output) for run in done]
    return dict(zip(("migrations_apply", "models_match_migrations"), told, strict=False))


def _checked(task: Task, shell: Shell, service: Service, venv: Path) -> dict[str, str]:
    """Start, check, restart, check what must have survived, stop."""

    def ask(*more: str) -> Mapping[str, Any]:
        # -P: what lies in the graded folder must not stand in for the checks.
        argv = [str(venv / "bin" / "python"), "-P", "-m", task.behaviour, service.base, *more]
        done = shell.run(argv, timeout=300, env={"PYTHONPATH": str(HOME)}, cap=_OUTPUT)
        try:
            document: Mapping[str, Any] = json.loads(done.output.strip().splitlines()[-1])
        except (ValueError, IndexError) as error:
            raise EnvironmentFault(f"The checks ended with {done.exit_code}:\n{done.output[-2000:]}") from error
        return document

    trouble = service.start()
    if trouble:
        return dict.fromkeys(names(task), trouble)
    first = ask()
    outcomes: dict[str, str] = dict(first["results"])
    service.stop()
    if first["planted"]:
        trouble = service.start()
        again = {} if trouble else ask("--planted", json.dumps(first["planted"]))["results"]
        outcomes |= again or dict.fromkeys(first["planted"], f"after the restart: {trouble}")
        service.stop()
    return outcomes


def _own_tests(task: Task, shell: Shell, root: Path) -> str:
    """The tests of the repository that the agent started from, in their own words."""
    assert task.base is not None
    place = root / "tests_of_the_base"
    shutil.copytree(task.base / "tests", place, ignore=shutil.ignore_patterns("__pycache__"))
    done = shell.run(f"python -m pytest -q -p no:cacheprovider {place.name}", timeout=180)
    shutil.rmtree(place)
    return _why(done.exit_code, done.output)


def _why(exit_code: int | None, output: str) -> str:
    return "" if exit_code == 0 else f"exit {exit_code}: {output[-600:]}"


def main(arguments: Sequence[str]) -> int:
    """Grade from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Grade a folder by hidden checks and by our own rules.")
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".cache") / "floor", help="environments kept between runs")
    parser.add_argument("--fresh", action="store_true", help="install anew")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    try:
        result = grade(TASKS[options.task], options.folder.resolve(), options.cache.resolve(), fresh=options.fresh)
    except EnvironmentFault as error:
        sys.stderr.write(f"cannot grade: {error}\n")
        return 3
    sys.stdout.write((json.dumps(result.document(), indent=2) if options.json else result.table()) + "\n")
    return 0 if result.perfect else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
