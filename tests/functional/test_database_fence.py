"""A Postgres server that nobody granted stays as it is, whatever the model's shell tries.

Each way of reaching it is shown to work where nothing fences it; then all of them are tried from a sandbox.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shlex
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tools import postgres as embedded
from tools.sandbox import bwrap
from tools.services import Scratch
from tools.shell import Profile, Shell, ShellSettings

SECRET = "the-one-secret-of-the-foreign-database"
ABSTRACT = "archwright-fence-{port}"
pytestmark = pytest.mark.skipif(bwrap.isolation().program is None, reason=bwrap.isolation().reason)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to reach the server, as a command with places to fill in."""

    name: str
    command: str
    proof: str = "row"
    """What it leaves behind where it works: a row, a file, the secret in its output, or a line in the log."""
    profile: Profile = Profile.OFFLINE
    unfenced: bool = True
    """Whether it works on any machine where nothing fences it; False needs a daemon that may be missing."""

    def fill(self, server: Foreign, scratch_url: str = "") -> str:
        sql = f"INSERT INTO attacks VALUES ('{self.name}')"
        raw = "".join(f"\\x{byte:02x}" for byte in _protocol(sql))
        words = {
            "psql": f"{embedded.programs() / 'psql'} -X -v ON_ERROR_STOP=1",
            "pg_dump": str(embedded.programs() / "pg_dump"),
            "sql": shlex.quote(sql),
            "raw": raw,
            "name": self.name,
            "scratch": scratch_url,
            "machine": _own_address(),
            "port": str(server.port),
            "socket": str(server.folder / "socket"),
            "abstract": ABSTRACT.format(port=server.port),
            "data": str(server.folder / "data"),
            "pid": str(server.pid),
        }
        text = self.command
        for word, value in words.items():
            text = text.replace("{" + word + "}", value)
        return text


