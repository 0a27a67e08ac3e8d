"""The application object of a Python project and the entry file of a Node project."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from framework_profiles.model import FrameworkProfile
from tools.targets.files import Tree, is_aside, join, parent
from tools.targets.model import Evidence
from tools.targets.roots import NODE_SUFFIXES, Root

_FAVOURITES = ("main", "app", "asgi", "wsgi", "server", "__init__", "api", "application", "__main__", "index")
_LISTENS = re.compile(r"\.listen\s*\(|\bserve\s*\(|createServer\s*\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppObject:
    """Where a server finds the application."""

    module: str
    """Dotted, as seen from ``folder``."""
    name: str
    folder: str
    """POSIX path relative to the repository root; the folder that must be on the path."""
    factory: bool
    """Whether it is a function that builds the application."""
    evidence: Evidence

    @property
    def address(self) -> str:
        """``package.module:name``."""
        return f"{self.module}:{self.name}"


def find_app(tree: Tree, root: Root, profile: FrameworkProfile) -> AppObject | None:
    """The application object that a framework's constructor calls make, the likeliest file first."""
    constructors = {name.rpartition(".")[2]: name for name in profile.app_constructors}
    if not constructors or root.python is None:
        return None
    files = [f for f in root.files if f.endswith(".py") and not is_aside(f, root.path)]
    word = re.compile(r"\b(" + "|".join(map(re.escape, constructors)) + r")\s*\(")
    holding = [f for f in files if word.search(tree.read(f) or "")]
    factories = {name for f in holding for name in _factories(_parse(tree, f), set(constructors))}
    calling = [f for f in files if f not in holding and any(f"{name}(" in (tree.read(f) or "") for name in factories)]
    for file in sorted((*holding, *calling), key=_preference):
        found = _object_in(tree, root, file, set(constructors) | factories)
        if found is not None:
            return found
    for file in sorted(holding, key=_preference):
        names = _factories(_parse(tree, file), set(constructors))
        if names:
            return _app(tree, root, (file, names[0]), factory=True)
    return None


def find_node_entry(tree: Tree, root: Root) -> tuple[str, Evidence] | None:
    """The file (relative to the application's root) that starts the server, with the line that listens."""
    named = [root.node.main] if root.node and root.node.main else []
    candidates = [join(root.path, one) for one in named]
    candidates += sorted(
        (f for f in root.files if f.endswith(NODE_SUFFIXES) and not is_aside(f, root.path)), key=_preference
    )
    for path in candidates:
        match = _LISTENS.search(tree.read(path) or "")
        if match:
            line = (tree.read(path) or "").count("\n", 0, match.start()) + 1
            relative = path if root.path == "." else path[len(root.path) + 1 :]
            return relative, Evidence(path=path, line=line, text=tree.lines(path)[line - 1].strip()[:120])
    return None


def _preference(path: str) -> tuple[int, int, str]:
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    rank = _FAVOURITES.index(stem) if stem in _FAVOURITES else len(_FAVOURITES)
    return (rank > len(_FAVOURITES) - 1, path.count("/") * 2 + rank, path)


def _parse(tree: Tree, path: str) -> ast.Module:
    try:
        return ast.parse(tree.read(path) or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def _factories(module: ast.Module, constructors: set[str]) -> list[str]:
    """Module-level functions without required parameters that build the application."""
    found = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == len(node.args.defaults):
            made = any(_called(inner) in constructors for inner in ast.walk(node) if isinstance(inner, ast.Call))
            returns = any(isinstance(inner, ast.Return) and inner.value is not None for inner in ast.walk(node))
            if made and returns:
                found.append(node.name)
    return found


def _object_in(tree: Tree, root: Root, path: str, makers: set[str]) -> AppObject | None:
    for node in _parse(tree, path).body:
        targets: Sequence[ast.expr] = ()
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call) and _called(value) in makers:
            for target in targets:
                if isinstance(target, ast.Name):
                    return _app(tree, root, (path, target.id), factory=False, line=node.lineno)
    return None


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _app(tree: Tree, root: Root, where: tuple[str, str], *, factory: bool, line: int = 0) -> AppObject:
    path, name = where
    folder = _folder_on_path(tree, root, path)
    relative = path if folder == "." else path[len(folder) + 1 :]
    module = relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    line = line or tree.line_of(path, f"def {name}")
    text = tree.lines(path)[line - 1].strip()[:120] if line else name
    return AppObject(
        module=module,
        name=name,
        folder=folder,
        factory=factory,
        evidence=Evidence(path=path, line=line, text=text),
    )


def _folder_on_path(tree: Tree, root: Root, path: str) -> str:
    """The ancestor folder from which the file's own absolute imports of first-party modules resolve best."""
    installed = [one for one in (root.python.source_roots if root.python else []) if path.startswith(one + "/")]
    candidates = list(dict.fromkeys([*installed, root.path]))
    folder = parent(path)
    deeper: list[str] = []
    while folder not in (root.path, "."):
        deeper.insert(0, folder)
        folder = parent(folder)
    candidates += [one for one in deeper if one not in candidates]
    names = _imported_tops(_parse(tree, path))
    return max(candidates, key=lambda one: (_resolved(tree, one, names), -candidates.index(one)))


def _imported_tops(module: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def _resolved(tree: Tree, folder: str, names: set[str]) -> int:
    return sum(join(folder, name) in tree.folders or join(folder, f"{name}.py") in tree.known for name in names)
