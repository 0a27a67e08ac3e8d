"""The commands about rules: check and explain. They need no model and no key."""

from __future__ import annotations

import io
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli_baseline import register as register_baseline
from agent.cli_support import Console, finish
from agent.errors import UserError

if TYPE_CHECKING:
    from agent.config import Settings
    from tools.since import Since
    from tools.verify.render import View
    from tools.verify.result import CheckResult

RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
ConstraintOption = Annotated[
    list[str] | None,
    typer.Option("--constraint", help="kind=value, for example architecture=clean; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Plain output.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("check", epilog="Example: archwright check --since origin/main --format github")(check_command)
    app.command("explain", epilog="Example: archwright explain layer-skip")(explain_command)
    register_baseline(app)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the command line says."""

    paths: list[Path]
    repo: Path | None
    config: Path | None
    constraints: tuple[str, ...]
    since: str | None
    baseline: bool
    form: str
    strict: bool
    every: bool
    statistics: bool


def check_command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to report on; default: all.")] = None,
    repo: RepoOption = None,
    config: ConfigOption = None,
    constraint: ConstraintOption = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REF", help="Only what is new since the merge base with this commit."),
    ] = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Also what the baseline holds.")] = False,
    output_format: Annotated[
        str | None, typer.Option("--format", help="text, json, sarif or github; default: text.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print every finding, however many there are.")] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Print the counts by rule, not findings.")] = False,
    json_output: JsonOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the verdict alone.")] = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the repository's structural rules. Needs no model and no key."""
    from agent.config import surroundings

    asked = _Asked(
        paths=paths or [],
        repo=repo,
        config=config,
        constraints=tuple(constraint or ()),
        since=since,
        baseline=not no_baseline,
        form=output_format or ("json" if json_output else "text"),
        strict=strict,
        every=every,
        statistics=statistics,
    )
    if json_output and asked.form != "json":
        asked = replace(asked, form=f"{asked.form} and --json")
    flags = {"no_color": no_color or surroundings().plain, "quiet": quiet}
    finish(lambda console: _check(console, asked), flags)


def explain_command(rule: Annotated[str, typer.Argument(help="Rule id, for example layer-skip.")]) -> None:
    """Explain a rule: why it exists, wrong and right code, how to silence it."""
    finish(lambda console: _explain(console, rule), {})


def _check(console: Console, asked: _Asked) -> int:
    from agent.config import settings
    from tools.verify.render import FORMATS, render

    if asked.form not in FORMATS:
        raise UserError(f"--format {asked.form}: choose {', '.join(FORMATS)}.")
    if asked.form != "text" and (asked.statistics or asked.every or console.quiet):
        flag = "--statistics" if asked.statistics else "--all" if asked.every else "-q"
        raise UserError(f"{flag} shapes the text form only; --format {asked.form} always has everything.")
    chosen = settings({"repo": asked.repo, "config": asked.config})
    result = _judge(chosen, asked)
    view = _view(console, chosen.repo, asked)
    _make_writable(asked.form)
    if asked.form == "github":
        _summarise(console, result)
    console.result(render(result, asked.form, view))
    return result.exit_code(strict=asked.strict)


def _judge(chosen: Settings, asked: _Asked) -> CheckResult:
    """The findings that count: those below the paths, beyond the baseline, and new since the commit named."""
    from tools.check import run_check
    from tools.constraints.baseline import read_baseline
    from tools.verify.adopt import adopt

    started = time.monotonic()
    below = _paths(asked.paths, chosen.repo)
    baseline = read_baseline(chosen.repo) if asked.baseline else None
    cache = chosen.cache_dir / "facts"
    since: Since | None = None
    if asked.since is not None:
        from tools.since import Since

        since = Since.open(chosen.repo, asked.since)
    result = run_check(
        chosen.repo,
        paths=below,
        config=chosen.config,
        constraints=asked.constraints,
        cache_dir=cache,
        change=since.change if since is not None else None,
    )
    older = None
    if since is not None:
        older = since.older(result, lambda base: _at_base(base, chosen, asked), cache, baseline=baseline)
    adopted = adopt(result, chosen.repo, baseline=baseline, older=older, complete=not below)
    return replace(adopted, seconds=time.monotonic() - started)


def _at_base(base: Path, chosen: Settings, asked: _Asked) -> CheckResult:
    from tools.check import run_check
    from tools.verify.rule import Change

    # A folder that lasts for a moment: with a change, if an empty one, nobody remembers the result.
    cache = chosen.cache_dir / "facts"
    return run_check(base, config=chosen.config, constraints=asked.constraints, cache_dir=cache, change=Change())


def _paths(paths: list[Path], repo: Path) -> list[Path]:
    absolute = [path.expanduser().absolute() for path in paths]
    missing = [str(path) for path, place in zip(paths, absolute, strict=True) if not place.exists()]
    if missing:
        raise UserError(f"{', '.join(missing)}: there is no such file or folder.")
    outside = [str(path) for path in absolute if not path.resolve().is_relative_to(repo)]
    if outside:
        raise UserError(f"{', '.join(outside)} lies outside of {repo}: choose the repository with --repo.")
    return [path.resolve() for path in absolute]


def _view(console: Console, repo: Path, asked: _Asked) -> View:
    from tools.verify.render import View

    columns = shutil.get_terminal_size((132, 24)).columns if sys.stdout.isatty() else 132
    return View(
        root=repo,
        color=console.color,
        width=max(60, columns - 12),
        every=asked.every,
        statistics=asked.statistics,
        quiet=console.quiet,
        prefix=_prefix(repo),
        strict=asked.strict,
    )


def _prefix(repo: Path) -> str:
    from agent.config import surroundings

    workspace = surroundings().workspace
    if workspace is None or repo == workspace or not repo.is_relative_to(workspace):
        return ""
    return repo.relative_to(workspace).as_posix() + "/"


def _make_writable(form: str) -> None:
    """Documents are UTF-8 wherever they are written; text takes what the terminal can show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if form in ("json", "sarif"):
            sys.stdout.reconfigure(encoding="utf-8")
        else:
            sys.stdout.reconfigure(errors="backslashreplace")


def _summarise(console: Console, result: CheckResult) -> None:
    """Append the summary of a step where GitHub Actions wants it."""
    from agent.config import surroundings
    from tools.verify.render_github import markdown

    place = surroundings().step_summary
    if place is None:
        return
    try:
        with place.open("a", encoding="utf-8") as file:
            file.write(markdown(result))
    except OSError as error:
        console.note(f"The summary of the step could not be written: {error}")


def _explain(console: Console, rule: str) -> int:
    from tools.verify.registry import RULES, rule_ids

    if rule not in RULES:
        raise UserError(f"There is no rule {rule!r}. Rules: {', '.join(rule_ids())}.")
    console.result(RULES[rule].explain)
    return 0