CONNECT = "-U postgres -d precious -c {sql}"
SEND = "s.sendall(b'{raw}'); time.sleep(0.5); s.recv(9999)"
WAYS = [
    Way(name="ipv4", command="{psql} -h 127.0.0.1 -p {port} " + CONNECT),
    Way(name="localhost", command="{psql} -h localhost -p {port} " + CONNECT),
    Way(name="ipv6", command="{psql} -h ::1 -p {port} " + CONNECT),
    Way(name="any-address", command="{psql} -h 0.0.0.0 -p {port} " + CONNECT),
    Way(name="own-address", command="{psql} -h {machine} -p {port} " + CONNECT),
    Way(name="host-name", command="{psql} -h $(hostname) -p {port} " + CONNECT),
    Way(name="unix-socket", command="{psql} -h {socket} -p {port} " + CONNECT),
    Way(name="abstract-socket", command="{psql} -h @{abstract} -p {port} " + CONNECT),
    Way(name="url", command="{psql} postgresql://postgres@127.0.0.1:{port}/precious -c {sql}"),
    Way(
        name="environment",
        command="export PGHOST=127.0.0.1 PGPORT={port} PGUSER=postgres PGDATABASE=precious; {psql} -c {sql}",
    ),
    Way(
        name="pgpass-and-service",
        command="export HOME=$(mktemp -d); echo '*:*:*:*:x' > ~/.pgpass; chmod 600 ~/.pgpass; printf "
        "'[far]\\nhost=127.0.0.1\\nport={port}\\nuser=postgres\\ndbname=precious\\n' > ~/.pg_service.conf; "
        "{psql} service=far -c {sql}",
    ),
    Way(
        name="bash-dev-tcp",
        command="exec 3<>/dev/tcp/127.0.0.1/{port} && printf '{raw}' >&3 && sleep 0.5",
    ),
    Way(
        name="python-tcp",
        command='python3 -c "import socket, time; '
        "s = socket.create_connection(('127.0.0.1', {port})); " + SEND + '"',
    ),
    Way(
        name="python-unix",
        command='python3 -c "import socket, time; s = socket.socket(socket.AF_UNIX); '
        "s.connect('{socket}/.s.PGSQL.{port}'); " + SEND + '"',
    ),
    Way(name="perl-or-curl", command="(printf '{raw}'; sleep 0.5) | curl -s -m 3 telnet://127.0.0.1:{port}"),
    Way(name="new-session", command="setsid -f {psql} -h 127.0.0.1 -p {port} " + CONNECT + "; sleep 1"),
    Way(name="after-reaping", command="setsid bash -c 'sleep 1; {psql} -h {socket} -p {port} " + CONNECT.replace(
        "{sql}", "\"INSERT INTO attacks VALUES ('\"'\"'after-reaping'\"'\"')\"") + "' &"),
    Way(name="dump", command="{pg_dump} -h 127.0.0.1 -p {port} -U postgres precious", proof="secret"),
    Way(name="data-folder", command="touch {data}/attacked-{name}", proof="file"),
    Way(name="link-to-data", command="ln -sfn {data} link; touch link/attacked-{name}", proof="file"),
    Way(name="data-files", command="grep -rhoa " + SECRET + " {data}/base {data}/pg_wal", proof="secret"),
    Way(name="rules-file", command="echo '# attacked-{name}' >> {data}/pg_hba.conf", proof="rules"),
    Way(name="proc-root", command="touch /proc/{pid}/root{data}/attacked-{name}", proof="file"),
    Way(name="proc-cwd", command="touch /proc/{pid}/cwd/attacked-{name}", proof="file"),
    Way(name="root-of-server", command="chroot /proc/{pid}/root {psql} -h 127.0.0.1 -p {port} " + CONNECT),
    Way(name="nsenter", command="nsenter -t {pid} -a {psql} -h 127.0.0.1 -p {port} " + CONNECT),
    Way(name="nsenter-network", command="nsenter --net=/proc/{pid}/ns/net {psql} -h 127.0.0.1 -p {port} " + CONNECT),
    Way(name="unshare", command="unshare -m {psql} -h {socket} -p {port} " + CONNECT),
    Way(
        name="unshare-user",
        command="unshare -Urm sh -c 'umount -l /tmp; mount -o remount,rw /; {psql} -h {socket} -p {port} -U postgres "
        "-d precious -c \"INSERT INTO attacks VALUES (\\$\\$unshare-user\\$\\$)\"'",
    ),
    Way(name="signal", command="kill -HUP {pid}", proof="log"),
    Way(
        name="docker",
        command="curl -s -m 3 --unix-socket /var/run/docker.sock http://d/info; docker run --rm --net host -v "
        "{data}:/d busybox touch /d/attacked-{name}",
        proof="file",
        unfenced=False,
    ),
    Way(
        name="service-manager",
        command="systemd-run --wait touch {data}/attacked-{name} || busctl list; "
        "echo 'touch {data}/attacked-{name}' | at now",
        proof="file",
        unfenced=False,
    ),
    Way(
        name="device",
        command="mknod disk b $(stat -c '%Hd %Ld' /) && debugfs -w -R 'rm {data}/PG_VERSION' disk",
        proof="file",
        unfenced=False,
    ),
    Way(
        name="through-the-scratch-server",
        command="{psql} {scratch} -c \"COPY (SELECT 1) TO PROGRAM 'touch {data}/attacked-{name}'\"; "
        "{psql} {scratch} -c \"CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port={port} user=postgres "
        "dbname=precious' PUBLICATION p\"",
        proof="file",
        unfenced=False,
    ),
    Way(name="install-tcp", command="{psql} -h 127.0.0.1 -p {port} " + CONNECT, profile=Profile.INSTALL),
    Way(name="install-unix", command="{psql} -h {socket} -p {port} " + CONNECT, profile=Profile.INSTALL),
    Way(
        name="install-proxy",
        command='python3 -c "import os, socket, time, urllib.parse as u; '
        "p = u.urlsplit(os.environ.get('https_proxy', 'http://127.0.0.1:{port}')); "
        "s = socket.create_connection((p.hostname, p.port)); "
        "s.sendall(b'CONNECT {machine}:{port} HTTP/1.1\\r\\n\\r\\n') if p.port != {port} else None; "
        "time.sleep(0.5); " + SEND + '"',
        profile=Profile.INSTALL,
    ),
]  # fmt: skip


