"""Requirement lines of Python: reading them, and flattening files that include each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tools.targets.files import Tree, inside, join, parent

_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
_INCLUDE = re.compile(r"^(-r|--requirement|-c|--constraint)[\s=]+(.+)$")
_EDITABLE = re.compile(r"^(-e|--editable)[\s=]+(.+)$")
_COMMENT = re.compile(r"(^|\s+)#.*$")

DEVELOPMENT = re.compile(r"(^|[-_.])(dev|devel|develop|development|test|tests|testing|local|ci|lint)([-_.]|$)")
_BASE = re.compile(r"(^|[-_.])(base|common|main|core|default|app|all|requirements)([-_.]|$)")
_PRODUCTION = re.compile(r"(^|[-_.])(prod|production|deploy|server|web)([-_.]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One line that asks for a distribution, or an option of pip."""

    text: str
    """As pip takes it."""
    name: str
    """Normalised distribution name; empty for an option and for an address without a name."""
    path: str
    line: int
    dev: bool = False


@dataclass(slots=True)
class Flattened:
    """What a set of requirement files asks for, with local paths taken out."""

    requirements: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    """Folders of the repository that are asked for as projects (``-e .``, ``./libs/x``)."""
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def hashed(self) -> bool:
        """Whether pip would check hashes."""
        return any("--hash=" in one.text for one in self.requirements)


def normalise(name: str) -> str:
    """The distribution name that package indexes use: lower case, single dashes."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(text: str) -> str:
    """The normalised distribution name of a requirement; empty when it has none."""
    match = _NAME.match(text.strip())
    if match is None or text.strip().startswith(("http://", "https://", "git+", "file:")):
        return ""
    return normalise(match.group(1))


def poetry_specifier(version: str) -> str:
    """A version in Poetry's words (``^1.2``, ``~1.2``, ``1.*``) as pip's."""
    parts = [part.strip() for part in version.split(",") if part.strip() not in ("", "*")]
    return ",".join(_poetry_part(part) for part in parts)


def _poetry_part(part: str) -> str:
    match = re.fullmatch(r"([\^~])\s*v?(\d+(?:\.\d+)*)(\S*)", part)
    if match is None:
        return f"=={part}" if part[:1].isdigit() else part.replace(" ", "")
    numbers = [int(number) for number in match.group(2).split(".")]
    if match.group(1) == "^":
        at = next((i for i, number in enumerate(numbers) if number), len(numbers) - 1)
    else:
        at = min(1, len(numbers) - 1)
    upper = [*numbers[:at], numbers[at] + 1]
    return f">={match.group(2)}{match.group(3)},<{'.'.join(map(str, upper))}"


def flatten(tree: Tree, paths: list[str]) -> Flattened:
    """Everything that the files and the files they include ask for; unreadable ones are noted."""
    result = Flattened()
    for path in paths:
        _flatten_file(tree, path, result, DEVELOPMENT.search(_stem(path)) is not None)
    return result


def requirement_files(tree: Tree, root: str) -> list[str]:
    """Requirement files of an application that an environment for development needs, main ones first."""
    found = [path for path in _text_files(tree) if _is_requirements(path, root)]
    sources = {path for path in found if path.endswith(".in")}
    compiled = {path[: -len(".txt")] for path in found if path.endswith(".txt")}
    found = [path for path in found if path not in sources or path[: -len(".in")] not in compiled]
    development = [path for path in found if DEVELOPMENT.search(_stem(path))]
    production = [path for path in found if path not in development and _PRODUCTION.search(_stem(path))]
    base = [path for path in found if path not in development and path not in production and _BASE.search(_stem(path))]
    return [*base, *(production if not development else []), *development]


def _text_files(tree: Tree) -> list[str]:
    """Files that may hold requirements, anywhere; by names first, for a repository has many more files than names."""
    named = (paths for name, paths in tree.by_name.items() if name.endswith((".txt", ".in")))
    return sorted(path for paths in named for path in paths if "requirements" in path or "reqs" in path)


def _is_requirements(path: str, root: str) -> bool:
    if not inside(path, root) or not path.endswith((".txt", ".in")):
        return False
    relative = path if root == "." else path[len(root) + 1 :]
    folder, _, name = relative.rpartition("/")
    if folder in ("requirements", "reqs"):
        return True
    return folder == "" and re.search(r"(^|[-_.])requirements([-_.]|$)", name) is not None


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()


def _flatten_file(tree: Tree, path: str, result: Flattened, dev: bool, constraint: bool = False) -> None:
    if path in result.files:
        return
    text = tree.read(path)
    if text is None:
        result.notes.append(f"{path} cannot be read")
        return
    result.files.append(path)
    for number, line in _logical_lines(text):
        _flatten_line(
            tree,
            Requirement(text=line, name=name_of(line), path=path, line=number, dev=dev),
            result,
            constraint,
        )


def _flatten_line(tree: Tree, one: Requirement, result: Flattened, constraint: bool) -> None:
    folder = parent(one.path)
    include, editable = _INCLUDE.match(one.text), _EDITABLE.match(one.text)
    if include:
        inner = join(folder, include.group(2).strip("'\" "))
        dev = one.dev and DEVELOPMENT.search(_stem(inner)) is not None
        _flatten_file(tree, inner, result, dev, constraint or "c" in include.group(1).lstrip("-")[:1])
        return
    local = local_path(tree, folder, editable.group(2) if editable else one.text)
    if local is not None:
        result.local.append(local)
    elif constraint:
        result.constraints.append(one)
    else:
        result.requirements.append(one)


def local_path(tree: Tree, folder: str, text: str) -> str | None:
    """The repository folder that a requirement names, None for anything else (archives included)."""
    plain = re.sub(r"^[A-Za-z0-9._-]+(\[[^\]]*\])?\s*@\s*", "", text.strip().strip("'\""))
    plain = re.sub(r"^file:(//)?", "", plain).split(";")[0].strip()
    plain = re.sub(r"\[[^\]]*\]$", "", plain)
    if not (plain.startswith(".") or "/" in plain) or "://" in plain or plain.startswith("-"):
        return None
    where = join(folder, plain)
    return where if where in tree.folders else None


def _logical_lines(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    held, start = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", raw)
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole = (held + line).strip()
        if whole:
            found.append((start, whole))
        held, start = "", 0
    return found
