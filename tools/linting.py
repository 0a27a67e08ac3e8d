"""The repository's own linter, formatter and type checker on the files of a change; only what is new counts."""

from __future__ import annotations

import base64
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from tools.findings import Finding, Severity
from tools.linters import LINTERS, Linter, Mark, Settings, ToolKind
from tools.runtime import Runtime
from tools.traces import workspace_path

if TYPE_CHECKING:
    from tools.shell import ExecResult
    from tools.targets.model import Target

ReadFile = Callable[[str], bytes | None]
AtBase = Callable[[str, Callable[[], list[Mark]]], list[Mark] | None]
"""(key, look) -> what ``look`` finds at the base; None when nobody can go there."""
_BLOCK = "ARCHWRIGHT_BLOCK"
_NOT_FOUND = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What the tools of one kind said."""

    findings: tuple[Finding, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    ran: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why a tool that the repository configures did not run."""


@dataclass(kw_only=True)
class LintJob:
    """What to look at and how to tell old from new."""

    runtime: Runtime
    files: Sequence[str]
    """Changed files that exist, relative to the workspace; those of other targets are passed over."""
    read_base: ReadFile
    read_now: ReadFile
    at_base: AtBase = lambda key, look: None
    timeout: float = 60.0
    evidence: list[ExecResult] = field(default_factory=list)


def tools_for(target: Target, root: Path, kind: ToolKind) -> list[Linter]:
    """The tools of a kind that the repository configures for a target."""
    settings = Settings(target.path(root), root, (target.lint, target.format, target.typecheck))
    return [tool for tool in LINTERS if tool.kind == kind and tool.configured(settings)]


def lint(job: LintJob, kind: ToolKind) -> Linted:
    """Run the configured tools of a kind on the changed files and keep the complaints that are new."""
    chosen = tools_for(job.runtime.target, job.runtime.root, kind)
    installed = job.runtime.installed(tool.program for tool in chosen)
    findings: list[Finding] = []
    ran, reasons = [], []
    for tool in chosen:
        files = _own_files(job, tool)
        if not files:
            continue
        if tool.program not in installed:
            reasons.append(f"{tool.name} is configured but not installed")
            continue
        marks, result = _ask(job, tool, files)
        if marks is None:
            reasons.append(f"{tool.name} could not run: {_last_line(result)}")
            continue
        ran.append(tool.name)
        findings += [_finding(tool, path, mark) for path, mark in _new(job, tool, files, marks)]
    return Linted(findings=tuple(findings), evidence=tuple(job.evidence), ran=tuple(ran), reasons=tuple(reasons))


def format_changed(job: LintJob) -> list[str]:
    """Run the repository's own formatters on the changed files, as a person's editor would on saving.

    Files that were not formatted before the change stay as they are, but for new files.

    Returns:
        The files whose content changed, relative to the workspace.
    """
    target, root = job.runtime.target, job.runtime.root
    chosen = [tool for tool in (*tools_for(target, root, "lint"), *tools_for(target, root, "format")) if tool.fix]
    installed = job.runtime.installed(tool.program for tool in chosen)
    before = {path: job.read_now(path) for path in job.files}
    for tool in chosen:
        files = [path for path in _own_files(job, tool) if not _was_unformatted(job, tool, path)]
        if files and tool.program in installed:
            job.runtime.run(f"{tool.fix} {_words(job, files)}", timeout=job.timeout)
    return [path for path, content in before.items() if job.read_now(path) != content]


def _own_files(job: LintJob, tool: Linter) -> list[str]:
    prefix = "" if job.runtime.target.root == "." else job.runtime.target.root + "/"
    return [path for path in job.files if path.startswith(prefix) and path.endswith(tool.suffixes)]


def _words(job: LintJob, files: Iterable[str]) -> str:
    prefix = "" if job.runtime.target.root == "." else job.runtime.target.root + "/"
    return shlex.join(path.removeprefix(prefix) for path in files)


def _ask(job: LintJob, tool: Linter, files: Sequence[str]) -> tuple[list[Mark] | None, ExecResult]:
    """The complaints about the files as they are; None when the tool itself failed."""
    command = tool.command if tool.whole else f"{tool.command} {_words(job, files)}"
    result = job.runtime.run(command, timeout=job.timeout, cap=2_000_000)
    job.evidence.append(result)
    marks = tool.read(result.output)
    failed = result.timed_out or result.exit_code == _NOT_FOUND or (result.exit_code in tool.broken and not marks)
    return (None if failed else marks), result


