"""What a Python project says about itself: dependencies, where its packages lie, how it is locked."""

from __future__ import annotations

import ast
import configparser
import re
from dataclasses import dataclass, field

from tools.targets.files import Tree, dig, inside, join, parent, strings, table
from tools.targets.requirements import (
    DEVELOPMENT,
    Requirement,
    flatten,
    local_path,
    name_of,
    normalise,
    requirement_files,
)
from tools.targets.requirements import poetry_specifier as poetry_specifier

MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
LOCKS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm"}
WANTED_EXTRAS = re.compile(
    r"(^|[-_.])(dev|devel|develop|development|test|tests|testing|all|standard|server"
    r"|lint|linting|types|typing|quality)([-_.]|$)"
)


@dataclass(slots=True)
class PythonProject:
    """One Python application as its manifests describe it."""

    root: str
    name: str | None = None
    version: str = "0.0.0"
    requires_python: str | None = None
    package_manager: str = "pip"
    requirements: list[Requirement] = field(default_factory=list)
    """Everything to install, development included; options of pip among them."""
    optional: list[Requirement] = field(default_factory=list)
    """What groups ask for that are not part of ``requirements``."""
    constraints: list[Requirement] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    """Names of the optional groups that are part of ``requirements``."""
    local: list[str] = field(default_factory=list)
    """Other folders of the repository that this project needs as projects."""
    manifests: list[str] = field(default_factory=list)
    lock: str | None = None
    scripts: dict[str, str] = field(default_factory=dict)
    """Console scripts: name -> ``module:function``."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Task runner commands declared in the manifest: name -> command."""
    source_roots: list[str] = field(default_factory=list)
    """Folders of the repository that an editable install puts on the path; empty = not installed."""
    dynamic: bool = False
    """Dependencies are computed by code that we do not run while reading."""
    notes: list[str] = field(default_factory=list)

    def declares(self, *names: str) -> bool:
        """Whether one of the distributions is asked for by name."""
        return any(one.name in names for one in self.requirements)

    def asked(self, name: str) -> Requirement | None:
        """The line that asks for a distribution."""
        return next((one for one in self.requirements if one.name == name), None)


def read_project(tree: Tree, root: str, *, locked: bool = True) -> PythonProject:
    """Reads every manifest of one application; malformed ones are noted, never raised.

    ``locked=False`` leaves the versions in lock files unread: parsing those takes longer than all the rest.
    """
    project = PythonProject(root=root)
    _read_pyproject(tree, project)
    _read_setup_cfg(tree, project)
    _read_setup_py(tree, project)
    _read_pipfile(tree, project)
    _read_requirements(tree, project)
    _read_lock(tree, project, locked)
    project.local = [one for one in dict.fromkeys(project.local) if one != root]
    return project


def _read_pyproject(tree: Tree, project: PythonProject) -> None:
    path = join(project.root, "pyproject.toml")
    if path not in tree.known:
        return
    project.manifests.append(path)
    content = tree.toml(path)
    if not content and (tree.read(path) or "").strip():
        project.notes.append(f"{path} is not valid TOML: nothing was read from it")
    _read_pep621(tree, project, path, content)
    poetry = table(dig(content, "tool", "poetry"))
    if poetry:
        _read_poetry(tree, project, path, poetry)
    for tool in ("pdm", "uv", "poetry"):
        if dig(content, "tool", tool) is not None:
            project.package_manager = tool
    _read_sources(tree, project, table(dig(content, "tool", "uv", "sources")))
    project.tasks.update(_tasks(content))
    project.source_roots = _source_roots(tree, project, content)


def _read_pep621(tree: Tree, project: PythonProject, path: str, content: dict[str, object]) -> None:
    declared = table(content.get("project"))
    project.name = _text(declared.get("name"))
    project.version = _text(declared.get("version")) or project.version
    project.requires_python = _text(declared.get("requires-python"))
    project.scripts.update({k: v for k, v in table(declared.get("scripts")).items() if isinstance(v, str)})
    for text in strings(declared.get("dependencies")):
        _add(tree, project, path, text, dev=False)
    groups = {**table(declared.get("optional-dependencies")), **_groups(content)}
    for name, items in groups.items():
        if WANTED_EXTRAS.search(normalise(name)) or len(groups) == 1:
            project.extras.append(name)
            for text in strings(items):
                _add(tree, project, path, text, dev=True)
        else:
            _add_optional(tree, project, path, strings(items))
    for name in strings(declared.get("dynamic")):
        if name == "dependencies":
            _read_dynamic(tree, project, content)


def _read_dynamic(tree: Tree, project: PythonProject, content: dict[str, object]) -> None:
    named = dig(content, "tool", "setuptools", "dynamic", "dependencies", "file")
    files = [named] if isinstance(named, str) else strings(named)
    if not files:
        project.dynamic = not any(inside(f, project.root) for f in tree.by_name.get("setup.py", ()))
    found = flatten(tree, [join(project.root, file) for file in files])
    project.requirements += found.requirements
    project.manifests += found.files