class Foreign:
    """A server outside that trusts everybody: only the fence is in the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder.chmod(0o755)
        for name in ("data", "socket"):
            (folder / name).mkdir()
            os.chown(folder / name, self.user.pw_uid, self.user.pw_gid)
        self._call("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 0.0.0.0/0 trust\nhost all all ::0/0 trust\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def start(self) -> None:
        sockets = f"{self.folder}/socket,@{ABSTRACT.format(port=self.port)}"
        settings = {"unix_socket_directories": sockets, "listen_addresses": "*", "autovacuum": "off", "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        options += ["-c", "log_connections=on"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(embedded.programs() / "postgres"),
                    "-D",
                    str(self.folder / "data"),
                    "-p",
                    str(self.port),
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._identity(),
            )
        deadline = time.monotonic() + 30
        while not self.log.rstrip().endswith("database system is ready to accept connections"):
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(timeout=30)
            self._process = None

    def connect(self, name: str = "precious") -> psycopg.Connection[tuple[str, ...]]:
        return psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=name, autocommit=True)

    def fill(self) -> None:
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE precious")
        with self.connect() as connection:
            connection.execute(
                "CREATE TABLE secrets AS SELECT %s::text AS text FROM generate_series(1, 1000)", (SECRET,)
            )
            connection.execute("CREATE TABLE attacks (name text)")
            connection.execute("VACUUM FREEZE")
            connection.execute("CHECKPOINT")

    def dump(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        with self.connect() as connection:
            secrets = connection.execute("SELECT text FROM secrets").fetchall()
            return secrets, connection.execute("SELECT name FROM attacks").fetchall()

    def digest(self) -> dict[str, str]:
        """Hash of each file of the stopped server that holds data or rules; start and stop move the others."""
        data = self.folder / "data"
        files = [*(data / "base").rglob("*"), *data.glob("*.conf"), data / "PG_VERSION"]
        hashes = {
            str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(files)
            if file.is_file()
        }
        return hashes | {"listing": " ".join(sorted(entry.name for entry in data.iterdir()))}

    def shows(self, way: Way, output: str, log_before: int) -> bool:
        """Whether a way left its proof."""
        if way.proof == "row":
            return (way.name,) in self.dump()[1]
        if way.proof == "file":
            return (self.folder / "data" / f"attacked-{way.name}").exists()
        if way.proof == "rules":
            return f"attacked-{way.name}" in (self.folder / "data" / "pg_hba.conf").read_text()
        if way.proof == "log":
            return "received SIGHUP" in self.log[log_before:]
        return SECRET in output

    def _identity(self) -> dict[str, object]:
        base: dict[str, object] = {"cwd": self.folder, "env": {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}}
        user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return base | (user if os.geteuid() == 0 else {})

    def _call(self, program: str, *arguments: str) -> None:
        argv = [str(embedded.programs() / program), *arguments]
        subprocess.run(argv, check=True, capture_output=True, **self._identity())


def _protocol(sql: str) -> bytes:
    """A connection in Postgres's own protocol: hello, one statement, good-bye."""
    names = b"user\0postgres\0database\0precious\0\0"
    query = sql.encode() + b"\0"
    hello = struct.pack("!II", len(names) + 8, 196_608) + names
    return hello + b"Q" + struct.pack("!I", len(query) + 4) + query + b"X" + struct.pack("!I", 4)


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing, asks the routing table
        except OSError:
            return "127.0.0.2"
        return str(probe.getsockname()[0])


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    yield from _foreign()


@pytest.fixture(scope="module")
def unfenced() -> Iterator[Foreign]:
    for server in _foreign():
        server.start()
        server.fill()
        yield server


def _foreign() -> Iterator[Foreign]:
    folder = Path(tempfile.mkdtemp(prefix="foreign-"))
    server = Foreign(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _settings(tmp_path: Path, *, sandbox: bool) -> ShellSettings:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    programs = tuple(embedded.program_folders(embedded.programs()))
    return ShellSettings(
        root=workspace,
        readable=programs,
        sandbox=sandbox,
        package_cache=tmp_path / "cache",
        installs_inside=True,  # as the model's shell of a run is
    )


@pytest.mark.parametrize("way", [way for way in WAYS if way.unfenced], ids=lambda way: way.name)
def test_where_nothing_fences_it_the_server_is_reached(way: Way, unfenced: Foreign, tmp_path: Path) -> None:
    if os.geteuid() != 0 and way.name in ("proc-root", "root-of-server", "nsenter", "nsenter-network", "unshare"):
        pytest.skip("takes root")
    before = len(unfenced.log)

    with Shell(_settings(tmp_path, sandbox=False)) as shell:
        result = shell.run(way.fill(unfenced), timeout=30)
        deadline = time.monotonic() + 10
        while not unfenced.shows(way, result.output, before) and time.monotonic() < deadline:
            time.sleep(0.1)

    assert unfenced.shows(way, result.output, before), result.output


def test_a_server_that_is_not_granted_stays_byte_identical(foreign: Foreign, tmp_path: Path) -> None:
    assert len(WAYS) > 20
    foreign.start()
    foreign.fill()
    dump = foreign.dump()
    for _ in range(2):  # the first stop and start after a change still move bytes
        foreign.stop()
        foreign.start()
    foreign.stop()
    before = foreign.digest()
    foreign.start()
    log_before = len(foreign.log)
    outputs = {}

    with Scratch(tmp_path / "state") as scratch, Shell(_settings(tmp_path, sandbox=True)) as shell:
        ours = scratch.postgres("ours")
        assert ours.forward is not None
        shell.update(forwards=(ours.forward,))
        assert shell.run(f"{embedded.programs() / 'psql'} {ours.url} -Atc 'SELECT 1'").output == "1\n"
        for way in WAYS:
            command = way.fill(foreign, ours.url)
            outputs[way.name] = shell.run(command, timeout=30, profile=way.profile).output
            shell.spawn(command)
        shell.reap()
        time.sleep(1.5)  # the way that waits for being forgotten waits one second

    assert foreign.log[log_before:] == ""
    foreign.stop()
    assert foreign.digest() == before
    assert [name for name, output in outputs.items() if SECRET in output] == []
    foreign.start()
    assert foreign.dump() == dump
