"""import-unresolved: every first-party import leads to a file and to a name that the file defines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from tools.facts.model import FileFacts, Import, Project
from tools.facts.resolve_ignored import Ignored
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule, listed

_GENERATED = re.compile(
    r"generated|(?:^|[/._])gen(?:[/._]|$)|_pb2(?:_grpc)?\b|_version$|-(?=\w*[\dA-Z_])[\w-]{8}\.m?js$"
)
"""Names of files that a build step writes; the last are chunks of a bundler (``index-DB7yUW94.js``)."""
_MATERIAL = frozenset(
    ["__fixtures__", "testdata", "test-data", "__snapshots__"]
    + ["template", "templates", "boilerplate", "skeleton", "scaffold"]
)
"""Folders of code that does not run where it stands."""
_COPY = re.compile(r"\b(?:cp|mv|copyfiles|rsync)\s[^\n;|&]*|^\s*(?:COPY|ADD)\s[^\n]*", re.MULTILINE)
_ENTRY = re.compile(r"(?:dist|build|out)/([\w./-]+\.[cm]?[jt]sx?)['\"]")
"""What a bundler takes from a build folder was copied there."""
_RECIPE = re.compile(
    r"(?:.*/)?(?:package\.json|Makefile|[\w.-]*Dockerfile[\w.-]*|[\w.-]+\.sh|[\w.-]+\.config\.[cm]?[jt]s|webpack[\w.-]*js)"
)
_MAX_RECIPE = 200_000


def unresolved(context: Context, path: str) -> Iterator[Finding]:
    """Imports of files that do not exist, and of names that an existing file does not define."""
    facts = context.project.files[path]
    if facts.parse_errors or path.endswith(".d.ts") or not runs_in_place(path):
        return
    told: set[str] = set()
    for fact in facts.imports:
        if fact.conditional or fact.unknown:
            continue  # `try: import x except ImportError` knows what it does
        if fact.missing:
            if fact.module not in told and not _GENERATED.search(fact.module) and not _is_moved(context, path):
                told.add(fact.module)
                yield _missing_file(context, path, fact)
        elif fact.names and fact.kind in ("from", "export"):
            yield from _missing_names(context, path, fact)


def runs_in_place(path: str) -> bool:
    """Is the file at `path` code that runs where it stands, not a template or material of tests and tools?"""
    folders = path.split("/")[:-1]
    return not any(part in _MATERIAL or part.startswith(".") or "{{" in part for part in folders)


def _is_moved(context: Context, path: str) -> bool:
    """A recipe copies the file somewhere else, so its relative imports are seen from there."""
    return any(path == copied or path.endswith("/" + copied) for copied in context.table(_copied))


def _copied(context: Context) -> frozenset[str]:
    """The source files that build recipes copy, as they are written there."""
    found: set[str] = set()
    for path in context.project.listed:
        if not _RECIPE.fullmatch(path):
            continue
        try:
            raw = (context.project.root / path).read_bytes()
        except OSError:
            continue
        if len(raw) <= _MAX_RECIPE:
            text = raw.decode("utf-8", "replace")
            commands = _COPY.findall(text)
            found.update(_ENTRY.findall(text) if path.endswith("js") else ())
            words = (word.strip("\"'").removeprefix("./") for command in commands for word in command.split()[1:])
            found.update(word for word in words if re.search(r"[\w)]\.[cm]?[jt]sx?$|\w\.py$", word))
    return frozenset(found)


def _missing_file(context: Context, path: str, fact: Import) -> Finding:
    near = _nearest(context, path, fact.module)
    hint = f"Did you mean {near}? Otherwise write the module." if near else "Write the module or mend the path."
    return Finding(
        rule="import-unresolved",
        severity=Severity.WARNING if fact.type_only else Severity.ERROR,
        path=path,
        line=fact.line,
        message=f"import of {fact.module} leads to no file.",
        hint=hint,
    )


def _stems(context: Context) -> Mapping[str, list[str]]:
    """Last part of a module's name, in small letters -> the files that it may mean."""
    stems: dict[str, list[str]] = {}
    for path in context.project.files:
        stems.setdefault(_tail(_stem(path)), []).append(path)
    return stems


def _nearest(context: Context, path: str, module: str) -> str | None:
    """The file whose name, and then whose whole path, is most like what was meant."""
    stems = context.table(_stems)
    tail = _tail(module.strip("./")) if module.strip("./") else ""
    alike = difflib.get_close_matches(tail, [stem for stem in stems if stem[:1] == tail[:1]], 3, 0.8)
    python = path.endswith((".py", ".pyi"))
    close = [p for stem in alike for p in stems[stem] if p.endswith((".py", ".pyi")) is python and p != path]
    folder = path.rpartition("/")[0]
    meant = f"{folder}/{module.lstrip('./')}" if module.startswith(".") else module.replace(".", "/")
    return max(close[:200], key=lambda p: difflib.SequenceMatcher(None, meant, _stem(p)).ratio(), default=None)


