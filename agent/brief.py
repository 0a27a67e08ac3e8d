"""What the model is shown first: the request, the rules, the environment, and the code nearest to the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from agent.deps import Deps
from agent.desk import FOREIGN_CODE, Desk
from prompts.render import render
from tools.linters import ToolKind
from tools.linting import tools_for
from tools.look import look

_WHOLE_REPOSITORY = 36_000
"""Characters of source up to which all of it is shown: cheaper than the turns that would read it."""
_CODE_BUDGET = 30_000
_FILE_LIST = 4_000
_ADVICE = 4_500
_SOURCE = FOREIGN_CODE | {".py", ".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", ".sql", ".prisma"}
_CONFIG = frozenset({"pyproject.toml", "package.json", "requirements.txt", "alembic.ini", "tsconfig.json"})


def task_message(deps: Deps) -> str:
    """Render the first user message."""
    desk = deps.desk
    survey = desk.survey
    plain = deps.settings.mode == "plain"
    code = "" if plain or survey.greenfield else code_for(deps)
    unseen = [path for path in survey.files if f"=== {path}\n" not in code]
    return render(
        "task",
        request=deps.request.whole,
        workspace=str(desk.root),
        focus="" if desk.workspace.focus == desk.root else f"; the user stood in {desk.workspace.focus}",
        network="No network except for package installs.",
        situation=_situation(desk),
        constraints=_constraints(desk),
        environment=environment_text(desk),
        instructions=survey.instructions,
        advice="" if plain else advice_for(deps, [], _ADVICE),
        files="" if survey.greenfield else _file_list(unseen),
        code=code,
    )


def _situation(desk: Desk) -> str:
    survey = desk.survey
    if survey.greenfield:
        return (
            "The folder is empty." if not survey.files else f"No application yet. Files: {', '.join(survey.files[:40])}"
        )
    parts = []
    for application in survey.applications:
        stack = application.stack
        named = [d.name for d in (stack.framework, stack.orm, stack.database, stack.architecture) if d.name]
        where = "" if application.root == "." else f"{application.root}: "
        parts.append(where + (", ".join(named) or "stack not recognised"))
    return "Stack: " + "; ".join(parts) if parts else "The stack was not recognised; follow the code that is there."


def environment_text(desk: Desk) -> str:
    """How the target is run here, a line a command; what cannot run is said."""
    lines: list[str] = []
    for target in desk.survey.targets:
        named = (
            ("test", target.test),
            ("start", target.start),
            ("migrate", target.migrate),
            ("build", target.build),
        )
        lines += [f"- {name}: `{command}`" for name, command in named if command]
    lines += [f"- {line}" for line in [*desk.survey.database_lines, *_environment_notes(desk)]]
    return "\n".join(lines)


def _constraints(desk: Desk) -> str:
    """The set, and what the architecture means in words: a name alone leaves the model guessing."""
    survey = desk.survey
    text = survey.constraints.brief(2400)
    stated = survey.constraints.one("architecture")
    architecture = survey.profile.architecture
    if stated is None or architecture is None or architecture.name != stated.value:
        return text
    return "\n".join([text, f"{architecture.title}:", *(f"  {note}" for note in architecture.notes)])


def _own_tools(desk: Desk) -> str:
    """The repository's own linters and type checkers, which the gates run on changed files."""
    kinds: tuple[ToolKind, ...] = ("lint", "format", "types")
    named = [
        tool.name for target in desk.survey.targets for kind in kinds for tool in tools_for(target, desk.root, kind)
    ]
    return ", ".join(dict.fromkeys(named))


def _environment_notes(desk: Desk) -> list[str]:
    """What is installed, and what cannot run."""
    lines = []
    tools = _own_tools(desk)
    if tools:
        lines.append(f"the gates also run {tools} on changed files; what a formatter mends is mended for you")
    for environment in desk.survey.environments.values():
        if environment.runtime and environment.installed:
            lines.append(f"dependencies of {environment.target} are installed ({environment.runtime})")
    return [*lines, *(f"not available: {note}" for note in desk.survey.notes)]


def advice_for(deps: Deps, layers: Sequence[str], budget: int) -> str:
    """Pitfalls and idioms of this exact stack, the most frequent first, within ``budget`` characters.

    Where there is code to follow, its own style is the idiom and only pitfalls are told.
    """
    if not deps.settings.profile:
        return ""
    if deps.desk.survey.greenfield:
        advice = deps.desk.survey.profile.for_step(layers, budget)
    else:
        advice = deps.desk.survey.profile.for_step(layers, budget // 3, ("pitfall",), settled=("boot",))
    return "\n".join(item.text.strip() for item in advice)


def _file_list(files: Sequence[str]) -> str:
    text = "\n".join(files)
    if len(text) <= _FILE_LIST:
        return text
    folders: dict[str, int] = {}
    for file in files:
        folder = str(PurePosixPath(file).parent)
        folders[folder] = folders.get(folder, 0) + 1
    lines = [f"{folder}/ ({number} files)" for folder, number in sorted(folders.items())]
    return "\n".join(lines)[:_FILE_LIST] + f"\n({len(files)} files in all; `look` and `shell` show them)"


def code_for(deps: Deps) -> str:
    """The code nearest to the request: all of a small repository, else siblings in full and outlines of the rest."""
    desk = deps.desk
    sources = [path for path in desk.survey.files if _is_source(path)]
    sizes = {path: _size(desk, path) for path in sources}
    if sum(sizes.values()) <= _WHOLE_REPOSITORY:
        return look(desk.root, [path for path in sources if sizes[path]], whole=True, cap=2 * _WHOLE_REPOSITORY)
    words = _words(deps.request.text)
    ranked = sorted(sources, key=lambda path: (-_score(desk, path, words), sizes[path], path))
    chosen, room = [], _CODE_BUDGET * 2 // 3
    for path in ranked:
        if 0 < sizes[path] <= room and _score(desk, path, words) > 0:
            chosen.append(path)
            room -= sizes[path]
    rest = [path for path in ranked if path not in chosen][:60]
    outlines = look(desk.root, rest)[: _CODE_BUDGET // 3]
    return f"{look(desk.root, chosen, whole=True, cap=_CODE_BUDGET)}\n\nOutlines of others:\n{outlines}"


def _is_source(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.suffix in _SOURCE or pure.name in _CONFIG


def _size(desk: Desk, path: str) -> int:
    file = desk.root / path
    return 0 if file.is_symlink() or not file.is_file() else file.stat().st_size


def _words(text: str) -> set[str]:
    """Words of the request that may name things in code; plural and singular count as one."""
    words = {word.lower().rstrip("s") for word in re.findall(r"[A-Za-z]{4,}", text)}
    return words - {"should", "must", "with", "when", "that", "which", "have", "into", "each", "from", "this"}


def _score(desk: Desk, path: str, words: set[str]) -> float:
    """How many of the request's words the file's path (3 each) and definitions (1 each) hold."""
    in_path = {part.lower().rstrip("s") for part in re.findall(r"[A-Za-z]+", path)}
    facts = desk.project.files.get(path)
    names = {part.lower().rstrip("s") for d in (facts.definitions if facts else ()) for part in _parts(d.name)}
    return 3.0 * len(words & in_path) + len(words & names)


def _parts(name: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
