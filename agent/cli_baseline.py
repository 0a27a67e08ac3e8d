"""The commands about the baseline: what a repository takes as given. They need no model and no key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli_support import Console, finish
from agent.errors import ExitCode, UserError

if TYPE_CHECKING:
    from agent.config import Settings
    from tools.findings import Finding

RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository or a folder inside it; default: here.")]
ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="archwright.toml to use.")]
ConstraintOption = Annotated[
    list[str] | None,
    typer.Option("--constraint", help="kind=value, as given to check; may be repeated."),
]
_NAMED = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    baseline = typer.Typer(help="Findings that are taken as given.", no_args_is_help=True, rich_markup_mode=None)
    baseline.command("create", epilog="Example: archwright baseline create")(create_command)
    baseline.command("update", epilog="Example: archwright baseline update")(update_command)
    app.add_typer(baseline, name="baseline")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the command line says."""

    repo: Path | None
    config: Path | None
    constraints: tuple[str, ...]
    sure: bool
    """--force or --grow."""


def create_command(
    repo: RepoOption = None,
    config: ConfigOption = None,
    constraint: ConstraintOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the baseline that is there.")] = False,
) -> None:
    """Take today's findings as given: from now on `check` tells only of new ones."""
    asked = _Asked(repo=repo, config=config, constraints=tuple(constraint or ()), sure=force)
    finish(lambda console: _create(console, asked), {})


def update_command(
    repo: RepoOption = None,
    config: ConfigOption = None,
    constraint: ConstraintOption = None,
    grow: Annotated[bool, typer.Option("--grow", help="Also take in what is new.")] = False,
) -> None:
    """Drop from the baseline what is mended. It grows only with --grow."""
    asked = _Asked(repo=repo, config=config, constraints=tuple(constraint or ()), sure=grow)
    finish(lambda console: _update(console, asked), {})


def _findings(chosen: Settings, asked: _Asked) -> tuple[Finding, ...]:
    from tools.check import run_check

    result = run_check(
        chosen.repo, config=chosen.config, constraints=asked.constraints, cache_dir=chosen.cache_dir / "facts"
    )
    return result.findings


def _settings(asked: _Asked) -> Settings:
    from agent.config import settings

    return settings({"repo": asked.repo, "config": asked.config})


def _create(console: Console, asked: _Asked) -> int:
    from tools.constraints.baseline import FILE, Baseline, write_baseline

    chosen = _settings(asked)
    if (chosen.repo / FILE).exists() and not asked.sure:
        raise UserError(
            f"{chosen.repo / FILE} is there already. `archwright baseline update` drops what is mended; "
            "`create --force` starts anew."
        )
    findings = _findings(chosen, asked)
    if not findings:
        console.result("Nothing was found, so no baseline is needed: none was written.")
        return int(ExitCode.OK)
    path = write_baseline(chosen.repo, Baseline.of(findings))
    console.result(f"wrote {path} with {_count(len(findings))}. Commit it: `archwright check` tells only of new ones.")
    return int(ExitCode.OK)


def _update(console: Console, asked: _Asked) -> int:
    from tools.constraints.baseline import FILE, Baseline, read_baseline, write_baseline

    chosen = _settings(asked)
    old = read_baseline(chosen.repo)
    if old is None:
        raise UserError(f"There is no {FILE} in {chosen.repo}: `archwright baseline create` writes one.")
    split = old.split(_findings(chosen, asked), lambda path: (chosen.repo / path).is_file())
    kept = [*split.known, *(split.fresh if asked.sure else ())]
    new = Baseline.of(kept)
    if new != old:
        write_baseline(chosen.repo, new)
    dropped = f"{split.gone} gone" if split.gone else "none gone"
    added = f", {len(split.fresh)} added" if asked.sure and split.fresh else ""
    console.result(f"{FILE}: {_count(len(new))} ({dropped}{added})")
    if not split.fresh:
        return int(ExitCode.OK)
    if asked.sure:
        console.result("\n".join(["added:", *_named(split.fresh)]))
        return int(ExitCode.OK)
    console.result(
        "\n".join(
            [
                f"{_count(len(split.fresh))} not in the baseline, and left out of it:",
                *_named(split.fresh),
                "Mend them, or take them in with `archwright baseline update --grow`.",
            ]
        )
    )
    return int(ExitCode.FINDINGS)


def _named(findings: Sequence[Finding]) -> list[str]:
    from tools.verify.render_frames import printable

    lines = [f"  {printable(f.path)}:{f.line}  {f.rule}  {printable(f.message)}" for f in findings[:_NAMED]]
    others = Counter(f.rule for f in findings[_NAMED:])
    return [*lines, *(f"  and {count} more of {rule}" for rule, count in others.most_common())]


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"
