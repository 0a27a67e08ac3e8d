"""Snapshots come back byte for byte, whatever lies in the folder, and in place nothing else changes."""

from __future__ import annotations

import os
import random
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.repositories import Repo, manifest
from tools.errors import EnvironmentFault
from tools.workspace import Change, Workspace, WorkspaceSettings

FILES = {"app/main.py": "print('one')\n", "README.md": "# Sample\n", ".gitignore": "*.log\n/cache/\n"}
ODD_NAMES = (
    "with space.py",
    "new\nline.py",
    'quo"te\\.py',
    "naïve-ключ-鍵.py",
    "-rf",
    "[ab]*?.py",
    ":(glob)**",
    "!not",
    "#hash",
    " leading",
    "deep/" * 30 + "x.py",
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


@pytest.fixture(params=[False, True], ids=["worktree", "in_place"])
def workspace(repo: Repo, tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    settings = WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "state", in_place=bool(request.param))
    return Workspace.open(settings)


def files_of(workspace: Workspace) -> dict[str, str]:
    return manifest(workspace.root, skip_git=True)


def put(workspace: Workspace, name: str, content: bytes = b"x = 1\n") -> Path:
    path = workspace.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def scramble(root: Path, chance: random.Random) -> None:
    """Change a tree in ways that shells and models do: files, folders and links in each other's place."""
    names = [f"{folder}{leaf}" for folder in ("", "app/", "app/deep/", "other/") for leaf in ("a", "b", "main.py")]
    for name in chance.sample(names, 6):
        path = root / name
        for above in reversed(path.relative_to(root).parents[:-1]):
            if (root / above).is_symlink() or (root / above).is_file():
                (root / above).unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        kind = chance.choice(("text", "binary", "link", "gone", "executable", "folder"))
        if kind == "link":
            path.symlink_to(chance.choice(("main.py", "..", "/etc", "nowhere")))
        elif kind == "folder":
            path.mkdir()
            (path / "inner").write_text(kind, encoding="utf-8")
        elif kind != "gone":
            path.write_bytes(chance.randbytes(chance.randrange(200)) if kind == "binary" else b"a = 1\r\n")
            path.chmod(0o755 if kind == "executable" else 0o644)


@pytest.mark.parametrize("seed", range(2))
def test_any_snapshot_comes_back_exactly_from_any_later_state(workspace: Workspace, seed: int) -> None:
    chance = random.Random(seed)
    taken = {workspace.base_tree: files_of(workspace)}
    for _ in range(6):
        scramble(workspace.root, chance)
        taken[workspace.snapshot()] = files_of(workspace)

    for tree in chance.choices(list(taken), k=10):
        scramble(workspace.root, chance)
        workspace.restore(tree)
        assert files_of(workspace) == taken[tree]


def test_odd_names_are_kept_listed_and_restored(workspace: Workspace) -> None:
    for name in ODD_NAMES:
        put(workspace, name)
    whole = workspace.snapshot()
    before = files_of(workspace)

    assert set(ODD_NAMES) < set(workspace.files())
    changes = workspace.changed(workspace.base_tree)
    assert {change.path for change in changes} == set(ODD_NAMES)
    assert all(workspace.read_at(whole, name) == b"x = 1\n" for name in ODD_NAMES)
    workspace.restore(workspace.base_tree)
    assert not set(ODD_NAMES) & set(workspace.files())
    workspace.restore(whole)
    assert files_of(workspace) == before


def test_a_snapshot_of_named_files_equals_the_full_one(workspace: Workspace) -> None:
    for name in ODD_NAMES:
        put(workspace, name)
    (workspace.root / "README.md").unlink()

    named = workspace.snapshot([*ODD_NAMES, "README.md"])

    assert named == workspace.snapshot()


def test_a_name_is_never_read_as_a_pattern(workspace: Workspace) -> None:
    put(workspace, ":(glob)**")
    put(workspace, "[a]*")
    put(workspace, "a.py")

    tree = workspace.snapshot([":(glob)**", "[a]*"])

    assert [change.path for change in workspace.changed(workspace.base_tree, tree)] == [":(glob)**", "[a]*"]


@pytest.mark.parametrize("name", ["came-and-went.py", "debug.log", "../outside.py", "app/main.py/below"])
def test_a_name_that_cannot_be_added_does_not_spoil_the_snapshot(workspace: Workspace, name: str) -> None:
    put(workspace, "b.py")
    put(workspace, "debug.log")

    tree = workspace.snapshot(["b.py", name])

    assert workspace.changed(workspace.base_tree, tree) == [Change(path="b.py", kind="added")]


def test_a_snapshot_of_nothing_starts_no_git(workspace: Workspace, tmp_path: Path) -> None:
    put(workspace, "b.py")
    tree = workspace.snapshot()

    (tmp_path / "state/snapshots.git").rename(tmp_path / "away")

    assert workspace.snapshot([]) == tree


def test_ignored_files_are_caches_and_stay(workspace: Workspace) -> None:
    for name in ("debug.log", "cache/big", "app/inner/trace.log"):
        put(workspace, name, b"1")
    tree = workspace.snapshot()
    for name in ("debug.log", "cache/big"):
        put(workspace, name, b"2")

    workspace.restore(workspace.base_tree)

    assert tree == workspace.base_tree
    assert (workspace.root / "debug.log").read_bytes() == b"2"
    assert (workspace.root / "app/inner/trace.log").read_bytes() == b"1"
    assert "debug.log" not in workspace.files()


@pytest.mark.parametrize("in_place", [False, True])
def test_a_tracked_file_that_an_ignore_rule_matches_is_kept(repo: Repo, tmp_path: Path, in_place: bool) -> None:
    repo.write({"kept.log": "tracked\n"})
    repo.git("add", "-f", "kept.log")
    repo.git("commit", "-q", "-m", "forced")
    workspace = Workspace.open(
        WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "state", in_place=in_place)
    )

    (workspace.root / "kept.log").unlink()
    tree = workspace.snapshot()
    workspace.restore(workspace.base_tree)

    assert (workspace.root / "kept.log").read_text(encoding="utf-8") == "tracked\n"
    assert workspace.changed(workspace.base_tree, tree) == [Change(path="kept.log", kind="deleted")]
    assert "kept.log" in workspace.files()


