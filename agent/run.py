"""The one use case that the command line, the Action and the MCP server call: a request becomes a report."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agent.config import Settings, require_model
from agent.conversation import Conversation
from agent.deps import Deps
from agent.desk import Desk
from agent.errors import ExitCode
from agent.journal import Journal
from agent.model import Gateway, Limits, LitellmTransport, Transport
from agent.nodes.deliver import deliver
from agent.nodes.review import review
from agent.progress import Progress
from agent.report import Report, build_report, write_report
from agent.request import Request
from agent.runs import RunRecord, RunStore
from agent.state import RunState
from tools.workspace import Workspace, WorkspaceSettings

EXIT_CODES = {
    "achieved": ExitCode.OK,
    "planned": ExitCode.OK,
    "gave up": ExitCode.FINDINGS,
    "budget": ExitCode.BUDGET,
    "model": ExitCode.MODEL,
    "interrupted": ExitCode.INTERRUPTED,
}


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
    store = RunStore(settings.state_dir)
    run_id, run_dir = store.create(settings.repo, request.slug)
    workspace = Workspace.open(
        WorkspaceSettings(
            repo=settings.repo,
            slug=request.slug,
            state_dir=run_dir,
            in_place=settings.in_place,
            include_dirty=settings.include_dirty,
        )
    )
    from agent.graph import VERSION

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
    deps = _assemble(request, settings, progress, transport, (run_id, run_dir, workspace, plan_only))
    state: RunState = initial_state(run_id)
    try:
        state = _invoke(state, deps)
    finally:
        record.ended, record.outcome = time.time(), state["outcome"] or "failed"
        record.exit_code = int(EXIT_CODES.get(state["outcome"], ExitCode.ENVIRONMENT))
        deps.desk.close()
        workspace.close(keep_branch=bool(state["commits"]))
        # Copies of caches, a hundred megabytes a run; what a later look needs stays: journal, report, snapshots.
        for name in ("environments", "scratch"):
            shutil.rmtree(run_dir / name, ignore_errors=True)
        store.save(record, run_dir)
        deps.journal.close()
    report = build_report(state, deps)
    write_report(report, run_dir)
    return RunResult(report=report, exit_code=record.exit_code, run_dir=run_dir)


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
    return LitellmTransport(model=require_model(settings), api_key=settings.api_key, api_base=settings.api_base)


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
    try:
        final = graph.invoke(state, config, context=deps, durability="sync")
        return cast(RunState, final)
    except KeyboardInterrupt:
        reached = cast(RunState, {**state, **graph.get_state(config).values})
        reached = {**reached, "outcome": "interrupted", "reason": "Stopped by Ctrl-C."}
        if reached["gated_tree"]:
            review(reached, deps)
            deliver(reached, deps)
        return reached
    finally:
        connection.close()
