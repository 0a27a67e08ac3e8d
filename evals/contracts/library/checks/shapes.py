"""Assertions about the shape of answers, by the schemas of openapi.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from evals.behaviour.asking import Reply
from evals.behaviour.schemas import Schemas
from evals.contracts.library.checks.making import World


def shaped(world: World, reply: Reply, status: int = 200) -> Reply:
    """Assert the status, and that the body has exactly the members and types that it has in openapi.yaml."""
    trouble = _schemas().trouble(reply.expect(status))
    world.that(not trouble, f"the answer to {reply.asked} is as its schema says: {trouble}")
    return reply


@cache
def _schemas() -> Schemas:
    return Schemas((Path(__file__).parents[1] / "openapi.yaml").read_text(encoding="utf-8"))
