"""Reference applications as servers: fresh databases, restarts, and nothing left however we end."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.ground import serving
from evals.ground.references import assemble, load
from evals.ground.rows import Tree
from evals.ground.serving import Application, BootFailure, Ground
from tests.support.sources import ROOT
from tests.unit.evals.ground_toys import python_toy

CACHE = ROOT / ".cache/tests/ground"
OUTLIVED = """
import signal, sys, time
from pathlib import Path
from evals.ground.serving import Ground
from tests.unit.evals.test_ground_serving import assembled

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a suite runs in the background
home, end = Path(sys.argv[1]), sys.argv[2]
with Ground(Path(sys.argv[3])) as ground, ground.database("postgres") as database:
    with assembled(ground, home).served(ground) as (application, _):
        print(application.port, database.port, flush=True)
        if end == "raise":
            raise RuntimeError
        time.sleep(60)
"""


def assembled(ground: Ground, home: Path, *changes: tuple[str, str]) -> Tree:
    reference = load(python_toy(home, *changes))
    folder = ground.place("tree")
    assemble(reference, "sqlite", folder)
    environment = ground.environments.provide(reference, folder)
    return Tree(reference=reference, database="sqlite", folder=folder, environment=environment)


@pytest.fixture
def ground() -> Iterator[Ground]:
    with Ground(CACHE) as made:
        yield made


def ask(port: int, method: str, path: str, body: object = None) -> object:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, None if body is None else json.dumps(body))
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def refuses(port: int) -> bool:
    """Whether nothing listens any more, within some seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            ask(port, "GET", "/health")
        except ConnectionRefusedError:
            return True
        except (OSError, ValueError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("kill", [False, True])
def test_a_restart_keeps_data_address_and_secret(ground: Ground, tmp_path: Path, kill: bool) -> None:
    with assembled(ground, tmp_path, ('"status": "ok"', '"status": os.environ["JWT_SECRET"]')).served(ground) as (
        application,
        _,
    ):
        before = (application.base_url, ask(application.port, "GET", "/health"))
        ask(application.port, "POST", "/notes", {"text": "kept"})
        application.restart(kill)

        assert (application.base_url, ask(application.port, "GET", "/health")) == before
        assert ask(application.port, "GET", "/notes") == {"items": [{"id": 1, "text": "kept"}]}
        assert application.log.count("ready") == 2


def test_a_server_that_is_killed_gets_no_last_word(ground: Ground, tmp_path: Path) -> None:
    parting = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), os._exit(0)))\nrun("
    changed = ('run("CREATE', f'{parting}"CREATE')
    with assembled(ground, tmp_path, changed).served(ground) as (application, _):
        application.restart(kill=True)
        assert "bye" not in application.log

        application.restart()
        assert application.log.count("bye") == 1
        assert application.log.count("ready") == 3


@pytest.mark.parametrize("kill", [False, True])
def test_a_server_is_asked_to_stop_unless_it_is_to_be_killed(ground: Ground, tmp_path: Path, kill: bool) -> None:
    goodbye = 'import signal; signal.signal(15, lambda *_: (print("bye", flush=True), os._exit(0)))'
    tree = assembled(ground, tmp_path, ('print("ready", flush=True)', goodbye))
    with tree.served(ground) as (application, _), tree.served(ground) as (other, _):
        application.restart(kill)

        assert ("bye" in application.log) is not kill
        assert ask(other.port, "GET", "/notes") == {"items": []}
        assert other.log == ""


def test_each_run_has_an_empty_database(ground: Ground, tmp_path: Path) -> None:
    tree = assembled(ground, tmp_path)
    with tree.served(ground) as (first, _):
        ask(first.port, "POST", "/notes", {"text": "first"})
        with tree.served(ground) as (second, _):
            assert second.port != first.port
            assert ask(second.port, "GET", "/notes") == {"items": []}
    assert refuses(first.port)
    assert refuses(second.port)


def test_a_server_that_ends_at_its_start_says_what_it_printed(ground: Ground, tmp_path: Path) -> None:
    tree = assembled(ground, tmp_path, ('print("ready", flush=True)', 'raise SystemExit("no luck")'))

    with pytest.raises(BootFailure, match="ended with 1: no luck"), tree.served(ground):
        pass


def test_a_server_that_never_gets_ready_is_given_up(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_READY_SECONDS", 4.0)
    tree = assembled(ground, tmp_path, ('self.answer(200, {"status"', 'self.answer(503, {"status"'))

    with pytest.raises(BootFailure, match="not ready within 4 s .GET /health answers 503"), tree.served(ground):
        pass


def test_a_port_that_somebody_took_meanwhile_is_changed(ground: Ground, tmp_path: Path) -> None:
    tree = assembled(ground, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other, ground.database("sqlite") as database:
        application = Application(tree.reference, tree.folder, tree.environment, database.url)
        application.port = taken = other.getsockname()[1]
        with application:
            assert application.port != taken
            assert ask(application.port, "GET", "/notes") == {"items": []}


@pytest.mark.parametrize("end", ["raise", "SIGTERM", "SIGINT", "SIGKILL"])
def test_nothing_is_left_however_we_end(tmp_path: Path, end: str) -> None:
    command = [sys.executable, "-c", OUTLIVED, str(tmp_path), end, str(CACHE)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        ports = [int(word) for word in process.stdout.readline().split()]
        if end != "raise":
            process.send_signal(signal.Signals[end])
        process.wait(timeout=20)

    assert len(ports) == 2
    assert [port for port in ports if not refuses(port)] == []
