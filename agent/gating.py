"""One gate: environments brought up to date, the formatter run by the harness, then the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.deps import Deps
from agent.surveying import refresh_targets
from tools.findings import Finding, RungResult, Severity, Status
from tools.probes.context import GateContext, GateReport
from tools.probes.ladder import apply_formatters, run_ladder


def run_gates(deps: Deps, *, full: bool) -> GateReport:
    """Run the ladder on the workspace as it is.

    Args:
        full: the whole suite and all rungs (``done``), else what the change touches.
    """
    desk = deps.desk
    refresh_targets(deps)
    context = gate_context(deps, full=full)
    formatted = apply_formatters(context)
    if formatted:
        desk.sync(formatted)
        deps.journal.append("formatted", files=formatted)
        context = gate_context(deps, full=full)
    tree = desk.tree
    report = _within_scope(deps, run_ladder(context), [change.path for change in context.changed])
    # Tests and servers leave files behind; a gate judges the tree and never changes it.
    desk.sync()
    desk.restore(tree)
    return report


def gate_context(deps: Deps, *, full: bool) -> GateContext:
    """Collect what the ladder needs."""
    desk, survey = deps.desk, deps.desk.survey
    base = desk.workspace.base_tree
    return GateContext(
        root=desk.root,
        targets=survey.targets,
        environments=survey.environments,
        shell=desk.gate_shell,
        scratch=desk.scratch,
        constraints=survey.constraints,
        project=desk.project,
        stack=survey.applications[0].stack if survey.applications else None,
        baseline=survey.baseline,
        changed=desk.workspace.changed(base, desk.tree),
        files=survey.files,
        read_base=lambda path: desk.workspace.read_at(base, path),
        rules=desk.judge_change,
        judge=desk.judge,
        full=full,
        base=desk.base,
    )


def _within_scope(deps: Deps, report: GateReport, changed: Sequence[str]) -> GateReport:
    """With ``--scope`` what the shell wrote outside of it is red, too."""
    if not deps.settings.scope:
        return report
    findings = tuple(
        Finding(
            rule="outside-scope",
            severity=Severity.ERROR,
            path=path,
            line=0,
            message=f"changed outside of the scope of this run ({', '.join(deps.settings.scope)})",
            hint=f"undo it: git checkout HEAD -- {path}, or delete it when it is new",
        )
        for path in changed
        if not deps.desk.in_scope(path)
    )
    scope = RungResult(name="scope", status=Status.RED if findings else Status.GREEN, findings=findings)
    return replace(report, rungs=(scope, *report.rungs))
