"""Linters, formatters and type checkers: when a repository uses one, how it is asked, what it answers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

ToolKind = Literal["lint", "format", "types"]
_PYTHON = (".py", ".pyi")
_SCRIPT = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?:\d+:)? (?P<rest>.+)$", re.MULTILINE)
_MYPY = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+):(?:\d+:)? error: (?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$", re.M)
_TSC = re.compile(r"^(?P<path>[^(\n]+)\((?P<line>\d+),\d+\): error (?P<code>TS\d+): (?P<text>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One complaint of a tool."""

    path: str
    """As the tool wrote it."""
    line: int
    code: str
    message: str
    minor: bool = False
    """The tool itself calls it a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linter:
    """One tool."""

    name: str
    kind: ToolKind
    program: str
    suffixes: tuple[str, ...]
    command: str
    """Without the files, which are appended."""
    read: Callable[[str], list[Mark]]
    configured: Callable[[Settings], bool]
    single: str = ""
    """Judges one file that comes on standard input; ``{path}`` is its name. Empty = the tool cannot."""
    fix: str = ""
    """Formatters: rewrites the files that are appended."""
    whole: bool = False
    """Always looks at the whole project; files are not appended."""
    broken: tuple[int, ...] = (2,)
    """Exit codes that say that the tool itself failed."""


class Settings:
    """The configuration files of a target: its own folder first, then those above up to the workspace's top."""

    def __init__(self, folder: Path, root: Path, commands: Sequence[str | None] = ()) -> None:
        """Read nothing yet.

        Args:
            folder: The target's folder.
            root: Top of the workspace.
            commands: The target's own lint, format and type-check commands.
        """
        inside = [folder, *(p for p in folder.parents if p.is_relative_to(root))] if folder != root else [root]
        self._folders = inside
        self._commands = " ; ".join(command for command in commands if command)

    def has(self, *patterns: str) -> bool:
        """Is there a file of one of these names (globs)?"""
        return any(next(folder.glob(pattern), None) for folder in self._folders for pattern in patterns)

    def says(self, words: str) -> bool:
        """Do the target's commands, its hooks or its task files name the tool?"""
        return words in self._commands or words in self._tasks

    def table(self, *names: str) -> bool:
        """Is there such a table in a pyproject.toml (``tool``, ``ruff``)?"""
        return any(_dig(data, names) is not None for data in self._tomls)

    def section(self, name: str) -> bool:
        """Is there such a section in setup.cfg or tox.ini?"""
        return any(parser.has_section(name) for parser in self._inis)

    def package(self, key: str) -> bool:
        """Does a package.json have this key?"""
        return any(key in data for data in self._packages)

    @cached_property
    def _tasks(self) -> str:
        names = (
            ".pre-commit-config.yaml",
            "Makefile",
            "justfile",
            "tox.ini",
            "noxfile.py",
            "package.json",
            "lefthook.yml",
        )
        return "\n".join(_text(folder / name) for folder in self._folders for name in names)

    @cached_property
    def _tomls(self) -> list[dict[str, Any]]:
        return [_toml(folder / "pyproject.toml") for folder in self._folders]

    @cached_property
    def _inis(self) -> list[ConfigParser]:
        return [_ini(folder / name) for folder in self._folders for name in ("setup.cfg", "tox.ini")]

    @cached_property
    def _packages(self) -> list[dict[str, Any]]:
        return [_json(_text(folder / "package.json")) for folder in self._folders]


# What the tools print


def _ruff(output: str) -> list[Mark]:
    start = output.find("[")
    return [
        Mark(
            path=str(entry.get("filename") or ""),
            line=int((entry.get("location") or {}).get("row") or 0),
            code=str(entry.get("code") or "syntax"),
            message=str(entry.get("message") or ""),
        )
        for entry in _list(output[start:] if start >= 0 else "")
    ]


def _flake8(output: str) -> list[Mark]:
    found = []
    for match in _LINE.finditer(output):
        code, _, message = match["rest"].partition(" ")
        found.append(Mark(path=match["path"], line=int(match["line"]), code=code, message=message))
    return found


def _mypy(output: str) -> list[Mark]:
    return [
        Mark(path=m["path"], line=int(m["line"]), code=m["code"] or "error", message=m["text"])
        for m in _MYPY.finditer(output)
    ]


def _pyright(output: str) -> list[Mark]:
    start = output.find("{")
    report = _json(output[start:]) if start >= 0 else {}
    return [
        Mark(
            path=str(entry.get("file") or ""),
            line=int(entry["range"]["start"]["line"]) + 1,
            code=str(entry.get("rule") or "error"),
            message=str(entry.get("message") or ""),
            minor=entry.get("severity") != "error",
        )
        for entry in report.get("generalDiagnostics", [])
    ]


def _eslint(output: str) -> list[Mark]:
    start = output.find("[")
    found = []
    for file in _list(output[start:] if start >= 0 else ""):
        for entry in file.get("messages", []):
            found.append(
                Mark(
                    path=str(file.get("filePath") or ""),
                    line=int(entry.get("line") or 0),
                    code=str(entry.get("ruleId") or "parse"),
                    message=str(entry.get("message") or ""),
                    minor=entry.get("severity") == 1,
                )
            )
    return found


def _tsc(output: str) -> list[Mark]:
    return [Mark(path=m["path"], line=int(m["line"]), code=m["code"], message=m["text"]) for m in _TSC.finditer(output)]


