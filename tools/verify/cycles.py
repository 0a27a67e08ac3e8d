"""import-cycle: modules do not import each other in a circle when they are loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tools.facts.model import FileFacts, Import
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, is_aside

_NEVER = 1 << 30
_Node = TypeVar("_Node", bound=Hashable)


class _Edge(NamedTuple):
    """One import that runs when its file is loaded."""

    source: str
    target: str
    line: int
    names: tuple[str, ...] = ()
    """What is imported of the target by name; in Python it must be there at once."""


def cycles(context: Context) -> Iterator[Finding]:
    """Each group of modules that import each other: once, and an error when no order of loading works."""
    edges = {path: found for path, found in context.summaries(_edges_of) if found}
    for members in _groups(edges):
        # What a compiler leaves out is looked for in these few files only.
        loaded = {path: _left_by_compiler(context, path, edges[path]) for path in members}
        for group in _groups(loaded):
            inner = [e for path in sorted(group) for e in loaded[path] if e.target in group]
            found = _broken(context, inner) or _tangled(context, inner, len(group))
            if found is not None:
                yield found


def _groups(edges: Mapping[str, Sequence[_Edge]]) -> list[set[str]]:
    graph = {path: [e.target for e in found if e.target in edges] for path, found in edges.items()}
    return [set(group) for group in components(graph)]


def _left_by_compiler(context: Context, path: str, edges: Sequence[_Edge]) -> list[_Edge]:
    """TypeScript drops an import of which nothing is used but as a type."""
    facts = context.project.files[path]
    if facts.language != "typescript":
        return list(edges)
    used = {_head(r.name) for r in facts.references if r.kind != "annotation"}
    used |= {_head(call.resolved) for call in facts.calls if call.resolved is not None}
    paths = {name.partition(":")[0] for name in used}
    return [e for e in edges if not e.names or any(_is_used(e.target, n, used, paths) for n in e.names)]


def _head(name: str) -> str:
    """``path:Name`` of ``path:Name.attribute``."""
    path, _, rest = name.partition(":")
    return f"{path}:{rest.partition('.')[0].removesuffix('()')}"


def _is_used(target: str, name: str, used: set[str], paths: set[str]) -> bool:
    return target in paths if name == "*" else f"{target}:{name}" in used


def _edges_of(context: Context, path: str) -> tuple[_Edge, ...]:
    facts = context.project.files[path]
    if is_aside(path) or path.endswith((".pyi", ".d.ts")):
        return ()
    found: dict[tuple[str, int], _Edge] = {}
    for fact in facts.imports:
        if not (fact.targets and _runs_at_load(fact)):
            continue
        for target in fact.targets:
            if target != path:
                edge = _Edge(path, target, fact.line, _names(facts, fact, target))
                found.setdefault((target, fact.line), edge)
    return tuple(found.values())


def _runs_at_load(fact: Import) -> bool:
    """Under ``if`` or ``try`` nobody knows; ``import()`` and ``importlib`` wait, or are meant to break the circle."""
    return not (fact.type_only or fact.conditional or fact.local or fact.scope or fact.kind == "dynamic")


def _names(facts: FileFacts, fact: Import, target: str) -> tuple[str, ...]:
    pairs = zip(fact.names, fact.name_targets, strict=False)
    if facts.language == "python" and fact.kind == "from":
        return tuple(n for i, ((n, _), t) in enumerate(pairs) if t == target and n != "*" and i not in fact.submodules)
    if facts.language == "typescript" and fact.kind in ("import", "from"):
        return tuple(name for (name, _), t in pairs if t == target)
    return ()


def components(graph: Mapping[_Node, Sequence[_Node]]) -> list[list[_Node]]:
    """The strongly connected components of more than one node (Tarjan's algorithm without recursion)."""
    index: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    pending: list[_Node] = []
    held: set[_Node] = set()
    found: list[list[_Node]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        pending.append(root)
        held.add(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    pending.append(target)
                    held.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in held:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found += _popped(node, pending, held)
    return found


def _popped(node: _Node, pending: list[_Node], held: set[_Node]) -> list[list[_Node]]:
    start = pending.index(node) if pending[-1] != node else len(pending) - 1
    group = pending[start:]
    del pending[start:]
    held.difference_update(group)
    return [group] if len(group) > 1 else []


def _broken(context: Context, edges: Sequence[_Edge]) -> Finding | None:
    """A circle in which every module demands a name that the next one defines only after its own import.

    Whichever of them is loaded first, the last one finds a module without the name: ImportError.
    """
    leaving: dict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        leaving[edge.source].append(edge)
    demanding = [e for e in edges if e.names and context.project.files[e.source].language == "python"]
    late = {e: [n for n in leaving[e.target] if _late(context, e, n) is not None] for e in demanding}
    graph = {e: [n for n in nexts if n in late] for e, nexts in late.items()}
    groups = components(graph)
    if not groups:
        return None
    group = sorted(groups[0], key=lambda e: (e.source, e.line))
    circle = shortest_circle({e: [n for n in graph[e] if n in set(group)] for e in group})
    first, second = circle[0], circle[1]
    name = _late(context, first, second)
    chain = (*(e.source for e in circle), circle[0].source)
    return Finding(
        rule="import-cycle",
        severity=Severity.ERROR,
        path=first.source,
        line=first.line,
        message=(
            f"{first.source} and {first.target} cannot be loaded: {first.target} defines {name} "
            f"only after it has imported {second.target}."
        ),
        hint="Move what both need into a module of its own, or import inside the function that needs it.",
        chain=chain,
    )


def _late(context: Context, edge: _Edge, following: _Edge) -> str | None:
    """The name that `edge` demands and that its target binds only when `following` is done."""
    bound = context.summary(_first_lines, edge.target) or {}
    for name in edge.names:
        line = min(bound.get(name, _NEVER), bound.get("*", _NEVER))
        if following.line <= line < _NEVER:
            return name
    return None


def _first_lines(context: Context, path: str) -> dict[str, int]:
    """The line where each name of a module is first bound; ``*``: the first star import."""
    facts = context.project.files[path]
    found: dict[str, int] = {}
    for definition in facts.definitions:
        found[definition.name] = min(definition.line, found.get(definition.name, _NEVER))
    for fact in facts.imports:
        for name in () if fact.scope else ("*",) if fact.kind == "star" else fact.bound:
            found[name] = min(fact.line, found.get(name, _NEVER))
    return found


def shortest_circle(
    graph: Mapping[_Node, Sequence[_Node]], fits: Callable[[Sequence[_Node]], bool] = lambda _: True
) -> list[_Node]:
    """A shortest circle, in order, of those that are the shortest through one of their nodes and that fit."""
    best: list[_Node] = []
    for start in graph:
        circle = _way_back(graph, start, len(best) or len(graph) + 1)
        if circle and (not best or len(circle) < len(best)) and fits(circle):
            best = circle
        if len(best) == 2:
            break
    return best


def _way_back(graph: Mapping[_Node, Sequence[_Node]], start: _Node, limit: int) -> list[_Node]:
    before: dict[_Node, _Node] = {}
    ring = [start]
    for _ in range(limit):
        following: list[_Node] = []
        for node in ring:
            for target in graph[node]:
                if target == start:
                    way = [node]
                    while way[-1] != start:
                        way.append(before[way[-1]])
                    return way[::-1]
                if target not in before:
                    before[target] = node
                    following.append(target)
        ring = following
    return []


def _tangled(context: Context, edges: Sequence[_Edge], size: int) -> Finding | None:
    """A circle that works in some orders of loading.

    Unless the rule is stated, only one that ties folders of the application together is worth reading: what one
    folder holds, or a package and its parts, is one thing in several files.
    """
    graph: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        graph[edge.source].append(edge.target)
    if any(c.value == "import-cycle" for c in context.constraints.of("rule")):
        circle = shortest_circle(graph)
    else:
        circle = shortest_circle(graph, lambda found: _ties_folders(context, found))
    if not circle:
        return None
    first = next(e for e in edges if e.source == circle[0] and e.target == circle[1])
    others = f" They belong to a group of {size} modules that all reach each other." if size > len(circle) else ""
    return Finding(
        rule="import-cycle",
        severity=Severity.INFO,
        path=first.source,
        line=first.line,
        message=f"{' > '.join((*circle, circle[0]))} import each other.",
        hint=f"It works only in some orders of loading. Move what both need into a module of its own.{others}",
        chain=(*circle, circle[0]),
    )


def _ties_folders(context: Context, circle: Sequence[str]) -> bool:
    if context.scope.roots and any(context.scope.relative(path) is None for path in circle):
        return False
    folders = sorted({path.rpartition("/")[0] + "/" for path in circle})
    return any(not other.startswith(folders[0]) for other in folders)


RULES = (
    Rule(
        id="import-cycle",
        summary="Modules do not import each other in a circle when they are loaded.",
        gate=cycles,
    ),
)
