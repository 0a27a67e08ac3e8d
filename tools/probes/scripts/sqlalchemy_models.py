"""Runs in the target: imports its models, configures the mappers, compares them with the tables that exist.

``python FILE settings.json``. Settings: ``modules`` (dotted names), ``roots`` (folders for the path),
``workspace``, ``url`` (of the database to look at; null = the one that the target's own engine names) and
``out`` (where the answer is written as JSON). Keeps to Python 3.8 and SQLAlchemy 1.4.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

_SYNC_DRIVERS = (
    ("psycopg", "postgresql+psycopg"),
    ("psycopg2", "postgresql+psycopg2"),
    ("pg8000", "postgresql+pg8000"),
)
_FOREIGN = ("site-packages", "dist-packages")


def main(settings: dict[str, Any]) -> dict[str, Any]:
    """The whole answer; see the text of the module."""
    answer: dict[str, Any] = {"errors": [], "tables": [], "differences": [], "compared": False, "loose": []}
    sys.path[:0] = settings["roots"]
    for name in settings["modules"]:
        answer["errors"] += _attempt("import", name, partial(importlib.import_module, name))
    if answer["errors"]:
        return answer
    from sqlalchemy.orm import configure_mappers

    for error in _attempt("mapping", "", configure_mappers):
        answer["errors"].append({**error, **_place_in_message(error["message"], settings)})
        return answer
    metadatas = _metadatas(settings["workspace"])
    places = Places(settings["workspace"])
    answer["tables"] = [places.table(table) for metadata in metadatas for table in metadata.tables.values()]
    if answer["tables"]:

        def compare(connection: Any) -> None:
            _compare(connection, metadatas, places, answer)

        answer["errors"] += _attempt("connect", "", lambda: _with_connection(settings.get("url"), compare))
    return answer


def _attempt(kind: str, module: str, action: Callable[[], object]) -> list[dict[str, Any]]:
    """Run code of the target, which may raise anything (SystemExit included); the error as plain data."""
    try:
        action()
    except BaseException as error:  # noqa: BLE001 -- the boundary to the target's code
        return [_error(kind, module, error)]
    return []


def _error(kind: str, module: str, error: BaseException) -> dict[str, Any]:
    frames = [[f.filename, f.lineno, f.name] for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append([error.filename, error.lineno or 0, ""])
    name = type(error).__module__ + "." + type(error).__name__
    return {
        "kind": kind,
        "module": module,
        "type": name.replace("builtins.", ""),
        "message": str(error)[:1500],
        "frames": frames[-40:],
    }


def _own(path: str | None, workspace: str) -> bool:
    return bool(path) and str(path).startswith(workspace) and not any(part in str(path) for part in _FOREIGN)


def _mappers() -> list[Any]:
    from sqlalchemy.orm import mapperlib

    registries = mapperlib._all_registries()
    return [mapper for registry in registries for mapper in registry.mappers]


def _metadatas(workspace: str) -> list[Any]:
    """Every collection of tables that the target's modules define."""
    from sqlalchemy import MetaData, Table

    found: dict[int, Any] = {}
    for mapper in _mappers():
        if _own(getattr(sys.modules.get(mapper.class_.__module__), "__file__", None), workspace):
            metadata = getattr(mapper.local_table, "metadata", None)
            if metadata is not None:
                found[id(metadata)] = metadata
    for module in list(sys.modules.values()):
        if not _own(getattr(module, "__file__", None), workspace):
            continue
        for value in list(vars(module).values()):
            metadata = value.metadata if isinstance(value, Table) else value
            if isinstance(metadata, MetaData):
                found[id(metadata)] = metadata
    return list(found.values())