def _files(pattern: str, what: str) -> Callable[[str], list[Mark]]:
    """Formatters name the files that they would change."""
    compiled = re.compile(pattern, re.MULTILINE)

    def read(output: str) -> list[Mark]:
        paths = (next(group for group in match.groups() if group) for match in compiled.finditer(output))
        return [Mark(path=path.strip(), line=0, code="format", message=what) for path in dict.fromkeys(paths)]

    return read


_UNFORMATTED = "the file is not formatted as the repository formats"
_UNSORTED = "the imports are not sorted as the repository sorts them"


def _formats_with_ruff(settings: Settings) -> bool:
    """Said outright, or a line length is set and no other formatter: a long line must not cost a model a turn."""
    if settings.table("tool", "ruff", "format") or settings.says("ruff format") or settings.says("ruff-format"):
        return True
    other = settings.table("tool", "black") or settings.says("black")
    return settings.table("tool", "ruff", "line-length") and not other


LINTERS: tuple[Linter, ...] = (
    Linter(
        name="ruff",
        kind="lint",
        program="ruff",
        suffixes=_PYTHON,
        command="ruff check --no-fix --quiet --output-format json --",
        single="ruff check --no-fix --quiet --output-format json --stdin-filename {path} -",
        fix="ruff check --fix --quiet --exit-zero --fixable I001 --",
        read=_ruff,
        configured=lambda s: s.table("tool", "ruff") or s.has("ruff.toml", ".ruff.toml") or s.says("ruff check"),
    ),
    Linter(
        name="flake8",
        kind="lint",
        program="flake8",
        suffixes=(".py",),
        command="flake8 --format=default --",
        single="flake8 --format=default --stdin-display-name {path} -",
        read=_flake8,
        configured=lambda s: s.has(".flake8") or s.section("flake8") or s.says("flake8"),
    ),
    Linter(
        name="eslint",
        kind="lint",
        program="eslint",
        suffixes=_SCRIPT,
        command="eslint --format json --no-error-on-unmatched-pattern --",
        single="eslint --format json --stdin --stdin-filename {path}",
        read=_eslint,
        configured=lambda s: s.has("eslint.config.*", ".eslintrc*") or s.package("eslintConfig"),
    ),
    Linter(
        name="ruff-format",
        kind="format",
        program="ruff",
        suffixes=_PYTHON,
        command="ruff format --check --",
        single="ruff format --check --stdin-filename {path} -",
        fix="ruff format --quiet --",
        read=_files(r"^Would reformat: (.+)$|^\s*--> (.+?):\d+:\d+$", _UNFORMATTED),
        configured=lambda s: _formats_with_ruff(s),
    ),
    Linter(
        name="black",
        kind="format",
        program="black",
        suffixes=_PYTHON,
        command="black --check --",
        single="black --check --quiet --stdin-filename {path} -",
        fix="black --quiet --",
        read=_files(r"^would reformat (.+)$", _UNFORMATTED),
        configured=lambda s: s.table("tool", "black") or s.says("black"),
        broken=(2, 123),
    ),
    Linter(
        name="isort",
        kind="format",
        program="isort",
        suffixes=_PYTHON,
        command="isort --check-only --",
        single="isort --check-only --filename {path} -",
        fix="isort --quiet --",
        read=_files(r"^ERROR: (.+?) Imports are incorrectly", _UNSORTED),
        configured=lambda s: s.table("tool", "isort") or s.has(".isort.cfg") or s.section("isort"),
    ),
    Linter(
        name="prettier",
        kind="format",
        program="prettier",
        suffixes=(*_SCRIPT, ".json", ".css", ".md", ".yml", ".yaml"),
        command="prettier --list-different --ignore-unknown --",
        fix="prettier --write --ignore-unknown --log-level silent --",
        read=_files(r"^(\S.*)$", _UNFORMATTED),
        configured=lambda s: s.has(".prettierrc*", "prettier.config.*") or s.package("prettier"),
    ),
    Linter(
        name="mypy",
        kind="types",
        program="mypy",
        suffixes=_PYTHON,
        command="mypy --no-error-summary --show-error-codes --no-color-output --no-pretty --hide-error-context --",
        read=_mypy,
        configured=lambda s: s.table("tool", "mypy") or s.has("mypy.ini", ".mypy.ini") or s.section("mypy"),
    ),
    Linter(
        name="pyright",
        kind="types",
        program="pyright",
        suffixes=_PYTHON,
        command="pyright --outputjson",
        read=_pyright,
        configured=lambda s: s.has("pyrightconfig.json") or s.table("tool", "pyright"),
        broken=(2, 3, 4),
    ),
    Linter(
        name="tsc",
        kind="types",
        program="tsc",
        suffixes=(".ts", ".tsx", ".mts", ".cts"),
        command="tsc --noEmit --pretty false",
        read=_tsc,
        configured=lambda s: s.has("tsconfig.json"),
        whole=True,
        broken=(),
    ),
)


def _dig(data: Mapping[str, Any], names: Sequence[str]) -> Any:
    found: Any = data
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _ini(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except ConfigError:
        return ConfigParser()
    return parser


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _list(text: str) -> Iterator[dict[str, Any]]:
    try:
        data = json.JSONDecoder().raw_decode(text)[0] if text else []
    except ValueError:
        return
    yield from (entry for entry in data if isinstance(entry, dict))
