"""A run's live objects on a real repository: only the model and the terminal are stood in for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.config import Settings
from agent.conversation import Conversation
from agent.deps import Deps
from agent.desk import Desk
from agent.journal import Journal
from agent.model import Gateway, Limits, Message
from agent.progress import Silent
from agent.request import Request
from agent.run import initial_state
from agent.state import RunState
from agent.surveying import constraints_of, look_around
from tests.support.command import NOTES, ROOT
from tests.support.repositories import Repo
from tools.workspace import Workspace, WorkspaceSettings

MakeDeps = Callable[..., Deps]
CACHE = ROOT / ".cache" / "tests"
"""The functional tests' own: an environment takes ten seconds to make, and 0.2 to copy."""


class NoModel:
    """Fails the test that asks it."""

    def send(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        raise AssertionError("no model is to be asked here")


@pytest.fixture
def make_deps(tmp_path: Path) -> Iterator[MakeDeps]:
    """Survey a repository of the given files; settings of the run as keywords."""
    opened: list[Deps] = []

    def make(files: Mapping[str, str] | None = None, *, text: str = "Add a second note", **settings: Any) -> Deps:
        repo = Repo(tmp_path / "repo", files=NOTES if files is None else files)
        run_dir = tmp_path / "state" / "run"
        request = Request(text=text)
        chosen = Settings(
            repo=repo.path, state_dir=tmp_path / "state", cache_dir=CACHE, **{"sandbox": False, **settings}
        )
        workspace = Workspace.open(WorkspaceSettings(repo=repo.path, slug=request.slug, state_dir=run_dir))
        journal = Journal(run_dir / "journal.jsonl")
        journal.append("start")
        deps = Deps(
            settings=chosen,
            request=request,
            run_id="run",
            run_dir=run_dir,
            journal=journal,
            gateway=Gateway(NoModel(), journal, Limits()),
            conversation=Conversation(journal),
            desk=Desk(settings=chosen, request=request, run_dir=run_dir, journal=journal, workspace=workspace),
            progress=Silent(),
        )
        opened.append(deps)
        deps.desk.survey = look_around(deps)
        deps.desk.survey.constraints = constraints_of(deps)
        return deps

    yield make
    for deps in opened:
        deps.desk.close()
        deps.desk.workspace.close(keep_branch=False)
        deps.journal.close()


@pytest.fixture
def begun() -> Callable[[Deps], RunState]:
    """The state after the survey, with a plan of one step."""

    def state(deps: Deps, **changes: Any) -> RunState:
        tree = deps.desk.workspace.base_tree
        step = {"intent": "Add it", "layers": [], "files": []}
        return {
            **initial_state("run"),
            "base_tree": tree,
            "tree": tree,
            "gated_tree": tree,
            "plan": [step],
            **changes,
        }  # type: ignore[return-value]

    return state
