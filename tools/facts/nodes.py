"""Small questions to a tree-sitter node."""

from __future__ import annotations

from tree_sitter import Node


def child_at(node: Node | None, index: int = 0) -> Node | None:
    """The named child at `index`, ``None`` when there is none; the library's own call raises."""
    if node is None or index >= node.named_child_count:
        return None
    return node.named_child(index)
