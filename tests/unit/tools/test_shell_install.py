from __future__ import annotations

import http.server
import socket
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.sandbox import bwrap, install
from tools.shell import Forward, Profile, Shell, ShellSettings

pytestmark = pytest.mark.skipif(bwrap.isolation().program is None, reason=bwrap.isolation().reason)
CONNECT = textwrap.dedent("""
    import os, socket, sys, urllib.parse
    proxy = urllib.parse.urlsplit(os.environ["https_proxy"])
    connection = socket.create_connection((proxy.hostname, proxy.port))
    connection.sendall(f"CONNECT {sys.argv[1]} HTTP/1.1\\r\\n\\r\\n".encode())
    print(connection.recv(9999).decode().splitlines()[0])
    connection.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    print(connection.recv(9999).decode().splitlines()[:1])
""")


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"{self.path} {self.headers['Connection']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"through for {self.path} as {self.headers['Proxy-Authorization']}".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    (tmp_path / "workspace").mkdir()
    settings = ShellSettings(root=tmp_path / "workspace", package_cache=tmp_path / "cache")
    with Shell(settings) as shell:
        yield shell


def connect_to(shell: Shell, address: str) -> str:
    return shell.run(["python3", "-c", CONNECT, address], profile=Profile.INSTALL).output


def test_an_install_command_runs_in_the_workspace_and_evidence_says_so(shell: Shell, tmp_path: Path) -> None:
    result = shell.run("pwd; touch x", profile=Profile.INSTALL)

    assert (result.exit_code, result.profile, result.sandboxed) == (0, "install", True)
    assert result.output == f"{tmp_path}/workspace\n"
    assert (tmp_path / "workspace" / "x").exists()


def test_package_caches_are_kept_and_are_of_install_commands_only(shell: Shell, tmp_path: Path) -> None:
    shell.run("mkdir -p $PIP_CACHE_DIR && touch $PIP_CACHE_DIR/kept", profile=Profile.INSTALL)

    again = shell.run("ls $PIP_CACHE_DIR", profile=Profile.INSTALL)
    offline = shell.run(f"env | grep -i -E 'proxy|cache_dir'; touch {tmp_path}/cache/x")

    assert again.output == "kept\n"
    assert "No such file" in offline.output
    assert "PIP_CACHE_DIR" not in offline.output
    assert "proxy" not in offline.output.lower()


def test_nothing_that_an_install_command_starts_outlives_it(shell: Shell) -> None:
    shell.run("setsid -f sleep 1357.9", profile=Profile.INSTALL)

    assert shell.reap() == []


def test_scratch_databases_do_not_answer_install_commands(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as database:
        forward = Forward(host="db", port=5432, socket=("127.0.0.1", database.getsockname()[1]))
        with Shell(ShellSettings(root=tmp_path, forwards=(forward,), package_cache=tmp_path / "c")) as shell:
            offline = shell.run("exec 3<>/dev/tcp/db/5432 && echo reached")
            installing = shell.run("exec 3<>/dev/tcp/127.0.1.1/5432 && echo reached", profile=Profile.INSTALL)

    assert offline.output == "reached\n"
    assert "reached" not in installing.output


def test_the_web_is_reached_through_the_proxy(shell: Shell, web: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_elsewhere", lambda _: True)  # the only web a test may count on is here
    monkeypatch.setattr(install, "_WEB_PORTS", frozenset({web}))
    proxied = "import os; del os.environ['no_proxy'], os.environ['NO_PROXY']"
    fetch = f"{proxied}; import urllib.request as u; print(u.urlopen('http://127.0.0.1:{web}/a?b=c').read().decode())"

    plain = shell.run(["python3", "-c", fetch], profile=Profile.INSTALL)
    tunnelled = connect_to(shell, f"127.0.0.1:{web}")

    assert plain.output == "/a?b=c close\n"
    assert tunnelled == "HTTP/1.1 200 Connection established\n['HTTP/1.0 200 OK']\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254"])
def test_the_proxy_does_not_lead_to_this_machine(
    shell: Shell, web: int, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_WEB_PORTS", frozenset({web}))

    assert "403 Forbidden" in connect_to(shell, f"{host}:{web}")


def test_the_proxy_does_not_lead_to_database_ports_anywhere(shell: Shell) -> None:
    assert "403 Forbidden" in connect_to(shell, "192.0.2.1:5432")


def test_the_machines_own_web_proxy_is_used_and_its_password_stays_outside(
    shell: Shell, web: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:pass@127.0.0.1:{web}")

    output = connect_to(shell, "packages.example:443")
    seen = shell.run("env", profile=Profile.INSTALL).output

    assert "200 Connection established" in output
    assert "user:pass" not in seen


def test_indexes_are_known_to_install_commands_without_their_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, wheels = tmp_path / "home", tmp_path / "wheels"
    (home / ".config" / "pip").mkdir(parents=True)
    wheels.mkdir()
    (wheels / "some.whl").touch()
    (home / ".npmrc").write_text("registry=https://npm.example/\n//npm.example/:_authToken=hunter2\nfund=false\n")
    (home / ".config/pip/pip.conf").write_text("[global]\nindex-url = https://me:hunter2@pip.example:8443/\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://me:hunter2@extra.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    script = f"cat ~/.npmrc ~/.config/pip/pip.conf; env; ls {wheels}"

    with Shell(ShellSettings(root=workspace, package_cache=tmp_path / "cache")) as shell:
        installing = shell.run(script, profile=Profile.INSTALL).output
        offline = shell.run(script).output

    assert "hunter2" not in installing
    for text in ("registry=https://npm.example/", "fund=false", "https://pip.example:8443/", "some.whl"):
        assert text in installing
    assert "PIP_EXTRA_INDEX_URL=https://extra.example/simple" in installing
    assert "example" not in offline
    assert 8443 in install.Proxy()._ports


def test_without_a_sandbox_an_install_command_still_runs(tmp_path: Path) -> None:
    with Shell(ShellSettings(root=tmp_path, sandbox=False)) as shell:
        result = shell.run("echo text", profile=Profile.INSTALL)

    assert (result.output, result.profile) == ("text\n", "unsandboxed")


def test_install_commands_unpack_on_disk_and_leave_nothing_there(tmp_path: Path) -> None:
    with Shell(ShellSettings(root=tmp_path, package_cache=tmp_path / "cache")) as shell:
        place = shell.run("mktemp -d", profile=Profile.INSTALL).output.strip()
        assert Path(place).is_dir()

    assert not Path(place).exists()


def test_an_install_inside_finds_files_and_servers_of_earlier_commands(tmp_path: Path) -> None:
    settings = ShellSettings(root=tmp_path, package_cache=tmp_path / "cache", installs_inside=True)
    with Shell(settings) as shell:
        port = shell.free_port()
        shell.run(f"echo kept > /tmp/note; python3 -m http.server {port} --bind 127.0.0.1 >/dev/null 2>&1 &")
        look = f"cat /tmp/note; for n in 1 2 3 4 5 6 7 8 9; do curl -sf http://127.0.0.1:{port}/ >/dev/null && break; "
        done = shell.run(look + "sleep 0.3; done && echo reached", profile=Profile.INSTALL)
    assert done.output.split() == ["kept", "reached"]


def test_an_install_apart_finds_neither(shell: Shell) -> None:
    shell.run("echo kept > /tmp/note")
    assert shell.run("cat /tmp/note", profile=Profile.INSTALL).exit_code == 1