class Places:
    """Where tables and columns are written down."""

    def __init__(self, workspace: str) -> None:
        self.workspace = workspace
        self.mappers: dict[Any, Any] = {}
        for mapper in _mappers():
            self.mappers.setdefault(mapper.local_table, mapper)

    def table(self, table: Any) -> dict[str, Any]:
        """Name, class, file and line of a table."""
        mapper = self.mappers.get(table)
        file, line = self._class(mapper.class_) if mapper is not None else self._core(table)
        name = mapper.class_.__name__ if mapper is not None else ""
        return {"table": table.fullname, "class": name, "file": file, "line": line}

    def column(self, table: Any, column: Any) -> dict[str, Any]:
        """The same for a column, as near as its own line."""
        place = self.table(table)
        mapper = self.mappers.get(table)
        attribute = column.key
        if mapper is not None:
            attribute = next((p.key for p in mapper.column_attrs if column in p.columns), column.key)
            for owner in mapper.class_.__mro__:
                line = _line_of(owner, attribute) if attribute in vars(owner) or _annotated(owner, attribute) else 0
                if line and _own(_file(owner), self.workspace):
                    return {**place, "file": _file(owner), "line": line}
        return place

    def _class(self, kind: Any) -> tuple[str, int]:
        try:
            return _file(kind), inspect.getsourcelines(kind)[1]
        except (OSError, TypeError):
            return _file(kind), 0

    def _core(self, table: Any) -> tuple[str, int]:
        pattern = re.compile(r"Table\(\s*[\"']" + re.escape(table.name) + r"[\"']")
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if _own(path, self.workspace) and str(path).endswith(".py"):
                text = Path(str(path)).read_text(encoding="utf-8", errors="replace")
                match = pattern.search(text)
                if match:
                    return str(path), text.count("\n", 0, match.start()) + 1
        return "", 0


def _file(kind: Any) -> str:
    return str(getattr(sys.modules.get(kind.__module__), "__file__", "") or "")


def _annotated(kind: Any, attribute: str) -> bool:
    return attribute in getattr(kind, "__annotations__", {})


def _line_of(kind: Any, attribute: str) -> int:
    try:
        lines, first = inspect.getsourcelines(kind)
    except (OSError, TypeError):
        return 0
    for offset, line in enumerate(lines):
        if re.match(r"\s+(?:def\s+)?" + re.escape(attribute) + r"\s*[:=(]", line):
            return first + offset
    return 0


