"""What a change did and where it starts, read from git without a trace in the user's repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.repositories import Repo, manifest
from tools.errors import EnvironmentFault
from tools.workspace_since import Base, base_of, base_tree, texts_before

CODE = "".join(f"line_{n} = {n}\n" for n in range(30))
FILES = {"app/main.py": CODE, "app/old.py": CODE.replace("line", "old"), "gone.py": "g = 1\n", "README.md": "hi\n"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


def exported(base: Base) -> dict[str, str]:
    with base_tree(base) as (folder, listed):
        assert folder.name == base.root.name
        return {name: (folder / name).read_text(encoding="utf-8") for name in listed}


def test_committed_staged_edited_and_new_files_are_touched(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "work")
    repo.write({"committed.py": "c = 1\n"})
    repo.commit("work")
    repo.write({"staged.py": "s = 1\n", "app/main.py": CODE + "edited = 1\n", "new.py": "n = 1\n"})
    repo.git("add", "staged.py")
    (repo.path / "gone.py").unlink()

    base = base_of(repo.path, "main")

    assert sorted(base.paths) == ["app/main.py", "committed.py", "gone.py", "new.py", "staged.py"]
    assert base.commit == repo.git("rev-parse", "main")
    before = texts_before(base)
    assert before["app/main.py"] == CODE
    assert before["gone.py"] == "g = 1\n"
    assert before["new.py"] is None


def test_an_edit_as_young_as_the_index_is_touched(repo: Repo) -> None:
    repo.rewrite_in_the_same_instant("gone.py", "g = 2\n")

    assert base_of(repo.path, "main").paths == ("gone.py",)


def test_what_others_did_meanwhile_is_no_part_of_the_change(repo: Repo) -> None:
    start = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "work")
    repo.write({"mine.py": ""})
    repo.commit("mine")
    repo.git("checkout", "-q", "main")
    repo.write({"theirs.py": ""})
    repo.commit("theirs")
    repo.git("checkout", "-q", "work")

    base = base_of(repo.path, "main")

    assert (base.commit, base.paths) == (start, ("mine.py",))


@pytest.mark.parametrize("staged", [True, False])
def test_a_file_that_was_moved_is_known_again(repo: Repo, staged: bool) -> None:
    (repo.path / "core").mkdir()
    (repo.path / "app/old.py").rename(repo.path / "core/new.py")
    (repo.path / "core/new.py").write_text(CODE.replace("line", "old") + "more = 1\n")
    if staged:
        repo.git("add", "-A")

    base = base_of(repo.path, "HEAD")

    assert base.renames == {"app/old.py": "core/new.py"}
    assert sorted(base.paths) == ["app/old.py", "core/new.py"]


def test_a_folder_of_the_repository_sees_its_own_files_alone(repo: Repo) -> None:
    repo.write({"app/main.py": "x = 1\n", "README.md": "other\n"})

    base = base_of(repo.path / "app", "HEAD")

    assert base.paths == ("main.py",)
    assert texts_before(base) == {"main.py": CODE}
    assert sorted(exported(base)) == ["main.py", "old.py"]


def test_a_folder_that_is_new_has_an_empty_base(repo: Repo) -> None:
    repo.write({"fresh/a.py": ""})

    base = base_of(repo.path / "fresh", "HEAD")

    assert base.paths == ("a.py",)
    assert exported(base) == {}


def test_the_base_is_what_the_commit_holds_and_the_tree_stays_as_it_is(repo: Repo) -> None:
    repo.write({"app/main.py": "x = 1\n", "new.py": ""})
    (repo.path / "gone.py").unlink()
    (repo.path / "README.md").touch()
    before = manifest(repo.path)

    base = base_of(repo.path, "HEAD")
    files = exported(base)

    assert files == FILES
    texts_before(base)
    assert manifest(repo.path) == before


def test_names_that_are_no_text_or_hold_a_line_feed(repo: Repo) -> None:
    repo.write({"two\nlines.py": "a = 1\n", "tab\t.py": "b = 1\n"})
    with open(os.fsencode(repo.path) + b"/\xff.py", "w") as file:  # noqa: PTH123 - Path takes no bytes
        file.write("c = 1\n")
    repo.commit("odd names")
    repo.write({"two\nlines.py": "a = 2\n"})
    (repo.path / "\udcff.py").write_text("c = 2\n")

    base = base_of(repo.path, "HEAD")

    assert sorted(base.paths) == ["two\nlines.py", "\udcff.py"]
    assert texts_before(base) == {"two\nlines.py": "a = 1\n", "\udcff.py": "c = 1\n"}
    assert {"tab\t.py", "two\nlines.py", "\udcff.py"} <= set(exported(base))


def test_links_stay_inside_and_media_have_no_content(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    (repo.path / "in.py").symlink_to("app/main.py")
    (repo.path / "app/up.py").symlink_to("../gone.py")
    (repo.path / "out.py").symlink_to(tmp_path / "secret")
    (repo.path / "climbs.py").symlink_to("../secret")
    (repo.path / "logo.png").write_bytes(b"\x89PNG" * 1000)
    repo.commit("links")

    with base_tree(base_of(repo.path, "HEAD")) as (folder, listed):
        assert (folder / "in.py").read_text() == CODE
        assert (folder / "app/up.py").read_text() == "g = 1\n"
        assert {"out.py", "climbs.py"}.isdisjoint(listed)
        assert not (folder / "out.py").is_symlink()
        assert set((folder / "logo.png").read_bytes()) == {0}
        assert (folder / "logo.png").stat().st_size == 4000


def test_submodules_are_as_they_were(repo: Repo, tmp_path: Path) -> None:
    library = Repo(tmp_path / "library", files={"core.py": "v = 1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.path), "vendor/library")
    repo.commit("with library")
    (repo.path / "vendor/library/core.py").write_text("v = 2\n")

    files = exported(base_of(repo.path, "HEAD"))

    assert files["vendor/library/core.py"] == "v = 1\n"


def test_in_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "one")
    (tmp_path / "tree/new.py").write_text("")

    base = base_of(tmp_path / "tree", "main")

    assert base.paths == ("new.py",)
    assert sorted(exported(base)) == sorted(FILES)


def test_programs_of_the_repository_do_not_run(repo: Repo, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    repo.write({".gitattributes": "*.py filter=trap diff=trap\n"})
    repo.commit("attributes")
    for key in ("filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv", "diff.external", "core.fsmonitor"):
        repo.git("config", key, str(trap))
    repo.write({"app/main.py": "x = 1\n", "new.py": "n = 1\n"})
    (repo.path / "gone.py").touch()

    base = base_of(repo.path, "HEAD")
    exported(base)
    texts_before(base)

    assert sorted(base.paths) == ["app/main.py", "new.py"]
    assert not (tmp_path / "sprung").exists()


def test_a_commit_that_git_does_not_know_is_named(repo: Repo) -> None:
    for ref in ("origin/main", "-x", "", "HEAD:app"):
        with pytest.raises(EnvironmentFault, match=f"--since {ref}: git knows no such commit"):
            base_of(repo.path, ref)
    with pytest.raises(EnvironmentFault, match="git fetch origin main"):
        base_of(repo.path, "origin/main")


def test_a_shallow_clone_says_how_to_get_the_history(repo: Repo, tmp_path: Path) -> None:
    for number in range(3):
        repo.write({"n.py": f"n = {number}\n"})
        repo.commit(f"step {number}")
    repo.git("checkout", "-q", "-b", "work", "HEAD~2")
    repo.write({"w.py": ""})
    repo.commit("work")
    clone = Repo(tmp_path / "clone")
    clone.git("remote", "add", "origin", f"file://{repo.path}")
    clone.git("-c", "protocol.file.allow=always", "fetch", "-q", "--depth=1", "origin", "main", "work")
    clone.git("checkout", "-q", "FETCH_HEAD")
    clone.git("branch", "theirs", "origin/work")

    with pytest.raises(EnvironmentFault, match=r"(?s)no commit in common.*fetch --unshallow.*fetch-depth: 0"):
        base_of(clone.path, "theirs")
    with pytest.raises(EnvironmentFault, match="fetch --unshallow origin nowhere"):
        base_of(clone.path, "origin/nowhere")


def test_histories_without_a_common_commit(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "island")
    repo.commit("island")

    with pytest.raises(EnvironmentFault, match="no commit in common"):
        base_of(repo.path, "main")


def test_where_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    empty = Repo(tmp_path / "empty")

    with pytest.raises(EnvironmentFault, match="not a git repository"):
        base_of(tmp_path / "plain", "HEAD")
    with pytest.raises(EnvironmentFault, match="no commit yet"):
        base_of(empty.path, "main")


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    empty = Repo(tmp_path / "empty")
    empty.write({"a.py": "", "b.py": ""})
    empty.git("add", "a.py")

    base = base_of(empty.path, "HEAD")

    assert sorted(base.paths) == ["a.py", "b.py"]
    assert texts_before(base) == {"a.py": None, "b.py": None}
    assert exported(base) == {}


def test_content_that_a_partial_clone_lacks_is_told(repo: Repo) -> None:
    base = base_of(repo.path, "HEAD")
    name = repo.git("rev-parse", "HEAD:app/main.py")
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()

    with pytest.raises(EnvironmentFault, match=r"no content for 'app/main.py'.*partial clone"):
        exported(base)
