"""entry-missing: what the start commands of a repository name is there."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from tools.facts.model import FileFacts
from tools.findings import Finding, Severity
from tools.verify.entry_commands import Entry, of_command, of_dockerfile, of_procfile
from tools.verify.parsing import is_text
from tools.verify.rule import Context, Rule, is_test

_MAX_BYTES = 500_000
_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".py")
_BUILDS = re.compile(
    r"build|compile|bundle|prepare|prestart|pretest|\btsc\b|webpack|rollup|esbuild|\bswc\b|babel|vite|tsup|ncc|pkgroll|unbuild"
)
_MODULE_POINT = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?::\s*([A-Za-z_]\w*)[\w.]*)?\s*(?:\[.*\])?\s*")


class _Tree:
    """The files of the repository, by path and by name."""

    def __init__(self, context: Context) -> None:
        self.root = context.project.root
        self.listed = context.project.listed
        self.starts = sorted(p for p in self.listed if _kind(p) and not is_text(p) and not is_test(p))
        self.packages: dict[str, list[Finding]] = {}
        """What was found in each package.json: nothing but the list of files decides it."""
        self.folders: set[str] = set()
        self.sources: set[str] = set()
        """Folders that hold source files directly."""
        self.python: set[str] = set()
        """Folders that hold Python files, in folders within them too."""
        self.by_name: dict[str, list[str]] = {}
        for path in self.listed:
            folder, _, name = path.rpartition("/")
            self.by_name.setdefault(name, []).append(path)
            if name.endswith(_SOURCES):
                self.sources.add(folder)
            if name.endswith(".py"):
                _enter(folder, self.python)
            _enter(folder, self.folders)

    def has(self, path: str) -> bool:
        return path in self.listed or (self.root / path).exists()

    def text(self, path: str) -> str:
        full = self.root / path
        try:
            if full.is_symlink() or full.stat().st_size > _MAX_BYTES:
                return ""
            return full.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


class _Kept:
    """The tree, for as long as no file comes or goes; a changed manifest begins everything anew."""

    def __init__(self, context: Context) -> None:
        self.tree: _Tree | None = None


def _enter(folder: str, folders: set[str]) -> None:
    while folder and folder not in folders:
        folders.add(folder)
        folder = folder.rpartition("/")[0]


def missing_entries(context: Context) -> Iterator[Finding]:
    """Start commands, scripts and main files that name what the repository has not."""
    kept = context.table(_Kept)
    if kept.tree is None or kept.tree.listed != context.project.listed:
        kept.tree = _Tree(context)
    tree = kept.tree
    for path in tree.starts:
        kind = _kind(path)
        if kind == "package":
            if path not in tree.packages:
                tree.packages[path] = list(_of_package(tree, path))
            yield from tree.packages[path]
        elif kind == "pyproject":
            yield from _of_pyproject(context, tree, path)
        else:
            yield from _of_processes(context, tree, path, kind)


def _kind(path: str) -> str:
    name = path.rpartition("/")[2]
    if name in ("package.json", "pyproject.toml"):
        return "package" if name == "package.json" else "pyproject"
    if name == "Procfile":
        return "procfile"
    return "dockerfile" if name == "Dockerfile" or name.startswith("Dockerfile.") else ""


# package.json


def _of_package(tree: _Tree, path: str) -> Iterator[Finding]:
    text = tree.text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(content, dict):
        return
    folder = path.rpartition("/")[0]
    for entry in _package_entries(content, text):
        target = posixpath.normpath(posixpath.join(folder, entry.file))
        if target.startswith("../") or target == "..":
            yield _finding(path, entry, f"{entry.file}, which lies outside the repository")
        elif not _is_near(tree, folder, entry.file) and not _may_be_built(tree, folder, target, content, entry):
            yield _finding(path, entry, f"{entry.file}, and there is no such file")


def _package_entries(content: dict[str, Any], text: str) -> Iterator[Entry]:
    scripts = content.get("scripts")
    start = scripts.get("start") if isinstance(scripts, dict) else None
    if isinstance(start, str):
        line = _line_of(text, r'"start"\s*:')
        yield from (e for e in of_command(start, line, "scripts.start") if e.file and "node_modules" not in e.file)
    binaries = content.get("bin")
    named = {"bin": binaries} if isinstance(binaries, str) else binaries if isinstance(binaries, dict) else {}
    for name, file in named.items():
        if isinstance(file, str):
            yield Entry(_line_of(text, rf'"{re.escape(name)}"\s*:\s*"{re.escape(file)}"'), f"bin {name}", file=file)


def _line_of(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else 0


def _is_near(tree: _Tree, folder: str, file: str) -> bool:
    """Whether the file is there, as seen from the manifest or from a folder above: manifests are copied, too."""
    endings = ("", *_SOURCES, ".json", "/index.js", "/index.mjs", "/index.cjs", "/index.ts")
    while True:
        target = posixpath.normpath(posixpath.join(folder, file))
        if any(tree.has(target + ending) for ending in endings):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def _may_be_built(tree: _Tree, folder: str, target: str, content: dict[str, Any], entry: Entry) -> bool:
    """Whether a build may write the file: not into a folder of sources, and not where nothing is built."""
    stem = target.rsplit(".", 1)[0]
    if any(tree.has(stem + ending) for ending in _SOURCES):
        return True
    found = content.get("scripts")
    scripts: dict[str, Any] = found if isinstance(found, dict) else {}
    others = {k: v for k, v in scripts.items() if isinstance(v, str) and f"scripts.{k}" != entry.said}
    name = PurePosixPath(target).name
    if any(name in command for command in others.values()):
        return True
    into = target.rpartition("/")[0]
    if into in tree.sources and into != folder:
        return False
    builds = any(_BUILDS.search(f"{name} {command}") for name, command in others.items())
    configured = any(tree.has(posixpath.join(f, n)) for f in {folder, ""} for n in ("tsconfig.json", "Makefile"))
    return builds or configured


# pyproject.toml


def _of_pyproject(context: Context, tree: _Tree, path: str) -> Iterator[Finding]:
    text = tree.text(path)
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    project, tool = content.get("project"), content.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables = [project.get(key) for key in ("scripts", "gui-scripts")] if isinstance(project, dict) else []
    tables += [poetry.get("scripts")] if isinstance(poetry, dict) else []
    for table in tables:
        for name, point in table.items() if isinstance(table, dict) else ():
            match = _MODULE_POINT.fullmatch(point) if isinstance(point, str) else None
            if match is not None:
                line = _line_of(text, rf'(?m)^\s*"?{re.escape(name)}"?\s*=\s*["\']{re.escape(match[1])}')
                entry = Entry(line, f"script {name}", module=match[1], name=match[2] or "")
                yield from _of_module(context, tree, path, entry)


# Procfile, Dockerfile


def _of_processes(context: Context, tree: _Tree, path: str, kind: str) -> Iterator[Finding]:
    text = tree.text(path)
    for entry in of_procfile(text) if kind == "procfile" else of_dockerfile(text):
        if entry.module:
            yield from _of_module(context, tree, path, entry)
        elif kind == "procfile" or not re.search(r"--from=|standalone|\bbuild\b", text):
            # What an image holds is copied into it from anywhere: only a name that no file has is certain.
            stem = PurePosixPath(entry.file).name.rsplit(".", 1)[0]
            if not any(stem + ending in tree.by_name for ending in _SOURCES):
                yield _finding(path, entry, f"{entry.file}, and no file has that name")


def _of_module(context: Context, tree: _Tree, path: str, entry: Entry) -> Iterator[Finding]:
    """A dotted module: its first part is a package of this repository, and the rest is not in it."""
    parts = entry.module.split(".")
    tops = [folder for folder in tree.python if folder.rsplit("/", 1)[-1] == parts[0]]
    tops += [p.removesuffix(".py") for p in tree.by_name.get(f"{parts[0]}.py", ())]
    if not tops:
        return
    inner = "/".join(parts[1:])
    stems = [posixpath.join(top, inner) if inner else top for top in tops]
    files = [f for stem in stems for f in (f"{stem}.py", f"{stem}/__init__.py") if tree.has(f)]
    if not files:
        if not any(stem in tree.folders for stem in stems):  # a folder without __init__.py is a package too
            yield _finding(path, entry, f"the module {entry.module}, and there is no such module")
    elif entry.name and all(_lacks(context, file, entry.name) for file in files):
        yield _finding(path, entry, f"{entry.module}:{entry.name}, and {files[0]} defines no {entry.name}")


def _lacks(context: Context, path: str, name: str) -> bool:
    facts = context.project.files.get(path)
    return facts is not None and not _may_define(facts, name)


def _may_define(facts: FileFacts, name: str) -> bool:
    if facts.parse_errors or facts.not_checked or any(i.kind == "star" or i.unknown for i in facts.imports):
        return True
    if any(d.name in (name, "__getattr__") for d in facts.definitions):
        return True
    bound = {n for i in facts.imports for n in (*i.bound, i.module.split(".")[0])}
    return name in bound or any(c.name in ("globals", "setattr", "exec", "vars", "locals") for c in facts.calls)


def _finding(path: str, entry: Entry, what: str) -> Finding:
    return Finding(
        rule="entry-missing",
        severity=Severity.WARNING,
        path=path,
        line=entry.line,
        message=f"{entry.said} starts {what}.",
        hint="Name the file that starts the application, or write it.",
    )


RULES = (
    Rule(
        id="entry-missing",
        summary="What start commands and scripts name is there.",
        gate=missing_entries,
    ),
)
