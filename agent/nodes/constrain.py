"""constrain: the constraint set, from flags, file, the request's words and practice."""

from __future__ import annotations

from agent.databases import lend_databases
from agent.deps import Deps
from agent.state import RunState
from agent.surveying import constraints_of, stack_profile


def constrain(state: RunState, deps: Deps) -> RunState:
    """Collect what binds, show contradictions, and take what was wrong before as the baseline."""
    survey = deps.desk.survey
    survey.constraints = constraints_of(deps)
    survey.profile = stack_profile(deps)
    survey.baseline = deps.desk.all_findings(gate=True)
    lend_databases(deps)
    for constraint in survey.constraints:
        deps.journal.append("constraint", constraint=constraint.as_dict())
    for contradiction in survey.constraints.contradictions:
        deps.progress.event("note", f"contradiction: {contradiction}")
    names = ", ".join(c.id for c in survey.constraints if c.binding == "stated")
    deps.progress.event("constrain", names or "nothing stated; the repository's own practice binds")
    return {}
