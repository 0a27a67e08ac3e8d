"""The commands about a repository's stack: detect, constraints, profiles, doctor. They need no model and no key."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli_support import Console, finish
from agent.errors import ExitCode, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.constraints.draft import Draft
    from tools.constraints.model import Constraint, Kind
    from tools.doctor import Examination
    from tools.findings import Finding

RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
ConstraintOption = Annotated[
    list[str] | None, typer.Option("--constraint", help="kind=value, for example architecture=clean; may be repeated.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("detect", epilog="Example: archwright detect --json")(detect_command)
    app.command("doctor", epilog="Example: archwright doctor --target")(doctor_command)
    constraints = typer.Typer(help="The rules of this repository.", no_args_is_help=True, rich_markup_mode=None)
    constraints.command("show", epilog="Example: archwright constraints show")(constraints_show_command)
    constraints.command("init", epilog="Example: archwright constraints init --dry-run")(constraints_init_command)
    constraints.command("schema", epilog="Example: archwright constraints schema > archwright.schema.json")(
        constraints_schema_command
    )
    app.add_typer(constraints, name="constraints")
    profiles = typer.Typer(help="What archwright knows of a stack.", no_args_is_help=True, rich_markup_mode=None)
    profiles.command("list", epilog="Example: archwright profiles list")(profiles_list_command)
    profiles.command("show", epilog="Example: archwright profiles show NAME... --for-step routes")(
        profiles_show_command
    )
    app.add_typer(profiles, name="profiles")


def detect_command(repo: RepoOption = None, json_output: JsonOption = False) -> None:
    """Say what the repository is built with: framework, ORM, database, layers, commands; each with its evidence."""
    finish(lambda console: _detect(console, repo), {"json_output": json_output})


def doctor_command(
    target: Annotated[bool, typer.Option("--target", help="Also prove that the repository runs here.")] = False,
    repo: RepoOption = None,
    json_output: JsonOption = False,
) -> None:
    """Say what works on this machine: sandbox, git, Postgres, model settings; with --target, the repository too."""
    finish(lambda console: _doctor(console, repo, target), {"json_output": json_output})


def constraints_show_command(
    repo: RepoOption = None,
    config: ConfigOption = None,
    constraint: ConstraintOption = None,
    json_output: JsonOption = False,
) -> None:
    """Print the effective constraints with their sources."""
    finish(lambda console: _show(console, repo, config, tuple(constraint or ())), {"json_output": json_output})


def constraints_init_command(
    repo: RepoOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an archwright.toml that is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file and write nothing.")] = False,
) -> None:
    """Write an archwright.toml that the repository keeps: what it does without exception is stated, the rest is told.

    What nearly holds stands in it as a comment with its count. Then the check runs with it.
    """
    finish(lambda console: _init(console, repo, force=force, dry_run=dry_run), {})


def constraints_schema_command() -> None:
    """Print the JSON Schema of archwright.toml, for editors."""
    finish(_schema, {})


def profiles_list_command(json_output: JsonOption = False) -> None:
    """List the profiles."""
    finish(_profiles_list, {"json_output": json_output})


def profiles_show_command(
    names: Annotated[list[str], typer.Argument(help="Names of a framework, ORM, database, architecture.")],
    for_step: Annotated[
        str | None, typer.Option("--for-step", help="Layers, comma-separated: print what the model would see and why.")
    ] = None,
    budget: Annotated[int, typer.Option("--budget", help="Characters that the advice may take.")] = 4500,
    json_output: JsonOption = False,
) -> None:
    """Print a profile, or what a model would be shown for a step."""
    finish(lambda console: _profiles_show(console, names, for_step, budget), {"json_output": json_output})


def _root(repo: Path | None) -> Path:
    root = (repo or Path()).expanduser().resolve()
    if not root.is_dir():
        raise UserError(f"--repo {root}: there is no such folder.")
    return root


def _detect(console: Console, repo: Path | None) -> int:
    from tools.detect import detect
    from tools.targets.describe import describe
    from tools.targets.files import Tree
    from tools.targets.telling import tell

    root = _root(repo)
    files = _own_files(root, Tree(root).files)
    applications = detect(root, files)
    details = describe(root, applications, files)
    if console.json:
        told = zip(applications, details, strict=True)
        listed = [{**asdict(one), **asdict(more)} for one, more in told]
        console.document({"schema_version": 1, "applications": listed})
    elif applications:
        console.result(tell(applications, details))
    else:
        console.result(
            "No application was found here: no manifest (pyproject.toml, requirements.txt, setup.py, Pipfile, "
            "manage.py, package.json) and no Python or JavaScript file."
        )
    return 0


def _own_files(root: Path, files: Sequence[str]) -> list[str]:
    """The files without those that the repository leaves out of the check: what lies there is not its application."""
    from tools.constraints.file import find_constraints
    from tools.constraints.layering import matches
    from tools.errors import InvalidConstraints

    try:
        globs = [c.value for c in find_constraints(root) if c.kind == "exclude"]
    except InvalidConstraints:
        return list(files)  # the commands that obey the file tell its mistakes
    return [file for file in files if not any(matches(glob, file) for glob in globs)]


def _show(console: Console, repo: Path | None, config: Path | None, flags: tuple[str, ...]) -> int:
    from agent.config import settings
    from tools.check import run_check
    from tools.constraints.showing import show

    chosen = settings({"repo": repo, "config": config})
    result = run_check(chosen.repo, config=chosen.config, constraints=flags, cache_dir=chosen.cache_dir / "facts")
    if console.json:
        console.document({"schema_version": 1, **result.constraints.as_dict()})
    else:
        console.result(show(result.constraints, _rules_of))
    return 0


def _rules_of(kind: Kind) -> tuple[str, ...]:
    from tools.verify.registry import RULES

    return tuple(rule.id for rule in RULES.values() if kind in rule.kinds)


def _init(console: Console, repo: Path | None, *, force: bool, dry_run: bool) -> int:
    from agent.config import settings
    from tools.constraints.file import FILE

    chosen = settings({"repo": repo})
    path = chosen.repo / FILE
    if path.exists() and not force and not dry_run:
        raise UserError(f"{path} is there already. Edit it, see --dry-run, or overwrite it with --force.")
    written = _drafted(chosen.repo, chosen.cache_dir / "facts")
    if dry_run:
        console.result(written.text)
    else:
        path.write_text(written.text, encoding="utf-8")
        console.result(f"wrote {path}")
    tell = console.note if dry_run else console.result
    tell(_remaining(written))
    return 0


def _drafted(root: Path, cache: Path) -> Draft:
    """The file for a repository, tried out: facts are read once, the rules run as often as it takes."""
    from framework_profiles.loader import load_all
    from tools.check import constraints_of, listed_files
    from tools.constraints.data_access import DataAccess
    from tools.constraints.draft import draft, settle
    from tools.detect import detect
    from tools.facts.index import Index
    from tools.targets.describe import layers_of
    from tools.verify.checker import Checker
    from tools.verify.context import scope_of

    profiles, files = load_all(), listed_files(root)
    project = Index(cache).load(root, files)
    applications = detect(root, files, project)
    access = DataAccess(project, profiles)
    scope = scope_of(applications, project)

    def judge(stated: Sequence[Constraint]) -> list[Finding]:
        effective = constraints_of(root, stated, access, scope, profiles)
        return Checker(project, effective, applications, access=access).findings()

    inferred = constraints_of(root, [], access, scope, profiles)
    layers = layers_of(root, applications, files)
    return settle(draft(inferred, applications, files, layers), judge, _rules_of)


def _remaining(written: Draft) -> str:
    from tools.verify.result import by_rule, plural

    stated = sum(one.stated for one in written.items)
    held = len(written.items) + len(written.layers) - stated
    said = f"{plural(stated, 'constraint')} stated, {held} as comments to decide on."
    if not written.findings:
        return f"{said}\n`archwright check` finds nothing with it."
    counts = ", ".join(f"{one.findings} {one.rule}" for one in by_rule(written.findings))
    return (
        f"{said}\n`archwright check` has {plural(len(written.findings), 'finding')} with it: {counts}.\n"
        "Mend them, or take them as given with `archwright baseline create`: then only new ones count."
    )


def _schema(console: Console) -> int:
    from framework_profiles.loader import load_all
    from tools.constraints.schema import schema
    from tools.verify.registry import rule_ids

    console.document(schema(load_all(), rule_ids()))
    return 0


def _profiles_list(console: Console) -> int:
    from framework_profiles.loader import load_all

    known = load_all()
    kinds: tuple[Any, ...] = ("framework", "orm", "database", "architecture")
    table = {kind: {name: known.of_kind(kind)[name] for name in known.names(kind)} for kind in kinds}
    if console.json:
        names = {kind: list(profiles) for kind, profiles in table.items()}
        console.document({"schema_version": 1, "profiles": names})
        return 0
    for kind, profiles in table.items():
        for name, profile in profiles.items():
            weight = "full" if profile.full else "detection and rules"
            console.result(f"{kind:<13} {name:<14} {weight}")
    return 0


def _profiles_show(console: Console, names: list[str], for_step: str | None, budget: int) -> int:
    from framework_profiles.loader import compose, load_all
    from tools.constraints.names import resolve

    known = load_all()
    parts: dict[str, str] = {}
    for word in names:
        kind = next((k for k in ("framework", "orm", "database", "architecture") if resolve(known, k, word)), None)
        if kind is None:
            raise UserError(f"There is no profile {word!r}. `archwright profiles list` shows them.")
        parts[kind] = str(resolve(known, kind, word))
    profile = compose(parts.get("framework"), parts.get("orm"), parts.get("database"), parts.get("architecture"))
    layers = [layer.strip() for layer in (for_step or "").split(",") if layer.strip()]
    advice = profile.for_step(layers, budget)
    if console.json:
        console.document({"schema_version": 1, "stack": parts, "advice": [asdict(item) for item in advice]})
        return 0
    for note in profile.notes:
        console.note(f"{note.severity}: {note.message}")
    for item in advice:
        console.result(f"--- {item.kind} {item.id} ({item.why})\n{item.text.strip()}\n")
    shown = sum(len(item.text) for item in advice)
    console.note(f"{len(advice)} of {len(profile.entries)} entries, {shown} of {budget} characters")
    return 0


def _doctor(console: Console, repo: Path | None, target: bool) -> int:
    from agent.doctoring import examine, machine

    rows = machine(repo)
    found = examine(_root(repo), repo) if target else []
    if console.json:
        targets = [{"target": e.target.name, "rungs": [asdict(rung) for rung in e.rungs]} for e in found]
        console.document({"schema_version": 1, "machine": rows, "targets": targets})
    else:
        for name, text in rows.items():
            console.result(f"{name:<22} {text}")
        for examination in found:
            _show_examination(console, examination)
    broken = any(str(rung.status) == "red" for e in found for rung in e.rungs)
    return int(ExitCode.FINDINGS) if broken else 0


def _show_examination(console: Console, examination: Examination) -> None:
    target = examination.target
    console.result(f"\n{target.name} ({target.root}, {target.runtime or 'no runtime'})")
    for evidence in target.evidence:
        console.result(f"    {evidence.path}:{evidence.line} {evidence.text}")
    for rung in examination.rungs:
        reason = f": {rung.reason}" if rung.reason else ""
        console.result(f"  {rung.name:<12} {str(rung.status).replace('_', ' ')} ({rung.seconds:.1f} s){reason}")
        for finding in rung.findings[:5]:
            console.result(f"      {finding.path}:{finding.line} {finding.message}")
