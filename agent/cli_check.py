"""The commands about rules: check and explain. They need no model and no key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli_support import Console, finish
from agent.errors import UserError

RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
ConstraintOption = Annotated[
    list[str] | None,
    typer.Option("--constraint", help="kind=value, for example architecture=clean; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Plain output.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("check", epilog="Example: archwright check --constraint architecture=clean")(check_command)
    app.command("explain", epilog="Example: archwright explain layer-skip")(explain_command)


def check_command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to report on; default: all.")] = None,
    repo: RepoOption = None,
    config: ConfigOption = None,
    constraint: ConstraintOption = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json, sarif or github.")] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    json_output: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the repository's structural rules. Needs no model and no key."""
    chosen = "json" if json_output else output_format
    finish(
        lambda console: _check(console, paths or [], repo, (config, tuple(constraint or ())), (chosen, strict)),
        {"no_color": no_color},
    )


def explain_command(rule: Annotated[str, typer.Argument(help="Rule id, for example layer-skip.")]) -> None:
    """Explain a rule: why it exists, wrong and right code, how to silence it."""
    finish(lambda console: _explain(console, rule), {})


def _check(
    console: Console,
    paths: list[Path],
    repo: Path | None,
    rules: tuple[Path | None, tuple[str, ...]],
    how: tuple[str, bool],
) -> int:
    from agent.config import settings
    from tools.check import run_check
    from tools.verify.render import FORMATS, render

    output_format, strict = how
    if output_format not in FORMATS:
        raise UserError(f"--format {output_format}: choose {', '.join(FORMATS)}.")
    chosen = settings({"repo": repo, "config": rules[0]})
    absolute = [path.expanduser().absolute() for path in paths]
    missing = [str(path) for path, place in zip(paths, absolute, strict=True) if not place.exists()]
    if missing:
        raise UserError(f"{', '.join(missing)}: there is no such file or folder.")
    outside = [str(path) for path in absolute if not path.resolve().is_relative_to(chosen.repo)]
    if outside:
        raise UserError(f"{', '.join(outside)} lies outside of {chosen.repo}: choose the repository with --repo.")
    result = run_check(
        chosen.repo,
        paths=[path.resolve() for path in absolute],
        config=chosen.config,
        constraints=rules[1],
        cache_dir=chosen.cache_dir / "facts",
    )
    console.result(render(result, output_format, color=console.color))
    return result.exit_code(strict=strict)


def _explain(console: Console, rule: str) -> int:
    from tools.verify.registry import RULES, rule_ids

    if rule not in RULES:
        raise UserError(f"There is no rule {rule!r}. Rules: {', '.join(rule_ids())}.")
    console.result(RULES[rule].explain)
    return 0
