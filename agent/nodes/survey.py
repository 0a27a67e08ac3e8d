"""survey: what is here, how it runs, and what was wrong before."""

from __future__ import annotations

from agent.deps import Deps
from agent.state import RunState
from agent.surveying import look_around


def survey(state: RunState, deps: Deps) -> RunState:
    """Read the repository, build its environment and remember the base."""
    deps.desk.survey = look_around(deps)
    found = deps.desk.survey
    stack = ", ".join(sorted({target.runtime for target in found.targets if target.runtime})) or (
        "no application yet" if found.greenfield else "a language without a reader"
    )
    deps.progress.event("survey", f"{len(found.files)} files; {stack}")
    for note in found.notes:
        deps.progress.event("note", note)
    deps.journal.append("survey", files=len(found.files), targets=[t.name for t in found.targets], notes=found.notes)
    tree = deps.desk.workspace.base_tree
    return {"base_tree": tree, "tree": tree, "gated_tree": tree}
