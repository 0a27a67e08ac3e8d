from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools import postgres as server_module
from tools.errors import EnvironmentFault, ToolError
from tools.postgres import Cluster
from tools.sandbox import bwrap, processes
from tools.services import Database, Postgres, Scratch
from tools.shell import Forward, Shell, ShellSettings

REPOSITORY = Path(__file__).parents[3]
PSQL = server_module.programs() / "psql"
needs_bwrap = pytest.mark.skipif(bwrap.isolation().program is None, reason=bwrap.isolation().reason)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres"), templates=templates) as postgres:
        yield postgres


@pytest.fixture
def scratch(tmp_path: Path, templates: Path) -> Iterator[Scratch]:
    with Scratch(tmp_path / "state", templates=templates) as scratch:
        yield scratch


def ask(database: Database, query: str) -> Any:
    with psycopg.connect(database.url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchone() if cursor.description else None


def shell_with(tmp_path: Path, *forwards: Forward) -> Shell:
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    programs = tuple(server_module.program_folders(server_module.programs()))
    return Shell(ShellSettings(root=workspace, forwards=forwards, readable=programs))


class TestPostgres:
    def test_a_database_belongs_to_a_role_of_its_own_that_is_no_superuser(self, postgres: Postgres) -> None:
        database = postgres.create("owned")

        ask(database, "CREATE TABLE t (i int)")

        assert ask(database, "SELECT current_user, current_database()") == ("owned", "owned")
        assert ask(database, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'owned'") == (False, True)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(database, "COPY t TO PROGRAM 'cat'")

    def test_a_wrong_password_is_refused_over_tcp_and_socket(self, postgres: Postgres) -> None:
        database = postgres.create("guarded")

        for host in (database.host, str(database.socket_dir)):
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(host=host, port=database.port, user="guarded", password="x", dbname="guarded")

    def test_a_clone_has_what_the_template_has_and_nothing_in_common(self, postgres: Postgres) -> None:
        original = postgres.create("original")
        ask(original, "CREATE TABLE t AS SELECT 1 AS i")
        idle = psycopg.connect(original.url)

        clone = postgres.clone(original, "copy")
        ask(clone, "INSERT INTO t VALUES (2)")

        assert ask(clone, "SELECT count(*) FROM t") == (2,)
        assert ask(original, "SELECT count(*) FROM t") == (1,)
        idle.close()

    def test_making_a_database_again_empties_it_and_drop_removes_it(self, postgres: Postgres) -> None:
        ask(postgres.create("again"), "CREATE TABLE t (i int)")

        database = postgres.create("again")
        assert ask(database, "SELECT to_regclass('t')") == (None,)
        postgres.drop(database)

        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            ask(database, "SELECT 1")

    @pytest.mark.parametrize("name", ["Mixed Case", 'quo"te', "ünïcode", "drop table; --", "user"])
    def test_unusual_names_are_names(self, postgres: Postgres, name: str) -> None:
        database = postgres.create(name)

        assert ask(database, "SELECT current_database()") == (name,)

    @pytest.mark.parametrize(
        ("name", "role"),
        [("", None), ("template1", None), ("x" * 64, None), ("a", "pg_a"), ("a", server_module.SUPERUSER)],
    )
    def test_names_that_cannot_be_used_are_the_callers_mistake(
        self, postgres: Postgres, name: str, role: str | None
    ) -> None:
        with pytest.raises(ToolError):
            postgres.create(name, role=role)

    def test_the_log_tells_what_failed_since_a_moment(self, postgres: Postgres) -> None:
        database = postgres.create("logged")
        mark = postgres.log_size()

        with pytest.raises(psycopg.Error):
            ask(database, "SELECT wrong_column FROM pg_class")

        log = postgres.log(since=mark)
        assert 'column "wrong_column" does not exist' in log
        assert "STATEMENT:  SELECT wrong_column FROM pg_class" in log
        assert "@logged" in log

    def test_another_server_can_be_used_and_is_left_as_it_was(self, postgres: Postgres, tmp_path: Path) -> None:
        operator = postgres.create("operator")
        with postgres._admin() as admin:
            admin.execute("ALTER ROLE operator CREATEROLE")
            before = admin.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()

        with Postgres(tmp_path, url=operator.url) as other:
            database = other.create("operator")
            ask(database, "CREATE TABLE t (i int)")
            copy = other.clone(database, "copied")
            assert ask(copy, "SELECT to_regclass('t')::text") == ("t",)
            assert database.name != "operator"
            assert database.forward is not None
            assert database.forward.socket == (operator.host, operator.port)

        with postgres._admin() as admin:
            assert admin.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall() == before
            assert admin.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE 'archwright\\_%\\_%'").fetchall() == []

    def test_a_server_that_does_not_answer_is_an_environment_fault(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentFault, match="refuse"):
            Postgres(tmp_path, url="postgresql://u@127.0.0.1:1/x", patience=0.1).start()


class TestCluster:
    def test_stop_leaves_neither_process_nor_file(self, tmp_path: Path, templates: Path) -> None:
        with Postgres(tmp_path, templates=templates) as postgres:
            folder = postgres._cluster.folder
            assert folder.exists()

        assert not folder.exists()
        assert not [pid for pid in processes.table() if str(folder) in processes.name(pid)]

    def test_the_server_does_not_run_as_root(self, postgres: Postgres) -> None:
        folder = postgres._cluster.folder
        uids = {Path(f"/proc/{pid}").stat().st_uid for pid in processes.table() if str(folder) in processes.name(pid)}

        assert uids
        assert 0 not in uids
        assert (folder / "data").stat().st_mode & 0o077 == 0

    def test_a_folder_that_the_server_cannot_reach_or_name_is_replaced(self, tmp_path: Path, templates: Path) -> None:
        closed, deep = tmp_path / "closed" / "home", tmp_path / ("x" * 100) / "home"
        closed.mkdir(parents=True)
        (tmp_path / "closed").chmod(0o700)

        with Postgres(deep, templates=templates) as one, Postgres(closed, templates=templates) as other:
            assert ask(one.create("a"), "SELECT 1") == (1,)
            assert ask(other.create("b"), "SELECT 1") == (1,)
            assert (tmp_path / "closed").stat().st_mode & 0o777 == 0o700

    def test_programs_out_of_reach_are_copied(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root's server runs as somebody else")
        closed = tmp_path / "closed"
        installed = server_module.programs()
        for folder in server_module.program_folders(installed):
            shutil.copytree(folder, closed / folder.relative_to(installed.parents[2]), symlinks=True)
        closed.chmod(0o700)
        unreachable = closed / installed.relative_to(installed.parents[2])
        monkeypatch.setattr(server_module, "programs", lambda: unreachable)
        home = Path(tempfile.mkdtemp())
        home.chmod(0o755)

        with Postgres(home) as postgres:
            assert ask(postgres.create("a"), "SELECT 1") == (1,)
        home.rmdir()

    def test_killing_us_ends_the_server_and_the_next_start_removes_its_files(
        self, tmp_path: Path, templates: Path
    ) -> None:
        home = Path(tempfile.mkdtemp())
        home.chmod(0o755)
        script = textwrap.dedent(f"""
            import sys, time
            from pathlib import Path
            sys.path.insert(0, {str(REPOSITORY)!r})
            from tools.services import Postgres
            postgres = Postgres(Path({str(home)!r}), templates=Path({str(templates)!r}))
            postgres.start()
            print(postgres._cluster.folder, flush=True)
            time.sleep(1000)
        """)
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as ours:
            assert ours.stdout is not None
            folder = Path(ours.stdout.readline().strip())
            assert folder.is_dir()
            ours.send_signal(signal.SIGKILL)

        deadline = time.monotonic() + 20
        while any(str(folder) in processes.name(pid) for pid in processes.table()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with Postgres(home, templates=templates):
            assert not folder.exists()
        shutil.rmtree(home)

    def test_a_server_that_cannot_start_says_what_it_printed(
        self, tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(server_module._SETTINGS, "shared_buffers", "nonsense")

        with pytest.raises(EnvironmentFault, match="nonsense"):
            Postgres(tmp_path, templates=templates).start()

    def test_a_folder_of_a_stopped_cluster_cannot_be_had(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentFault, match="not running"):
            _ = Cluster(tmp_path).folder


class TestScratch:
    def test_sqlite_databases_are_fresh_files_in_a_folder_of_their_own(self, scratch: Scratch) -> None:
        database = scratch.sqlite("first/../one")
        assert database.path is not None
        with sqlite3.connect(database.path) as connection:
            connection.execute("CREATE TABLE t (i int)")
        connection.close()

        again = scratch.sqlite("first/../one")

        assert again.path == database.path
        assert again.url == f"sqlite:///{again.path}"
        assert not database.path.exists()
        assert database.path.parent == scratch.folder.resolve()

    @needs_bwrap
    def test_the_database_answers_inside_a_sandbox_under_its_url(self, scratch: Scratch, tmp_path: Path) -> None:
        database = scratch.postgres("app")
        assert database.forward is not None

        with shell_with(tmp_path, database.forward) as shell:
            result = shell.run([str(PSQL), database.url, "-Atc", "SELECT current_user"])
            ask(database, "CREATE TABLE seen_from_outside (i int)")
            later = shell.run([str(PSQL), database.url, "-Atc", "SELECT count(*) FROM seen_from_outside"])

        assert (result.output, later.output) == ("app\n", "0\n")

    @needs_bwrap
    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://conduit:s%40crt@localhost:5432/realworld",
            "postgresql+asyncpg://app:app@db.internal:5433/app",
            "postgres://postgres:postgres@10.20.30.40/postgres",
            "postgresql://nobody@db/nobody",
            "postgresql://127.0.0.1/onlyname",
        ],
    )
    def test_a_scratch_server_answers_at_the_very_address_that_is_named(
        self, scratch: Scratch, tmp_path: Path, url: str
    ) -> None:
        database, forward = scratch.at_address(url)
        plain = url.replace("+asyncpg", "")
        if "@" not in plain:
            plain = plain.replace("//", "//postgres@")

        with shell_with(tmp_path, forward) as shell:
            result = shell.run(
                [
                    str(PSQL),
                    plain,
                    "-Atc",
                    "SELECT current_user, current_database(), count(*) FROM pg_tables WHERE schemaname = 'public'",
                ]
            )

        assert result.output == f"{database.role}|{database.name}|0\n"
        assert database.url == url

    @needs_bwrap
    def test_two_named_servers_share_a_port(self, scratch: Scratch, tmp_path: Path) -> None:
        _, one = scratch.at_address("postgresql://a:a@one:5432/a")
        _, other = scratch.at_address("postgresql://b:b@other:5432/b")

        with shell_with(tmp_path) as shell:
            before = shell.run([str(PSQL), "postgresql://a:a@one:5432/a", "-Atc", "SELECT 1"])
            shell.update(forwards=(one, other))
            after = shell.run(
                f"{PSQL} postgresql://a:a@one/a -Atc 'SELECT 1'; {PSQL} postgresql://b:b@other/b -Atc 'SELECT 2'"
            )
            shell.update(forwards=())
            closed = shell.run([str(PSQL), "postgresql://a:a@127.0.1.1:5432/a", "-Atc", "SELECT 1"])

        assert "could not translate host name" in before.output
        assert after.output == "1\n2\n"
        assert "refused" in closed.output

    @needs_bwrap
    def test_a_granted_server_is_reached_over_tcp(self, scratch: Scratch, tmp_path: Path) -> None:
        database = scratch.postgres("granted")

        with shell_with(
            tmp_path, Forward(host="granted.example", port=5999, socket=("127.0.0.1", database.port))
        ) as shell:
            url = f"postgresql://granted:{database.password}@granted.example:5999/granted"
            result = shell.run([str(PSQL), url, "-Atc", "SELECT current_user"])

        assert result.output == "granted\n"

    def test_without_a_sandbox_the_url_answers_as_it_is_and_other_hosts_cannot(
        self, scratch: Scratch, tmp_path: Path
    ) -> None:
        database = scratch.postgres("bare")
        _, elsewhere = scratch.at_address("postgresql://a:a@one:5432/a")
        assert database.forward is not None
        settings = ShellSettings(root=tmp_path, forwards=(database.forward,), sandbox=False)

        with Shell(settings) as shell:
            assert shell.run([str(PSQL), database.url, "-Atc", "SELECT 1"]).output == "1\n"
        with (
            Shell(ShellSettings(root=tmp_path, forwards=(elsewhere,), sandbox=False)) as shell,
            pytest.raises(EnvironmentFault, match="at one"),
        ):
            shell.run("true")

    @pytest.mark.parametrize("url", ["mysql://u@h/x", "postgresql:///x", "words"])
    def test_only_postgres_addresses_with_a_host_can_be_stood_in_for(self, scratch: Scratch, url: str) -> None:
        with pytest.raises(ToolError):
            scratch.at_address(url)

    @needs_bwrap
    def test_much_data_passes_both_ways(self, scratch: Scratch, tmp_path: Path) -> None:
        database = scratch.postgres("bulk")
        assert database.forward is not None
        copy = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT"

        with shell_with(tmp_path, database.forward) as shell:
            result = shell.run(
                f"export U={database.url}; {PSQL} $U -qc 'CREATE TABLE t (x text)' && {PSQL} $U -qc \"{copy}\" "
                f"| {PSQL} $U -qc 'COPY t FROM STDIN' && {PSQL} $U -Atc 'SELECT count(*), sum(length(x)) FROM t'"
            )

        assert result.output == "20000|20000000\n"
