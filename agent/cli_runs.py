"""Commands on stored runs: runs, show, diff, apply, clean."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli_support import Console, finish
from agent.errors import UserError
from agent.progress import printable

RunArgument = Annotated[str | None, typer.Argument(help="Part of a run's id; default: the newest.", show_default=False)]
RepoOption = Annotated[Path | None, typer.Option("--repo", help="Repository; default: here.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("runs", epilog="Example: archwright runs")(runs_command)
    app.command("show", epilog="Example: archwright show 20260102")(show_command)
    app.command("diff", epilog="Example: archwright diff | less")(diff_command)
    app.command("apply", epilog="Example: archwright apply")(apply_command)
    app.command("clean", epilog="Example: archwright clean 20260102")(clean_command)


def runs_command(repo: RepoOption = None, json_output: JsonOption = False) -> None:
    """List the runs of this repository, the newest first."""
    finish(lambda console: _runs(console, repo), {"json_output": json_output})


def show_command(run: RunArgument = None, repo: RepoOption = None, json_output: JsonOption = False) -> None:
    """Print the report of a run."""
    finish(lambda console: _show(console, run, repo), {"json_output": json_output})


def diff_command(run: RunArgument = None, repo: RepoOption = None) -> None:
    """Print what a run changed, as a patch."""
    finish(lambda console: _diff(console, run, repo), {})


def apply_command(run: RunArgument = None, repo: RepoOption = None) -> None:
    """Put a run's changes into the working tree, uncommitted; refuses when that would overwrite changes of yours."""
    finish(lambda console: _apply(console, run, repo), {})


def clean_command(
    run: RunArgument = None,
    repo: RepoOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All runs of this repository.")] = False,
) -> None:
    """Delete a run: its branch, its worktree and its record. The working tree is not touched."""
    finish(lambda console: _clean(console, run, repo, everything), {})


def _store(repo: Path | None) -> tuple[Any, Path]:
    from agent.config import settings
    from agent.runs import RunStore

    chosen = settings({"repo": repo})
    return RunStore(chosen.state_dir), chosen.repo


def _runs(console: Console, repo: Path | None) -> int:
    store, folder = _store(repo)
    records = [record for record, _ in store.runs(folder)]
    if console.json:
        console.document({"schema_version": 1, "runs": [vars(record) for record in records]})
        return 0
    for record in records:
        console.result(f"{record.run_id}  {record.outcome or 'running':<12} {record.branch or '-':<40} {record.title}")
    if not records:
        console.note('No run yet. Start one with: archwright run "Add ..."')
    return 0


def _show(console: Console, run: str | None, repo: Path | None) -> int:
    store, folder = _store(repo)
    record, place = store.find(run, folder)
    name = "report.json" if console.json else "report.md"
    report = place / name
    if not report.exists():
        console.note(f"The run {record.run_id} has left no report (state: {record.outcome or 'running'}).")
        return 1
    console.result(report.read_text(encoding="utf-8"))
    return 0


def _diff(console: Console, run: str | None, repo: Path | None) -> int:
    store, folder = _store(repo)
    _, place = store.find(run, folder)
    patch = place / "changes.patch"
    text = patch.read_text(encoding="utf-8") if patch.exists() else ""
    if not text:
        console.note("The run changed nothing that was verified.")
    elif sys.stdout.isatty():  # to a terminal without what would steer it; to a pipe as it is
        console.result(printable(text))
    else:
        console.result(text)
    return 0


def _apply(console: Console, run: str | None, repo: Path | None) -> int:
    from tools.workspace import apply

    store, folder = _store(repo)
    record, _ = store.find(run, folder)
    if not record.branch:
        raise UserError(f"The run {record.run_id} worked in place or verified nothing: there is no branch to apply.")
    if record.outcome != "achieved":
        console.note(f"The run {record.run_id} ended as: {record.outcome or 'running'}. What it verified is applied.")
    files = apply(Path(record.repo), record.branch, record.base_commit)
    console.result(f"{len(files)} files changed by {record.run_id}; nothing is committed.")
    return 0


def _clean(console: Console, run: str | None, repo: Path | None, everything: bool) -> int:
    from tools.workspace import remove

    store, folder = _store(repo)
    chosen = list(store.runs(folder)) if everything else [store.find(run, folder)]
    for record, place in chosen:
        if Path(record.repo).is_dir():
            remove(Path(record.repo), record.branch, place / "worktree")
        shutil.rmtree(place, ignore_errors=True)
        console.result(f"deleted {record.run_id}")
    return 0
