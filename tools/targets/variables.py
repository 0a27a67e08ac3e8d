"""Which variables an application reads, and what they are set to on scratch databases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from tools.targets.addresses import (
    SECRET,
    Variable,
    carried_text,
    database_urls,
    family_of,
    mask,
    placeholder_for,
    read_assignments,
)
from tools.targets.files import Tree, inside, is_aside, join, parent
from tools.targets.model import Evidence
from tools.targets.roots import NODE_SUFFIXES, Root

OWN_FILES = (".env", ".env.local", ".env.development", ".env.dev", ".env.test", ".env.testing", "config/.env")
_EXAMPLE = re.compile(
    r"(^|/)(\.?env[._-](example|sample|template|dist|default|defaults)|(example|sample)\.env|\.flaskenv)$"
)
_SETTINGS_BASE = "BaseSettings"
_PYTHON_READ = re.compile(
    r"(?:environ(?:\[\s*|\.get\(\s*)|getenv\(\s*|(?<![\w.])config\(\s*|(?<![\w.])env(?:\.\w+)?\(\s*)"
    r"['\"]([A-Z][A-Z0-9_]+)['\"]\s*(?P<default>,\s*(?:default\s*=\s*)?(?P<value>['\"][^'\"]*['\"]|[^)\]]+))?"
)
_REQUIRED_READ = re.compile(r"environ\[\s*['\"]([A-Z][A-Z0-9_]+)['\"]\s*\]")
_NODE_READ = re.compile(
    r"process\.env(?:\.([A-Z][A-Z0-9_]*)|\[['\"]([A-Z][A-Z0-9_]*)['\"]\])"
    r"(?P<default>\s*(?:\|\||\?\?)\s*(?P<value>['\"`][^'\"`]*['\"`]|\w+))?"
)
_SCHEMA_READ = re.compile(r"\benv\(\s*['\"]([A-Z][A-Z0-9_]*)['\"]\s*\)")
_PLAIN_TYPES = {"str", "SecretStr", "AnyUrl", "PostgresDsn", "AnyHttpUrl", "RedisDsn"}
_OVERRIDES = re.compile(
    r"set_main_option\(\s*['\"]sqlalchemy\.url|environ|getenv|settings|config\.get\(|create_(async_)?engine"
)


@dataclass(slots=True)
class Reading:
    """What was found about an application's variables."""

    env: dict[str, str] = field(default_factory=dict)
    carry: dict[str, str] = field(default_factory=dict)
    fixed: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)


def read_variables(tree: Tree, root: Root, kind: str | None, scheme: str | None, own: Tree | None) -> Reading:
    """Everything about variables of one application.

    Args:
        tree: The workspace.
        root: The application.
        kind: Its database by profile name.
        scheme: URL scheme with driver part for where only a variable's name is known.
        own: The user's own tree, whose ignored ``.env`` files are carried; None = carry nothing.
    """
    reading = Reading()
    files = _own_files(tree, root, own)
    written = [one for path, text in files.items() for one in read_assignments(text, path)]
    examples = [one for path in _examples(tree, root) for one in read_assignments(tree.read(path) or "", path)]
    code = list(_read_in_code(tree, root))
    _place_addresses(reading, [*written, *examples, *code], kind, scheme)
    _place_required(reading, code, {one.name: one for one in [*examples, *written]})
    for path, text in files.items():
        if path not in tree.known:
            reading.carry[path] = _carried(reading, read_assignments(text, path), text)
    reading.fixed = _fixed(tree, root, overridden=any("postgres" in v or "sqlite" in v for v in reading.env.values()))
    return reading


def _place_addresses(reading: Reading, found: Sequence[Variable], kind: str | None, scheme: str | None) -> None:
    for variable in found:
        if variable.name in reading.env:
            continue
        value = placeholder_for(variable, kind, scheme)
        if value is not None:
            reading.env[variable.name] = value
            text = f"env {variable.name}: {value}"
            reading.evidence.append(Evidence(path=variable.path, line=variable.line, text=text))


def _place_required(reading: Reading, code: Sequence[Variable], known: dict[str, Variable]) -> None:
    """Variables without which the application does not start get the example's value or a harmless one."""
    for variable in code:
        if not variable.required or variable.name in reading.env:
            continue
        example = known.get(variable.name)
        if example is not None and example.value:
            reading.env[variable.name] = mask(example)
        elif SECRET.search(variable.name):
            reading.env[variable.name] = mask(replace(variable, value="x" * 43))


def _own_files(tree: Tree, root: Root, own: Tree | None) -> dict[str, str]:
    found: dict[str, str] = {}
    folders = dict.fromkeys((root.path, "."))
    for path in (join(folder, name) for folder in folders for name in OWN_FILES):
        text = tree.read(path) if path in tree.known else own.read(path) if own else None
        if text is not None:
            found[path] = text
    return found


def _examples(tree: Tree, root: Root) -> list[str]:
    near = [f for f in tree.files if _EXAMPLE.search(f) and (inside(f, root.path) or parent(f) == ".")]
    return sorted((f for f in near if not is_aside(f)), key=lambda f: (not inside(f, root.path), f.count("/"), f))


def _carried(reading: Reading, variables: Sequence[Variable], text: str) -> str:
    return carried_text(text, {one.name: reading.env.get(one.name) or mask(one) for one in variables})


