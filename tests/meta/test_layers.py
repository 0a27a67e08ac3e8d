"""The layers of the house hold, judged by import-linter; the launcher, which it cannot see, is pinned here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.sources import ROOT, imported


def test_every_import_contract_is_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", ".importlinter"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout.partition("Broken contracts")[2] or done.stdout + done.stderr


def test_the_launcher_imports_ours_only_when_it_runs() -> None:
    modules = [module for module, _ in imported("archwright.py")]
    top_level = [
        line
        for line in (ROOT / "archwright.py").read_text(encoding="utf-8").splitlines()
        if line.startswith(("import", "from"))
    ]

    assert {module.split(".")[0] for module in modules} == {"__future__", "sys", "pathlib", "agent"}
    assert not [line for line in top_level if "agent" in line or "evals" in line]
