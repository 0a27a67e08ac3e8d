"""A fresh scratch database for a target, answering where the target looks for it."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import EnvironmentFault, ToolError
from tools.probes.context import GateContext
from tools.targets.model import Target, fill_env, placeholder_values, unfilled

if TYPE_CHECKING:
    from tools.sandbox.forward import Forward
    from tools.services import Database
    from tools.shell import Shell


_SQLITE = re.compile(r"^sqlite(?:\+\w+)?:///(?!:memory:)([^/?{][^?{]*|/[^?{]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a target needs to run: filled variables and the database behind them."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Placeholder -> value, without ``port``."""
    database: Database | None = None
    """None when the target asks for none, or looks for it where only its own code knows (a fixed file)."""
    problem: str = ""
    """Why there is no database although one is asked for."""

    def env(self, target: Target, port: int | None = None) -> dict[str, str]:
        """The target's variables, filled."""
        more = {} if port is None else {"port": str(port)}
        return fill_env(target, {**self.values, **more})

    @property
    def url(self) -> str | None:
        """Plain address (``postgresql://``, ``sqlite:///``) of the database."""
        return self.database.url if self.database is not None else None


def prepare(context: GateContext, target: Target, purpose: str) -> Prepared:
    """Make an empty database of the kind that the target's variables or fixed addresses ask for."""
    wanted = {name for text in (*target.env.values(), *target.carry.values()) for name in unfilled(text)}
    name = f"gate_{_plain(target.name)}_{purpose}"
    fixed = [url for url in target.fixed_databases if url.startswith("postgres")]
    values: dict[str, str] = {}
    database: Database | None = None
    try:
        if "sqlite_path" in wanted:
            database = context.scratch.sqlite(name)
            values |= placeholder_values(sqlite_path=database.path)
        if any(word.startswith("postgres_") for word in wanted):
            database = context.scratch.postgres(name)
            values |= placeholder_values(postgres_url=database.url)
            reach(context.shell, database.forward)
        for url in fixed:
            if not context.shell.sandboxed:
                return Prepared(values=values, problem=f"{_shown(url)} is fixed in the code and there is no sandbox")
            database, forward = context.scratch.at_address(url)
            reach(context.shell, forward)
    except (EnvironmentFault, ToolError) as error:
        return Prepared(values=values, problem=f"no scratch database: {str(error).splitlines()[0]}")
    return Prepared(values=values, database=database)


def copy(context: GateContext, target: Target, prepared: Prepared, purpose: str) -> Prepared:
    """The same database once more, with what is in it, for a run that must not disturb the other.

    Databases at fixed addresses cannot be doubled: they come back as they are.
    """
    database = prepared.database
    if database is None or target.fixed_databases:
        return prepared
    name = f"gate_{_plain(target.name)}_{purpose}"
    if database.path is not None:
        twin = context.scratch.sqlite(name)
        if database.path.exists() and twin.path is not None:
            shutil.copyfile(database.path, twin.path)
        values = placeholder_values(sqlite_path=twin.path)
    else:
        twin = context.scratch.clone(database, name)
        values = placeholder_values(postgres_url=twin.url)
    return Prepared(values={**prepared.values, **values}, database=twin)


def reach(shell: Shell, forward: Forward | None) -> None:
    """Let the shell reach a server, once: opening forwards anew would cut the connections through them."""
    if forward is not None and forward not in shell.settings.forwards:
        others = [
            known for known in shell.settings.forwards if (known.host, known.port) != (forward.host, forward.port)
        ]
        shell.update(forwards=(*others, forward))


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())[:30]


def _shown(url: str) -> str:
    """The address without its password."""
    head, at, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://...@{tail}" if at else url


def fixed_files(context: GateContext, target: Target) -> list[Path]:
    """SQLite files inside the workspace whose address is written into the target's code."""
    found: dict[Path, None] = {}
    for facts in context.project.files.values():
        for string in facts.strings:
            match = _SQLITE.match(string.text) if string.kind == "url" else None
            if match:
                path = (target.path(context.root) / match[1]).resolve()
                if path.is_relative_to(context.root.resolve()):
                    found[path] = None
    return list(found)


@contextlib.contextmanager
def set_aside(files: Sequence[Path], keep: Path) -> Iterator[None]:
    """Let a target with a fixed SQLite file begin with none, and put back afterwards what was there."""
    names = [file.with_name(file.name + suffix) for file in files for suffix in ("", "-wal", "-shm", "-journal")]
    kept: dict[Path, Path] = {}
    keep.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(names):
        if file.is_file():
            kept[file] = keep / f"aside_{number}_{file.name}"
            shutil.copy2(file, kept[file])
            file.unlink()
    try:
        yield
    finally:
        for file in names:
            file.unlink(missing_ok=True)
        for file, copied in kept.items():
            shutil.copy2(copied, file)
            copied.unlink()