def _read_in_code(tree: Tree, root: Root) -> Iterator[Variable]:
    for path in sorted(root.files, key=lambda f: (f.count("/"), f)):
        if is_aside(path, root.path):
            continue
        text = tree.read(path) or "" if path.endswith((".py", ".prisma", *NODE_SUFFIXES)) else ""
        if path.endswith(".py"):
            if _SETTINGS_BASE in text:
                yield from _settings_fields(text, path)
            yield from _matches(_PYTHON_READ, text, path)
        elif path.endswith(".prisma"):
            yield from _matches(_SCHEMA_READ, text, path)
        elif "process.env" in text:
            yield from _matches(_NODE_READ, text, path)


def _matches(pattern: re.Pattern[str], text: str, path: str) -> Iterator[Variable]:
    required = {m.group(1) for m in _REQUIRED_READ.finditer(text)}
    for match in pattern.finditer(text):
        name = next((g for g in match.groups()[:2] if g and re.fullmatch(r"[A-Z][A-Z0-9_]*", g)), None)
        if name is None:
            continue
        groups = match.groupdict()
        value = (groups.get("value") or "").strip("'\"`") or None
        needed = name in required if pattern is _PYTHON_READ else not groups.get("default")
        line = text.count("\n", 0, match.start()) + 1
        literal = value if value and (groups.get("value") or "")[:1] in "'\"`" else None
        database = pattern is _SCHEMA_READ
        yield Variable(name=name, value=literal, path=path, line=line, required=needed, database=database)


def _settings_fields(text: str, path: str) -> Iterator[Variable]:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(b).endswith(_SETTINGS_BASE) for b in node.bases):
            prefix = _env_prefix(node)
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    yield _field(item, item.target.id, prefix, path)


def _field(item: ast.AnnAssign, name: str, prefix: str, path: str) -> Variable:
    alias, default, has_default = _field_value(item.value)
    plain = ast.unparse(item.annotation).split(".")[-1] in _PLAIN_TYPES
    return Variable(
        name=alias or (prefix + name).upper(),
        value=default,
        path=path,
        line=item.lineno,
        required=not has_default and plain,
    )


def _field_value(value: ast.expr | None) -> tuple[str | None, str | None, bool]:
    """Alias, literal default and whether there is any default, of a settings field."""
    if value is None:
        return None, None, False
    if isinstance(value, ast.Constant):
        return None, value.value if isinstance(value.value, str) else None, True
    if not isinstance(value, ast.Call):
        return None, None, True
    words = {word.arg: word.value for word in value.keywords if word.arg}
    alias = next((words[key] for key in ("validation_alias", "alias", "env") if key in words), None)
    given = words.get("default", value.args[0] if value.args else None)
    literal = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None
    required = given is None and "default_factory" not in words
    required = required or (isinstance(given, ast.Constant) and given.value is ...)
    return (
        str(alias.value).upper() if isinstance(alias, ast.Constant) else None,
        literal,
        not required,
    )


def _env_prefix(node: ast.ClassDef) -> str:
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "env_prefix" and isinstance(inner.value, ast.Constant):
            return str(inner.value.value)
        named = isinstance(inner, ast.Assign) and any(ast.unparse(t) == "env_prefix" for t in inner.targets)
        if named and isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
            return str(inner.value.value)
    return ""


def _fixed(tree: Tree, root: Root, *, overridden: bool) -> list[str]:
    """Server addresses in code and configuration that no variable of ours replaces."""
    found: dict[str, None] = {}
    for path in root.files:
        if is_aside(path, root.path) or not path.endswith((".py", ".ini", ".toml", ".prisma", *NODE_SUFFIXES)):
            continue
        hidden = _overrides_ini(tree, path) if path.endswith(".ini") else overridden
        if not hidden and path.endswith(".py"):
            found.update(dict.fromkeys(_addresses_in_tables(tree.read(path) or "")))
        for url, _ in () if hidden else database_urls(tree.read(path) or ""):
            if "@" in url and family_of(url) == "postgres" and "%(" not in url:
                found.setdefault(url)
    return list(found)


def _addresses_in_tables(text: str) -> Iterator[str]:
    """Addresses written as a table of parts (engine, host, name) instead of a URL."""
    if "ENGINE" not in text or "HOST" not in text:
        return
    try:
        tables = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Dict)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tables:
        pairs = zip(node.keys, node.values, strict=True)
        literals = ((k, v) for k, v in pairs if isinstance(k, ast.Constant) and isinstance(v, ast.Constant))
        parts = {str(key.value): str(value.value) for key, value in literals if value.value is not None}
        if "postgres" in parts.get("ENGINE", "") and parts.get("HOST") and parts.get("NAME"):
            user = quote(parts.get("USER", "postgres"), safe="")
            password = quote(parts.get("PASSWORD", ""), safe="")
            port = parts.get("PORT") or "5432"
            yield f"postgresql://{user}:{password}@{parts['HOST']}:{port}/{parts['NAME']}"


def _overrides_ini(tree: Tree, path: str) -> bool:
    """Whether the migration environment takes its address from elsewhere than this file."""
    return any(
        _OVERRIDES.search((tree.read(f) or "").replace("config.get_main_option", ""))
        for f in tree.below(parent(path))
        if f.endswith("/env.py")
    )
