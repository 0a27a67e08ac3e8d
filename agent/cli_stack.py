"""The commands about a repository's stack: detect, constraints, profiles, doctor. They need no model and no key."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli_support import Console, finish
from agent.errors import ExitCode, UserError

if TYPE_CHECKING:
    from tools.detect import Application
    from tools.doctor import Examination

RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
ConstraintOption = Annotated[
    list[str] | None, typer.Option("--constraint", help="kind=value, for example architecture=clean; may be repeated.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

_PARTS = ("framework", "orm", "database", "architecture", "runtime")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("detect", epilog="Example: archwright detect --json")(detect_command)
    app.command("doctor", epilog="Example: archwright doctor --target")(doctor_command)
    constraints = typer.Typer(help="The rules of this repository.", no_args_is_help=True, rich_markup_mode=None)
    constraints.command("show", epilog="Example: archwright constraints show")(constraints_show_command)
    constraints.command("init", epilog="Example: archwright constraints init")(constraints_init_command)
    app.add_typer(constraints, name="constraints")
    profiles = typer.Typer(help="What archwright knows of a stack.", no_args_is_help=True, rich_markup_mode=None)
    profiles.command("list", epilog="Example: archwright profiles list")(profiles_list_command)
    profiles.command("show", epilog="Example: archwright profiles show NAME... --for-step routes")(
        profiles_show_command
    )
    app.add_typer(profiles, name="profiles")


def detect_command(repo: RepoOption = None, json_output: JsonOption = False) -> None:
    """Say which framework, ORM, database and architecture the repository uses, with the evidence."""
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
) -> None:
    """Write an archwright.toml from what the repository does."""
    finish(lambda console: _init(console, repo, force), {})


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

    applications = detect(_root(repo))
    if console.json:
        console.document({"schema_version": 1, "applications": [asdict(found) for found in applications]})
        return 0
    for found in applications:
        console.result("\n".join([f"{found.name or found.root} ({found.root})", *_stack_lines(found)]))
    if not applications:
        console.result("No application was found here: no manifest and no source file that a profile knows.")
    return 0


def _stack_lines(found: Application) -> list[str]:
    lines = []
    for part in _PARTS:
        detected = getattr(found.stack, part)
        if detected.name is None:
            lines.append(f"  {part:<13} cannot tell")
            continue
        lines.append(f"  {part:<13} {detected.name} ({detected.confidence:.0%})")
        lines += [f"      {e.path}:{e.line} {e.text}".rstrip() for e in detected.evidence[:3]]
    return lines


def _show(console: Console, repo: Path | None, config: Path | None, flags: tuple[str, ...]) -> int:
    from agent.config import settings
    from tools.check import run_check

    chosen = settings({"repo": repo, "config": config})
    result = run_check(chosen.repo, config=chosen.config, constraints=flags, cache_dir=chosen.cache_dir / "facts")
    if console.json:
        console.document({"schema_version": 1, **result.constraints.as_dict()})
        return 0
    for constraint in result.constraints:
        console.result(f"{constraint.id}  [{constraint.binding}]  {constraint.source}\n    {constraint.words}")
    for contradiction in result.constraints.contradictions:
        console.result(f"contradiction: {contradiction}")
    if not len(result.constraints):
        console.result("Nothing is stated and nothing could be inferred.")
    return 0


def _init(console: Console, repo: Path | None, force: bool) -> int:
    from agent.config import settings
    from tools.check import run_check
    from tools.constraints.file import FILE, write

    chosen = settings({"repo": repo})
    path = chosen.repo / FILE
    if path.exists() and not force:
        raise UserError(f"{path} is there already. Edit it, or overwrite it with --force.")
    result = run_check(chosen.repo, cache_dir=chosen.cache_dir / "facts")
    text = write(tuple(result.constraints), {c.id: str(c.source) for c in result.constraints})
    path.write_text(text, encoding="utf-8")
    console.result(f"wrote {path} with {len(result.constraints)} rule(s); `archwright check` keeps them")
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