@pytest.mark.parametrize("in_place", [False, True])
def test_attributes_and_line_end_settings_do_not_alter_what_comes_back(
    repo: Repo, tmp_path: Path, in_place: bool
) -> None:
    repo.write({".gitattributes": "*.txt text eol=crlf\n*.u16 working-tree-encoding=UTF-16 text\n*.id ident\n"})
    repo.commit("attributes")
    repo.git("config", "core.autocrlf", "true")
    workspace = Workspace.open(
        WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "state", in_place=in_place)
    )
    content = {"a.txt": b"1\n2\r\n", "b.u16": b"not utf-16", "c.id": b"$Id$\n$Id: 12$\n", "d.py": b"a\r\nb\n"}
    for name, data in content.items():
        put(workspace, name, data)
    tree = workspace.snapshot()

    workspace.restore(workspace.base_tree)
    workspace.restore(tree)

    assert {name: (workspace.root / name).read_bytes() for name in content} == content


def test_what_a_killed_git_left_behind_is_no_obstacle(workspace: Workspace, tmp_path: Path) -> None:
    store = tmp_path / "state/snapshots.git"
    put(workspace, "b.py")
    tree = workspace.snapshot()
    (store / "index.lock").write_text("", encoding="utf-8")
    workspace.restore(workspace.base_tree)
    (store / "index.lock").write_text("", encoding="utf-8")
    workspace.snapshot()
    (store / "index").write_bytes(b"DIRC half an index")
    workspace.restore(tree)

    assert (workspace.root / "b.py").is_file()
    assert workspace.snapshot() == tree


def test_a_tree_that_does_not_exist_is_an_environment_fault(workspace: Workspace) -> None:
    with pytest.raises(EnvironmentFault, match="read-tree"):
        workspace.restore("0" * 40)


