"""Targets of other shapes: detected, hard-wired to an address, in Node, several in one repository, no sandbox."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tools.findings import Status
from tools.probes.ladder import run_ladder
from tools.sandbox import bwrap
from tools.shell import Shell, ShellSettings
from tools.target import find_targets
from tools.targets.model import Environment, Target

needs_bwrap = pytest.mark.skipif(bwrap.isolation().program is None, reason=bwrap.isolation().reason)


def rung(report, name):
    return next(rung for rung in report.rungs if rung.name == name)


def statuses(report, *names):
    return [rung(report, name).status for name in names]


def test_a_target_as_it_is_detected_passes_its_gate(shelf):
    (shelf.target,) = find_targets(shelf.root)
    shelf.edit("app/services/books.py", "title.strip()", "title.strip().title()")

    report = run_ladder(shelf.context())

    assert statuses(report, "boot", "schema", "tests") == [Status.GREEN] * 3, report.not_checked


@needs_bwrap
def test_a_scratch_database_answers_at_the_address_that_the_code_names(shelf):
    address = "postgresql+asyncpg://shop:s3cret@db.internal:5433/shop"
    shelf.edit("app/db.py", 'os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///shelf.db")', f'"{address}"')
    shelf.edit("app/db.py", "import os\n", "")
    shelf.target = replace(shelf.target, env={}, fixed_databases=(address,))
    shelf.edit("app/models.py", "    title: Mapped[str]", "    isbn: Mapped[str | None]\n    title: Mapped[str]")

    report = run_ladder(shelf.context())

    assert statuses(report, "boot", "tests") == [Status.GREEN] * 2, report.not_checked
    assert [finding.rule for finding in rung(report, "schema").findings] == ["missing-migration"]


def test_without_a_sandbox_the_gate_is_the_same(shelf):
    shelf.edit("app/services/books.py", "title.strip()", "title.strip().title()")
    with Shell(ShellSettings(root=shelf.root, sandbox=False)) as shell:
        shelf.shell = shell
        report = run_ladder(shelf.context())

    assert report.green
    assert statuses(report, "boot", "schema", "tests") == [Status.GREEN] * 3
    assert {result.profile for result in report.evidence} == {"unsandboxed"}


SERVER = """
const http = require('http');
const { title } = require('./title');
http.createServer((request, response) => response.end(title('x'))).listen(Number(process.env.PORT));
"""
TEST = """
const test = require('node:test');
const assert = require('node:assert');
const { title } = require('../title');
test('title', () => assert.strictEqual(title('a'), 'A'));
"""


def node_target(bench, root="."):
    prefix = "" if root == "." else f"{root}/"
    bench.write(f"{prefix}package.json", '{"name": "web", "scripts": {"test": "node --test"}}')
    bench.write(f"{prefix}title.js", "exports.title = (text) => text.toUpperCase();\n")
    bench.write(f"{prefix}server.js", SERVER)
    bench.write(f"{prefix}test/title.test.js", TEST)
    return Target(name="web", root=root, runtime="node", start="node server.js", test="npm test")


def node_environment():
    node = Path(shutil.which("node") or "node")
    return Environment(target="web", runtime="node", interpreter=node, installed=True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("text.toUpperCase()", "text.trim().toUpperCase()", ["green", "green", "green"]),
        ("text.toUpperCase()", "text.toUpper()", ["green", "red", "red"]),
        ("exports.title =", "exports.title = (", ["red", "not_checked", "not_checked"]),
    ],
)
def test_a_node_target_is_judged_too(empty, old, new, expected):
    empty.target = node_target(empty)
    empty.keep_as_base()
    empty.edit("title.js", old, new)

    report = run_ladder(empty.context(environments={"web": node_environment()}))

    assert [str(status) for status in statuses(report, "parse", "boot", "tests")] == expected


def test_only_the_application_that_changed_is_run(shelf):
    web = node_target(shelf, "web")
    shelf.keep_as_base()
    shelf.edit("web/title.js", "text.toUpperCase()", "text.trim().toUpperCase()")
    environments = {"web": node_environment(), "shelf": shelf.environment}
    shelf.target = replace(shelf.target, root="api")

    report = run_ladder(shelf.context(targets=[shelf.target, web], environments=environments))

    assert "shelf: the change lies in another application" in rung(report, "tests").reason
    assert "web: 1 passed" in rung(report, "tests").reason
    assert {result.command.split()[0] for result in report.evidence} == {"node", 'PATH="$PWD/node_modules/.bin:$PATH";'}


def test_a_server_that_wants_a_broker_cannot_be_checked(empty):
    empty.target = Target(name="app", root=".", runtime="python", start="python server.py")
    empty.write("server.py", "import socket\n\nsocket.create_connection(('127.0.0.1', 6379), 1)\n")
    empty.write("redis.py", "x = 1\n")

    report = run_ladder(empty.context())

    # the refusal does not name the broker, so the line that asks for it decides
    assert rung(report, "boot").status is Status.RED
    empty.write("server.py", "raise ConnectionError('Error 111 connecting to localhost:6379. Connection refused.')\n")
    again = run_ladder(empty.context())
    assert "wants a service that is not here" in again.not_checked["boot"]
