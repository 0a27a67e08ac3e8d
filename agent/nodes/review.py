"""review: what the run proves, and what it does not."""

from __future__ import annotations

from agent.deps import Deps
from agent.state import RunState


def review(state: RunState, deps: Deps) -> RunState:
    """Keep what is not verified apart from what is.

    The final gates ran on the tree that ``done`` named, with the whole suite, so nothing is run twice;
    what lies in the workspace beyond the last green tree is saved as a patch and named as unverified.
    """
    deps.desk.restore(state["tree"])
    leftover = deps.desk.workspace.diff(state["gated_tree"], deps.desk.tree)
    if leftover.strip() and not deps.settings.in_place:
        (deps.run_dir / "unverified.patch").write_text(leftover, encoding="utf-8")
        deps.desk.workspace.restore(state["gated_tree"])
        deps.progress.event("note", f"what is not verified lies in {deps.run_dir / 'unverified.patch'}")
    return {}
