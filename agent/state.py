"""What changes during a run and is checkpointed: small, JSON-able, never the conversation itself.

LangGraph resolves these annotations at run time, so no postponed annotations in this file.
"""

from typing import Any, TypedDict


class PlanStep(TypedDict):
    """One step of the plan."""

    intent: str
    layers: list[str]
    files: list[str]


class RunState(TypedDict, total=False):
    """The checkpointed state: ids, counters, a tree hash and references."""

    run_id: str
    base_tree: str
    """The tree the run started from."""
    tree: str
    """The workspace as the last node left it; the next one starts by making it so."""
    gated_tree: str
    """The last tree whose gates were green."""
    plan: list[PlanStep]
    step: int
    """Index of the current step; 0 until a plan with several steps says otherwise."""
    turns: int
    """Model calls so far."""
    repairs: int
    """Red gates in a row."""
    messages: int
    """How many messages of the conversation, which lies in the journal, belong to this state."""
    pending: dict[str, Any]
    """The gate or done call that waits for its result: {"id", "name", "summary", "waivers"}."""
    gate: dict[str, str]
    """Rung -> status of the last gate."""
    gate_digest: str
    """Hash of the last gate's red findings: unchanged means no progress."""
    red_report: str
    """What the model is told about the last red gate; empty once it was told."""
    finish: str
    """The provider's finish reason of the last answer."""
    repeated: int
    """Answers in a row with the same calls and the same results as the one before."""
    answer_digest: str
    """Hash of the last answer's calls and results."""
    idle: int
    """Answers in a row without a usable tool call."""
    stalled: int
    """Red gates in a row with the same findings on the same tree."""
    commits: list[str]
    outcome: str
    """Empty while running, then "achieved", "planned", "gave up", "budget", "model", "environment", "interrupted"."""
    reason: str
    """Why the run ended, one line."""