def _read_sources(tree: Tree, project: PythonProject, sources: dict[str, object]) -> None:
    for name, source in sources.items():
        options = next((table(one) for one in _list(source)), None) or table(source)
        folder = _text(options.get("path"))
        where = join(project.root, folder) if folder else None
        if options.get("workspace") is True:
            where = _member(tree, normalise(name))
        if where is not None and where in tree.folders:
            project.local.append(where)
            project.requirements = [one for one in project.requirements if one.name != normalise(name)]


def _member(tree: Tree, name: str) -> str | None:
    manifests = (path for path in tree.by_name.get("pyproject.toml", ()) if "/" in path)
    named = (p for p in manifests if normalise(str(dig(tree.toml(p), "project", "name") or "")) == name)
    found = next(named, None)
    return parent(found) if found else None


def _groups(content: dict[str, object]) -> dict[str, object]:
    groups = table(content.get("dependency-groups"))
    resolved: dict[str, object] = {name: _group(groups, name, 0) for name in groups}
    for tool in ("pdm", "uv"):
        held = dig(content, "tool", tool, "dev-dependencies")
        named = {"dev": held} if isinstance(held, list) else table(held)
        resolved.update(named)
    return resolved


def _group(groups: dict[str, object], name: str, depth: int) -> list[str]:
    items = groups.get(name)
    found: list[str] = []
    for item in items if isinstance(items, list) and depth < 8 else []:
        if isinstance(item, str):
            found.append(item)
        else:
            found += _group(groups, str(table(item).get("include-group", "")), depth + 1)
    return found


def _read_poetry(tree: Tree, project: PythonProject, path: str, poetry: dict[str, object]) -> None:
    project.name = project.name or _text(poetry.get("name"))
    project.version = _text(poetry.get("version")) or project.version
    project.scripts.update({k: v for k, v in table(poetry.get("scripts")).items() if isinstance(v, str)})
    main = table(poetry.get("dependencies"))
    if project.requires_python is None:
        project.requires_python = _text(main.get("python"))
    groups = {"dev": table(poetry.get("dev-dependencies"))}
    for name, group in table(poetry.get("group")).items():
        groups.setdefault(name, {}).update(table(table(group).get("dependencies")))
    project.extras += [name for name, members in groups.items() if members and DEVELOPMENT.search(name)]
    for name, value in main.items():
        if name != "python":
            _add_poetry(tree, project, path, (name, value), dev=False)
    for group, members in groups.items():
        for name, value in members.items() if DEVELOPMENT.search(group) else ():
            _add_poetry(tree, project, path, (name, value), dev=True)
        if not DEVELOPMENT.search(group):
            _add_optional(tree, project, path, list(members))


def _add_poetry(tree: Tree, project: PythonProject, path: str, item: tuple[str, object], *, dev: bool) -> None:
    name, value = item
    options = {"version": value} if isinstance(value, str) else table(value)
    folder = _text(options.get("path"))
    if folder is not None:
        project.local.append(join(project.root, folder))
        return
    if options.get("optional") is True and not dev:
        return
    extras = strings(options.get("extras"))
    head = name + (f"[{','.join(extras)}]" if extras else "")
    address = _text(options.get("git")) or _text(options.get("url"))
    if address is not None:
        prefix = "git+" if "git" in options else ""
        text = f"{head} @ {prefix}{address}"
    else:
        text = head + poetry_specifier(_text(options.get("version")) or "*")
        marker = _text(options.get("markers"))
        text += f" ; {marker}" if marker else ""
    line = tree.line_of(path, name)
    project.requirements.append(Requirement(text=text, name=normalise(name), path=path, line=line, dev=dev))


