"""The run as a LangGraph state machine. Wiring only: read it as the table of contents."""

from collections.abc import Callable
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.deps import Deps
from agent.nodes.act import act
from agent.nodes.brief import brief
from agent.nodes.commit import commit
from agent.nodes.constrain import constrain
from agent.nodes.deliver import deliver
from agent.nodes.gate import gate
from agent.nodes.plan import plan
from agent.nodes.repair import repair
from agent.nodes.review import review
from agent.nodes.survey import survey
from agent.nodes.think import think
from agent.state import RunState

Node = Callable[[RunState, Deps], RunState]
Graph = CompiledStateGraph[Any, Any, Any, Any]

VERSION = "1"
"""Changes whenever a node is added, renamed or removed: a stored run of another version cannot go on."""


def after_plan(state: RunState) -> Literal["brief", "deliver"]:
    """A plan that only a person may carry on ends the run here."""
    return "deliver" if state["outcome"] else "brief"


def after_think(state: RunState) -> Literal["act", "review"]:
    """An answer is acted on; a spent budget or a failed model ends the run."""
    return "review" if state["outcome"] else "act"


def after_act(state: RunState) -> Literal["think", "gate", "review"]:
    """A gate or done call goes to the gate; everything else back to the model."""
    if state["outcome"]:
        return "review"
    return "gate" if state["pending"] else "think"


def after_gate(state: RunState) -> Literal["commit", "repair"]:
    """Green is committed, red is repaired."""
    return "repair" if state["red_report"] else "commit"


def after_repair(state: RunState) -> Literal["think", "review"]:
    """Repairs are bounded."""
    return "review" if state["outcome"] else "think"


def after_commit(state: RunState) -> Literal["think", "review"]:
    """The next step, or the end."""
    return "review" if state["outcome"] else "think"


def build(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Compile the graph; the live objects come as context with each call."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(RunState, context_schema=Deps)
    for name, node in NODES.items():
        graph.add_node(name, _bind(node))
    graph.add_edge(START, "survey")
    graph.add_edge("survey", "constrain")
    graph.add_edge("constrain", "plan")
    graph.add_conditional_edges("plan", after_plan)
    graph.add_edge("brief", "think")
    graph.add_conditional_edges("think", after_think)
    graph.add_conditional_edges("act", after_act)
    graph.add_conditional_edges("gate", after_gate)
    graph.add_conditional_edges("repair", after_repair)
    graph.add_conditional_edges("commit", after_commit)
    graph.add_edge("review", "deliver")
    graph.add_edge("deliver", END)
    return graph.compile(checkpointer=checkpointer)


NODES: dict[str, Node] = {
    "survey": survey,
    "constrain": constrain,
    "plan": plan,
    "brief": brief,
    "think": think,
    "act": act,
    "gate": gate,
    "repair": repair,
    "commit": commit,
    "review": review,
    "deliver": deliver,
}


def _bind(node: Node) -> Any:  # LangGraph's own overloads do not accept a plain callable over a TypedDict
    """Nodes know nothing of LangGraph: they take the live objects as a plain argument."""

    def run(state: RunState, runtime: Runtime[Deps]) -> RunState:
        return node(state, runtime.context)

    return run


def studio() -> Graph:
    """Factory for LangGraph's own tooling (langgraph.json)."""
    return build()
