"""The rungs that run nothing of the application: parse, rules, the repository's own tools, weakened tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tools.errors import ToolError
from tools.findings import Finding, RungResult, Status
from tools.linters import Mark, ToolKind
from tools.linting import Linted, LintJob, format_changed, lint
from tools.probes.context import GateContext, judged, not_checked
from tools.runtime import Runtime
from tools.verify.rule import Change
from tools.verify.runner import check, new_findings
from tools.weakened import is_about_tests, weakened_tests


def parse(context: GateContext) -> RungResult:
    """Every changed file, judged by the parser of its own language."""
    sources = {path: source for path in context.present if (source := context.read_now(path)) is not None}
    if context.judge is None or not sources:
        return not_checked("parse", "no changed file to parse" if not sources else "no parser is at hand")
    try:
        verdicts = context.judge.judge_all(sources, context.root)
    except ToolError as error:
        return not_checked("parse", str(error))
    told = {path: findings for path, findings in verdicts.items() if findings is not None}
    if not told:
        return not_checked("parse", "none of the changed files is in a language that can be judged here")
    return judged("parse", [finding for findings in told.values() for finding in findings], reason=f"{len(told)} files")


def rules(context: GateContext) -> RungResult:
    """The constraints, judged on the facts; what was wrong before the change is not its fault."""
    touched = Change(tuple(change.path for change in context.changed))
    judge = context.rules or partial(_from_scratch, context)
    found = judge(touched)
    fresh = new_findings(context.baseline, found)
    old = len(found) - len(fresh)
    return judged("rules", fresh, reason=f"{old} there before the change" if old else "")


def _from_scratch(context: GateContext, change: Change) -> list[Finding]:
    return check(context.project, context.constraints, context.stack, gate=True, change=change)


def own_tools(context: GateContext, kind: ToolKind) -> RungResult:
    """The repository's own linters, formatters or type checkers on the changed files."""
    if not context.present:
        return not_checked(kind, "no file changed")
    done = [lint(job, kind) for job in _jobs(context, kind)]
    if not done:
        return not_checked(kind, "no environment to run them in")
    ran = [name for one in done for name in one.ran]
    reasons = list(dict.fromkeys(reason for one in done for reason in one.reasons))
    evidence = tuple(result for one in done for result in one.evidence)
    if not ran:
        return not_checked(kind, "; ".join(reasons) or _unconfigured(kind, done), evidence=evidence)
    findings = [finding for one in done for finding in one.findings]
    return judged(kind, findings, evidence=evidence, reason="; ".join([", ".join(dict.fromkeys(ran)), *reasons]))


def _unconfigured(kind: ToolKind, done: Sequence[Linted]) -> str:
    words = {"lint": "linter", "format": "formatter", "types": "type checker"}[kind]
    return f"the repository configures no {words} for the changed files"


def weakened(context: GateContext) -> RungResult:
    """Do the existing tests still promise what they promised?"""
    concerned = [
        change
        for change in context.changed
        if is_about_tests(change.path) or (change.old_path and is_about_tests(change.old_path))
    ]
    if not concerned:
        return RungResult(name="weakened", status=Status.GREEN, reason="no test file changed")
    return judged("weakened", weakened_tests(concerned, context.read_base, context.read_now))


def apply_formatters(context: GateContext) -> list[str]:
    """Format the changed files with the repository's own formatters; returns those that changed."""
    changed = [path for job in _jobs(context, "format") for path in format_changed(job)]
    return list(dict.fromkeys(changed))


def _jobs(context: GateContext, kind: ToolKind) -> list[LintJob]:
    """One per target that has an environment; nested targets keep their own files."""
    limit = context.limits.types if kind == "types" else context.limits.lint
    jobs = []
    for target in context.targets:
        environment = context.environments.get(target.name)
        if environment is None:
            continue
        others = [t.root + "/" for t in context.targets if t.root != target.root and inside(t.root, target.root)]
        files = [path for path in context.present if not path.startswith(tuple(others))]
        runtime = Runtime(shell=context.shell, target=target, environment=environment, root=context.root)
        jobs.append(
            LintJob(
                runtime=runtime,
                files=files,
                read_base=partial(_old_content, context),
                read_now=context.read_now,
                at_base=partial(_marks_at_base, context),
                timeout=limit,
            )
        )
    return jobs


def inside(path: str, folder: str) -> bool:
    """Does the POSIX path lie in the folder (``.`` = everywhere)?"""
    return folder == "." or path == folder or path.startswith(folder + "/")


def _marks_at_base(context: GateContext, key: str, look: Callable[[], list[Mark]]) -> list[Mark] | None:
    return context.base.ask(key, look)


def _old_content(context: GateContext, path: str) -> bytes | None:
    """The base content of a file, also when the change renamed it."""
    old = next((change.old_path for change in context.changed if change.path == path and change.old_path), None)
    return context.read_base(old or path)


def blame(findings: Sequence[Finding]) -> str:
    """The files that the findings point to, for a reason line."""
    return ", ".join(dict.fromkeys(finding.path for finding in findings if finding.path))
