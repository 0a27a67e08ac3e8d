from __future__ import annotations

import hashlib
import multiprocessing
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path, PosixPath

import pytest

from tools.facts import reading, workers
from tools.facts.index import Index, walk
from tools.facts.model import Project
from tools.facts.packing import version_key

CACHE = "facts.sqlite3"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    write(root, "app/__init__.py", "")
    write(root, "app/db.py", "from pkg import make\nengine = make()\n")
    write(root, "app/a.py", "from app.db import engine\nengine.run()\n")
    write(root, "web/a.ts", "import { b } from './b'\nb()\n")
    write(root, "web/b.ts", "export function b() {}\n")
    return root


def write(root: Path, path: str, text: str) -> None:
    full = root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_text(text, encoding="utf-8")


def said(project: Project) -> dict[str, object]:
    """Everything that a project knows of its files, comparable."""
    return {path: repr(facts) for path, facts in sorted(project.files.items())}


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are really read and parsed from now on."""
    seen: list[str] = []
    real = reading.read_packed

    def read(path: str, content: bytes) -> bytes:
        seen.append("/".join(Path(path).parts[-2:]))
        return real(path, content)

    monkeypatch.setattr(reading, "read_packed", read)
    return seen


def test_facts_are_the_same_from_the_files_and_from_the_cache(repo: Path, tmp_path: Path) -> None:
    cold = Index(tmp_path / "cache").load(repo)
    warm = Index(tmp_path / "cache").load(repo)
    without = Index(None).load(repo)

    assert said(cold) == said(warm) == said(without)


def test_only_changed_content_is_read_again(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index(tmp_path / "cache").load(repo)
    seen = counted(monkeypatch)
    write(repo, "app/a.py", "x = 1\n")

    Index(tmp_path / "cache").load(repo)

    assert seen == ["app/a.py"]


def test_content_decides_and_not_time_or_size(repo: Path, tmp_path: Path) -> None:
    Index(tmp_path / "cache").load(repo)
    before = (repo / "app/a.py").stat()
    write(repo, "app/a.py", "from app.db import engine\nengine.fly()\n")
    os.utime(repo / "app/a.py", ns=(before.st_atime_ns, before.st_mtime_ns))

    project = Index(tmp_path / "cache").load(repo)

    assert [call.name for call in project.files["app/a.py"].calls] == ["engine.fly"]


def test_a_moved_file_is_resolved_from_its_new_place(repo: Path, tmp_path: Path) -> None:
    Index(tmp_path / "cache").load(repo)
    write(repo, "web/deep/a.ts", (repo / "web/a.ts").read_text())

    project = Index(tmp_path / "cache").load(repo)

    assert project.files["web/a.ts"].imports[0].target == "web/b.ts"
    assert project.files["web/deep/a.ts"].imports[0].missing


def test_nothing_is_written_into_the_repository(repo: Path, tmp_path: Path) -> None:
    before = sorted(walk(repo))

    Index(tmp_path / "cache").load(repo)

    assert sorted(walk(repo)) == before


def test_a_cache_in_the_repository_is_never_read(repo: Path, tmp_path: Path) -> None:
    write(repo, "other.py", "")
    Index(repo / ".archwright").load(repo)
    database = repo / ".archwright" / CACHE
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE facts SET data = ?", (b"",))

    project = Index(tmp_path / "cache").load(repo)

    assert project.files["app/a.py"].calls != []


@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5_000], ids=["empty", "text", "garbage"]
)
def test_a_damaged_cache_is_made_anew(repo: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / CACHE).write_bytes(content)

    first = Index(tmp_path / "cache").load(repo)

    assert said(first) == said(Index(None).load(repo))
    with sqlite3.connect(tmp_path / "cache" / CACHE) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone()[0] == 5


@pytest.mark.parametrize(
    "data",
    [b"", b"\xc1", b"\x90", b"\x9b" + b"\xc0" * 11, b"text", b"\xdd\xff\xff\xff\xff"],
    ids=["empty", "invalid", "short", "nils", "text", "huge_length"],
)
def test_rows_that_are_no_facts_are_read_from_the_file(repo: Path, tmp_path: Path, data: bytes) -> None:
    Index(tmp_path / "cache").load(repo)
    with sqlite3.connect(tmp_path / "cache" / CACHE) as connection:
        connection.execute("UPDATE facts SET data = ?", (data,))

    project = Index(tmp_path / "cache").load(repo)

    assert said(project) == said(Index(None).load(repo))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM facts; END",
        "CREATE TABLE other (x)",
        "ALTER TABLE facts ADD COLUMN more",
    ],
)
def test_a_database_of_another_shape_is_made_anew(repo: Path, tmp_path: Path, statement: str) -> None:
    Index(tmp_path / "cache").load(repo)
    with sqlite3.connect(tmp_path / "cache" / CACHE) as connection:
        connection.execute(statement)

    Index(tmp_path / "cache").load(repo)

    with sqlite3.connect(tmp_path / "cache" / CACHE) as connection:
        made = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        assert made == [("table", "facts")]
        assert [row[1] for row in connection.execute("PRAGMA table_info(facts)")] == ["key", "data"]


def test_another_version_of_the_readers_reads_anew(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index(tmp_path / "cache").load(repo)
    monkeypatch.setattr("tools.facts.packing.READER_VERSION", "another")
    seen = counted(monkeypatch)

    Index(tmp_path / "cache").load(repo)

    assert sorted(seen) == ["app/__init__.py", "app/a.py", "app/db.py", "web/a.ts", "web/b.ts"]
    assert version_key() != ""


def test_a_cache_folder_that_cannot_be_used_costs_only_time(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    project = Index(tmp_path / "file" / "cache").load(repo)

    assert said(project) == said(Index(None).load(repo))


def test_a_locked_cache_costs_only_time(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.facts.store._BUSY_MS", 10)
    Index(tmp_path / "cache").load(repo)
    other = sqlite3.connect(tmp_path / "cache" / CACHE)
    other.execute("BEGIN EXCLUSIVE")
    write(repo, "app/a.py", "x()\n")

    project = Index(tmp_path / "cache").load(repo)
    other.rollback()
    other.close()

    assert [call.name for call in project.files["app/a.py"].calls] == ["x"]
    with sqlite3.connect(tmp_path / "cache" / CACHE) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone()[0] == 5


def _load_many(root: Path, cache: Path, rounds: int, failures: object) -> None:
    for _ in range(rounds):
        try:
            assert len(Index(cache).load(root).files) == 60
        except BaseException as error:
            failures.put(repr(error))  # type: ignore[attr-defined]
            raise


def test_several_processes_share_a_cache(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    for number in range(60):
        write(root, f"m{number}.py", f"import os\nos.run({number})\n")
    context = multiprocessing.get_context("spawn")
    failures = context.Queue()
    workers = [context.Process(target=_load_many, args=(root, tmp_path / "cache", 4, failures)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert failures.empty()


def test_two_processes_give_what_one_gives(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        write(repo, f"more/m{number}.py", f"import os\nos.run({number})\n")
    alone = Index(None).load(repo)
    monkeypatch.setattr("tools.facts.index.WORTH_BYTES", 0)
    monkeypatch.setattr("tools.facts.workers._CHUNK_BYTES", 100)

    together = Index(None).load(repo)

    assert said(together) == said(alone)


def update_after(root: Path, project: Project, path: str, text: str | None) -> Project:
    if text is None:
        (root / path).unlink()
    else:
        write(root, path, text)
    return Index(None).update(project, [path])


UPDATES: list[tuple[str, str, str | None]] = [
    ("edit", "app/a.py", "import os\nos.run()\n"),
    ("edit_of_what_others_import", "app/db.py", "from other import engine\n"),
    ("new_file_that_was_missing", "app/new.py", "x = 1\n"),
    ("new_file_of_no_language", "README.md", "words"),
    ("new_module_beside_a_package", "os.py", "x = 1\n"),
    ("deleted", "app/db.py", None),
    ("deleted_package_file", "app/__init__.py", None),
    ("deleted_typescript", "web/b.ts", None),
    ("new_configuration", "tsconfig.json", '{"compilerOptions": {"paths": {"~/*": ["web/*"]}}}'),
    ("new_manifest", "requirements.txt", "app\n"),
    ("syntax_error", "app/a.py", "def (:\n"),
]


@pytest.mark.parametrize(("path", "text"), [u[1:] for u in UPDATES], ids=[u[0] for u in UPDATES])
def test_an_update_gives_what_loading_anew_gives(repo: Path, path: str, text: str | None) -> None:
    write(repo, "app/wants.py", "from app.new import x\nfrom . import new\nimport os\n")
    write(repo, "web/wants.ts", "import { b } from '~/b'\n")
    before = Index(None).load(repo)

    after = update_after(repo, before, path, text)
    anew = Index(None).load(repo)

    assert said(after) == said(anew)
    assert (after.listed, after.manifests) == (anew.listed, anew.manifests)


def test_an_update_leaves_the_old_project_as_it_was(repo: Path) -> None:
    before = Index(None).load(repo)
    kept = said(before)

    after = update_after(repo, before, "app/a.py", "x()\n")

    assert said(before) == kept
    assert after.files["app/db.py"] is before.files["app/db.py"]


def test_an_update_forgets_what_was_derived(repo: Path) -> None:
    before = Index(None).load(repo)
    call = before.files["app/a.py"].calls[0]
    assert (before.callee(call), before.importers("app/db.py")) == ("pkg.make().run", ["app/a.py"])

    edited = update_after(repo, before, "app/db.py", "from other import make\nengine = make()\n")
    without = update_after(repo, edited, "app/a.py", "")

    assert edited.callee(call) == "other.make().run"
    assert without.importers("app/db.py") == []


def test_an_update_of_one_file_reads_one_file(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Index(None).load(repo)
    seen = counted(monkeypatch)

    update_after(repo, before, "app/db.py", "x = 1\n")

    assert seen == ["app/db.py"]


def test_the_caller_s_list_of_files_is_the_whole_world(repo: Path) -> None:
    project = Index(None).load(repo, ["app/a.py", "web/a.ts"])

    assert list(project.files) == ["app/a.py", "web/a.ts"]


def test_environments_and_tools_folders_are_not_walked(repo: Path) -> None:
    write(repo, "node_modules/x/a.js", "")
    write(repo, ".venv/lib/a.py", "")
    write(repo, "app/__pycache__/a.py", "")

    assert not [path for path in walk(repo) if "node_modules" in path or ".venv" in path or "__pycache__" in path]


def test_every_file_has_the_digest_of_its_content(repo: Path, make_digest: Callable[[bytes], str]) -> None:
    project = Index(None).load(repo)

    assert {p: f.digest for p, f in project.files.items()} == {
        path: make_digest((repo / path).read_bytes()) for path in project.files
    }


@pytest.fixture
def make_digest() -> Callable[[bytes], str]:
    return lambda content: hashlib.sha256(content).hexdigest()


class _EndsTheReader(str):
    """A path that ends the process which unpickles it, as a fault in the parser would."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return (os._exit, (9,))


class _EndingPath(PosixPath):
    def __str__(self) -> str:
        return _EndsTheReader("evil.py")


def test_a_file_that_ends_its_process_is_named_and_all_others_are_read(tmp_path: Path) -> None:
    jobs = [reading.Job("python:evil", _EndingPath("evil.py"), 6)]
    for name in ("a.py", "b.py", "c.py"):
        write(tmp_path, name, "run()\n")
        jobs.append(reading.Job(f"python:{name}", tmp_path / name, 6))

    answers = {found.key: found for portion in workers.read_all(jobs) for found in portion}

    crashed = {key: b"the parser crashed" in found.data for key, found in answers.items()}
    assert crashed == {"python:a.py": False, "python:b.py": False, "python:c.py": False, "python:evil": True}
    assert not answers["python:evil"].lasting


def test_where_no_process_can_be_started_the_files_are_read_here(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Index(None).load(repo)
    monkeypatch.setattr("tools.facts.index.WORTH_BYTES", 0)
    monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/nowhere/python")

    assert said(Index(None).load(repo)) == said(alone)
