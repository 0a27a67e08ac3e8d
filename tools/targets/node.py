"""The target record of a Node application."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from framework_profiles.loader import load_all
from framework_profiles.model import FrameworkProfile, OrmProfile
from tools.detect import Stack
from tools.targets import commands
from tools.targets.entry import find_node_entry
from tools.targets.files import Tree, join
from tools.targets.model import Evidence
from tools.targets.packagejson import NodeProject
from tools.targets.python import Found
from tools.targets.roots import NODE_SUFFIXES, Root

_NO_TEST = re.compile(r"no test specified|^\s*exit 1")
_SERVES = re.compile(r"(^|[\s;&])(node|tsx|ts-node|nodemon|ts-node-dev|bun|deno)\s")
_FRONT_END = re.compile(r"\b(watch|--watch)\b")
_SETUP = {
    "npm": ("npm ci", "npm install"),
    "pnpm": ("pnpm install --frozen-lockfile", "pnpm install"),
    "yarn": ("yarn install --frozen-lockfile", "yarn install"),
}
_GENERATE_NAMES = ("generate", "db:generate", "codegen", "gen")
_MIGRATE_NAMES = (
    "migrate",
    "db:migrate",
    "migration:run",
    "migrations:run",
    "migrate:deploy",
    "db:push",
    "migrate:up",
)
_JUDGES = (
    ("lint", "eslint", re.compile(r"(^|/)(\.eslintrc[^/]*|eslint\.config\.\w+)$"), "eslint"),
    (
        "format",
        "prettier",
        re.compile(r"(^|/)(\.prettierrc[^/]*|prettier\.config\.\w+)$"),
        "prettier --check",
    ),
    ("typecheck", "typescript", re.compile(r"(^|/)tsconfig\.json$"), "tsc --noEmit -p ."),
)


def read_commands(tree: Tree, root: Root, stack: Stack) -> Found:
    """How a Node application is set up, generated, built, started, migrated, tested and judged."""
    found = Found()
    project = root.node
    assert project is not None
    profiles = load_all()
    framework = profiles.frameworks.get(stack.framework.name or "")
    orm = profiles.orms.get(stack.orm.name or "")
    manifest = join(project.root, "package.json")
    if manifest in tree.known:
        locked, plain = _SETUP[project.package_manager]
        evidence = Evidence(path=project.lock or manifest, line=1, text="")
        found.take("setup", locked if project.lock else plain, evidence)
    _generate(tree, root, found, (framework, orm))
    _build(tree, root, found)
    _start(tree, root, found, framework)
    _migrate(tree, root, found, orm)
    _test(tree, root, found)
    _judge(tree, root, found)
    return found


def packages(root: Root, tree: Tree) -> tuple[str, ...]:
    """Names of the workspace's packages: where they are linked, the links must lead into the worktree."""
    project = root.node
    assert project is not None
    manifests = (tree.json(join(member, "package.json")) for member in project.members)
    return tuple(name for one in manifests if isinstance(name := one.get("name"), str))


def _script(tree: Tree, root: Root, name: str) -> Evidence:
    path = join(root.node.root if root.node else root.path, "package.json")
    return Evidence(path=path, line=tree.line_of(path, f'"{name}":') or tree.line_of(path, f'"{name}"'), text=name)


def _take_script(tree: Tree, root: Root, found: Found, what: str, names: Sequence[str]) -> None:
    project = root.node
    assert project is not None
    for name in names:
        if name in project.scripts and not commands.FOREIGN.search(project.scripts[name]):
            found.take(what, f"npm run {name} --silent", _script(tree, root, name))


def _generate(
    tree: Tree, root: Root, found: Found, profiles: tuple[FrameworkProfile | None, OrmProfile | None]
) -> None:
    project = root.node
    assert project is not None
    hooks = " ".join(project.scripts.get(name, "") for name in ("postinstall", "prebuild", "pretest", "prestart"))
    for profile in profiles:
        command = profile.commands.generate if profile else None
        schema = next((f for f in root.files if _is_schema_of(tree, profile, f)), None)
        if command and (schema or _bare(command) in hooks):
            path = schema or join(root.path, "package.json")
            found.take("generate", _with_schema(command, root, schema), Evidence(path=path, line=1, text=""))
    _take_script(tree, root, found, "generate", [n for n in project.scripts if n.rpartition(":")[2] in _GENERATE_NAMES])


def _is_schema_of(tree: Tree, profile: FrameworkProfile | OrmProfile | None, path: str) -> bool:
    """Whether a file is the schema that a profile's generator reads: all its marks in the text hold."""
    if profile is None or not profile.marks.text or path.endswith(NODE_SUFFIXES):
        return False
    if path.endswith((".json", ".md", ".lock", ".yaml", ".yml")):
        return False
    text = tree.read(path) or ""
    return all(re.search(mark, text, re.I | re.M) for mark in profile.marks.text)