def _place_in_message(message: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The class that a mapper error speaks of, and the attribute if it names one."""
    names = re.findall(
        r"[Mm]apper\[(\w+)\(|class '(?:[\w.]+\.)?(\w+)'|on relationship (\w+)\.|property '?(\w+)\.", message
    )
    wanted = [name for group in names for name in group if name]
    for mapper in _mappers():
        kind = mapper.class_
        if kind.__name__ in wanted and _own(_file(kind), settings["workspace"]):
            attribute = re.search(kind.__name__ + r"\.(\w+)", message)
            line = _line_of(kind, attribute.group(1)) if attribute else 0
            return {"file": _file(kind), "line": line or Places(settings["workspace"])._class(kind)[1]}
    return {}


# The database


def _with_connection(url: str | None, use: Callable[[Any], None]) -> None:
    """Call ``use`` with a synchronous connection to the database, whatever drivers are installed."""
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    address, asynchronous = _address(url)
    if not asynchronous:
        engine = create_engine(address)
        with engine.connect() as connection:
            use(connection)
        engine.dispose()
        return
    from sqlalchemy.ext.asyncio import create_async_engine

    async def run() -> None:
        engine = create_async_engine(make_url(address))
        async with engine.connect() as connection:
            await connection.run_sync(use)
        await engine.dispose()

    asyncio.run(run())


def _address(url: str | None) -> tuple[Any, bool]:
    """An address with a driver that is installed, and whether the driver is asynchronous."""
    from sqlalchemy.engine import make_url

    address = make_url(url) if url else _own_address()
    backend = address.get_backend_name()
    if backend == "sqlite":
        return address.set(drivername="sqlite"), False
    if backend == "postgresql":
        for module, driver in _SYNC_DRIVERS:
            if _importable(module):
                return address.set(drivername=driver), False
        return address.set(drivername="postgresql+asyncpg"), True
    return address, bool(getattr(address.get_dialect(), "is_async", False))


def _own_address() -> Any:
    from sqlalchemy.engine import Engine

    for engine in gc.get_objects():
        if isinstance(engine, Engine):
            return engine.url
    raise LookupError("the target makes no engine when its models are imported")


def _importable(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


# The comparison


def _compare(connection: Any, metadatas: list[Any], places: Places, answer: dict[str, Any]) -> None:
    from sqlalchemy import inspect as inspect_database

    inspector = inspect_database(connection)
    found: set[tuple[str | None, str]] = set()
    modelled: set[tuple[str | None, str]] = set()
    for metadata in metadatas:
        for schema in {table.schema for table in metadata.tables.values()}:
            found.update((schema, name) for name in inspector.get_table_names(schema=schema))
            found.update((schema, name) for name in inspector.get_view_names(schema=schema))
    for metadata in metadatas:
        for table in metadata.tables.values():
            modelled.add((table.schema, table.name))
            if (table.schema, table.name) not in found:
                answer["differences"].append({"kind": "missing-table", "column": "", **places.table(table)})
                answer["differences"][-1]["columns"] = [_operation(column) for column in table.columns]
                continue
            _compare_columns(inspector, table, places, answer)
    answer["existing"] = sorted(name for _, name in found)
    answer["loose"] = sorted(name for schema, name in found - modelled if name != "alembic_version")
    answer["compared"] = True
    _compare_rest(connection, metadatas, places, answer)


def _compare_columns(inspector: Any, table: Any, places: Places, answer: dict[str, Any]) -> None:
    there = {column["name"]: column for column in inspector.get_columns(table.name, schema=table.schema)}
    for column in table.columns:
        real = there.pop(column.name, None)
        difference = {"column": column.name, **places.column(table, column), "operation": _operation(column)}
        if real is None:
            answer["differences"].append({"kind": "missing-column", **difference})
        elif bool(column.nullable) != bool(real.get("nullable", True)) and not column.primary_key:
            kind = "nullable-in-model" if column.nullable else "nullable-in-table"
            answer["differences"].append({"kind": kind, **difference})
    for name, real in there.items():
        required = (
            not real.get("nullable", True) and real.get("default") is None and real.get("autoincrement") is not True
        )
        kind = "unmapped-required-column" if required else "unmapped-column"
        answer["differences"].append({"kind": kind, "column": name, **places.table(table)})


def _operation(column: Any) -> str:
    """The column as a migration would write it."""
    keys = "".join(f", sa.ForeignKey({key.target_fullname!r})" for key in column.foreign_keys)
    primary = ", primary_key=True" if column.primary_key else ""
    return f"sa.Column({column.name!r}, sa.{column.type!r}{keys}{primary}, nullable={bool(column.nullable)})"


def _compare_rest(connection: Any, metadatas: Iterable[Any], places: Places, answer: dict[str, Any]) -> None:
    """Types, unique constraints, foreign keys and indexes, as the target's own Alembic sees them."""
    try:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext
    except ImportError:
        return
    for metadata in metadatas:

        def look(metadata: Any = metadata) -> None:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            for difference in _flat(compare_metadata(context, metadata)):
                _add_rest(difference, metadata, places, answer)

        answer["rest_errors"] = _attempt("compare", "", look)


def _flat(differences: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    for difference in differences:
        if isinstance(difference, list):
            yield from _flat(difference)
        else:
            yield difference


def _add_rest(difference: tuple[Any, ...], metadata: Any, places: Places, answer: dict[str, Any]) -> None:
    kind = difference[0]
    if kind == "modify_type":
        schema, table_name, column_name, real, wanted = (difference[at] for at in (1, 2, 3, 5, 6))
        table = metadata.tables.get(f"{schema}.{table_name}" if schema else table_name)
        if table is not None and column_name in table.columns:
            place = places.column(table, table.columns[column_name])
            text = f"{wanted!r} in the model, {real!r} in the table"
            answer["differences"].append({"kind": "type", "column": column_name, "detail": text, **place})
    elif kind in ("add_constraint", "add_fk", "add_index"):
        table = getattr(difference[1], "table", None)
        columns = [column.name for column in difference[1].columns] if table is not None else []
        if table is not None and not _known_missing(answer, table.fullname, columns):
            entry = {
                "kind": kind.replace("add_", "missing-"),
                "column": ", ".join(columns),
                **places.table(table),
            }
            answer["differences"].append({**entry, "detail": str(difference[1].name or "")})


def _known_missing(answer: dict[str, Any], table: str, columns: list[str]) -> bool:
    """The table or a column of it is missing anyway: what hangs on it needs no finding of its own."""
    return any(
        known["table"] == table
        and (known["kind"] == "missing-table" or (known["kind"] == "missing-column" and known["column"] in columns))
        for known in answer["differences"]
    )


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.path = [folder for folder in sys.path if folder != str(Path(__file__).resolve().parent)]
    Path(given["out"]).write_text(json.dumps(main(given), default=str), encoding="utf-8")