def _new(job: LintJob, tool: Linter, files: Sequence[str], marks: Sequence[Mark]) -> Iterator[tuple[str, Mark]]:
    """Complaints that the change is to blame for, with the workspace's name of their file."""
    by_file: dict[str, list[Mark]] = {}
    for mark in marks:
        path = _path_of(job, mark)
        if path in files and path is not None:
            by_file.setdefault(path, []).append(mark)
    known = _before(job, tool, [path for path in by_file if job.read_base(path) is not None])
    for path, now in by_file.items():
        base = job.read_base(path)
        if base is None:
            yield from ((path, mark) for mark in now)
        elif path not in known:
            touched = _touched_lines(base, job.read_now(path) or b"")
            yield from ((path, mark) for mark in now if mark.line in touched)
        else:
            yield from ((path, mark) for mark in _fresh(now, known[path]))


def _fresh(now: Iterable[Mark], before: Iterable[Mark]) -> Iterator[Mark]:
    """Complaints of now that were not there before, counted, so that lines may move."""
    known = Counter((mark.code, mark.message) for mark in before)
    for mark in now:
        if known[(mark.code, mark.message)] > 0:
            known[(mark.code, mark.message)] -= 1
        else:
            yield mark


def _before(job: LintJob, tool: Linter, paths: Sequence[str]) -> dict[str, list[Mark]]:
    """The complaints about files as they were; without those of which nobody can tell."""
    found: dict[str, list[Mark]] = {}
    if tool.single:
        for path in paths:
            result = _judge_text(job, tool, path, job.read_base(path) or b"")
            if result.exit_code not in tool.broken:
                found[path] = tool.read(result.output) or _silent(tool, result, path)
        return found
    marks = job.at_base(f"{tool.name}:{' '.join(paths)}", lambda: _ask(job, tool, paths)[0] or []) if paths else None
    for path in paths if marks is not None else ():
        found[path] = [mark for mark in marks or () if _path_of(job, mark) == path]
    return found


def _path_of(job: LintJob, mark: Mark) -> str | None:
    return workspace_path(mark.path, job.runtime.root, job.runtime.target.root)


def _silent(tool: Linter, result: ExecResult, path: str) -> list[Mark]:
    """Formatters say nothing but an exit code about standard input."""
    if tool.kind == "format" and result.exit_code != 0:
        return [Mark(path=path, line=0, code="format", message=_message_of(tool))]
    return []


def _message_of(tool: Linter) -> str:
    samples = tool.read("Would reformat: x\nwould reformat x\nERROR: x Imports are incorrectly\n")
    return samples[0].message if samples else ""


def _was_unformatted(job: LintJob, tool: Linter, path: str) -> bool:
    base = job.read_base(path)
    if base is None or tool.kind != "format":
        return False
    if tool.single:
        return _judge_text(job, tool, path, base).exit_code != 0
    before = job.at_base(f"{tool.name}:{path}", lambda: _ask(job, tool, [path])[0] or [])
    return before is None or bool(before)


def _judge_text(job: LintJob, tool: Linter, path: str, content: bytes) -> ExecResult:
    encoded = base64.encodebytes(content).decode()
    command = tool.single.format(path=_words(job, [path]))
    text = f"base64 -d <<'{_BLOCK}' | {command}\n{encoded}{_BLOCK}"
    return job.runtime.run(text, timeout=job.timeout, cap=2_000_000)


def _touched_lines(base: bytes, now: bytes) -> set[int]:
    """1-based lines of the new text that the old one does not have."""
    old, new = base.splitlines(), now.splitlines()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return {line + 1 for tag, _, _, start, end in blocks if tag != "equal" for line in range(start, end)}


def _finding(tool: Linter, path: str, mark: Mark) -> Finding:
    return Finding(
        rule=f"{tool.name}:{mark.code}" if mark.code != "format" else f"format:{tool.name}",
        severity=Severity.WARNING if mark.minor else Severity.ERROR,
        path=path,
        line=mark.line,
        message=mark.message[:300],
        hint=f"run `{tool.fix.removesuffix(' --')}` on it" if mark.code == "format" else "",
    )


def _last_line(result: ExecResult) -> str:
    if result.timed_out:
        return "it did not end in time"
    lines = result.output.strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {result.exit_code}"
