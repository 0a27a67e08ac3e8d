"""requirements files, pyproject.toml, setup.py, setup.cfg and Pipfile."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
import warnings
from pathlib import PurePosixPath

from tools.facts.manifest.text import Lines, add, add_requirement, is_dev, normalise, strings, table
from tools.facts.model import Dependency, Manifest

_EDITABLE = re.compile(r"^(?:-e|--editable)[ =]\s*")
_OPTIONS = re.compile(r"\s--?[a-z]")
_EGG = re.compile(r"#(?:.*&)?egg=([A-Za-z0-9._-]+)")
_URL_NAME = re.compile(r"/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/]*)?$")


def read_requirements(manifest: Manifest, text: str) -> None:
    """Pip's format; options and included files are passed over (these are manifests of their own)."""
    pure = PurePosixPath(manifest.path)
    dev = is_dev(pure.stem) or (pure.parent.name == "requirements" and is_dev(pure.stem))
    problems = []
    line, pending = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = line or number
        stripped = re.sub(r"(^|\s)#.*$", "", raw).rstrip()
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
            continue
        whole = _EDITABLE.sub("", (pending + stripped).strip())
        entry = _OPTIONS.split(whole, maxsplit=1)[0].strip()
        if entry and not entry.startswith("-") and not _add_entry(manifest, entry, line, dev):
            problems.append((line, f"not a requirement: {entry[:80]}"))
        line, pending = 0, ""
    manifest.problems = tuple(problems)


def _add_entry(manifest: Manifest, entry: str, line: int, dev: bool) -> bool:
    if entry.startswith((".", "/")) and "://" not in entry:
        return True
    if "://" in entry.partition("@")[0] or entry.startswith("git+"):
        match = _EGG.search(entry) or _URL_NAME.search(entry)
        if match is not None:
            add(manifest, normalise(match[1]), Dependency(entry, line, dev))
        return True
    return add_requirement(manifest, entry, line, dev)


def read_pyproject(manifest: Manifest, text: str) -> None:
    """PEP 621, dependency groups, Poetry, PDM, uv."""
    content = tomllib.loads(text)
    lines = Lines(text)
    project = table(content, "project")
    name = project.get("name") or table(content, "tool", "poetry").get("name")
    manifest.name = name if isinstance(name, str) else ""
    start = lines.section("project")
    for requirement in strings(project.get("dependencies")):
        add_requirement(manifest, requirement, lines.quoted(requirement, start), False)
    _groups(manifest, table(project, "optional-dependencies"), lines, "project.optional-dependencies", None)
    _groups(manifest, table(content, "dependency-groups"), lines, "dependency-groups", None)
    _groups(manifest, table(content, "tool", "pdm", "dev-dependencies"), lines, "tool.pdm.dev-dependencies", True)
    start = lines.section("tool.uv")
    for requirement in strings(table(content, "tool", "uv").get("dev-dependencies")):
        add_requirement(manifest, requirement, lines.quoted(requirement, start), True)
    start = lines.section("build-system")
    for requirement in strings(table(content, "build-system").get("requires")):
        add_requirement(manifest, requirement, lines.quoted(requirement, start), True)
    _poetry(manifest, table(content, "tool", "poetry"), lines)


def _groups(manifest: Manifest, groups: dict[str, object], lines: Lines, header: str, dev: bool | None) -> None:
    start = lines.section(header)
    for group, requirements in groups.items():
        for requirement in strings(requirements):
            for_dev = is_dev(group) if dev is None else dev
            add_requirement(manifest, requirement, lines.quoted(requirement, start), for_dev)


def _poetry(manifest: Manifest, poetry: dict[str, object], lines: Lines) -> None:
    tables = [("tool.poetry.dependencies", table(poetry, "dependencies"), False)]
    tables.append(("tool.poetry.dev-dependencies", table(poetry, "dev-dependencies"), True))
    for group in table(poetry, "group"):
        header = f"tool.poetry.group.{group}.dependencies"
        tables.append((header, table(poetry, "group", group, "dependencies"), is_dev(group)))
    for header, dependencies, dev in tables:
        start = lines.section(header)
        for name, value in dependencies.items():
            if name != "python":
                add(manifest, normalise(name), Dependency(_spec(value), lines.key(name, start), dev))


def _spec(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_spec(item) for item in value)
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, str) else ""


def read_pipfile(manifest: Manifest, text: str) -> None:
    """Pipenv's manifest."""
    content = tomllib.loads(text)
    lines = Lines(text)
    for header, dev in (("packages", False), ("dev-packages", True)):
        start = lines.section(header)
        for name, value in table(content, header).items():
            add(manifest, normalise(name), Dependency(_spec(value), lines.key(name, start), dev))


def read_setup_cfg(manifest: Manifest, text: str) -> None:
    """Declarative setuptools; a setup.cfg that only configures tools declares nothing."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    lines = Lines(text)
    manifest.name = parser.get("metadata", "name", fallback="")
    groups = [("options", "install_requires", False), ("options", "tests_require", True)]
    if parser.has_section("options.extras_require"):
        extras = parser.options("options.extras_require")
        groups += [("options.extras_require", extra, is_dev(extra)) for extra in extras]
    for section, option, dev in groups:
        start = lines.section(section)
        for requirement in parser.get(section, option, fallback="").splitlines():
            if requirement.strip() and not requirement.strip().startswith("#"):
                add_requirement(manifest, requirement, lines.of(re.escape(requirement.strip()), start), dev)


def read_setup_py(manifest: Manifest, text: str) -> None:
    """The literal lists in a call of ``setup``; the file is read, never run.

    A module that is only called setup.py declares nothing.
    """
    if "setup(" not in text:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(k.arg == "install_requires" or k.arg == "name" for k in node.keywords):
            _read_setup_call(manifest, node, constants)


def _read_setup_call(manifest: Manifest, node: ast.Call, constants: dict[str, ast.expr]) -> None:
    for keyword in node.keywords:
        value = keyword.value
        if isinstance(value, ast.Name):
            value = constants.get(value.id, value)
        if keyword.arg == "name" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            manifest.name = value.value
        elif keyword.arg in ("install_requires", "tests_require", "setup_requires"):
            _add_literals(manifest, value, keyword.arg != "install_requires")
        elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
            for key, entry in zip(value.keys, value.values, strict=True):
                extra = key.value if isinstance(key, ast.Constant) else ""
                _add_literals(manifest, entry, isinstance(extra, str) and is_dev(extra))


def _add_literals(manifest: Manifest, value: ast.expr, dev: bool) -> None:
    for item in value.elts if isinstance(value, (ast.List, ast.Tuple)) else []:
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            add_requirement(manifest, item.value, item.lineno, dev)