def test_snapshots_outlive_garbage_collection_by_the_user(repo: Repo, workspace: Workspace) -> None:
    trees = []
    for number in range(3):
        put(workspace, "b.py", b"x = %d\n" % number)
        trees.append(workspace.snapshot())
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")

    for number, tree in enumerate(trees):
        workspace.restore(tree)
        assert (workspace.root / "b.py").read_bytes() == b"x = %d\n" % number
        assert (workspace.root / "README.md").is_file()


def test_snapshots_outlive_content_that_an_earlier_run_left_behind(repo: Repo, tmp_path: Path) -> None:
    first = Workspace.open(WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "first"))
    put(first, "deep/b.py", b"the same\n")
    first.commit("discarded")
    first.close(keep_branch=False)
    second = Workspace.open(WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "second"))
    put(second, "deep/b.py", b"the same\n")
    tree = second.snapshot()
    second.restore(second.base_tree)

    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")

    second.restore(tree)
    assert (second.root / "deep/b.py").read_bytes() == b"the same\n"


def test_links_are_kept_as_links_and_never_followed_out(workspace: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("precious", encoding="utf-8")
    put(workspace, "data/precious.txt")
    tree = workspace.snapshot()
    shutil.rmtree(workspace.root / "data")
    (workspace.root / "data").symlink_to(outside)
    (workspace.root / "secret.txt").symlink_to(outside / "precious.txt")
    (workspace.root / "same.py").symlink_to("app/main.py")
    linked = workspace.snapshot()

    assert workspace.read_at(linked, "data") == os.fsencode(outside)
    assert set(workspace.files()) == {".gitignore", "README.md", "app/main.py", "same.py"}
    workspace.restore(tree)

    assert (outside / "precious.txt").read_text(encoding="utf-8") == "precious"
    assert (workspace.root / "data/precious.txt").read_text(encoding="utf-8") == "x = 1\n"
    assert [entry.name for entry in outside.iterdir()] == ["precious.txt"]


def test_huge_binary_and_undecodable_files_are_kept(workspace: Workspace) -> None:
    huge = random.Random(1).randbytes(12_000_000)
    put(workspace, "huge.bin", huge)
    put(workspace, "latin.py", "é = 1\n".encode("latin-1"))
    raw = os.fsencode(workspace.root) + b"/n\xffme.py"
    Path(os.fsdecode(raw)).write_bytes(b"1")
    tree = workspace.snapshot()
    workspace.restore(workspace.base_tree)

    workspace.restore(tree)

    assert workspace.read_at(tree, "huge.bin") == huge
    assert Path(os.fsdecode(raw)).read_bytes() == b"1"
    assert "Binary files" in workspace.diff(workspace.base_tree)
    assert {change.path for change in workspace.changed(workspace.base_tree)} == {
        "huge.bin",
        "latin.py",
        "n\\xffme.py",
    }
    assert all(name.isprintable() for name in workspace.files())


def test_pipes_and_sockets_are_passed_over(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(workspace.root / "pipe")
    monkeypatch.chdir(workspace.root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("server.sock")
        put(workspace, "b.py")

        assert [change.path for change in workspace.changed(workspace.base_tree)] == ["b.py"]
        assert workspace.files() == [".gitignore", "README.md", "app/main.py", "b.py"]


def test_an_unreadable_file_is_named_and_does_not_stop_the_others(workspace: Workspace) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    put(workspace, "locked.py").chmod(0)
    put(workspace, "b.py")

    tree = workspace.snapshot()

    assert workspace.read_at(tree, "b.py") == b"x = 1\n"
    assert any("locked.py" in note for note in workspace.notes)


def test_a_repository_inside_the_folder_does_not_stop_the_snapshot(workspace: Workspace) -> None:
    Repo(workspace.root / "vendor/unborn").write({"a.py": "a = 1\n"})
    Repo(workspace.root / "vendor/born", files={"b.py": "b = 1\n"})
    put(workspace, "c.py")

    tree = workspace.snapshot()

    assert workspace.read_at(tree, "c.py") == b"x = 1\n"
    if workspace.branch is None:
        assert (workspace.root / "vendor/unborn/.git").is_dir()
        assert any("vendor/unborn/ is a repository of its own" in note for note in workspace.notes)
    else:
        assert workspace.read_at(tree, "vendor/unborn/a.py") == b"a = 1\n"
        assert workspace.read_at(tree, "vendor/born/b.py") == b"b = 1\n"
    workspace.restore(workspace.base_tree)
    workspace.restore(tree)
    assert (workspace.root / "c.py").is_file()


def test_changes_are_told_by_kind(workspace: Workspace) -> None:
    put(workspace, "moved.py", b"one\ntwo\nthree\nfour\n")
    before = workspace.snapshot()
    (workspace.root / "moved.py").rename(workspace.root / "app/renamed.py")
    put(workspace, "new.py", b"quite different\n")
    (workspace.root / "README.md").unlink()
    (workspace.root / "app/main.py").chmod(0o755)
    (workspace.root / ".gitignore").unlink()
    (workspace.root / ".gitignore").symlink_to("README.md")

    assert workspace.changed(before) == [
        Change(path=".gitignore", kind="modified"),
        Change(path="README.md", kind="deleted"),
        Change(path="app/main.py", kind="modified"),
        Change(path="app/renamed.py", kind="renamed", old_path="moved.py"),
        Change(path="new.py", kind="added"),
    ]
    assert workspace.changed(before, before) == []


def test_a_diff_reads_as_people_know_it(workspace: Workspace) -> None:
    put(workspace, "app/main.py", b"print('two')\n")
    put(workspace, "größe.py")

    diff = workspace.diff(workspace.base_tree)

    assert diff.startswith("diff --git a/app/main.py b/app/main.py\n")
    assert "-print('one')\n+print('two')\n" in diff
    assert "+++ b/größe.py" in diff


def test_a_file_is_read_as_it_was(workspace: Workspace) -> None:
    put(workspace, "app/main.py", b"two")
    tree = workspace.snapshot()

    assert workspace.read_at(workspace.base_tree, "app/main.py") == b"print('one')\n"
    assert workspace.read_at(tree, "./app/main.py") == b"two"
    assert workspace.read_at(tree, "app") is None
    assert workspace.read_at(tree, "nowhere.py") is None


def change_git_dir(repo: Repo) -> None:
    repo.write({"staged.py": "s = 1\n", "README.md": "# changed\n"})
    repo.git("add", "staged.py")
    repo.write({"staged.py": "s = 2\n", "untracked.py": "u = 1\n"})


def no_commits(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git")
    repo.git("init", "-q")


def lfs_content(repo: Repo) -> None:
    repo.write({".gitattributes": "*.bin filter=lfs -text\n"})
    repo.git("config", "filter.lfs.clean", "echo pointer")
    repo.git("config", "filter.lfs.smudge", "echo content")
    repo.write({"model.bin": "real content\n"})
    repo.commit("lfs")


@pytest.mark.parametrize("prepare", [change_git_dir, no_commits, lfs_content])
def test_in_place_the_git_directory_stays_byte_identical(
    repo: Repo, tmp_path: Path, prepare: Callable[[Repo], None]
) -> None:
    prepare(repo)
    git_dir, files = manifest(repo.path / ".git"), manifest(repo.path, skip_git=True)

    workspace = Workspace.open(WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "state", in_place=True))
    for name in ("model.bin", "app/main.py", "new.py"):
        put(workspace, name, b"by the run\n")
    tree = workspace.snapshot()
    result = manifest(repo.path, skip_git=True)
    workspace.restore(workspace.base_tree)
    assert manifest(repo.path, skip_git=True) == files
    workspace.restore(tree)
    assert workspace.commit("never") is None
    workspace.close(keep_branch=False)

    assert workspace.root == repo.path
    assert workspace.branch is None
    assert manifest(repo.path, skip_git=True) == result
    assert manifest(repo.path / ".git") == git_dir


def test_in_place_works_in_an_empty_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "empty")
    git_dir = manifest(repo.path / ".git")

    workspace = Workspace.open(WorkspaceSettings(repo=repo.path, slug="x", state_dir=tmp_path / "state", in_place=True))
    put(workspace, "main.py")
    tree = workspace.snapshot()
    workspace.restore(workspace.base_tree)
    assert workspace.files() == []
    workspace.restore(tree)

    assert workspace.base_commit is None
    assert workspace.files() == ["main.py"]
    assert manifest(repo.path / ".git") == git_dir
