"""Servers that start, and the many ways in which they do not."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from tools.probes.boot import boot
from tools.probes.context import GateLimits

LIMITS = GateLimits(boot=3.0, stop=0.5)
SERVER = """
import http.server, os, signal, sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = STATUS if self.path == "/health" else 404
        self.send_response(status)
        self.end_headers()

    def log_message(self, *args):
        pass


STATUS = 200
PORT = int(sys.argv[1])
# before
http.server.HTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
"""


@pytest.fixture
def start(empty):
    """Write the server, changed as asked for, and boot it."""

    def go(before="", *, command="python server.py {port}", health="/health", changed=("", "")):
        text = SERVER.replace(*changed) if changed[0] else SERVER
        empty.write("server.py", text.replace("# before", textwrap.dedent(before)))
        empty.target = replace(empty.target, start=command, health=health)
        return boot(empty.runtime(), lambda port: {}, LIMITS)

    return go


def rules(result):
    return [(finding.rule, str(finding.severity)) for finding in result.findings]


def test_a_server_that_answers_its_health_path_is_healthy(start):
    result = start()

    assert result.healthy
    assert result.findings == ()
    assert result.reason.startswith("answers 200 on port ")
    assert result.evidence[0].command.startswith("python server.py ")


def test_without_a_health_path_any_answer_will_do(start):
    result = start(health=None)

    assert result.healthy
    assert "answers 404" in result.reason


def test_the_port_can_come_from_the_environment(start):
    result = start(command="python server.py", changed=("int(sys.argv[1])", 'int(os.environ["PORT"])'))

    assert result.healthy


def test_a_server_that_ends_at_once_is_red_at_the_line_that_raised(start):
    result = start("import settings_that_nobody_wrote")

    (finding,) = result.findings
    assert not result.healthy
    assert (finding.rule, finding.path, finding.line) == ("boot-fails", "server.py", 17)
    assert "No module named 'settings_that_nobody_wrote'" in finding.message
    assert "declare the package" in finding.hint


def test_a_server_that_never_answers_is_red_with_what_it_printed(start):
    result = start("import time; print('waiting for the broker: error', flush=True); time.sleep(60)")

    (finding,) = result.findings
    assert finding.rule == "boot-unhealthy"
    assert "nothing answered on http://127.0.0.1:" in finding.message
    assert "waiting for the broker" in finding.message


def test_a_server_whose_health_path_fails_is_red(start):
    result = start("STATUS = 503")

    assert rules(result) == [("boot-unhealthy", "error")]
    assert "answers 503" in result.findings[0].message


def test_a_server_that_ignores_sigterm_is_ended_with_a_warning(start):
    result = start("signal.signal(signal.SIGTERM, signal.SIG_IGN)")

    assert result.healthy
    assert rules(result) == [("ignores-sigterm", "warning")]


def test_a_second_listener_on_the_same_port_is_named(start):
    result = start('first = http.server.HTTPServer(("127.0.0.1", PORT), Handler)')

    assert rules(result) == [("boot-port-taken", "error")]


def test_a_server_that_listens_elsewhere_is_told_the_port(start):
    result = start("PORT = 18473")

    assert rules(result) == [("boot-wrong-port", "error")]
    assert "listens on port 18473" in result.findings[0].message


def test_a_fixed_port_is_found_when_nobody_asked_for_another(start):
    result = start("PORT = 18474", command="python server.py 1")

    assert result.healthy
    assert "port 18474" in result.reason


def test_no_start_command_is_no_failure(empty):
    result = boot(empty.runtime(), lambda port: {}, LIMITS)

    assert not result.healthy
    assert result.findings == ()
    assert "does not say how" in result.reason
