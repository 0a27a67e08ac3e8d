"""import-unresolved: every first-party import leads to a file and to a name that the file defines."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator

from tools.facts.model import FileFacts, Import, Project
from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule

_GENERATED = re.compile(r"generated|(?:^|[/._])gen(?:[/._]|$)|_pb2|(?:^|/)(?:build|dist|lib)/|_version$")
"""Files that a build step writes are not in the repository."""

_OTHER_ENDINGS = (".json", ".node", ".vue", ".svelte", ".graphql", ".css", ".wasm")


def unresolved(context: Context) -> Iterator[Finding]:
    """Imports of files that do not exist, and of names that an existing file does not define."""
    project = context.project
    offered: dict[tuple[str, bool], set[str] | None] = {}
    for path, facts in project.files.items():
        if facts.parse_errors or path.startswith(".") or "/." in path or path.endswith(".d.ts"):
            continue
        for fact in facts.imports:
            if fact.conditional or fact.unknown or fact.module.startswith("/"):
                continue  # `try: import x except ImportError` knows what it does; "/x.svg" is served, not imported
            if fact.missing:
                if not _is_elsewhere(project, path, fact.module):
                    yield _missing_file(project, path, fact)
            elif fact.names and fact.kind in ("from", "export", "import", "require"):
                yield from _missing_names(project, path, fact, offered)


def _is_elsewhere(project: Project, path: str, module: str) -> bool:
    """Written by a build step, or a file of another kind whose ending is left out (``./fixture`` -> .json)."""
    if _GENERATED.search(module.replace(".", "/")) or _GENERATED.search(module):
        return True
    if not module.startswith("."):
        folder = module.replace(".", "/") + "/"
        return any(p.startswith(folder) for p in project.files)  # there, only not from this file's point of view
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
    return any((project.root / (base + ending)).is_file() for ending in ("", *_OTHER_ENDINGS))


def _missing_file(project: Project, path: str, fact: Import) -> Finding:
    real = _nearest(project, path, fact.module)
    hint = f"Did you mean {real}? Otherwise write the module." if real else "Write the module or mend the path."
    return Finding(
        rule="import-unresolved",
        severity=Severity.WARNING if fact.type_only else Severity.ERROR,
        path=path,
        line=fact.line,
        message=f"import of {fact.module} leads to no file.",
        hint=hint,
    )


def _nearest(project: Project, path: str, module: str) -> str | None:
    """The file whose name, and then whose whole path, is most like what was meant."""
    stems = {p: p.rsplit(".", 1)[0].removesuffix("/__init__").removesuffix("/index") for p in project.files}
    tails = set(difflib.get_close_matches(_tail(module), {_tail(s) for s in stems.values()}, 5))
    folder = path.rpartition("/")[0]
    meant = module.replace(".", "/") if not module.startswith(".") else f"{folder}/{module.lstrip('./')}"
    close = [p for p, stem in stems.items() if _tail(stem) in tails]
    return max(close, key=lambda p: difflib.SequenceMatcher(None, meant, stems[p]).ratio(), default=None)


def _missing_names(
    project: Project, path: str, fact: Import, offered: dict[tuple[str, bool], set[str] | None]
) -> Iterator[Finding]:
    for (name, _), target in zip(fact.names, fact.name_targets, strict=False):
        other = project.files.get(target or "")
        if other is None or name == "*" or (name.startswith("__") and name.endswith("__")):
            continue
        if _is_submodule(name, str(target)):
            continue
        key = (other.path, fact.kind == "require")
        if key not in offered:
            offered[key] = _names_of(other, fact)
        known = offered[key]
        if known is None or name in known or _is_bound_otherwise(project, other, name):
            continue
        near = difflib.get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        yield Finding(
            rule="import-unresolved",
            severity=Severity.WARNING if fact.type_only else Severity.ERROR,
            path=path,
            line=fact.line,
            message=f"{target} defines no {name}.",
            hint=f"{hint}It defines: {_some(known)}." if known else f"{hint}Define it there.",
        )


def _is_submodule(name: str, target: str) -> bool:
    """``from app import routes``: the name is the module `target` itself."""
    stem = target.rsplit(".", 1)[0].removesuffix("/__init__")
    return stem.rsplit("/", 1)[-1] == name


def _names_of(facts: FileFacts, fact: Import) -> set[str] | None:
    """The names a file offers to an import; None when nobody can tell."""
    if facts.not_checked or facts.parse_errors or any(i.kind == "star" or i.unknown for i in facts.imports):
        return None
    top = {d.name for d in facts.definitions if "." not in d.name}
    bound = {name for i in facts.imports if not i.scope for name in i.bound}
    if facts.language == "python":
        dynamic = "__getattr__" in top or any(c.name in ("globals", "setattr", "exec", "vars") for c in facts.calls)
        whole = {i.module.split(".")[0] for i in facts.imports if i.kind == "import" and not i.alias}
        return None if dynamic else top | bound | whole
    if "=" in facts.exports or fact.kind == "require" or not facts.exports:
        return None
    return set(facts.exports)


def _is_bound_otherwise(project: Project, facts: FileFacts, name: str) -> bool:
    """Bound in a way that facts do not follow (loop variables, destructured or declared exports)."""
    try:
        text = (project.root / facts.path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    if facts.language == "python":
        binding = (
            rf"^\s*(?:for|async|with|except|global|import|from|del)\b.*{word}|^\s*\(?{word}|[,(*]\s*{word}\s*[,)=]"
        )
    else:
        binding = rf"\b(?:export|declare|exports)\b.*{word}|^\s*{word}\s*[,}}]|\b(?:as|default)\s+{word}"
    return re.search(binding, text, re.MULTILINE) is not None


def _some(names: set[str]) -> str:
    public = sorted(n for n in names if not n.startswith("_"))
    return ", ".join(public[:8]) + (", ..." if len(public) > 8 else "")


def _tail(module: str) -> str:
    return re.split(r"[./]", module.removesuffix(".js").removesuffix(".ts"))[-1]


RULES = (
    Rule(
        id="import-unresolved",
        summary="Every first-party import leads to a file, and to a name that the file defines.",
        gate=unresolved,
    ),
)
