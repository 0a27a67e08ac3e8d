"""Which files a check looks at is what git does not ignore; odd repositories and odd names included."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.repositories import Repo
from tools.workspace_files import listed_files, run_git

FILES = {"app/main.py": "x = 1\n", "setup.py": "", ".gitignore": "build/\n*.log\n"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


def test_ignored_files_are_left_out_and_new_ones_are_not(repo: Repo) -> None:
    repo.write({"build/out.py": "", "app/x.log": "", "app/new.py": ""})

    assert listed_files(repo.path) == [".gitignore", "app/main.py", "app/new.py", "setup.py"]
    assert listed_files(repo.path, untracked=False) == [".gitignore", "app/main.py", "setup.py"]


def test_an_ignored_file_that_is_tracked_counts(repo: Repo) -> None:
    repo.write({"build/kept.py": ""})
    repo.git("add", "-f", "build/kept.py")

    assert "build/kept.py" in (listed_files(repo.path) or ())


def test_paths_are_relative_to_the_folder_that_is_asked_for(repo: Repo) -> None:
    assert listed_files(repo.path / "app") == ["main.py"]


def test_what_is_deleted_but_in_the_index_still_does_not_count(repo: Repo) -> None:
    (repo.path / "setup.py").unlink()

    assert listed_files(repo.path) == [".gitignore", "app/main.py"]


def test_names_with_line_feeds_and_bytes_that_are_no_text(repo: Repo) -> None:
    (repo.path / "two\nlines.py").write_text("")
    (repo.path / 'naïve "q".py').write_text("")
    with open(os.fsencode(repo.path) + b"/\xff.py", "w"):  # noqa: PTH123 - Path takes no bytes
        pass
    repo.git("add", "-A")

    found = listed_files(repo.path) or []

    assert {"two\nlines.py", 'naïve "q".py', "\udcff.py"} <= set(found)
    assert found == sorted(found)


def test_links_count_when_they_stay_inside(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("secret = 1\n")
    (repo.path / "in.py").symlink_to("app/main.py")
    (repo.path / "out.py").symlink_to(tmp_path / "outside.py")
    (repo.path / "dangling.py").symlink_to("nowhere.py")
    (repo.path / "folder").symlink_to("app")

    found = listed_files(repo.path) or []

    assert "in.py" in found
    assert {"out.py", "dangling.py", "folder", "folder/main.py"}.isdisjoint(found)


def test_pipes_are_left_out(repo: Repo) -> None:
    os.mkfifo(repo.path / "pipe.py")

    assert "pipe.py" not in (listed_files(repo.path) or ())


def test_a_submodule_belongs_to_it_and_a_clone_that_lies_inside_does_not(repo: Repo, tmp_path: Path) -> None:
    library = Repo(tmp_path / "library", files={"lib/core.py": "y = 1\n", ".gitignore": "*.tmp\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.path), "vendor/library")
    (repo.path / "vendor/library/x.tmp").write_text("")
    Repo(repo.path / "other", files={"inner.py": ""})

    found = listed_files(repo.path) or []

    assert "vendor/library/lib/core.py" in found
    assert {"vendor/library", "vendor/library/x.tmp", "other/inner.py", "other/"}.isdisjoint(found)


def test_a_submodule_that_is_not_checked_out_is_no_file(repo: Repo, tmp_path: Path) -> None:
    library = Repo(tmp_path / "library", files={"core.py": ""})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.path), "library")
    repo.commit("with library")
    repo.git("submodule", "--quiet", "deinit", "-f", "library")

    assert [name for name in listed_files(repo.path) or () if name.startswith("library")] == []


def test_a_linked_worktree_is_listed_and_not_listed_twice(repo: Repo) -> None:
    repo.git("worktree", "add", "-q", "trees/one", "-b", "one")

    assert listed_files(repo.path / "trees/one") == [".gitignore", "app/main.py", "setup.py"]
    assert listed_files(repo.path) == [".gitignore", "app/main.py", "setup.py"]


def test_folders_of_environments_never_count(repo: Repo) -> None:
    repo.write({"node_modules/x/index.js": "", "app/node_modules.py": ""})
    repo.git("add", "-A")

    found = listed_files(repo.path, skipped={"node_modules"}) or []

    assert "app/node_modules.py" in found
    assert "node_modules/x/index.js" not in found


def test_outside_of_a_repository_git_cannot_tell(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a.py").write_text("")

    assert listed_files(folder) is None


def test_a_folder_that_its_repository_ignores_is_walked_instead(repo: Repo) -> None:
    repo.write({"build/app/main.py": ""})

    assert listed_files(repo.path / "build") is None
    assert listed_files(repo.path / "build/app") is None


def test_an_empty_repository_has_no_files_and_that_is_known(tmp_path: Path) -> None:
    assert listed_files(Repo(tmp_path / "empty").path) == []


def test_without_git_nobody_can_tell(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.path))

    assert listed_files(repo.path) is None


def test_neither_the_callers_environment_nor_the_repositorys_programs_act(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    repo.git("config", "core.fsmonitor", str(trap))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    assert listed_files(repo.path) == [".gitignore", "app/main.py", "setup.py"]
    assert not (tmp_path / "sprung").exists()


def test_the_index_of_the_user_stays_as_it_is(repo: Repo) -> None:
    (repo.path / "app/main.py").touch()
    before = repo.fingerprint(strict=True)

    listed_files(repo.path)

    assert repo.fingerprint(strict=True) == before


def test_git_in_a_folder_that_is_gone_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    from tools.errors import EnvironmentFault

    with pytest.raises(EnvironmentFault, match="gone"):
        run_git(tmp_path / "gone", "status")
