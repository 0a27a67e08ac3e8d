"""The target record of a Python application."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from framework_profiles.loader import load_all
from framework_profiles.model import FrameworkProfile, OrmProfile
from tools.detect import Stack
from tools.targets import commands
from tools.targets.commands import Written, normalise_command
from tools.targets.entry import AppObject, find_app
from tools.targets.files import Tree, dig, is_aside, join
from tools.targets.model import Evidence
from tools.targets.pyproject import PythonProject
from tools.targets.requirements import normalise
from tools.targets.roots import Root

_TEST_RUNNER = "pytest"
_SETUP = {
    "pip": "python -m pip install -e .",
    "uv": "uv sync",
    "poetry": "poetry install",
    "pdm": "pdm install",
}
_SERVERS = {
    "python",
    "python3",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "waitress-serve",
    "granian",
    "sh",
    "bash",
}
_MIGRATION_NAMES = ("migrate", "migrations", "db-upgrade", "upgrade", "release", "db-migrate")


@dataclass(slots=True)
class Found:
    """Commands of an application with the lines they come from."""

    commands: dict[str, str | None] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    port: int | None = None

    def take(self, what: str, command: str | None, evidence: Evidence | None) -> None:
        """Keeps the first command found for something."""
        if command and not self.commands.get(what):
            self.commands[what] = command
            if evidence is not None:
                text = f"{what}: {command}"[:160]
                self.evidence.append(Evidence(path=evidence.path, line=evidence.line, text=text))


def read_commands(tree: Tree, root: Root, stack: Stack) -> Found:
    """How a Python application is set up, started, migrated, tested and judged."""
    found = Found()
    project = root.python
    assert project is not None
    profiles = load_all()
    framework = profiles.frameworks.get(stack.framework.name or "")
    orm = profiles.orms.get(stack.orm.name or "")
    if project.manifests:
        found.take("setup", _setup(project), Evidence(path=project.manifests[0], line=0, text=""))
    _start(tree, root, found, framework)
    _migrate(tree, root, found, (framework, orm))
    _test(tree, root, found, framework)
    for what, command, evidence in _judges(tree, root):
        found.take(what, command, evidence)
    return found


def packages(tree: Tree, root: Root) -> tuple[str, ...]:
    """Import names that must come from the worktree: top-level packages and modules of the source roots."""
    project = root.python
    assert project is not None
    found: list[str] = []
    for folder in project.source_roots or [root.path]:
        for path in root.files:
            if not path.endswith(".py") or not (folder == "." or path.startswith(folder + "/")):
                continue
            parts = (path if folder == "." else path[len(folder) + 1 :]).split("/")
            name = parts[0].removesuffix(".py")
            aside = is_aside(join("x", "/".join(parts))) or name in _NOT_IMPORTED or not name.isidentifier()
            if not aside and (len(parts) == 1 or f"{join(folder, name)}/__init__.py" in tree.known):
                found.append(name)
    return tuple(dict.fromkeys(found))


_NOT_IMPORTED = {
    "setup",
    "conftest",
    "manage",
    "noxfile",
    "fabfile",
    "__init__",
    "__main__",
    "tasks",
    "migrations",
}


def _setup(project: PythonProject) -> str:
    command = _SETUP[project.package_manager]
    asked = [m for m in project.manifests if m.endswith((".txt", ".in"))]
    if project.package_manager == "pip" and asked and not project.source_roots:
        files = " ".join(f"-r {shlex.quote(_relative(m, project.root))}" for m in asked)
        return f"python -m pip install {files}"
    return command


def _relative(path: str, folder: str) -> str:
    return path if folder == "." else path[len(folder) + 1 :] if path.startswith(folder + "/") else path


def _start(tree: Tree, root: Root, found: Found, framework: FrameworkProfile | None) -> None:
    app = find_app(tree, root, framework) if framework else None
    for written in _written_starts(tree, root):
        command = normalise_command(written.command)
        if command and _runnable(tree, root, command, framework):
            found.take("start", command, written.evidence)
    profile_start = framework.commands.start if framework else None
    if profile_start and not found.commands.get("start"):
        command = _start_from_profile(root, profile_start, app)
        evidence = app.evidence if app else _first(tree, root, "manage.py")
        if command and evidence:
            found.take("start", command, evidence)
    if not found.commands.get("start"):
        _start_from_main(tree, root, found)
    _help_server(root, found, framework)
    start = found.commands.get("start") or ""
    if start and "{port}" not in start:
        found.port = _fixed_port(tree, root, start) or (framework.default_port if framework else None)


def _start_from_main(tree: Tree, root: Root, found: Found) -> None:
    """A module that serves when it is run as a script."""
    runs = re.compile(r"\b(?:uvicorn|app|web|application|waitress)\.?(?:run|run_app|serve)\s*\(")
    for path in sorted(root.files, key=lambda f: (f.count("/"), f)):
        text = (tree.read(path) or "") if path.endswith(".py") and not is_aside(path, root.path) else ""
        at = text.find("__main__")
        match = runs.search(text, at) if at >= 0 else None
        if match:
            line = text.count("\n", 0, match.start()) + 1
            evidence = Evidence(path=path, line=line, text=match.group())
            found.take("start", f"python {shlex.quote(_relative(path, root.path))}", evidence)
            return


def _written_starts(tree: Tree, root: Root) -> Iterator[Written]:
    for written in commands.procfile(tree, root):
        if written.name == "web":
            yield written
    for source in (commands.tasks, commands.makefile):
        by_name = {written.name: written for written in source(tree, root)}
        yield from (by_name[name] for name in commands.START_NAMES if name in by_name)
    yield from commands.readme(tree, root)
    yield from commands.scripts(tree, root)
    yield from commands.dockerfile(tree, root)


def _runnable(tree: Tree, root: Root, command: str, framework: FrameworkProfile | None) -> bool:
    """Whether a written command starts a server with what the repository has and declares."""
    last = command.split("&&")[-1].strip()
    words = _words(last)
    program = next((word for word in words if "=" not in word), "")
    project = root.python
    assert project is not None
    own = (framework.commands.start or "").split()[:1] if framework else []
    if program not in (*_SERVERS, *own, *project.scripts) and not _is_cli(program, framework):
        return False
    if program in ("sh", "bash"):
        return len(words) > 1 and join(root.path, words[1]) in tree.known
    if program.startswith("python"):
        return _python_runnable(tree, root, words[words.index(program) + 1 :])
    if program in project.scripts:
        return True
    return _declared(project, program) and _app_exists(tree, root, words)


def _is_cli(program: str, framework: FrameworkProfile | None) -> bool:
    return framework is not None and program in (framework.name, *framework.marks.imports)


def _python_runnable(tree: Tree, root: Root, words: list[str]) -> bool:
    project = root.python
    assert project is not None
    plain = [word for word in words if not word.startswith("-")]
    if "-m" in words[:2] and plain:
        module = plain[0]
        where = [*project.source_roots, root.path]
        own = any(join(f, module.replace(".", "/") + s) in tree.known for f in where for s in (".py", "/__main__.py"))
        if own:
            return True
        return module in _SERVERS and _declared(project, module) and _app_exists(tree, root, plain)
    if not plain or join(root.path, plain[0]) not in tree.known:
        return False
    if plain[0] == "manage.py":
        return "runserver" in plain
    text = tree.read(join(root.path, plain[0])) or ""
    return re.search(r"\b(run|serve|run_app|serve_forever|run_simple)\s*\(", text) is not None


def _declared(project: PythonProject, program: str) -> bool:
    names = {normalise(program), program.split("-")[0]}
    if project.declares(*names):
        return True
    # An extra such as "standard" brings the server along without naming it.
    return program in _SERVERS and any(re.search(r"\[[^\]]*(standard|all)", r.text) for r in project.requirements)


def _app_exists(tree: Tree, root: Root, words: list[str]) -> bool:
    project = root.python
    assert project is not None
    address = next((word for word in words[1:] if re.fullmatch(r"[\w.]+:[\w.()]+", word)), None)
    if address is None:
        return any(word.endswith(".py") and join(root.path, word) in tree.known for word in words[1:]) or "run" in words
    module = address.split(":")[0].replace(".", "/")
    folders = [*project.source_roots, root.path]
    at = [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("--app-dir", "--chdir")]
    folders += [join(root.path, folder) for folder in at]
    return any(join(f, module + suffix) in tree.known for f in folders for suffix in (".py", "/__init__.py"))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _start_from_profile(root: Root, template: str, app: AppObject | None) -> str | None:
    command = template.replace("{host}", "127.0.0.1")
    if "{app}" not in command:
        return command
    if app is None:
        return None
    command = command.replace("{app}", app.address)
    if app.factory and "uvicorn" in command:
        command += " --factory"
    installed = root.python is not None and app.folder in root.python.source_roots
    if app.folder == root.path or installed:
        return command
    return f"cd {shlex.quote(_relative(app.folder, root.path))} && {command}"


def _help_server(root: Root, found: Found, framework: FrameworkProfile | None) -> None:
    """A start command out of the profile may need a server that nobody declared."""
    project = root.python
    assert project is not None
    words = _words((found.commands.get("start") or "").split("&&")[-1])
    module = words[2] if words[:2] == ["python", "-m"] and len(words) > 2 else next(iter(words), "")
    if framework and module in framework.commands.start.split() if framework and framework.commands.start else False:
        known = module in _SERVERS - {"python", "python3", "sh", "bash"}
        if known and not _declared(project, module):
            found.helpers.append(module)


def _fixed_port(tree: Tree, root: Root, start: str) -> int | None:
    files = [join(root.path, w) for w in _words(start) if join(root.path, w) in tree.known]
    match = next((m for f in files if (m := re.search(r"port[=\s:]+(\d{4,5})", tree.read(f) or "", re.I))), None)
    match = match or re.search(r"(?:--port[=\s]+|:)(\d{4,5})\b", start)
    return int(match.group(1)) if match else None


def _first(tree: Tree, root: Root, name: str) -> Evidence | None:
    path = join(root.path, name)
    return Evidence(path=path, line=1, text=name) if path in tree.known else None


def _migrate(tree: Tree, root: Root, found: Found, profiles: tuple[FrameworkProfile | None, OrmProfile | None]) -> None:
    settings = [f for f in root.files if f.endswith("alembic.ini")]
    if settings:
        nearest = min(settings, key=lambda f: f.count("/"))
        relative = _relative(nearest, root.path)
        option = "" if relative == "alembic.ini" else f"-c {shlex.quote(relative)} "
        found.take("migrate", f"python -m alembic {option}upgrade head", Evidence(path=nearest, line=1, text=""))
    for profile in profiles:
        command = profile.commands.migrate if profile else None
        script = next((w for w in (command or "").split() if w.endswith(".py")), None)
        if command and script and join(root.path, script) in tree.known:
            found.take("migrate", command, _first(tree, root, script))
    for source in (commands.procfile, commands.tasks, commands.makefile):
        for written in source(tree, root):
            if written.name in _MIGRATION_NAMES:
                found.take("migrate", normalise_command(written.command), written.evidence)


def _test(tree: Tree, root: Root, found: Found, framework: FrameworkProfile | None) -> None:
    project = root.python
    assert project is not None
    tests = [f for f in root.files if re.search(r"(^|/)(test_[^/]*|[^/]*_test|conftest|tests?)\.py$", f)]
    asked = project.asked(_TEST_RUNNER)
    using = next((f for f in tests if re.search(r"\bpytest\b|^(async )?def test_", tree.read(f) or "", re.M)), None)
    configured = dig(tree.toml(join(root.path, "pyproject.toml")), "tool", _TEST_RUNNER) is not None
    if asked or using or configured or join(root.path, "pytest.ini") in tree.known:
        if asked:
            evidence = Evidence(path=asked.path, line=asked.line, text=asked.text)
        else:
            evidence = Evidence(path=using or (tests or [join(root.path, "pyproject.toml")])[0], line=1, text="")
        if not asked and using:
            found.helpers.append(_TEST_RUNNER)
        if asked or using:
            found.take("test", _documented_runner(tree, root), evidence)
    if tests and framework and framework.commands.test and join(root.path, "manage.py") in tree.known:
        found.take("test", framework.commands.test, _first(tree, root, "manage.py"))
    if tests:
        found.take("test", _discovery(tree, root, tests), Evidence(path=tests[0], line=1, text=""))


def _discovery(tree: Tree, root: Root, tests: list[str]) -> str:
    """Discovery finds nothing in a folder that is no package unless it starts there."""
    command = "python -m unittest discover"
    folders = {_relative(test, root.path).partition("/")[0] for test in tests if "/" in _relative(test, root.path)}
    folder = next(iter(folders), "")
    if len(folders) != 1 or join(root.path, f"{folder}/__init__.py") in tree.known:
        return command
    return f"{command} -s {shlex.quote(folder)}"


def _documented_runner(tree: Tree, root: Root) -> str:
    """``pytest`` alone where people write just that: it sets another import path than ``python -m``."""
    sources: list[Callable[[Tree, Root], Iterator[Written]]] = [
        commands.tasks,
        commands.makefile,
        commands.readme,
    ]
    texts = [normalise_command(w.command) or "" for source in sources for w in source(tree, root)]
    alone = any(re.match(r"pytest\b", text) for text in texts)
    module = any("python -m pytest" in text for text in texts)
    return "pytest" if alone and not module else "python -m pytest"


def _judges(tree: Tree, root: Root) -> Iterator[tuple[str, str, Evidence]]:
    """The repository's own linter, type checker and formatter, where it configures them."""
    manifest = join(root.path, "pyproject.toml")
    tool = dig(tree.toml(manifest), "tool")
    setup = tree.read(join(root.path, "setup.cfg")) or ""
    written = " ".join(w.command for source in (commands.makefile, commands.tasks) for w in source(tree, root))
    hooks = tree.read(".pre-commit-config.yaml") or ""
    for what, name, command, files in _JUDGES:
        section = f"[tool.{name}" if dig(tool, name) is not None else ""
        file = next((join(root.path, f) for f in files if join(root.path, f) in tree.known), None)
        if section:
            line = tree.line_of(manifest, section)
            yield what, command, Evidence(path=manifest, line=line, text=section)
        elif file is not None:
            yield what, command, Evidence(path=file, line=1, text="")
        elif f"[{name}]" in setup:
            path = join(root.path, "setup.cfg")
            yield what, command, Evidence(path=path, line=tree.line_of(path, f"[{name}]"), text="")
    formats = dig(tool, "ruff", "format") is not None or "ruff format" in written or "ruff-format" in hooks
    if formats:
        yield (
            "format",
            "ruff format --check",
            Evidence(path=manifest, line=tree.line_of(manifest, "[tool.ruff"), text=""),
        )


_JUDGES = (
    ("lint", "ruff", "ruff check", ("ruff.toml", ".ruff.toml")),
    ("lint", "flake8", "flake8", (".flake8",)),
    ("lint", "pylint", "pylint", (".pylintrc", "pylintrc")),
    ("typecheck", "mypy", "mypy", ("mypy.ini", ".mypy.ini")),
    ("typecheck", "pyright", "pyright", ("pyrightconfig.json",)),
    ("format", "black", "black --check", ()),
)
