"""The one use case that the command line, the Action and the MCP server call: a request becomes a report."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agent.config import Settings, require_model
from agent.conversation import Conversation
from agent.deps import Deps
from agent.desk import Desk
from agent.errors import ExitCode
from agent.journal import Journal, read
from agent.model import Gateway, Limits, LitellmTransport, Transport
from agent.nodes.deliver import deliver
from agent.nodes.review import review
from agent.progress import Progress
from agent.report import Report, build_report
from agent.report_files import write_report
from agent.request import Request
from agent.runs import RunRecord, RunStore
from agent.state import RunState
from agent.stopping import StopSignals
from framework_profiles.loader import load_all
from tools.constraints.compile import from_flags
from tools.constraints.file import find_constraints
from tools.errors import EnvironmentFault
from tools.verify.registry import rule_ids
from tools.workspace import Workspace, WorkspaceSettings

EXIT_CODES = {
    "achieved": ExitCode.OK,
    "planned": ExitCode.OK,
    "gave up": ExitCode.FINDINGS,
    "budget": ExitCode.BUDGET,
    "model": ExitCode.MODEL,
    "interrupted": ExitCode.INTERRUPTED,
    "environment": ExitCode.ENVIRONMENT,
}
_INTERRUPTED: RunState = {"outcome": "interrupted", "reason": "Stopped by Ctrl-C or another signal."}


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run leaves."""

    report: Report
    exit_code: int
    run_dir: Path


def run(
    request: Request,
    settings: Settings,
    progress: Progress,
    *,
    transport: Transport | None = None,
    plan_only: bool = False,
) -> RunResult:
    """Carry a request from survey to report.

    Args:
        request: what to do.
        settings: everything from outside.
        progress: shows what happens.
        transport: how the model is reached; litellm by default.
        plan_only: stop after the plan; nothing is written.

    Raises:
        UserError: no model or key, or constraints that cannot be read.
        EnvironmentFault: git, sandbox or database failed before the run could begin.
    """
    transport = transport or _live(settings)
    _refuse_unreadable(settings)
    with StopSignals() as signals:
        deps, record = _open(request, settings, progress, transport, plan_only)
        state: RunState = initial_state(deps.run_id)
        try:
            signals.release()
            state = _invoke(state, deps)
        except KeyboardInterrupt:
            state = {**state, **_INTERRUPTED}
        finally:
            signals.hold()
            _close(state, deps, record)
        report = build_report(state, deps)
        write_report(report, deps.run_dir)
    return RunResult(report=report, exit_code=int(record.exit_code or 0), run_dir=deps.run_dir)


def _refuse_unreadable(settings: Settings) -> None:
    """Raise `InvalidConstraints` for what the operator gave, before anything is made."""
    profiles = load_all()
    from_flags(settings.constraints, profiles)
    if settings.config is not None:
        find_constraints(settings.repo, settings.config, profiles, rule_ids())


def _open(
    request: Request, settings: Settings, progress: Progress, transport: Transport, plan_only: bool
) -> tuple[Deps, RunRecord]:
    from agent.graph import VERSION

    store = RunStore(settings.state_dir)
    run_id, run_dir = store.create(settings.repo, request.slug)
    try:
        workspace = Workspace.open(
            WorkspaceSettings(
                repo=settings.repo,
                slug=request.slug,
                state_dir=run_dir,
                in_place=settings.in_place,
                include_dirty=settings.include_dirty,
            )
        )
    except EnvironmentFault:
        shutil.rmtree(run_dir, ignore_errors=True)
        raise
    record = RunRecord(
        run_id=run_id,
        repo=str(settings.repo),
        title=request.title,
        graph_version=VERSION,
        started=time.time(),
        branch=workspace.branch,
        base_commit=workspace.base_commit,
    )
    store.save(record, run_dir)
    return _assemble(request, settings, progress, transport, (run_id, run_dir, workspace, plan_only)), record


