"""Whole runs: the real command, a real repository, a real Postgres, and a model that follows a script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.repositories import Repo
from tests.support.scripted_model import ScriptedModel

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "agent/demo/sample"


@dataclass
class Outcome:
    """What one run of the command left."""

    code: int
    report: dict[str, Any]
    model: ScriptedModel
    stderr: str

    def rungs(self, gate: int) -> dict[str, str]:
        return {rung["name"]: rung["status"] for rung in self.report["gates"][gate]["rungs"]}

    def rules(self, gate: int) -> dict[str, str]:
        """Rule -> the rung that found it first."""
        found: dict[str, str] = {}
        for rung in self.report["gates"][gate]["rungs"]:
            for finding in rung["findings"]:
                found.setdefault(finding["rule"], rung["name"])
        return found


Archwright = Callable[..., Outcome]


@pytest.fixture(scope="session")
def cache_folder() -> Path:
    """Environments and facts, shared by all tests and by later runs: installing takes half a minute."""
    folder = ROOT / ".cache" / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def sample(tmp_path: Path) -> Repo:
    """The sample repository with one commit."""
    files = {
        path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(SAMPLE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return Repo(tmp_path / "toolshed", files=files)


@pytest.fixture
def archwright(tmp_path: Path, cache_folder: Path) -> Archwright:
    """Run the command in a repository against a script; returns the outcome."""

    def run(repo: Path, request: str, turns: Sequence[Any], *flags: str) -> Outcome:
        with ScriptedModel(turns) as model:
            environment = {
                **{
                    name: os.environ[name]
                    for name in ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "PIP_CERT")
                    if name in os.environ
                },
                **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_", "NPM_"))},
                **model.environment,
                "ARCHWRIGHT_STATE_DIR": str(tmp_path / "state"),
                "ARCHWRIGHT_CACHE_DIR": str(cache_folder),
            }
            command = [
                sys.executable,
                "-I",
                str(ROOT / "archwright.py"),
                "run",
                request,
                "--repo",
                str(repo),
                "--json",
                *flags,
            ]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
        assert done.stdout.strip(), done.stderr
        return Outcome(code=done.returncode, report=json.loads(done.stdout), model=model, stderr=done.stderr)

    return run