def _with_schema(command: str, root: Root, schema: str | None) -> str:
    if schema is None:
        return command
    relative = schema if root.path == "." else schema[len(root.path) + 1 :]
    usual = relative in ("schema.prisma", "prisma/schema.prisma") or relative.count("/") == 0
    return command if usual else f"{command} --schema {shlex.quote(relative)}"


def _bare(command: str) -> str:
    return command.removeprefix("npx ").strip()


def _build(tree: Tree, root: Root, found: Found) -> None:
    project = root.node
    assert project is not None
    start = project.scripts.get("start", "")
    built = re.search(r"\b(dist|build|out|lib)/", f"{start} {project.main or ''}")
    if "build" in project.scripts and (built or not start):
        found.take("build", "npm run build --silent", _script(tree, root, "build"))


def _start(tree: Tree, root: Root, found: Found, framework: FrameworkProfile | None) -> None:
    project = root.node
    assert project is not None
    for name in ("start", "start:prod", "serve", "server", "dev", "start:dev"):
        text = project.scripts.get(name, "")
        usable = _SERVES.search(text) or (framework is not None and name.startswith("start") and text)
        if usable and not _FRONT_END.search(text) and not commands.FOREIGN.search(text):
            found.take("start", f"npm run {name} --silent", _script(tree, root, name))
    for written in commands.procfile(tree, root):
        if written.name == "web":
            found.take("start", commands.normalise_command(written.command), written.evidence)
    entry = find_node_entry(tree, root)
    if entry is not None:
        path, evidence = entry
        found.take("start", _run_file(project, framework, path), evidence)
    if found.commands.get("start") and not _reads_port(tree, root):
        found.port = _fixed_port(tree, root) or (framework.default_port if framework else None)


def _run_file(project: NodeProject, framework: FrameworkProfile | None, path: str) -> str:
    template = (framework.commands.start if framework else None) or "node {app}"
    if path.endswith((".ts", ".mts", ".cts")):
        runner = next((name for name in ("tsx", "ts-node") if project.declares(name)), "tsx")
        template = f"{runner} {{app}}"
    return template.replace("{app}", shlex.quote(path)).replace("{host}", "127.0.0.1")


def _reads_port(tree: Tree, root: Root) -> bool:
    code = (f for f in root.files if f.endswith(NODE_SUFFIXES))
    return any(
        re.search(r"\benv(?:\.|\[['\"])PORT\b|\benv\.\w*PORT\b|\bPORT\b.*\benv\b", tree.read(f) or "") for f in code
    )


def _fixed_port(tree: Tree, root: Root) -> int | None:
    pattern = re.compile(r"(?:listen\(\s*\{?\s*(?:port:\s*)?|port\s*[=:]\s*)(\d{4,5})", re.I)
    code = (f for f in root.files if f.endswith(NODE_SUFFIXES))
    match = next((m for f in code if (m := pattern.search(tree.read(f) or ""))), None)
    return int(match.group(1)) if match else None


def _migrate(tree: Tree, root: Root, found: Found, orm: OrmProfile | None) -> None:
    command = orm.commands.migrate if orm else None
    migrations = next((f for f in root.files if re.search(r"(^|/)migrations?/", f)), None)
    if command and migrations:
        schema = next((f for f in root.files if _is_schema_of(tree, orm, f)), None)
        found.take("migrate", _with_schema(command, root, schema), Evidence(path=migrations, line=1, text=""))
    _take_script(tree, root, found, "migrate", _MIGRATE_NAMES)


def _test(tree: Tree, root: Root, found: Found) -> None:
    project = root.node
    assert project is not None
    text = project.scripts.get("test", "")
    if text and not _NO_TEST.search(text):
        found.take("test", "npm test --silent", _script(tree, root, "test"))
    tests = [f for f in root.files if re.search(r"\.(test|spec)\.[cm]?[jt]s$", f)]
    using = next((f for f in tests if re.search(r"['\"]node:test['\"]", tree.read(f) or "")), None)
    if using:
        found.take("test", "node --test", Evidence(path=using, line=tree.line_of(using, "node:test"), text=""))


def _judge(tree: Tree, root: Root, found: Found) -> None:
    project = root.node
    assert project is not None
    top = [f for f in tree.files if f.rpartition("/")[0] in ({"" if root.path == "." else root.path, ""})]
    for what, package, pattern, command in _JUDGES:
        file = next((f for f in top if pattern.search(f)), None)
        if file is not None and (project.declares(package) or _declared_above(tree, project, package)):
            found.take(what, command, Evidence(path=file, line=1, text=""))


def _declared_above(tree: Tree, project: NodeProject, package: str) -> bool:
    text = tree.read(join(project.install_root, "package.json")) or ""
    return f'"{package}"' in text
