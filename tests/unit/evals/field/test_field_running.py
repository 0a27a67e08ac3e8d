from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.field.running import run
from tools.shell import Shell, ShellSettings


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with Shell(ShellSettings(root=tmp_path, sandbox=False)) as opened:
        yield opened


def test_output_errors_and_code_are_kept_apart(shell: Shell, tmp_path: Path) -> None:
    ran = run(shell, ["/bin/sh", "-c", 'echo "$GREETING"; echo oh >&2; exit 3'], tmp_path, env={"GREETING": "hello"})

    assert (ran.exit_code, ran.output, ran.errors) == (3, "hello\n", "oh\n")


def test_long_output_is_whole(shell: Shell, tmp_path: Path) -> None:
    ran = run(shell, [sys.executable, "-c", "print('x' * 300_000)"], tmp_path)

    assert len(ran.output) == 300_001


def test_the_memory_and_processor_time_of_grandchildren_count(shell: Shell, tmp_path: Path) -> None:
    heavy = "import time\nx = bytearray(80_000_000)\nn = 0\nend = time.process_time() + 0.3\n"
    heavy += "while time.process_time() < end: n += 1\n"
    ran = run(shell, ["/bin/sh", "-c", f"{sys.executable} -c '{heavy}'; true"], tmp_path)

    assert ran.memory > 80_000_000
    assert ran.processor >= 0.29


def test_what_takes_too_long_has_no_code(shell: Shell, tmp_path: Path) -> None:
    ran = run(shell, ["sleep", "60"], tmp_path, timeout=0.2)

    assert ran.exit_code is None


def test_a_second_run_shows_nothing_of_the_first(shell: Shell, tmp_path: Path) -> None:
    run(shell, ["echo", "first"], tmp_path)
    ran = run(shell, ["/no/such/program"], tmp_path)

    assert ran.exit_code == 127
    assert ran.output == ""
    assert "/no/such/program" in ran.errors