def _missing_names(context: Context, path: str, fact: Import) -> Iterator[Finding]:
    """One finding for what an import statement asks of one file in vain."""
    lost: dict[str, list[str]] = {}
    for number, target in enumerate(fact.name_targets):
        name = fact.names[number][0]
        if target is None or target == path or name == "*" or (name.startswith("__") and name.endswith("__")):
            continue
        if number in fact.submodules or _is_offered(context.project, target, name):
            continue
        if not _is_left_out(context, target, name):
            lost.setdefault(target, []).append(name)
    for target, names in lost.items():
        offered = _offered(context.project.files[target])
        near = difflib.get_close_matches(names[0], offered, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        yield Finding(
            rule="import-unresolved",
            severity=Severity.WARNING if fact.type_only else Severity.ERROR,
            path=path,
            line=fact.line,
            message=f"{target} defines no {listed(names)}.",
            hint=f"{hint}It defines: {_some(offered)}." if offered else f"{hint}Define it there.",
        )


def _is_left_out(context: Context, target: str, name: str) -> bool:
    """``from app import local_settings``: a module that git leaves out, or one that is compiled."""
    if not target.endswith("/__init__.py"):
        return False
    stem = target.removesuffix("__init__.py") + name
    ignored = context.table(_ignored)
    if ignored.covers(stem, is_folder=True) or ignored.covers(f"{stem}.py"):
        return True
    return any(context.project.exists(f"{stem}{end}") for end in (".py", ".*.so", ".so", ".pyd", ".pyx"))


def _ignored(context: Context) -> Ignored:
    return Ignored(context.project.root, context.project.listed)


def _is_offered(project: Project, target: str, name: str) -> bool:
    """Does file `target` give `name` to an import, as far as anybody can tell?"""
    project.note((target,))
    facts = project.files.get(target)
    if facts is None or facts.not_checked or facts.parse_errors or name in facts.exports:
        return True
    if facts.language == "python":
        if project.definition(target, name) is not None or name in project.imported(target):
            return True
    elif not facts.exports or "=" in facts.exports:
        return True
    if any(fact.kind == "star" or fact.unknown for fact in facts.imports) or name in _offered(facts):
        return True
    if facts.language == "python" and _is_dynamic(facts):
        return True
    return _is_bound_otherwise(project, facts, name)


def _is_dynamic(facts: FileFacts) -> bool:
    if any(call.name in ("globals", "setattr", "exec", "vars", "locals") for call in facts.calls):
        return True
    return any(definition.name in ("__getattr__", "__path__") for definition in facts.definitions)


def _offered(facts: FileFacts) -> set[str]:
    """The names that a file is known to offer."""
    if facts.language == "python":
        top = {d.name for d in facts.definitions if "." not in d.name}
        bound = {name for i in facts.imports if not i.scope for name in i.bound}
        return top | bound | {i.module.split(".")[0] for i in facts.imports if i.kind == "import" and not i.alias}
    passed_on = {here for i in facts.imports if i.kind == "export" for _, here in i.names}
    return {*facts.exports, *passed_on}


def _is_bound_otherwise(project: Project, facts: FileFacts, name: str) -> bool:
    """Bound in a way that facts do not follow (loop variables, destructured or declared exports)."""
    project.note((f"!{facts.path}",))
    try:
        text = (project.root / facts.path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    if name == "default":
        # Who exports nothing in the way of modules is CommonJS, and that is the default as a whole.
        return re.search(r"\bmodule\.exports\b", text) is not None or not re.search(r"^\s*export\b", text, re.M)
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    if facts.language == "python":
        binding = (
            rf"^\s*(?:for|async|with|except|global|import|from|del)\b.*{word}|^\s*\(?{word}|[,(*]\s*{word}\s*[,)=]"
        )
    else:
        binding = rf"\b(?:export|declare|exports)\b.*{word}|^\s*(?:type\s+)?{word}\s*[,}}]|\b(?:as|default)\s+{word}"
    return re.search(binding, text, re.MULTILINE) is not None


def _some(names: Iterable[str]) -> str:
    public = sorted(n for n in names if not n.startswith("_"))
    return ", ".join(public[:8]) + (", ..." if len(public) > 8 else "")


def _stem(path: str) -> str:
    return path.rsplit(".", 1)[0].removesuffix("/__init__").removesuffix("/index")


def _tail(module: str) -> str:
    return re.split(r"[./]", re.sub(r"\.[cm]?[jt]sx?$", "", module))[-1].lower()


RULES = (
    Rule(
        id="import-unresolved",
        summary="Every first-party import leads to a file, and to a name that the file defines.",
        gate_file=unresolved,
    ),
)
