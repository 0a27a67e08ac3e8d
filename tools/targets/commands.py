"""Commands that people wrote down: where they stand, and how they become runnable here."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tools.targets.files import Tree, join, parent
from tools.targets.model import Evidence
from tools.targets.roots import Root

START_NAMES = ("start", "serve", "server", "run", "dev", "runserver", "web", "api", "start-dev", "develop")
START_SCRIPTS = ("run.sh", "start.sh", "serve.sh", "scripts/start.sh", "scripts/run.sh", "bin/start")
_WRAPPERS = re.compile(
    r"^(?:(?:uv|poetry|pdm|pipenv|hatch|rye)\s+run(?:\s+--?[\w-]+(?:=\S+)?)*\s+|pipenv\s+run\s+|exec\s+|sudo\s+|time\s+|\$\s+)+"
)
FOREIGN = re.compile(r"\b(docker|docker-compose|podman|kubectl|vagrant|heroku|fly|gcloud|ssh|brew|apt-get|open)\b")
_PORTS = (
    (
        re.compile(r"(--port[=\s]+|--bind[=\s]+\S*?:|-b\s+\S*?:|-p\s+)(?:\$\{?PORT(?::-\d+)?\}?|\d{2,5})"),
        r"\g<1>{port}",
    ),
    (
        re.compile(r"(manage\.py\s+runserver)(?:\s+(?:[\w.]+:)?(?:\$\{?PORT(?::-\d+)?\}?|\d{2,5}))?"),
        r"\1 127.0.0.1:{port}",
    ),
    (re.compile(r"\$\{PORT(?::?-\d+)?\}|\$PORT\b"), "{port}"),
)
_HOST = re.compile(r"\b0\.0\.0\.0\b")
_RELOAD = re.compile(r"\s+--reload(?:-dir[=\s]+\S+)?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A command as it stands in the repository."""

    name: str
    """What it is called there: ``web``, a make target, ``CMD``; empty in a README."""
    command: str
    evidence: Evidence


def normalise_command(command: str) -> str | None:
    """The command as it is run inside the environment; None when it needs another machine.

    Package managers' ``run`` prefixes go (the environment is on the path already and they would make their
    own), ports become ``{port}``, servers listen locally and do not watch files.
    """
    plain = " && ".join(_WRAPPERS.sub("", part.strip()) for part in command.split("&&"))
    if not plain.strip() or FOREIGN.search(plain):
        return None
    for pattern, replacement in _PORTS:
        plain = pattern.sub(replacement, plain)
    return _RELOAD.sub("", _HOST.sub("127.0.0.1", plain)).strip()


def procfile(tree: Tree, root: Root) -> Iterator[Written]:
    """The lines of a Procfile."""
    path = join(root.path, "Procfile")
    for number, line in enumerate(tree.lines(path), 1):
        name, colon, command = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", name) and command.strip():
            yield _written(name, command.strip(), path, number)


def makefile(tree: Tree, root: Root) -> Iterator[Written]:
    """The targets of a Makefile with their recipes on one line."""
    for folder in dict.fromkeys((root.path, ".")):
        for name in ("Makefile", "makefile", "justfile", "Justfile"):
            yield from _recipes(tree, join(folder, name))


def dockerfile(tree: Tree, root: Root) -> Iterator[Written]:
    """What the image runs: the last ENTRYPOINT and CMD."""
    path = join(root.path, "Dockerfile")
    words: dict[str, tuple[str, int]] = {}
    held, start = "", 0
    for number, raw in enumerate(tree.lines(path), 1):
        start = start if held else number
        held += raw.strip()
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        match = re.match(r"(CMD|ENTRYPOINT)\s+(.+)", held, re.I)
        if match:
            words[match.group(1).upper()] = (_exec_form(match.group(2)), start)
        held = ""
    parts = [words[key] for key in ("ENTRYPOINT", "CMD") if key in words]
    if parts:
        yield _written("CMD", _map_scripts(tree, root, " ".join(text for text, _ in parts)), path, parts[-1][1])


def readme(tree: Tree, root: Root) -> Iterator[Written]:
    """Lines inside fenced blocks of the READMEs."""
    for folder in dict.fromkeys((root.path, ".")):
        for path in (f for f in tree.files if parent(f) == folder and re.search(r"(^|/)readme[^/]*$", f, re.I)):
            fenced = False
            for number, line in enumerate(tree.lines(path), 1):
                if line.lstrip().startswith(("```", "~~~")):
                    fenced = not fenced
                elif fenced and line.strip() and not line.strip().startswith("#"):
                    yield _written("", line.strip().removeprefix("$ ").split(" #")[0].strip(), path, number)


def tasks(tree: Tree, root: Root) -> Iterator[Written]:
    """Commands of task runners declared in the Python manifest."""
    path = join(root.path, "pyproject.toml")
    for name, command in (root.python.tasks if root.python else {}).items():
        yield _written(name, command, path, tree.line_of(path, command))


def scripts(tree: Tree, root: Root) -> Iterator[Written]:
    """Shell scripts whose name says that they start the application."""
    for name in START_SCRIPTS:
        path = join(root.path, name)
        if path in tree.known:
            shell = "bash" if "bash" in (tree.lines(path) or [""])[0] else "sh"
            yield _written(name, f"{shell} {name}", path, 1)


def package_scripts(tree: Tree, root: Root) -> Iterator[Written]:
    """Scripts of a Node manifest."""
    path = join(root.path, "package.json")
    for name, command in (root.node.scripts if root.node else {}).items():
        yield _written(name, command, path, tree.line_of(path, f'"{name}"'))


def _written(name: str, command: str, path: str, line: int) -> Written:
    return Written(name=name, command=command, evidence=Evidence(path=path, line=line, text=command[:160]))


def _recipes(tree: Tree, path: str) -> Iterator[Written]:
    variables: dict[str, str] = {}
    name, start, parts = "", 0, list[str]()
    for number, line in enumerate([*tree.lines(path), "end:"], 1):
        recipe = re.match(r"(?:\t| {4})\s*[@-]*(.+)", line)
        if recipe and name:
            parts.append(_expand(recipe.group(1).strip(), variables))
            continue
        if name and parts:
            yield _written(name, " && ".join(parts), path, start)
        name, parts = "", []
        assigned = re.match(r"(\w+)\s*[:?]?=\s*(.*)", line)
        target = re.match(r"([\w.-]+)\s*:(?!=)", line)
        if assigned:
            variables[assigned.group(1)] = assigned.group(2).strip()
        elif target:
            name, start = target.group(1), number


def _expand(text: str, variables: dict[str, str]) -> str:
    for _ in range(3):
        text = re.sub(r"\$[({](\w+)[)}]", lambda m: variables.get(m.group(1), m.group(0)), text)
    return text.replace("$$", "$")


def _exec_form(text: str) -> str:
    try:
        words = json.loads(text)
    except ValueError:
        return text.strip()
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return text.strip()
    if words[:2] in (["sh", "-c"], ["/bin/sh", "-c"], ["bash", "-c"], ["/bin/bash", "-c"]) and len(words) == 3:
        return str(words[2])
    return shlex.join(words)


def _map_scripts(tree: Tree, root: Root, command: str) -> str:
    """Paths inside the image become paths of the repository where a file of that name exists."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        parts = name.strip("/").split("/")
        tails = ("/".join(parts[i:]) for i in range(len(parts)))
        found = next((tail for tail in tails if join(root.path, tail) in tree.known), None)
        return f"sh {found}" if found and found.endswith(".sh") else found or name

    return re.sub(r"(?<![\w=])(/[\w./-]+)", replace, command)
