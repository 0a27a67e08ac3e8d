"""Circles in graphs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from tools.verify.cycles import components, shortest_circle


def reached(graph: Mapping[int, Sequence[int]], start: int) -> set[int]:
    seen: set[int] = set()
    pending = list(graph[start])
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += graph[node]
    return seen


@pytest.mark.parametrize("seed", range(30))
def test_components_are_the_nodes_that_reach_each_other(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randrange(2, 25)
    graph = {n: [chance.randrange(size) for _ in range(chance.randrange(3))] for n in range(size)}
    reach = {n: reached(graph, n) for n in graph}

    found = components(graph)

    expected = {frozenset(m for m in graph if m in reach[n] and n in reach[m]) for n in graph if n in reach[n]}
    assert {frozenset(group) for group in found} == {group for group in expected if len(group) > 1}


def test_a_long_chain_needs_no_deep_stack() -> None:
    graph = {n: [n + 1] for n in range(20_000)} | {20_000: [0]}

    assert len(components(graph)[0]) == 20_001


def test_the_shortest_circle_is_in_order() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["d", "b2"], "d": ["a"], "b2": ["c"]}

    assert shortest_circle(graph) == ["c", "b2"]


def test_no_circle_gives_none() -> None:
    assert shortest_circle({"a": ["b"], "b": []}) == []
