"""Scratch databases: made for a run, reachable from its sandbox, gone with it."""

from __future__ import annotations

import contextlib
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from tools.errors import EnvironmentFault, ToolError
from tools.postgres import SUPERUSER, Cluster
from tools.sandbox.forward import Forward

if TYPE_CHECKING:
    import psycopg

_POSTGRES_PORT = 5432
_ANSWER_SECONDS = 20.0
_LONGEST_NAME = 63
_RESERVED = ("template0", "template1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A scratch database and how a target's code reaches it."""

    url: str
    name: str
    role: str = ""
    """Owner of the database, not a superuser."""
    password: str = ""
    host: str = ""
    """As the sandbox sees it."""
    port: int = 0
    socket_dir: Path | None = None
    """Folder of the server's Unix socket, outside the sandbox; None when it has none."""
    path: Path | None = None
    """The file of an SQLite database."""
    forward: Forward | None = None
    """What a shell needs so that ``url`` answers inside its sandbox; None for a file."""


class Postgres:
    """A Postgres server for scratch databases: the embedded one, or the operator's; a context manager."""

    def __init__(
        self,
        home: Path,
        url: str | None = None,
        templates: Path | None = None,
        patience: float = _ANSWER_SECONDS,
    ) -> None:
        """Start nothing yet.

        Args:
            home: folder for the embedded server.
            url: a server of the operator to use instead; its role must be able to create databases and roles.
            templates: folder for ready-made data folders of the embedded server.
            patience: seconds that the server may take until it answers.
        """
        self._patience = patience
        self._url = url
        self._cluster = Cluster(home, templates)
        self._made: list[Database] = []
        self._trusted: list[str] = []

    def __enter__(self) -> Postgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def embedded(self) -> bool:
        """Whether the server is our own."""
        return self._url is None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            EnvironmentFault: it does not.
        """
        if self.embedded and self._cluster.running:
            return
        if self.embedded:
            self._cluster.start()
        try:
            self._wait_until_it_answers()
        except EnvironmentFault:
            self._cluster.stop()
            raise

    def stop(self) -> None:
        """Drop what was made, and stop the server if it is ours."""
        if not self.embedded:
            for database in list(self._made):
                with contextlib.suppress(EnvironmentFault):
                    self.drop(database)
        self._made.clear()
        self._cluster.stop()

    def log(self, since: int = 0) -> str:
        """The server's log from a byte on; empty for a server that is not ours."""
        if not (self.embedded and self._cluster.running):
            return ""
        return self._cluster.log.read_bytes()[since:].decode("utf-8", "replace")

    def log_size(self) -> int:
        """Bytes in the log so far: what to give as ``since`` later."""
        return self._cluster.log.stat().st_size if self.embedded and self._cluster.running else 0

    def create(
        self,
        name: str,
        *,
        role: str | None = None,
        password: str | None = None,
        template: str | None = None,
    ) -> Database:
        """Make a database; one of that name on our own server is replaced.

        Args:
            name: on the operator's server a prefix makes it unique.
            role: its owner, made when missing; None makes one of the database's name.
            password: of the owner; None makes one up.
            template: name of a database to copy; nobody may be using it.

        Raises:
            ToolError: the name cannot be used.
            EnvironmentFault: the server refuses.
        """
        name = self._checked(name)
        role, password = role or name, password or secrets.token_urlsafe(12)
        with self._admin() as admin:
            self._make_role(admin, role, password)
            self._make_database(admin, name, role, template)
        return self._record(name, role, password)

    def clone(self, database: Database, name: str) -> Database:
        """Copy a database with the same owner."""
        return self.create(name, role=database.role, password=database.password, template=database.name)

    def drop(self, database: Database) -> None:
        """Remove a database and end its connections."""
        with self._admin() as admin:
            _execute(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)
            others = any(made.role == database.role and made.name != database.name for made in self._made)
            if not self.embedded and not others:
                _execute(admin, "DROP ROLE IF EXISTS {}", database.role)
        self._made = [made for made in self._made if made.name != database.name]

    def trust(self, role: str) -> None:
        """Let a role of our own server in without a password, as an address without one asks for."""
        if role in self._trusted:
            return
        self._trusted.append(role)
        rules = self._cluster.folder / "data" / "pg_hba.conf"
        quoted = '"' + role.replace('"', '""') + '"'
        lines = f"local all {quoted} trust\nhost all {quoted} 127.0.0.1/32 trust\n"
        rules.write_text(lines + rules.read_text("utf-8"), "utf-8")
        with self._admin() as admin:
            admin.execute("SELECT pg_reload_conf()")

    def _checked(self, name: str) -> str:
        if not name or "\0" in name or name in _RESERVED or len(name.encode()) > _LONGEST_NAME:
            raise ToolError(f"A scratch database cannot be called {name!r}")
        if self.embedded:
            return name
        return f"archwright_{secrets.token_hex(4)}_{name}"[:_LONGEST_NAME]

    def _make_role(self, admin: psycopg.Connection[Any], role: str, password: str) -> None:
        if role.startswith("pg_") or role == SUPERUSER or len(role.encode()) > _LONGEST_NAME:
            raise ToolError(f"A scratch role cannot be called {role!r}")
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        if known and not self.embedded:
            return
        verb = "ALTER" if known else "CREATE"
        # CREATEDB: what a target's own test runner makes here is ours, too
        _execute(admin, verb + " ROLE {} LOGIN NOSUPERUSER CREATEDB PASSWORD {}", role, literal=password)

    def _make_database(self, admin: psycopg.Connection[Any], name: str, role: str, template: str | None) -> None:
        if not self.embedded:
            _execute(admin, "GRANT {} TO CURRENT_USER", role)
        if template is not None:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            admin.execute(ended, (template,))
        _execute(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(admin, "CREATE DATABASE {} OWNER {} TEMPLATE {}", name, role, template or "template0")

    def _record(self, name: str, role: str, password: str) -> Database:
        host, port = self._address()
        socket_dir = self._cluster.socket_dir if self.embedded else None
        outside = socket_dir / f".s.PGSQL.{port}" if socket_dir else (host, port)
        database = Database(
            url=f"postgresql://{quote(role, '')}:{quote(password, '')}@{host}:{port}/{quote(name, '')}",
            name=name,
            role=role,
            password=password,
            host=host,
            port=port,
            socket_dir=socket_dir,
            forward=Forward(host=host, port=port, socket=outside),
        )
        self._made = [*(made for made in self._made if made.name != name), database]
        return database

    def _address(self) -> tuple[str, int]:
        if self._url is None:
            return "127.0.0.1", self._cluster.port
        parts = urlsplit(self._url)
        return parts.hostname or "127.0.0.1", parts.port or _POSTGRES_PORT

    @contextlib.contextmanager
    def _admin(self) -> Any:
        import psycopg

        try:
            with psycopg.connect(**self._credentials(), autocommit=True, connect_timeout=10) as connection:
                yield connection
        except psycopg.Error as error:
            raise EnvironmentFault(f"The Postgres server refuses: {str(error).strip()}") from error

    def _credentials(self) -> dict[str, Any]:
        if self._url is not None:
            return {"conninfo": re.sub(r"^[a-z]+\+?[a-z0-9]*://", "postgresql://", self._url)}
        return {
            "host": str(self._cluster.socket_dir),
            "port": self._cluster.port,
            "user": SUPERUSER,
            "password": self._cluster.password,
            "dbname": "template1",  # the one database that no target asks for
        }

    def _wait_until_it_answers(self) -> None:
        from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

        def hopeless(_: RetryCallState) -> bool:
            return self.embedded and not self._cluster.running

        patience = Retrying(
            retry=retry_if_exception_type(EnvironmentFault),
            wait=wait_fixed(0.02),
            stop=lambda state: hopeless(state) or stop_after_delay(self._patience)(state),
            reraise=True,
        )
        try:
            patience(self._greet)
        except EnvironmentFault as error:
            said = self._cluster.log.read_text("utf-8", "replace")[-2000:] if self.embedded else ""
            raise EnvironmentFault(f"{error}\n{said}".strip()) from error

    def _greet(self) -> None:
        with self._admin() as admin:
            admin.execute("SELECT 1")


class Scratch:
    """The scratch databases of one run; servers start when first needed. A context manager."""

    def __init__(self, state_dir: Path, postgres_url: str | None = None, templates: Path | None = None) -> None:
        """Make no database yet.

        Args:
            state_dir: folder of the run.
            postgres_url: a server of the operator (``ARCHWRIGHT_POSTGRES_URL``) instead of the embedded one.
            templates: folder for ready-made Postgres data folders; None is one beside ``state_dir``.
        """
        self.folder = state_dir / "scratch"
        """Holds the SQLite files: belongs in ``ShellSettings.writable``."""
        kept = templates or state_dir / "postgres-templates"
        self._embedded = Postgres(state_dir / "postgres", None, kept)
        self._general = Postgres(state_dir, postgres_url) if postgres_url else self._embedded

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def server(self) -> Postgres:
        """The server behind ``postgres``, for its log; not necessarily started."""
        return self._general

    def sqlite(self, name: str) -> Database:
        """A fresh, empty SQLite database: the file does not exist yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = (self.folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}.sqlite3").resolve()
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return Database(url=f"sqlite:///{path}", name=name, path=path)

    def postgres(self, name: str) -> Database:
        """A fresh, empty Postgres database with an owner of its own.

        Raises:
            EnvironmentFault: there is no server to be had.
        """
        self._general.start()
        return self._general.create(name)

    def clone(self, database: Database, name: str) -> Database:
        """A copy of a scratch Postgres database."""
        return self._general.clone(database, name)

    def drop(self, database: Database) -> None:
        """Remove a scratch database."""
        if database.path is not None:
            database.path.unlink(missing_ok=True)
        else:
            self._general.drop(database)

    def at_address(self, url: str) -> tuple[Database, Forward]:
        """A fresh database of the name, role and password of ``url``, answering at its host and port.

        Returns:
            the database, whose ``url`` is the one given, and what a sandboxed shell needs to reach it.

        Raises:
            ToolError: ``url`` is not a Postgres address that a scratch server can stand in for.
            EnvironmentFault: there is no server to be had.
        """
        parts = urlsplit(url)
        if not parts.scheme.startswith("postgres") or not parts.hostname:
            raise ToolError("Not the address of a Postgres server with a host: no scratch server can answer there")
        role = unquote(parts.username or "") or "postgres"
        name = unquote(parts.path.lstrip("/")) or role
        self._embedded.start()
        made = self._embedded.create(name, role=role, password=unquote(parts.password or "") or None)
        if not parts.password:
            self._embedded.trust(role)
        assert made.forward is not None
        forward = replace(made.forward, host=parts.hostname, port=parts.port or _POSTGRES_PORT)
        return replace(made, url=url, host=forward.host, port=forward.port, forward=forward), forward

    def close(self) -> None:
        """Drop the databases and stop our server."""
        self._general.stop()
        self._embedded.stop()


def _execute(admin: psycopg.Connection[Any], statement: str, *names: str, literal: str | None = None) -> None:
    """Run a statement whose ``{}`` are names, quoted, and last of all a literal if there is one."""
    from psycopg import sql

    parts: list[sql.Composable] = [sql.Identifier(name) for name in names]
    if literal is not None:
        parts.append(sql.Literal(literal))
    admin.execute(sql.SQL(statement).format(*parts))
