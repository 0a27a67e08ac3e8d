"""The branch of a finished run can be shown, applied and removed, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.repositories import Repo, manifest
from tools.errors import EnvironmentFault
from tools.workspace import Workspace, WorkspaceSettings, apply, init_repository, patch_of, remove

FILES = {"app/main.py": "".join(f"line {n}\n" for n in range(20)), "gone.py": "g = 1\n"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


def finished_run(repo: Repo, tmp_path: Path) -> Workspace:
    workspace = Workspace.open(WorkspaceSettings(repo=repo.path, slug="add", state_dir=tmp_path / "state"))
    main = workspace.root / "app/main.py"
    if main.exists():
        main.write_text("first\n" + main.read_text(encoding="utf-8"), encoding="utf-8")
        (workspace.root / "gone.py").unlink()
    (workspace.root / "naïve file.bin").write_bytes(bytes(range(256)))
    (workspace.root / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (workspace.root / "run.sh").chmod(0o755)
    workspace.commit("change")
    return workspace


def test_apply_brings_the_change_as_uncommitted_files_and_nothing_else(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    (repo.path / "mine.py").write_text("mine = 1\n", encoding="utf-8")
    before = manifest(repo.path / ".git")

    names = apply(repo.path / "app", str(workspace.branch), workspace.base_commit)

    assert sorted(names) == ["app/main.py", "gone.py", "naïve file.bin", "run.sh"]
    assert manifest(repo.path / ".git") == before
    result = manifest(repo.path, skip_git=True)
    assert result.pop("mine.py")
    assert result == manifest(workspace.root, skip_git=True)


def test_apply_without_base_takes_where_the_branch_left_head(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    repo.write({"later.py": "later = 1\n"})
    repo.commit("later")

    apply(repo.path, str(workspace.branch))

    assert (repo.path / "later.py").is_file()
    assert not (repo.path / "gone.py").exists()


def test_apply_that_does_not_fit_changes_nothing_and_says_what_to_do(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    repo.write({"app/main.py": "rewritten\n"})
    before = manifest(repo.path)

    with pytest.raises(EnvironmentFault, match="git merge archwright/add") as caught:
        apply(repo.path, str(workspace.branch), workspace.base_commit)

    assert "app/main.py" in str(caught.value)
    assert manifest(repo.path) == before


def test_apply_in_a_repository_without_commits_brings_all_files(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "empty")
    workspace = finished_run(repo, tmp_path)

    assert sorted(apply(repo.path, str(workspace.branch))) == ["naïve file.bin", "run.sh"]
    assert manifest(repo.path, skip_git=True) == manifest(workspace.root, skip_git=True)


def test_a_branch_without_commits_applies_as_nothing(repo: Repo, tmp_path: Path) -> None:
    workspace = Workspace.open(WorkspaceSettings(repo=repo.path, slug="add", state_dir=tmp_path / "state"))

    assert apply(repo.path, str(workspace.branch), workspace.base_commit) == []


def test_the_patch_can_be_applied_by_git_itself(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    (tmp_path / "change.patch").write_bytes(patch_of(repo.path, str(workspace.branch)))

    repo.git("apply", "--index", str(tmp_path / "change.patch"))

    assert repo.git("write-tree") == repo.git("rev-parse", f"{workspace.branch}^{{tree}}")


def test_an_unknown_branch_is_an_environment_fault(repo: Repo) -> None:
    with pytest.raises(EnvironmentFault, match="no branch archwright/nothing"):
        patch_of(repo.path, "archwright/nothing")


def test_remove_takes_worktree_and_branch_and_may_be_repeated(repo: Repo, tmp_path: Path) -> None:
    before = {k: v for k, v in manifest(repo.path).items() if not k.startswith(".git/objects")}
    workspace = finished_run(repo, tmp_path)

    for _ in range(2):
        remove(repo.path, workspace.branch, workspace.root)

    assert {k: v for k, v in manifest(repo.path).items() if not k.startswith(".git/objects")} == before
    assert not workspace.root.exists()


def test_remove_works_after_the_state_folder_was_deleted(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    (tmp_path / "state").rename(tmp_path / "away")

    remove(repo.path, workspace.branch, workspace.root)

    assert repo.git("branch", "--list", "archwright/*") == ""
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_remove_leaves_what_is_not_ours(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)
    precious = tmp_path / "precious"
    precious.mkdir()
    repo.git("branch", "feature")

    remove(repo.path, None, precious)
    with pytest.raises(EnvironmentFault, match="not a branch of archwright"):
        remove(repo.path, "feature", None)
    workspace.close(keep_branch=True)
    repo.git("checkout", "-q", "archwright/add")
    with pytest.raises(EnvironmentFault, match="checked out"):
        remove(repo.path, "archwright/add", None)

    assert precious.is_dir()
    assert repo.git("branch", "--format=%(refname:short)").split() == ["archwright/add", "feature", "main"]


def test_remove_finds_the_worktree_below_the_folder_it_is_given(repo: Repo, tmp_path: Path) -> None:
    workspace = finished_run(repo, tmp_path)

    remove(repo.path, workspace.branch, tmp_path / "state")

    assert not workspace.root.exists()
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_remove_never_takes_the_users_own_working_tree(repo: Repo, tmp_path: Path) -> None:
    finished_run(repo, tmp_path)
    before = manifest(repo.path, skip_git=True)

    remove(repo.path, None, repo.path)
    remove(repo.path, None, repo.path.parent / "sam")

    assert manifest(repo.path, skip_git=True) == before


def test_a_folder_of_ours_becomes_a_clean_repository_with_one_commit(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "app").mkdir(parents=True)
    (folder / "app/main.py").write_text("x = 1\n", encoding="utf-8")

    commit = init_repository(folder, "Start")

    repo = Repo(folder)
    assert repo.git("log", "--format=%H %s", "main") == f"{commit} Start"
    assert repo.git("status", "--porcelain") == ""
