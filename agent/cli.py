"""The command line: thin, one verb a job. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli_check import register as register_check
from agent.cli_runs import register as register_runs
from agent.cli_stack import register as register_stack
from agent.cli_support import Console, finish, open_closed_streams, read_request, report_failure

app = typer.Typer(
    name="archwright",
    help="A coding agent for backend repositories that keeps a project's structural rules while it writes code.",
    epilog="Exit codes: 0 good, 1 findings or task not achieved, 2 usage, 3 environment, 4 model, 5 budget, "
    "6 policy or approval needed, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
register_check(app)
register_stack(app)
register_runs(app)

RequestArgument = Annotated[
    str | None, typer.Argument(help="What to build, or - for standard input.", show_default=False)
]
FileOption = Annotated[Path | None, typer.Option("-f", "--file", help="Read the request from a file.")]
SpecOption = Annotated[
    Path | None, typer.Option("--spec", help="API specification (OpenAPI) that is part of the request.")
]
RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ModelOption = Annotated[str | None, typer.Option("-m", "--model", help="Model as litellm names it.")]
ConstraintOption = Annotated[
    list[str] | None,
    typer.Option("--constraint", help="kind=value, for example architecture=clean; may be repeated."),
]
CostOption = Annotated[float | None, typer.Option("--max-cost-usd", help="No further call once this much is spent.")]
TokensOption = Annotated[
    int | None, typer.Option("--max-tokens", help="No further call once this many tokens are used.")
]
TimeoutOption = Annotated[float | None, typer.Option("--timeout", help="Wall time of the whole run, seconds.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")]
VerboseOption = Annotated[int, typer.Option("-v", "--verbose", count=True, help="More log on stderr.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Plain output.")]


@app.command("run", epilog='Example: archwright run "Add loan history to members" -m anthropic/claude-sonnet-4-5')
def run_command(
    request: RequestArgument = None,
    file: FileOption = None,
    spec: SpecOption = None,
    repo: RepoOption = None,
    model: ModelOption = None,
    mode: Annotated[str | None, typer.Option("--mode", help="full, or plain: a shell and the final gates.")] = None,
    constraint: ConstraintOption = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Work in this folder, uncommitted.")] = False,
    include_dirty: Annotated[bool, typer.Option("--include-dirty", help="Start from uncommitted changes too.")] = False,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="Glob of paths that may be written.")] = None,
    grant_database: Annotated[
        list[str] | None, typer.Option("--grant-database", help="Database address that the run may use.")
    ] = None,
    max_cost_usd: CostOption = None,
    max_tokens: TokensOption = None,
    timeout: TimeoutOption = None,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing.")] = False,
    json_output: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = 0,
    no_color: NoColorOption = False,
) -> None:
    """Carry out a request: a branch whose commits passed the gates, and a report that proves it."""
    flags = _flags(locals())
    finish(lambda console: _run(console, flags, request, file, spec, plan_only=False), flags)


@app.command("plan", epilog='Example: archwright plan "Add loan history to members" -m openai/gpt-5')
def plan_command(
    request: RequestArgument = None,
    file: FileOption = None,
    spec: SpecOption = None,
    repo: RepoOption = None,
    model: ModelOption = None,
    constraint: ConstraintOption = None,
    max_cost_usd: CostOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = 0,
    no_color: NoColorOption = False,
) -> None:
    """Show how a request would be carried out: steps, files, constraints. Writes nothing in the repository."""
    flags = _flags(locals())
    finish(lambda console: _run(console, flags, request, file, spec, plan_only=True), flags)


@app.command("demo", epilog="Example: archwright demo")
def demo_command(
    model: ModelOption = None,
    json_output: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = 0,
    no_color: NoColorOption = False,
) -> None:
    """Run the whole pipeline on a sample repository: with recorded answers, or live with --model."""
    flags = _flags(locals())
    finish(lambda console: _demo(console, flags), flags)


def _flags(given: dict[str, Any]) -> dict[str, Any]:
    """Turn a command's parameters into settings; what was not given is None."""
    # A limit of 0 is given, and refused later; only what a flag is without being given is left out.
    flags = {name: value for name, value in given.items() if value is not None and value is not False and value != []}
    if "constraint" in flags:
        flags["constraints"] = tuple(flags.pop("constraint"))
    flags["verbosity"] = -1 if flags.get("quiet") else int(flags.get("verbose", 0))
    return flags


def _run(
    console: Console,
    flags: dict[str, Any],
    words: str | None,
    file: Path | None,
    spec: Path | None,
    *,
    plan_only: bool,
) -> int:
    from agent.config import require_model, settings
    from agent.progress import choose
    from agent.show import show_plan, show_result

    chosen = settings(flags)
    request = read_request(words, file, spec)
    require_model(chosen)
    progress = choose(quiet=bool(flags.get("quiet")), color=console.color)
    from agent.run import run

    try:
        result = run(request, chosen, progress, plan_only=plan_only)
    finally:
        progress.close()
    (show_plan if plan_only else show_result)(console, result)
    return result.exit_code


def _demo(console: Console, flags: dict[str, Any]) -> int:
    from agent.demo.demo import run_demo
    from agent.progress import choose
    from agent.show import show_result

    progress = choose(quiet=bool(flags.get("quiet")), color=console.color)
    try:
        result = run_demo(flags, progress, say=console.note)
    finally:
        progress.close()
    show_result(console, result)
    return result.exit_code


def main(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code. Wrong usage is 2, as in all of archwright."""
    open_closed_streams()
    try:
        code = app(args=list(arguments), prog_name="archwright", standalone_mode=False)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        return 130
    except Exception as error:  # noqa: BLE001  named boundary: a traceback shown to a user is a bug
        return _usage_or_bug(error)
    return int(code or 0)


def _usage_or_bug(error: Exception) -> int:
    if isinstance(error, typer.TyperException):
        show = getattr(error, "show", None)
        if callable(show):
            show(file=sys.stderr)
        else:
            sys.stderr.write(f"archwright: {error}\n")
        return 2
    return report_failure(error)
