"""Variables that carry database addresses, and the values they get on scratch databases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from framework_profiles.loader import load_all

SCRATCH = "postgres"
FILE = "sqlite"
ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*$")
SECRET = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|_PASS$|API_?KEY|PRIVATE|CREDENTIAL|_KEY$|DSN$|SALT)", re.I)
_URL = re.compile(r"^([a-z][a-z0-9]*)(\+[a-z0-9_]+)?://", re.I)
_URL_NAME = re.compile(
    r"(DATABASE|DB|POSTGRES|POSTGRESQL|PG|SQL|SQLALCHEMY|SQLITE)\w*(URL|URI|DSN)$|^(DATABASE|DB)(_?CONNECTION(_STRING)?)?$",
    re.I,
)
_PART_NAME = re.compile(
    r"^(?:\w+_)??(?P<kind>DB|DATABASE|POSTGRES|POSTGRESQL|PG|SQL)_?"
    r"(?P<part>HOST|SERVER|HOSTNAME|PORT|USER|USERNAME|PASSWORD|PASS|NAME|DBNAME|DB|DATABASE)$",
    re.I,
)
_PARTS = {
    "host": "postgres_host", "server": "postgres_host", "hostname": "postgres_host", "port": "postgres_port",
    "user": "postgres_user", "username": "postgres_user", "password": "postgres_password",
    "pass": "postgres_password", "name": "postgres_name", "dbname": "postgres_name", "db": "postgres_name",
    "database": "postgres_name",
}  # fmt: skip
_FILE_NAME = re.compile(r"(DB|DATABASE|SQLITE)_?(PATH|FILE|FILENAME|LOCATION)$", re.I)
_KEPT_QUERY = re.compile(r"(schema|connection_limit|pool_timeout|charset)=[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that the application reads or that a file sets."""

    name: str
    value: str | None
    """As written; None when only the name is known."""
    path: str
    line: int
    required: bool = False
    """Read without a default."""
    database: bool = False
    """Known to hold a database address whatever its name (read by the data layer's own configuration)."""


def read_assignments(text: str, path: str) -> list[Variable]:
    """The variables of a ``.env`` file; quotes are taken off."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = ASSIGNMENT.match(line)
        if match:
            found.append(Variable(name=match.group(1), value=_unquote(match.group(2)), path=path, line=number))
    return found


def placeholder_for(variable: Variable, kind: str | None, scheme: str | None) -> str | None:
    """The value on a scratch database, None when the variable carries no database address.

    Args:
        variable: Name and written value.
        kind: Database of the application, as named by its profile; decides where the value is silent.
        scheme: URL scheme with driver part to use where no URL is written.
    """
    value = variable.value or ""
    family = family_of(value)
    if family == SCRATCH:
        return _postgres_url(value)
    if family == FILE:
        return _sqlite_url(value)
    if family is not None:
        return None
    if not value and (_URL_NAME.search(variable.name) or variable.database):
        return _url_by_kind(kind, scheme)
    if _FILE_NAME.search(variable.name) and kind in (FILE, None) and "://" not in value:
        return "{sqlite_path}"
    return _part(variable, kind)


def family_of(value: str) -> str | None:
    """Name of the database profile of a URL; None when the value is no database URL."""
    match = _URL.match(value)
    if match:
        found = load_all().database_of_scheme(match.group(1))
        return found.name if found else None
    if re.match(r"file:[^/]|file:/(?!/)|sqlite:", value):
        return FILE
    return None


def mask(variable: Variable) -> str:
    """The value with secrets and foreign addresses replaced, of the same shape so that programs accept it."""
    value = variable.value or ""
    match = _URL.match(value)
    if match and (match.group(1).lower() not in ("http", "https") or "@" in value):
        return _local_url(value)
    if value and SECRET.search(variable.name):
        filler = "archwright-placeholder-0123456789abcdefghijklmnopqrstuvwxyz-"
        return (filler * (len(value) // len(filler) + 1))[: max(len(value), 8)]
    return value


def carried_text(text: str, values: Mapping[str, str]) -> str:
    """A ``.env`` file with the given values in place, in the order of the file.

    Comments and the rest of values over several lines stay behind: they may hold what must not travel.
    """
    names = [match.group(1) for match in map(ASSIGNMENT.match, text.splitlines()) if match]
    return "".join(f"{name}={_quote(values[name])}\n" for name in dict.fromkeys(names) if name in values)


def database_urls(text: str) -> Iterator[tuple[str, int]]:
    """Literal database URLs in source or configuration, with their line."""
    for match in re.finditer(r"[a-z][a-z0-9]*(?:\+[a-z0-9_]+)?://[^\s'\"`<>{}()]+", text, re.I):
        if family_of(match.group()) is not None:
            yield match.group(), text.count("\n", 0, match.start()) + 1


def _postgres_url(value: str) -> str:
    scheme = value.split("://", 1)[0]
    kept = "&".join(m.group() for m in _KEPT_QUERY.finditer(value.partition("?")[2]))
    return f"{scheme}://{{postgres_address}}" + (f"?{kept}" if kept else "")


def _sqlite_url(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    if not separator:
        return f"{value.partition(':')[0]}:{{sqlite_path}}"
    return f"{scheme}:///{{sqlite_path}}"


def _url_by_kind(kind: str | None, scheme: str | None) -> str | None:
    if kind == SCRATCH:
        return f"{scheme or 'postgresql'}://{{postgres_address}}"
    if kind == FILE:
        return f"{scheme}:///{{sqlite_path}}" if scheme else "file:{sqlite_path}"
    return None


def _part(variable: Variable, kind: str | None) -> str | None:
    match = _PART_NAME.match(variable.name)
    if match is None:
        return None
    certain = match.group("kind").lower().startswith(("pg", "postgres"))
    if not certain and kind != SCRATCH:
        return "{sqlite_path}" if kind == FILE and match.group("part").lower() in ("name", "database") else None
    return "{" + _PARTS[match.group("part").lower()] + "}"


def _local_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, f"127.0.0.1{port}", parts.path, "", ""))


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] in "'\"":
        return value[1:].split(value[0])[0]
    return re.split(r"\s+#", value)[0].strip()


def _quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s#]", value) else value
