"""The gate: every rung as far as it applies to the change, cheapest first, from the data layer upwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from tools.affected import affected_tests, is_document
from tools.findings import Finding, RungResult, Status
from tools.probes import static
from tools.probes.context import Base, GateContext, GateLimits, GateReport, not_checked
from tools.probes.running import RUNGS, Wanted, probe
from tools.probes.static import apply_formatters, inside
from tools.targets.model import Target
from tools.testcases import is_test_support

__all__ = ["ORDER", "Base", "GateContext", "GateLimits", "GateReport", "apply_formatters", "run_ladder"]

ORDER = ("parse", "rules", "lint", "format", "types", *RUNGS, "weakened")
"""The rungs, as the report lists them."""
_WEIGHT = {Status.GREEN: 1, Status.NOT_CHECKED: 0, Status.RED_BEFORE: 2, Status.RED: 3}


def run_ladder(context: GateContext) -> GateReport:
    """Judge the change.

    A rung that the change cannot affect is not run and says so; when a file does not parse, nothing of the
    application is run. Commands leave caches and files of the application in the workspace: whoever keeps
    snapshots returns to the one from before the gate.

    Args:
        context: What to judge, and with what.

    Returns:
        One result per rung of `ORDER`, green when none is red.
    """
    began = time.monotonic()
    rungs: dict[str, RungResult] = {}
    rungs["parse"] = _timed(partial(static.parse, context))
    broken = rungs["parse"].status is Status.RED
    rungs["rules"] = _timed(partial(static.rules, context))
    rungs["weakened"] = _timed(partial(static.weakened, context))
    for kind in ("lint", "format", "types"):
        rungs[kind] = _unless(_static_reason(context, broken=broken), kind, partial(_own_tools, context, kind))
    rungs.update(_runtime_rungs(context, broken=broken))
    return GateReport(rungs=tuple(rungs[name] for name in ORDER), seconds=time.monotonic() - began)


def _own_tools(context: GateContext, kind: str) -> RungResult:
    match kind:
        case "lint":
            return static.own_tools(context, "lint")
        case "format":
            return static.own_tools(context, "format")
    return static.own_tools(context, "types")


def _static_reason(context: GateContext, *, broken: bool) -> str:
    if broken:
        return "a file does not parse"
    return "" if context.present else "no file changed"


def _unless(reason: str, name: str, look: Callable[[], RungResult]) -> RungResult:
    return not_checked(name, reason) if reason else _timed(look)


def _timed(look: Callable[[], RungResult]) -> RungResult:
    began = time.monotonic()
    result = look()
    return replace(result, seconds=time.monotonic() - began)


def _runtime_rungs(context: GateContext, *, broken: bool) -> dict[str, RungResult]:
    reason = _runtime_reason(context, broken=broken)
    if reason:
        return {name: not_checked(name, reason) for name in RUNGS}
    parts: dict[str, list[tuple[Target, RungResult]]] = {name: [] for name in RUNGS}
    for target in context.targets:
        wanted = _wanted(context, target)
        done = probe(context, target, wanted)
        for name in RUNGS:
            parts[name].append((target, getattr(done, name)))
    return {name: _merged(name, results) for name, results in parts.items()}


def _runtime_reason(context: GateContext, *, broken: bool) -> str:
    if broken:
        return "a file does not parse"
    if not context.targets:
        return "the repository has no application that can be run"
    if context.full:
        return ""
    if not context.changed:
        return "nothing changed"
    if all(is_document(change.path) for change in context.changed):
        return "only documents changed"
    return ""


def _wanted(context: GateContext, target: Target) -> Wanted:
    """What the change calls for in one target."""
    if context.full:
        return Wanted()
    changes = [change for change in context.changed if not is_document(change.path)]
    outside = [c for c in changes if not any(inside(c.path, t.root) for t in context.targets)]
    own = [change for change in changes if inside(change.path, target.root)]
    if not own and not outside:
        reason = "the change lies in another application"
        return Wanted(boot=reason, schema=reason, tests=reason)
    wanted = Wanted()
    if all(is_test_support(change.path) for change in (*own, *outside)):
        wanted = Wanted(boot="only tests changed", schema="only tests changed")
    files = [path for path in context.all_files if inside(path, target.root)]
    chosen = affected_tests(context.project, [*own, *outside], files)
    if not chosen.everything:
        wanted.files = chosen.tests
        wanted.tests = "" if chosen.tests else chosen.reason
    return wanted


def _merged(name: str, results: Sequence[tuple[Target, RungResult]]) -> RungResult:
    """One rung for all targets: the worst of them, with all findings and evidence."""
    if len(results) == 1:
        return results[0][1]
    worst = max((result for _, result in results), key=lambda result: _WEIGHT[result.status])
    reasons = (f"{target.name}: {result.reason or result.status}" for target, result in results)
    findings: Iterable[Finding] = (finding for _, result in results for finding in result.findings)
    evidence = tuple(one for _, result in results for one in result.evidence)
    return RungResult(
        name=name,
        status=worst.status,
        findings=tuple(findings),
        evidence=evidence,
        reason="; ".join(reasons),
        seconds=sum(result.seconds for _, result in results),
    )
