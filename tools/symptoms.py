"""What runtime errors of data layers and start-up mean: the rule they break, and what is right instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tools.traces import Trace

Area = Literal["data", "start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One kind of error, recognised by its text."""

    rule: str
    area: Area
    """data: the database, the session, a statement · start: imports, dependencies, configuration."""
    pattern: re.Pattern[str]
    """Searched in ``type: message``."""
    hint: str


def _data(rule: str, pattern: str, hint: str) -> Symptom:
    return Symptom(rule=rule, area="data", pattern=re.compile(pattern, re.IGNORECASE), hint=hint)


def _start(rule: str, pattern: str, hint: str) -> Symptom:
    return Symptom(rule=rule, area="start", pattern=re.compile(pattern), hint=hint)


SYMPTOMS = (
    _data(
        "missing-await",
        r"never awaited|'coroutine' object (?:has no attribute|is not|does not)|object Promise",
        "await the call where it is made",
    ),
    _data(
        "unknown-column",
        r"UndefinedColumn|no such column|column \S+ does not exist|Unknown column"
        r"|has no column named|ER_BAD_FIELD",
        "use a column that the schema has, or add the column and its migration",
    ),
    _data(
        "unknown-table",
        r"UndefinedTable|no such table|relation \S+ does not exist|Table '\S+' doesn't exist"
        r"|ER_NO_SUCH_TABLE",
        "create the table in a migration, and make sure that the schema is there before it is used",
    ),
    _data(
        "lazy-load-in-async",
        r"MissingGreenlet|greenlet_spawn has not been called",
        "load the relation in the query (selectinload), set expire_on_commit=False, or refresh what you need",
    ),
    _data(
        "detached-instance",
        r"DetachedInstanceError|is not bound to a Session",
        "read what the answer needs while the session is open, or load it eagerly",
    ),
    _data(
        "connection-shared",
        r"another operation is in progress|concurrent operations are not permitted"
        r"|provisioning a new connection",
        "one session per request, and one statement at a time on it",
    ),
    _data(
        "event-loop-mismatch",
        r"attached to a different loop|Event loop is closed",
        "create engine and pool in the loop that uses them (start-up hook, or a fixture of the same scope)",
    ),
    _data(
        "wrong-parameter-type",
        r"invalid input for query argument|DatatypeMismatch|invalid input syntax for|operator does not exist"
        r"|can't subtract offset-naive|IndeterminateDatatype|could not determine data type"
        r"|type '\w+' is not supported",
        "convert the value to the column's type before the query (numbers, ids, time zones)",
    ),
    _data(
        "wrong-parameter-count",
        r"bind message supplies|Incorrect number of bindings|SQLITE_RANGE|not all arguments converted",
        "each placeholder needs exactly one value: add clause and value together",
    ),
    _data(
        "sql-syntax",
        r"near \"[^\"]*\": syntax error|syntax error at or near|PostgresSyntaxError"
        r"|ER_PARSE_ERROR|unrecognized token",
        "mend the statement; build conditions with the query builder instead of text",
    ),
    _data(
        "constraint-violated",
        r"IntegrityError|NotNullViolation|UniqueViolation|ForeignKeyViolation|constraint failed"
        r"|duplicate key value"
        r"|violates (?:not-null|unique|foreign key|check)|SequelizeUniqueConstraint",
        "fill the column, or handle the conflict where the row is written",
    ),
    _data(
        "model-mapping",
        r"InvalidRequestError: (?:One or more mappers|When initializing mapper|Mapper )|NoForeignKeysError"
        r"|AmbiguousForeignKeysError|has no property|UnmappedInstanceError|UnmappedClassError"
        r"|NoReferencedTable",
        "name the related class, its foreign key and back_populates exactly as they are declared",
    ),
    _data(
        "unique-needed",
        r"The unique\(\) method must be invoked",
        "use selectinload for collections, or call .unique() on the result",
    ),
    _data(
        "session-misuse",
        r"InvalidRequestError|PendingRollbackError|ResourceClosedError|QueuePool limit"
        r"|TimeoutError: QueuePool",
        "one session per request, closed at its end; roll back after an error",
    ),
    _data(
        "database-error",
        r"(?:Operational|Programming|Interface|Internal|NotSupported|Data|Database)Error|SQLITE_ERROR"
        r"|sqlalchemy\.exc\.|asyncpg\.|psycopg2?\.|SequelizeDatabaseError|PrismaClientKnownRequestError",
        "",
    ),
    _start(
        "missing-module",
        r"ModuleNotFoundError|Cannot find module|ERR_MODULE_NOT_FOUND|Cannot find package",
        "declare the package in the manifest and install it, or mend the import",
    ),
    _start(
        "missing-package",
        r"is not installed, run|requires \"?\S+\"? to be installed|Please install|pip install"
        r"|python-multipart",
        "declare the package in the manifest and install it",
    ),
    _start(
        "missing-name",
        r"ImportError: cannot import name|does not provide an export named|NameError|ReferenceError",
        "define the name, or import it from where it is defined",
    ),
    _start(
        "missing-setting",
        r"ValidationError: \d+ validation errors? for \w*(?:Settings|Config)|ImproperlyConfigured"
        r"|KeyError: '[A-Z_]{4,}'",
        "give the setting a default that works for development",
    ),
    _start("syntax", r"SyntaxError|IndentationError", "mend the file so that it parses"),
)


def symptom_of(trace: Trace) -> Symptom | None:
    """The first symptom that the trace, or what it was raised from, shows."""
    for one in (trace, *reversed(trace.causes)):
        found = symptom_in(one.text)
        if found is not None:
            return found
    return None


def symptom_in(text: str) -> Symptom | None:
    """The first symptom that the text shows."""
    return next((symptom for symptom in SYMPTOMS if symptom.pattern.search(text)), None)


def headline(trace: Trace, limit: int = 240) -> str:
    """The error in one line: the driver's own words rather than their wrapping."""
    first, *rest = trace.message.splitlines() or [""]
    inner = re.match(r"\((?:[\w.]+\.)?(\w+)\) (.*)", first)
    name = trace.type.rpartition(".")[2]
    text = f"{inner[1]}: {inner[2]}" if inner else f"{name}: {first}" if first else name
    detail = next((line for line in rest if line.startswith(("DETAIL:", "[SQL:"))), "")
    return f"{text} {detail}".strip()[:limit]
