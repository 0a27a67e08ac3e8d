"""What start commands name: files and modules, as written in manifests, Procfiles and container files."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SERVERS = frozenset(["uvicorn", "gunicorn", "hypercorn", "daphne", "granian"])
_NODE_TOOLS = frozenset(["node", "nodemon", "tsx", "ts-node", "ts-node-dev", "nodejs", "bun"])
_WRAPPERS = frozenset(
    ["exec", "npx", "cross-env", "dotenv", "env", "time", "nice", "run", "poetry", "uv", "pdm", "pipenv"]
)
_MODULE = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)(?:\(\))?")
_SCRIPT = re.compile(r"[\w@./-]+\.(?:[mc]?[jt]sx?|py)")
_MOVES = re.compile(r"(?:^|[\s;&|])cd\s|--chdir|--app-dir|PYTHONPATH|--prefix|--cwd|--python-path|\$\{|\$\w|`")
_INSTRUCTION = re.compile(r"^\s*(CMD|ENTRYPOINT)\s+(.*)$", re.IGNORECASE)
_TAKING_A_VALUE = frozenset(["-r", "--require", "--import", "--loader", "--env-file", "--exec", "--watch", "-w"])


class Entry(NamedTuple):
    """One file or module that a command starts."""

    line: int
    said: str
    """Where it stands: ``scripts.start``."""
    file: str = ""
    module: str = ""
    name: str = ""
    """What the module must define."""


def of_command(command: str, line: int, said: str) -> Iterator[Entry]:
    """What the parts of a shell command start; nothing where the command moves to another folder."""
    if _MOVES.search(command):
        return
    for part in re.split(r"&&|\|\||;|\|", command):
        try:
            words = shlex.split(part)
        except ValueError:
            continue
        yield from of_words(words, line, said)


def of_words(words: Sequence[str], line: int, said: str) -> Iterator[Entry]:
    """What one command, as words, starts."""
    rest = list(words)
    while rest and (rest[0] in _WRAPPERS or re.match(r"\w+=", rest[0]) or rest[0] == "--"):
        rest.pop(0)
    if not rest:
        return
    tool = rest[0].rsplit("/", 1)[-1]
    if tool in _SERVERS:
        found = next((m for word in rest[1:] if (m := _MODULE.fullmatch(word)) is not None), None)
        if found is not None:
            yield Entry(line, said, module=found[1], name=found[2])
    elif re.fullmatch(r"python[\d.]*", tool) or tool in _NODE_TOOLS:
        script = _first_script(rest[1:])
        if script:
            yield Entry(line, said, file=script)


def _first_script(words: Sequence[str]) -> str:
    """The script of an interpreter: the first word that is no option nor the value of one."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            if word in ("-c", "-e", "-m", "-p", "--eval", "--test"):
                return ""
            skip = word in _TAKING_A_VALUE
        else:
            return word if _SCRIPT.fullmatch(word) else ""
    return ""


def of_procfile(text: str) -> Iterator[Entry]:
    """The processes of a Procfile."""
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, command = line.partition(":")
        if colon and re.fullmatch(r"\w+", name.strip()):
            yield from of_command(command.strip(), number, f"process {name.strip()}")


def of_dockerfile(text: str) -> Iterator[Entry]:
    """What the last CMD or ENTRYPOINT starts."""
    last: tuple[int, str, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        found = _INSTRUCTION.match(line)
        if found is not None:
            last = (number, found[1].upper(), found[2].strip())
    if last is None or last[2].endswith("\\"):
        return
    number, said, command = last
    if not command.startswith("["):
        yield from of_command(command, number, said)
        return
    try:
        words = json.loads(command)
    except ValueError:
        return
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        yield from of_words(words, number, said)
