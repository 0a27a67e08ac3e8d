"""Do the migrations apply to an empty database, and do its tables hold what the models say?"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from framework_profiles.loader import load_all
from framework_profiles.model import OrmProfile
from tools.constraints.data_access import DataAccess
from tools.facts.model import FileFacts, Project
from tools.findings import Finding, Severity
from tools.probes.boot import failures, of_trace
from tools.probes.context import GateContext
from tools.probes.drift import Drift, explain
from tools.runners.python import trace_of
from tools.runtime import Runtime
from tools.traces import workspace_path
from tools.verify.rule import is_test

if TYPE_CHECKING:
    from tools.shell import ExecResult

_SCRIPTS = Path(__file__).with_name("scripts")
_MODEL_WORDS = frozenset(
    ["Mapped", "mapped_column", "Column", "relationship", "Table", "DeclarativeBase", "declarative_base"]
)
_HEADS = re.compile(r"[Mm]ultiple head revisions|multiple heads")
_MAKE = re.compile(r"(\S*manage\.py) migrate\b.*")
_INTROSPECTION_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at the schema gave."""

    findings: tuple[Finding, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    reason: str = ""
    """Why it could not be judged, or one line on what was seen."""
    checked: bool = True
    ok: bool = True
    """Migrations: they applied. Comparison: it took place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How models and tables are compared."""

    migrated: bool
    """The tables were made by migrations, so what is missing is a missing migration."""
    existed: Callable[[str], bool] = lambda path: True
    """Is this file of the facts there? At the base not all are."""


def migrate(runtime: Runtime, seconds: float) -> Looked:
    """Apply the target's migrations to the database that its variables name."""
    target = runtime.target
    if not target.migrate:
        return Looked(checked=False, ok=False, reason="the repository has no migrations")
    result = runtime.run(target.migrate, timeout=seconds)
    evidence = [result]
    if result.exit_code == 0:
        findings, more = _unwritten(runtime, target.migrate)
        return Looked(findings=tuple(findings), evidence=(*evidence, *more), reason="the migrations apply")
    if result.exit_code == 127:
        return Looked(
            evidence=tuple(evidence), checked=False, ok=False, reason="the migration command is not installed"
        )
    if _HEADS.search(result.output):
        findings = [_heads(result.output)]
    else:
        ended = "do not end" if result.timed_out else "do not apply to an empty database"
        findings = failures("migration-fails", f"the migrations {ended}", result.output, runtime.root, target.root)
    return Looked(findings=tuple(findings), evidence=tuple(evidence), ok=False)


def _heads(output: str) -> Finding:
    line = next(line.strip() for line in output.splitlines() if _HEADS.search(line))
    return Finding(
        rule="several-heads",
        severity=Severity.ERROR,
        path="",
        line=0,
        message=f"the migrations have several heads: {line[:200]}",
        hint="give the new migration the newest one as its down_revision",
    )


def _unwritten(runtime: Runtime, command: str) -> tuple[list[Finding], list[ExecResult]]:
    """Frameworks whose own tool says that a migration is missing."""
    match = _MAKE.search(command)
    if not match:
        return [], []
    check = command[: match.start()] + f"{match[1]} makemigrations --check --dry-run"
    result = runtime.run(check, timeout=_INTROSPECTION_SECONDS)
    if result.exit_code != 1:
        return [], [result]
    words = "; ".join(line.strip() for line in result.output.splitlines() if line.strip().startswith(("+", "~", "-")))
    finding = Finding(
        rule="missing-migration",
        severity=Severity.ERROR,
        path="",
        line=0,
        message=f"the models have changes without a migration: {words[:300]}",
        hint="run makemigrations and keep the file that it writes",
    )
    return [finding], [result]


def compare(context: GateContext, runtime: Runtime, url: str | None, how: Comparison) -> Looked:
    """Import the target's models in its own interpreter and compare them with the tables that exist.

    Args:
        context: For the facts: which files define models.
        runtime: The target with its variables filled.
        url: The database to look at; None = the one that the target's own engine names.
        how: Where the tables came from, and which model files there were.
    """
    orm, script = _script_for(context.project)
    if orm is None:
        return Looked(checked=False, reason="the repository has no models that can be compared")
    if script is None:
        return Looked(checked=False, reason=f"models of {orm.title} cannot be compared with tables yet")
    files = [path for path in model_files(context.project, orm, runtime.target.root) if how.existed(path)]
    if not files:
        return Looked(checked=False, reason="no file defines a model")
    if runtime.environment.interpreter is None:
        return Looked(checked=False, reason="the target's interpreter is not known")
    answer, result = _introspect(runtime, script, _modules(context.project, files, runtime.target.root), url)
    if answer is None:
        found = failures(
            "model-import", "the models cannot be loaded", result.output, runtime.root, runtime.target.root
        )
        return Looked(findings=tuple(found), evidence=(result,))
    return _judge(context, runtime, answer, (result, how.migrated))


def model_files(project: Project, orm: OrmProfile, within: str) -> list[str]:
    """Files below a folder that define models of an ORM; tests and migrations are no models."""
    prefix = "" if within == "." else within + "/"
    found = []
    for path, facts in project.files.items():
        aside = is_test(path) or {"migrations", "versions", "alembic"} & set(PurePosixPath(path).parts)
        if facts.language == "python" and path.startswith(prefix) and not aside and _defines_models(facts, orm):
            found.append(path)
    return found


def _defines_models(facts: FileFacts, orm: OrmProfile) -> bool:
    if not any(definition.kind == "class" for definition in facts.definitions) and not facts.calls:
        return False
    names = [call.resolved for call in facts.calls if call.resolved] + [use.name for use in facts.references]
    for name in names:
        known = name.partition(".")[0] in orm.marks.imports
        if name in orm.model_bases or (known and name.rpartition(".")[2] in _MODEL_WORDS):
            return True
    return False


def _script_for(project: Project) -> tuple[OrmProfile | None, Path | None]:
    """The ORM in use, with the program that can introspect it; an ORM built on another uses the other's."""
    profiles = load_all()
    used = [profiles.orms[name] for name in DataAccess(project, profiles).orms]
    for orm in used:
        for name in (orm.name, *orm.builds_on):
            script = _SCRIPTS / f"{name}_models.py"
            if script.is_file():
                return orm, script
    return (used[0], None) if used else (None, None)


def _modules(project: Project, files: Sequence[str], within: str) -> list[str]:
    """The dotted names under which the target itself imports these files; two names would be two modules."""
    names: dict[str, str] = {}
    for edge in project.edges():
        if edge.target in files and not edge.fact.module.startswith("."):
            tail = _dotted(edge.target)
            whole = edge.fact.module
            for candidate in (whole, *(f"{whole}.{name}" for name, _ in edge.fact.names)):
                if tail == candidate or tail.endswith("." + candidate):
                    names.setdefault(edge.target, candidate)
    prefix = "" if within == "." else within + "/"
    for path in files:
        names.setdefault(path, _dotted(path.removeprefix(prefix).removeprefix("src/")))
    return [names[path] for path in files]


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _introspect(
    runtime: Runtime, script: Path, modules: Sequence[str], url: str | None
) -> tuple[dict[str, Any] | None, ExecResult]:
    folder = runtime.scratch_folder()
    try:
        roots = [str(runtime.folder), str(runtime.folder / "src"), str(runtime.root)]
        settings = {"modules": modules, "roots": roots, "workspace": str(runtime.root), "url": url}
        settings["out"] = f"{folder}/answer.json"
        runtime.put(folder, "archwright_models.py", script.read_text(encoding="utf-8"))
        runtime.put(folder, "settings.json", json.dumps(settings))
        interpreter = shlex.quote(str(runtime.environment.interpreter))
        command = f"{interpreter} {folder}/archwright_models.py {folder}/settings.json"
        result = runtime.run(command, timeout=_INTROSPECTION_SECONDS)
        text = runtime.get(folder, "answer.json")
        return (json.loads(text) if text else None), result
    finally:
        runtime.drop(folder)


def _judge(context: GateContext, runtime: Runtime, answer: Mapping[str, Any], how: tuple[ExecResult, bool]) -> Looked:
    result, migrated = how
    root, within = runtime.root, runtime.target.root
    errors = list(answer["errors"])
    if any(error["kind"] == "connect" for error in errors):
        reason = f"the database cannot be read: {errors[0]['message'].splitlines()[0][:200]}"
        return Looked(evidence=(result,), checked=False, reason=reason)
    if errors:
        return Looked(findings=tuple(_of_errors(errors, root, within)), evidence=(result,))
    if not answer["tables"]:
        return Looked(evidence=(result,), checked=False, reason="the models define no table")
    drift = Drift(
        migrated=migrated,
        existing=tuple(answer.get("existing", ())),
        place=lambda path: workspace_path(path, root, within) or "",
        is_new=lambda path: context.read_base(path) is None,
    )
    findings = explain(answer["differences"], drift)
    if findings is None:
        reason = "the application does not create its tables at its start, and there are no migrations"
        return Looked(evidence=(result,), checked=False, reason=reason)
    count = len(answer["tables"])
    return Looked(findings=tuple(findings), evidence=(result,), reason=f"{count} tables compared with their models")


def _of_errors(errors: Iterable[Mapping[str, Any]], root: Path, within: str) -> list[Finding]:
    found: dict[tuple[str, int, str], Finding] = {}
    for error in errors:
        rule, what = ("model-mapping", "the models do not fit together")
        if error["kind"] == "import":
            rule, what = "model-import", f"{error['module']} cannot be imported"
        finding = of_trace(rule, what, trace_of(error), root, within)
        own = workspace_path(str(error.get("file") or ""), root, within)
        if own is not None:
            finding = Finding(
                rule=rule, severity=finding.severity, path=own, line=int(error.get("line") or 0),
                message=finding.message, hint=finding.hint,
            )  # fmt: skip
        key = (finding.path, finding.line, finding.message.partition(": ")[2])
        found.setdefault(key, finding)
    return list(found.values())
