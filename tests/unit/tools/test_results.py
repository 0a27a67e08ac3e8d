"""A remembered result is the answer only while everything it was made of is as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.cases import REPOS
from tools.check import listed_files, run_check
from tools.plain import from_plain, to_plain
from tools.results import Beyond, Question, Results
from tools.verify.result import CheckResult


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    shutil.copytree(REPOS / "python_clean", root)
    route = root / "app/routes/articles.py"
    route.write_text(route.read_text() + "\nfrom app.repositories.articles import ArticleRepository\n")
    return root


def ask(repo: Path, cache: Path, *flags: str) -> CheckResult | None:
    """What is remembered of the repository as it is now."""
    return Results(cache).find(Question(repo, listed_files(repo), flags))[1]


def test_the_same_question_has_the_same_answer(repo: Path, tmp_path: Path) -> None:
    flags = ("architecture=clean", "orm=sqlalchemy")
    first = run_check(repo, constraints=flags, cache_dir=tmp_path / "cache")

    remembered = ask(repo, tmp_path / "cache", *flags)

    assert remembered is not None
    assert any(f.rule == "layer-skip" for f in remembered.findings)
    assert replace(remembered, constraints=first.constraints) == first
    assert remembered.constraints.as_dict() == first.constraints.as_dict()
    assert run_check(repo, constraints=flags, cache_dir=tmp_path / "cache").findings == first.findings


def edit_unseen(repo: Path) -> None:
    """Same size, same time: only the content tells."""
    path = repo / "app/routes/articles.py"
    found = path.stat()
    path.write_text(path.read_text().replace("ArticleRepository", "ArticleRepositorx"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source file": edit_unseen,
    "a new file": lambda repo: (repo / "app/new.py").write_text(""),
    "a file gone": lambda repo: (repo / "app/routes/articles.py").unlink(),
    "a file moved": lambda repo: (repo / "app/routes/articles.py").rename(repo / "app/routes/posts.py"),
    "a manifest": lambda repo: (repo / "requirements.txt").write_text("flask\n"),
    "rules": lambda repo: (repo / "archwright.toml").write_text('[rules]\nlayer-skip = "off"\n'),
    "configuration": lambda repo: (repo / ".env").write_text("DATABASE_URL=sqlite:///x.db\n"),
    "instructions": lambda repo: (repo / "AGENTS.md").write_text("Use the clean architecture.\n"),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_after_a_change_nothing_is_remembered(change: str, repo: Path, tmp_path: Path) -> None:
    run_check(repo, cache_dir=tmp_path / "cache")
    assert ask(repo, tmp_path / "cache") is not None

    CHANGES[change](repo)

    assert ask(repo, tmp_path / "cache") is None


@pytest.mark.parametrize("name", [".env", "AGENTS.md", "archwright.toml"])
def test_what_git_leaves_out_counts_where_rules_read_it(name: str, repo: Path, tmp_path: Path) -> None:
    (repo / ".gitignore").write_text(".env\nAGENTS.md\narchwright.toml\n")
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    run_check(repo, constraints=("database=postgres",), cache_dir=tmp_path / "cache")
    assert ask(repo, tmp_path / "cache", "database=postgres") is not None

    texts = {".env": "DATABASE_URL=sqlite:///x.db\n", "AGENTS.md": "Use the clean architecture.\n"}
    (repo / name).write_text(texts.get(name, '[rules]\nlayer-skip = "off"\n'))

    assert name not in listed_files(repo)
    assert ask(repo, tmp_path / "cache", "database=postgres") is None


def test_other_flags_are_another_question(repo: Path, tmp_path: Path) -> None:
    run_check(repo, constraints=("orm=sqlalchemy",), cache_dir=tmp_path / "cache")

    assert ask(repo, tmp_path / "cache") is None
    assert ask(repo, tmp_path / "cache", "orm=sqlalchemy") is not None


def test_paths_choose_from_the_same_answer(repo: Path, tmp_path: Path) -> None:
    flags = ("architecture=clean",)
    run_check(repo, constraints=flags, cache_dir=tmp_path / "cache")

    below = run_check(repo, paths=["app/services"], constraints=flags, cache_dir=tmp_path / "cache")
    above = run_check(repo, paths=["app/routes"], constraints=flags, cache_dir=tmp_path / "cache")

    assert [f for f in below.findings if f.path] == []
    assert "app/routes/articles.py" in {f.path for f in above.findings}


def test_an_edit_while_the_rules_run_is_not_remembered(repo: Path, tmp_path: Path) -> None:
    results, question = Results(tmp_path / "cache"), Question(repo, listed_files(repo), ())
    seen, _ = results.find(question)
    result = run_check(repo)

    (repo / "app/routes/articles.py").write_text("x = 1\n")
    results.keep(question, seen, result, Beyond({}, ()))

    (repo / "app/routes/articles.py").write_text("x = 2\n")
    assert ask(repo, tmp_path / "cache") is None


def test_a_look_at_the_disk_that_has_another_answer_now(repo: Path, tmp_path: Path) -> None:
    results, question = Results(tmp_path / "cache"), Question(repo, listed_files(repo), ())
    seen, _ = results.find(question)
    result = run_check(repo)
    results.keep(question, seen, result, Beyond({"node_modules/x.js": False}, ()))
    assert results.find(question)[1] is not None

    (repo / "node_modules").mkdir()
    (repo / "node_modules/x.js").write_text("")

    assert results.find(question)[1] is None


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x80", b"\x83\xa6result\x01\xa6probes\x80\xabfingerprint\xa0"])
def test_a_damaged_cache_is_made_anew(damage: bytes, repo: Path, tmp_path: Path) -> None:
    import sqlite3

    cache = tmp_path / "cache"
    before = run_check(repo, cache_dir=cache)
    with sqlite3.connect(cache / "facts.sqlite3") as connection:
        changed = connection.execute("UPDATE facts SET data = ? WHERE key LIKE 'result%'", (damage,)).rowcount
    assert changed == 1
    assert ask(repo, cache) is None

    after = run_check(repo, cache_dir=cache)

    assert after.findings == before.findings
    assert ask(repo, cache) is not None


def test_a_result_survives_as_plain_values(repo: Path) -> None:
    result = run_check(repo, constraints=("architecture=clean", "database=postgres"))

    again = from_plain(CheckResult, to_plain(result))

    assert to_plain(again) == to_plain(result)
    assert again.findings == result.findings
    assert again.applications == result.applications
