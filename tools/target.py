"""From a repository to its targets: what there is to run, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from framework_profiles.loader import load_all
from tools.detect import Stack, read_stack, runtimes, unique_name
from tools.targets import node, python
from tools.targets.commands import makefile
from tools.targets.environments import Environments as Environments
from tools.targets.files import Tree, is_aside, join
from tools.targets.marks import server_packages
from tools.targets.model import Environment as Environment
from tools.targets.model import Evidence as Evidence
from tools.targets.model import Runtime, nowhere_values
from tools.targets.model import Target as Target
from tools.targets.model import fill as fill
from tools.targets.model import fill_env as fill_env
from tools.targets.model import placeholder_values as placeholder_values
from tools.targets.model import unfilled as unfilled
from tools.targets.roots import NODE_SUFFIXES, Root, find_roots
from tools.targets.variables import read_variables

_HEALTH = re.compile(
    r"['\"](/(?:[\w.-]+/){0,3}(?:health|healthz|healthcheck|health-check|livez|readyz|ping|status))/?['\"]"
)
_HEALTH_SPEC = re.compile(
    r"^\s*['\"]?(/(?:[\w.-]+/){0,3}(?:health|healthz|healthcheck|livez|readyz|ping))['\"]?\s*:", re.M
)


def find_targets(root: Path, carry_from: Path | None = None) -> list[Target]:
    """Every application below root that can be installed, run or tested; an empty folder is one, too.

    Args:
        root: The workspace (worktree) to read.
        carry_from: The user's own tree: files such as ``.env`` that exist only there are carried over.

    Returns:
        Outer ones first; a single one without a runtime when the repository holds no code yet.
    """
    tree = Tree(root)
    own = Tree(carry_from, files=()) if carry_from is not None and carry_from.resolve() != tree.root else None
    targets: list[Target] = []
    for found in find_roots(tree, server_packages(load_all())):
        for runtime, part in runtimes(found):
            name = unique_name(tree, part, [one.name for one in targets])
            targets.append(_target(tree, part, runtime, name, own))
    return targets or [_of_no_known_language(tree)]


def _of_no_known_language(tree: Tree) -> Target:
    """An empty folder, or code that no reader knows: its own Makefile says how it is tested."""
    written = next((one for one in makefile(tree, Root(path=".")) if one.name == "test"), None)
    if written is None:
        return Target(name=tree.root.name, root=".", runtime=None)
    program = "just" if written.evidence.path.lower().endswith("justfile") else "make"
    return Target(name=tree.root.name, root=".", runtime=None, test=f"{program} test", evidence=(written.evidence,))


def write_carried(target: Target, workspace_root: Path, values: Mapping[str, str]) -> list[str]:
    """Writes the carried files into the workspace; returns the paths written.

    A file that exists is left alone. Placeholders without a value become addresses at which nothing answers.
    """
    known = {**nowhere_values(), **values}
    written = []
    for path, text in target.carry.items():
        full = workspace_root / path
        if full.exists() or full.is_symlink() or not full.parent.resolve().is_relative_to(workspace_root.resolve()):
            continue
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(fill(text, known), encoding="utf-8")
        written.append(path)
    return written


def _target(tree: Tree, root: Root, runtime: Runtime, name: str, own: Tree | None) -> Target:
    stack = read_stack(tree, root, runtime)
    found = (python if runtime == "python" else node).read_commands(tree, root, stack)
    variables = read_variables(tree, root, stack.database.name, _scheme(root, stack), own)
    health, health_line = _health(tree, root, stack)
    env = {"PORT": "{port}", **variables.env} if "{port}" not in (found.commands.get("start") or "") else variables.env
    manifests = tuple(dict.fromkeys(root.python.manifests if root.python else root.node.manifests if root.node else []))
    return Target(
        name=name,
        root=root.path,
        runtime=runtime,
        package_manager=(root.python or root.node or _NOBODY).package_manager,
        **{what: found.commands.get(what) for what in _COMMANDS},
        health=health,
        env=env,
        port=found.port,
        database=stack.database.name,
        fixed_databases=tuple(variables.fixed),
        carry=variables.carry,
        packages=python.packages(tree, root) if runtime == "python" else node.packages(root, tree),
        manifests=manifests,
        extras=tuple(root.python.extras) if root.python else (),
        helpers=tuple(found.helpers),
        requires_runtime=root.python.requires_python if root.python else root.node.engines if root.node else None,
        evidence=(*found.evidence, *health_line, *variables.evidence),
    )


_COMMANDS = ("setup", "generate", "build", "start", "migrate", "test", "lint", "typecheck", "format")


class _Nobody:
    package_manager = None


_NOBODY = _Nobody()


def _scheme(root: Root, stack: Stack) -> str | None:
    """The URL scheme with the driver that the application declares (``postgresql+asyncpg``)."""
    orm = load_all().orms.get(stack.orm.name or "")
    database = stack.database.name or ""
    for mode in orm.modes.values() if orm else ():
        driver, url = mode.drivers.get(database), mode.urls.get(database)
        if url and root.python and driver and root.python.declares(driver):
            return url.split("://", 1)[0]
    plain = load_all().databases.get(database)
    return plain.marks.url_schemes[0] if plain and plain.marks.url_schemes and root.python else None


def _health(tree: Tree, root: Root, stack: Stack) -> tuple[str | None, tuple[Evidence, ...]]:
    """The path that a route, a specification or a README names as the health check."""
    code = sorted((f for f in root.files if not is_aside(f, root.path)), key=lambda f: (f.count("/"), f))
    specs = [f for f in code if re.search(r"(openapi|swagger)[^/]*\.(ya?ml|json)$", f, re.I)]
    sources = [f for f in code if f.endswith((".py", *NODE_SUFFIXES))]
    for path in [*specs, *sources]:
        text = tree.read(path) or ""
        match = (_HEALTH_SPEC if path in specs else _HEALTH).search(text) or _HEALTH.search(text)
        if match:
            line = text.count("\n", 0, match.start(1)) + 1
            prefix = _mount_prefix(text) if path not in specs else ""
            health = prefix + match.group(1)
            return health, (Evidence(path=path, line=line, text=f"health: {health}"),)
    framework = load_all().frameworks.get(stack.framework.name or "")
    readme = next((f for f in root.files if re.fullmatch(r"readme[^/]*", f.rsplit("/", 1)[-1], re.I)), None)
    text = (tree.read(readme) or "") if readme else ""
    for path in framework.health_paths if framework and readme else ():
        if re.search(re.escape(path) + r"\b", text) and path.startswith("/health"):
            return path, (Evidence(path=readme or "", line=tree.line_of(readme or "", path), text=f"health: {path}"),)
    return None, ()


def _mount_prefix(text: str) -> str:
    """The prefix that a router in the same file declares."""
    match = re.search(r"Router\([^)]*\bprefix\s*=\s*['\"](/[^'\"]+)['\"]", text)
    return match.group(1).rstrip("/") if match else ""


__all__ = [
    "Environment", "Environments", "Evidence", "Target", "fill", "fill_env", "find_targets", "join",
    "placeholder_values", "unfilled", "write_carried",
]  # fmt: skip