def _tasks(content: dict[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for way in (("pdm", "scripts"), ("poe", "tasks"), ("taskipy", "tasks"), ("rye", "scripts")):
        for name, value in table(dig(content, "tool", *way)).items():
            command = value if isinstance(value, str) else table(value).get("cmd") or table(value).get("shell")
            if isinstance(command, str):
                found.setdefault(name, command)
    return found


def _source_roots(tree: Tree, project: PythonProject, content: dict[str, object]) -> list[str]:
    tool = table(content.get("tool"))
    named = [
        *strings(dig(tool, "setuptools", "packages", "find", "where")),
        _text(dig(tool, "setuptools", "package-dir", "")),
        _text(dig(tool, "pdm", "build", "package-dir")) or _text(dig(tool, "pdm", "package-dir")),
        _text(dig(tool, "uv", "build-backend", "module-root")),
        *(_text(table(one).get("from")) for one in _list(dig(tool, "poetry", "packages"))),
        *(one.rpartition("/")[0] for one in strings(dig(tool, "hatch", "build", "targets", "wheel", "packages"))),
    ]
    roots = [join(project.root, one) for one in named if one]
    if dig(tool, "poetry", "package-mode") is False or dig(tool, "uv", "package") is False:
        return []
    if not roots and join(project.root, "src") in tree.folders:
        roots = [join(project.root, "src")]
    installed = "build-system" in content or dig(tool, "poetry", "name") is not None or bool(roots)
    if not installed or (project.name is None and not roots):
        return []
    return list(dict.fromkeys(one for one in roots if one in tree.folders)) or [project.root]


def _read_setup_cfg(tree: Tree, project: PythonProject) -> None:
    path = join(project.root, "setup.cfg")
    if path not in tree.known:
        return
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(tree.read(path) or "")
    except configparser.Error:
        project.notes.append(f"{path} cannot be read")
        return
    if not parser.has_section("metadata") and not parser.has_section("options"):
        return
    project.manifests.append(path)
    project.name = project.name or parser.get("metadata", "name", fallback=None)
    project.requires_python = project.requires_python or parser.get("options", "python_requires", fallback=None)
    for text in parser.get("options", "install_requires", fallback="").splitlines():
        _add(tree, project, path, text, dev=False)
    if parser.has_section("options.extras_require"):
        for name, items in parser.items("options.extras_require"):
            if WANTED_EXTRAS.search(name):
                project.extras.append(name)
                for text in items.splitlines():
                    _add(tree, project, path, text, dev=True)
    where = re.search(r"^\s*=\s*(\S+)", parser.get("options", "package_dir", fallback=""), re.M)
    _installed_from(tree, project, where.group(1) if where else None)


def _read_setup_py(tree: Tree, project: PythonProject) -> None:
    path = join(project.root, "setup.py")
    if path not in tree.known:
        return
    project.manifests.append(path)
    arguments = _setup_arguments(tree.read(path) or "")
    project.name = project.name or _text(arguments.get("name"))
    project.requires_python = project.requires_python or _text(arguments.get("python_requires"))
    for text in strings(arguments.get("install_requires")):
        _add(tree, project, path, text, dev=False)
    for name, items in table(arguments.get("extras_require")).items():
        if WANTED_EXTRAS.search(name):
            project.extras.append(name)
            for text in strings(items):
                _add(tree, project, path, text, dev=True)
        else:
            _add_optional(tree, project, path, strings(items))
    if arguments.get("install_requires") is _COMPUTED:
        project.dynamic = True
    _installed_from(tree, project, _text(table(arguments.get("package_dir")).get("")))


_COMPUTED = object()


def _setup_arguments(source: str) -> dict[str, object]:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            return {word.arg: _literal(word.value) for word in node.keywords if word.arg}
    return {}


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return _COMPUTED


def _installed_from(tree: Tree, project: PythonProject, folder: str | None) -> None:
    if not project.source_roots:
        default = "src" if join(project.root, "src") in tree.folders else "."
        project.source_roots = [join(project.root, folder or default)]


def _read_pipfile(tree: Tree, project: PythonProject) -> None:
    path = join(project.root, "Pipfile")
    if path not in tree.known:
        return
    project.manifests.append(path)
    content = tree.toml(path)
    for section, dev in (("packages", False), ("dev-packages", True)):
        for item in table(content.get(section)).items():
            _add_poetry(tree, project, path, item, dev=dev)
    version = _text(dig(content, "requires", "python_version"))
    project.requires_python = project.requires_python or (f"=={version}.*" if version else None)


def _read_requirements(tree: Tree, project: PythonProject) -> None:
    found = flatten(tree, requirement_files(tree, project.root))
    project.requirements += found.requirements
    project.constraints += found.constraints
    project.local += found.local
    project.manifests += found.files
    project.notes += found.notes


def _read_lock(tree: Tree, project: PythonProject, locked: bool) -> None:
    for file, manager in LOCKS.items():
        for folder in dict.fromkeys((project.root, ".")):
            path = join(folder, file)
            if path in tree.known and project.lock is None and (folder == project.root or manager == "uv"):
                project.lock, project.package_manager = path, manager
                project.manifests.append(path)
                project.constraints += _locked(tree, path) if locked else []


def _locked(tree: Tree, path: str) -> list[Requirement]:
    versions: dict[str, set[str]] = {}
    for package in _list(tree.toml(path).get("package")):
        name, version = _text(table(package).get("name")), _text(table(package).get("version"))
        source = table(table(package).get("source"))
        if name and version and not {"editable", "virtual", "directory", "path", "git"} & set(source):
            versions.setdefault(normalise(name), set()).add(version)
    return [
        Requirement(text=f"{name}=={min(found)}", name=name, path=path, line=0)
        for name, found in versions.items()
        if len(found) == 1
    ]


def _add(tree: Tree, project: PythonProject, path: str, text: str, *, dev: bool) -> None:
    text = text.strip()
    if not text or text.startswith("#"):
        return
    name = name_of(text)
    if name and name == normalise(project.name or ""):
        return  # an extra that asks for other extras of the project itself
    local = local_path(tree, project.root, text) if " @ " in text else None
    if local is not None:
        project.local.append(local)
        return
    line = tree.line_of(path, text) or tree.line_of(path, name)
    project.requirements.append(Requirement(text=text, name=name, path=path, line=line, dev=dev))


def _add_optional(tree: Tree, project: PythonProject, path: str, texts: list[str]) -> None:
    for text in texts:
        name = name_of(text)
        if name and name != normalise(project.name or ""):
            project.optional.append(Requirement(text=text, name=name, path=path, line=tree.line_of(path, text)))


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