def _close(state: RunState, deps: Deps, record: RunRecord) -> None:
    """End everything that lives; one part that fails does not keep the others open."""
    # Not from the state alone: what was committed stays, also when a bug ended the run.
    kept = bool(state["commits"]) or any(event["kind"] == "commit" for event in read(deps.journal.path))
    record.ended, record.outcome = time.time(), state["outcome"] or "failed"
    record.exit_code = int(EXIT_CODES.get(state["outcome"], ExitCode.ENVIRONMENT))
    record.branch = record.branch if kept else None
    with ExitStack() as stack:
        stack.callback(deps.journal.close)
        stack.callback(RunStore(deps.settings.state_dir).save, record, deps.run_dir)
        # Copies of caches, a hundred megabytes a run; what a later look needs stays: journal, report, snapshots.
        for name in ("environments", "scratch"):
            stack.callback(shutil.rmtree, deps.run_dir / name, ignore_errors=True)
        stack.callback(deps.desk.workspace.close, keep_branch=kept)
        stack.callback(deps.desk.close)


def initial_state(run_id: str) -> RunState:
    """Return the state a run begins with."""
    return {
        "run_id": run_id,
        "base_tree": "",
        "tree": "",
        "gated_tree": "",
        "plan": [],
        "step": 0,
        "turns": 0,
        "repairs": 0,
        "messages": 0,
        "pending": {},
        "gate": {},
        "gate_digest": "",
        "red_report": "",
        "finish": "",
        "repeated": 0,
        "answer_digest": "",
        "idle": 0,
        "stalled": 0,
        "commits": [],
        "outcome": "",
        "reason": "",
    }


def _live(settings: Settings) -> Transport:
    return LitellmTransport(
        model=require_model(settings),
        api_key=settings.api_key,
        api_base=settings.api_base,
        timeout=settings.model_timeout,
    )


def _assemble(
    request: Request,
    settings: Settings,
    progress: Progress,
    transport: Transport,
    place: tuple[str, Path, Workspace, bool],
) -> Deps:
    run_id, run_dir, workspace, plan_only = place
    journal = Journal(run_dir / "journal.jsonl")
    journal.append("start", run=run_id, request=request.text, model=settings.model, mode=settings.mode)
    limits = Limits(
        cost_usd=settings.max_cost_usd,
        tokens=settings.max_tokens,
        calls=settings.max_calls,
        deadline=time.monotonic() + settings.timeout if settings.timeout else None,
    )
    desk = Desk(settings=settings, request=request, run_dir=run_dir, journal=journal, workspace=workspace)
    return Deps(
        settings=settings,
        request=request,
        run_id=run_id,
        run_dir=run_dir,
        journal=journal,
        gateway=Gateway(transport, journal, limits),
        conversation=Conversation(journal),
        desk=desk,
        progress=progress,
        plan_only=plan_only,
    )


def _invoke(state: RunState, deps: Deps) -> RunState:
    """Run the graph; an interruption still delivers what is verified."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    from agent.graph import build

    connection = sqlite3.connect(deps.run_dir / "state.sqlite", check_same_thread=False)
    # Strict: a state file must never be able to name types, let alone run code.
    saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    config: Any = {"configurable": {"thread_id": deps.run_id}, "recursion_limit": 10_000}
    graph = build(saver)
    with closing(connection):
        try:
            return cast(RunState, graph.invoke(state, config, context=deps, durability="sync"))
        except KeyboardInterrupt:
            end = _INTERRUPTED
        except EnvironmentFault as fault:
            if not graph.get_state(config).values.get("gated_tree"):
                raise  # nothing was begun: there is nothing to deliver
            end = {"outcome": "environment", "reason": str(fault)}
        return _salvage(state, graph.get_state(config), deps, end)


def _salvage(begun: RunState, reached: Any, deps: Deps, end: RunState) -> RunState:
    """Deliver what is verified of a run that was stopped from outside."""
    state = cast(RunState, {**begun, **reached.values, **end})
    deps.progress.event("note", "stopping: what is verified is delivered")
    if state["gated_tree"]:
        if "act" in reached.next:  # its answer was paid: what it wrote is kept, as unverified
            deps.desk.sync()
            state["tree"] = deps.desk.tree
        else:  # tests and servers leave files behind
            deps.desk.workspace.restore(deps.desk.tree)
        review(state, deps)
        deliver(state, deps)
    return state
