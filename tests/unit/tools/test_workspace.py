"""The workspace does its work and leaves the user's repository alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.repositories import Repo, manifest
from tools.errors import EnvironmentFault, ToolRefused
from tools.workspace import Workspace, WorkspaceSettings, apply, patch_of

FILES = {"app/main.py": "print('one')\n", "README.md": "# Sample\n", ".gitignore": "*.log\n"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No identity, no ignore rules, no signing of the machine that runs the tests.
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "sample", files=FILES)


Open = Callable[..., Workspace]


@pytest.fixture
def start(tmp_path: Path) -> Open:
    def start(folder: Path, slug: str = "add-tags", **options: bool) -> Workspace:
        number = len(list(tmp_path.glob("state*")))
        state_dir = tmp_path / f"state{number}"
        return Workspace.open(WorkspaceSettings(repo=folder, slug=slug, state_dir=state_dir, **options))

    return start


def dirty_tree(repo: Repo) -> None:
    repo.write({"README.md": "# stashed\n"})
    repo.git("stash")
    repo.write({"app/staged.py": "staged = 1\n"})
    repo.git("add", "app/staged.py")
    repo.write({"app/staged.py": "staged = 2\n", "app/new file.py": "new = 1\n", "debug.log": "ignored\n"})


def detached(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")


def conflicted(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.write({"README.md": "# theirs\n"})
    repo.commit("theirs")
    repo.git("checkout", "-q", "main")
    repo.write({"README.md": "# ours\n"})
    repo.commit("ours")
    repo.git("merge", "other", check=False)
    assert repo.git("ls-files", "-u")


def packed(repo: Repo) -> None:
    repo.git("pack-refs", "--all")
    repo.git("gc", "-q")


def locked(repo: Repo) -> None:
    (repo.path / ".git/index.lock").write_text("", encoding="utf-8")


def hostile(repo: Repo) -> None:
    marker = repo.path.parent / "ran"
    program = repo.path.parent / "evil"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> "{marker}"\ncat\n', encoding="utf-8")
    program.chmod(0o755)
    repo.write({".gitattributes": "*.py filter=evil diff=evil merge=evil\n"})
    repo.commit("attributes")
    hooks = repo.path / ".git/hooks"
    for hook in ("pre-commit", "post-checkout", "post-commit", "reference-transaction", "post-index-change"):
        hooks.mkdir(exist_ok=True)
        (hooks / hook).symlink_to(program)
    for key, value in {
        "core.fsmonitor": program,
        "filter.evil.clean": program,
        "filter.evil.smudge": program,
        "filter.evil.required": "true",
        "filter.odd=name.process": program,
        "diff.evil.textconv": program,
        "diff.evil.command": program,
        "diff.external": program,
        "commit.gpgsign": "true",
        "gpg.program": program,
        "core.editor": program,
        "core.sshCommand": program,
        "merge.evil.driver": program,
        "core.splitIndex": "true",
        "user.useConfigOnly": "true",
    }.items():
        repo.git("config", key, str(value))


@pytest.mark.parametrize(
    "prepare",
    [None, dirty_tree, detached, conflicted, packed, locked, hostile],
    ids=lambda p: getattr(p, "__name__", "clean"),
)
def test_a_whole_run_leaves_all_that_is_the_users_byte_identical(
    repo: Repo, start: Open, prepare: Callable[[Repo], None] | None
) -> None:
    if prepare is not None:
        prepare(repo)
    before = repo.fingerprint()

    workspace = start(repo.path)
    (workspace.root / "app/main.py").write_text("print('two')\n", encoding="utf-8")
    (workspace.root / "app/tags.py").write_text("tags = []\n", encoding="utf-8")
    first = workspace.snapshot()
    commit = workspace.commit("Add tags")
    workspace.restore(workspace.base_tree)
    workspace.restore(first)
    workspace.close(keep_branch=True)

    assert repo.fingerprint() == before
    assert repo.git("log", "-1", "--format=%H %an %s", "archwright/add-tags") == f"{commit} archwright Add tags"
    assert repo.git("show", "archwright/add-tags:app/tags.py") == "tags = []"


def test_a_discarded_run_leaves_no_trace_but_objects(repo: Repo, start: Open) -> None:
    before = {k: v for k, v in repo.fingerprint(strict=True).items() if not k.startswith(".git/objects")}

    workspace = start(repo.path)
    (workspace.root / "x.py").write_text("x = 1\n", encoding="utf-8")
    workspace.commit("x")
    workspace.close(keep_branch=False)

    after = {k: v for k, v in repo.fingerprint(strict=True).items() if not k.startswith(".git/objects")}
    assert after == before
    assert not workspace.root.exists()


@pytest.mark.parametrize("in_place", [False, True])
def test_no_program_that_the_repository_names_is_run(repo: Repo, start: Open, in_place: bool) -> None:
    hostile(repo)
    marker = repo.path.parent / "ran"
    repo.git("worktree", "add", "-q", str(repo.path.parent / "naive"))
    ran = marker.read_text(encoding="utf-8")
    assert "post-checkout" in ran
    assert "reference-transaction" in ran
    assert "evil" in ran
    marker.unlink()

    workspace = start(repo.path, in_place=in_place)
    (workspace.root / "app/main.py").write_text("print('two')\n", encoding="utf-8")
    tree = workspace.snapshot(["app/main.py"])
    workspace.diff(workspace.base_tree)
    workspace.changed(workspace.base_tree)
    workspace.files()
    workspace.commit("change")
    workspace.restore(workspace.base_tree)
    workspace.restore(tree)
    if workspace.branch is not None:
        patch_of(repo.path, workspace.branch)
        apply(repo.path, workspace.branch)
    workspace.close(keep_branch=False)

    assert not marker.exists()


def test_git_variables_of_the_caller_do_not_leak_in(
    repo: Repo, start: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other", files={"other.py": "other = 1\n"})
    before = other.fingerprint(strict=True)
    marker = tmp_path / "ran"
    for key, value in {
        "GIT_DIR": other.path / ".git",
        "GIT_WORK_TREE": other.path,
        "GIT_INDEX_FILE": other.path / ".git/index",
        "GIT_OBJECT_DIRECTORY": other.path / ".git/objects",
        "GIT_COMMON_DIR": other.path / ".git",
        "GIT_CEILING_DIRECTORIES": tmp_path,
        "GIT_NAMESPACE": "elsewhere",
        "GIT_PREFIX": "app/",
        "GIT_EXTERNAL_DIFF": f"touch {marker} #",
        "GIT_AUTHOR_NAME": "Somebody Else",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": tmp_path,
        "GIT_TRACE": marker,
    }.items():
        monkeypatch.setenv(key, str(value))

    workspace = start(repo.path)
    (workspace.root / "app/main.py").write_text("print('two')\n", encoding="utf-8")
    diff = workspace.diff(workspace.base_tree)
    commit = workspace.commit("change")

    assert "+print('two')" in diff
    assert repo.git("log", "-1", "--format=%H %an", "archwright/add-tags") == f"{commit} archwright"
    assert other.fingerprint(strict=True) == before
    assert not marker.exists()


def test_the_worktree_holds_head_and_not_the_uncommitted_changes(repo: Repo, start: Open) -> None:
    dirty_tree(repo)

    workspace = start(repo.path)

    assert workspace.files() == [".gitignore", "README.md", "app/main.py"]
    assert workspace.dirty
    assert workspace.base_commit == repo.git("rev-parse", "HEAD")
    assert any("2 uncommitted files are not part" in note for note in workspace.notes)


def test_uncommitted_changes_are_the_base_when_included(repo: Repo, start: Open) -> None:
    dirty_tree(repo)
    before = repo.fingerprint()

    workspace = start(repo.path, include_dirty=True)

    assert workspace.files() == [".gitignore", "README.md", "app/main.py", "app/new file.py", "app/staged.py"]
    assert (workspace.root / "app/staged.py").read_text(encoding="utf-8") == "staged = 2\n"
    assert workspace.commit("nothing new") is None
    assert repo.fingerprint() == before


def test_an_edit_as_young_as_the_index_is_included(repo: Repo, start: Open) -> None:
    dirty_tree(repo)
    repo.git("add", "-A")
    repo.rewrite_in_the_same_instant("app/staged.py", "staged = 3\n")

    workspace = start(repo.path, include_dirty=True)

    assert (workspace.root / "app/staged.py").read_text(encoding="utf-8") == "staged = 3\n"


def test_a_repository_without_commits_gets_a_branch_and_stays_unborn(tmp_path: Path, start: Open) -> None:
    repo = Repo(tmp_path / "empty")
    repo.write({"openapi.yaml": "openapi: 3.1.0\n"})
    before = repo.fingerprint()

    workspace = start(repo.path)
    assert workspace.files() == []
    (workspace.root / "main.py").write_text("app = 1\n", encoding="utf-8")
    workspace.commit("Build it")
    workspace.close(keep_branch=True)

    assert repo.fingerprint() == before
    assert repo.git("rev-parse", "--verify", "-q", "HEAD", check=False) == ""
    repo.git("merge", "-q", "archwright/add-tags")
    assert (repo.path / "main.py").is_file()


def test_files_of_a_repository_without_commits_can_be_included(tmp_path: Path, start: Open) -> None:
    repo = Repo(tmp_path / "empty")
    repo.write({"openapi.yaml": "openapi: 3.1.0\n"})
    before = repo.fingerprint()

    workspace = start(repo.path, include_dirty=True)

    assert workspace.files() == ["openapi.yaml"]
    assert repo.fingerprint() == before


def test_a_taken_branch_name_is_numbered(repo: Repo, start: Open) -> None:
    repo.git("branch", "archwright/add-tags")
    repo.git("branch", "archwright/ADD-tags-2")
    repo.git("branch", "archwright/add-tags-3/deeper")

    assert start(repo.path, slug="Add tags!").branch == "archwright/add-tags-4"
    assert start(repo.path, slug="ünïcode / .. ~^:").branch == "archwright/n-code"
    assert start(repo.path, slug="...").branch == "archwright/run"


def test_a_branch_called_archwright_leads_to_another_prefix_that_is_named(repo: Repo, start: Open) -> None:
    repo.git("branch", "archwright")

    workspace = start(repo.path)

    assert workspace.branch == "archwright-runs/add-tags"
    assert any("archwright-runs/add-tags" in note for note in workspace.notes)


def test_all_prefixes_taken_is_an_error_that_names_them(repo: Repo, start: Open) -> None:
    for name in ("archwright", "archwright-runs", "by-archwright"):
        repo.git("branch", name)

    with pytest.raises(EnvironmentFault, match="archwright-runs"):
        start(repo.path)


@pytest.mark.parametrize("in_place", [False, True])
def test_a_repository_may_lie_anywhere(tmp_path: Path, in_place: bool) -> None:
    odd = tmp_path / 'a "quoted": naïve\\ folder;\nof mine'
    repo = Repo(odd / "repo", files=FILES)
    settings = WorkspaceSettings(repo=repo.path, slug="x", state_dir=odd / "state", in_place=in_place)

    workspace = Workspace.open(settings)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    tree = workspace.snapshot()
    workspace.restore(workspace.base_tree)
    Workspace.reopen(odd / "state").restore(tree)

    assert workspace.files() == [".gitignore", "README.md", "app/main.py", "b.py"]
    assert (workspace.commit("b") is None) == in_place


def test_runs_started_at_the_same_time_get_branches_of_their_own(repo: Repo, tmp_path: Path) -> None:
    def one(number: int) -> Workspace:
        settings = WorkspaceSettings(repo=repo.path, slug="same", state_dir=tmp_path / f"run{number}")
        workspace = Workspace.open(settings)
        (workspace.root / f"{number}.py").write_text("x = 1\n", encoding="utf-8")
        workspace.commit(f"by {number}")
        return workspace

    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(one, range(4)))

    assert len({workspace.branch for workspace in opened}) == 4
    for number, workspace in enumerate(opened):
        assert repo.git("log", "-1", "--format=%s", str(workspace.branch)) == f"by {number}"


def test_a_subfolder_of_a_monorepo_is_the_focus(repo: Repo, start: Open) -> None:
    (repo.path / "services/new one").mkdir(parents=True)

    known, unknown = start(repo.path / "app"), start(repo.path / "services/new one")

    assert known.focus == known.root / "app"
    assert unknown.focus.is_dir()
    unknown.restore(unknown.base_tree)
    assert unknown.focus.is_dir()


def test_a_run_can_start_in_a_linked_worktree(repo: Repo, start: Open, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", "-b", "feature", str(linked))
    (linked / "only-here.py").write_text("x = 1\n", encoding="utf-8")
    before = manifest(linked)

    workspace = start(linked)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    assert workspace.commit("b")
    workspace.close(keep_branch=True)

    assert manifest(linked) == before
    assert "feature" in repo.git("worktree", "list")


def test_submodules_are_left_empty_and_survive_a_commit(repo: Repo, start: Open, tmp_path: Path) -> None:
    library = Repo(tmp_path / "library", files={"lib.py": "lib = 1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.path), "vendor/lib")
    repo.commit("submodule")
    link = repo.git("rev-parse", "HEAD:vendor/lib")

    workspace = start(repo.path)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    tree = workspace.snapshot()
    workspace.commit("b")
    workspace.restore(workspace.base_tree)
    workspace.restore(tree)

    assert repo.git("rev-parse", "archwright/add-tags:vendor/lib") == link
    assert any("Submodules" in note for note in workspace.notes)
    assert [change.path for change in workspace.changed(workspace.base_tree)] == ["b.py"]


def test_files_kept_by_lfs_stay_pointers_in_the_branch(repo: Repo, start: Open) -> None:
    repo.write({".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "model.bin": "version lfs\n"})
    repo.commit("pointer")
    for key, value in {"clean": "false", "smudge": "false", "process": "false", "required": "true"}.items():
        repo.git("config", f"filter.lfs.{key}", value)

    workspace = start(repo.path)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    workspace.commit("b")

    assert (workspace.root / "model.bin").read_text(encoding="utf-8") == "version lfs\n"
    assert repo.git("diff", "--name-only", "main", "archwright/add-tags") == "b.py"
    assert any("LFS" in note for note in workspace.notes)


def test_a_repository_with_sha256_names_works(tmp_path: Path, start: Open) -> None:
    repo = Repo(tmp_path / "long", "--object-format=sha256", files=FILES)

    workspace = start(repo.path)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")

    assert len(workspace.commit("b") or "") == 64


def test_line_ends_follow_the_repositorys_attributes_in_the_commit_only(repo: Repo, start: Open) -> None:
    repo.write({".gitattributes": "* text=auto\n"})
    repo.commit("attributes")
    workspace = start(repo.path)
    (workspace.root / "crlf.py").write_bytes(b"a = 1\r\n")

    tree = workspace.snapshot(["crlf.py"])
    workspace.commit("crlf")
    workspace.restore(workspace.base_tree)
    workspace.restore(tree)

    assert (workspace.root / "crlf.py").read_bytes() == b"a = 1\r\n"
    assert repo.git("cat-file", "blob", "archwright/add-tags:crlf.py") == "a = 1"


def test_a_repository_of_another_owner_works(repo: Repo, start: Open) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    for path in [repo.path, *repo.path.rglob("*")]:
        os.lchown(path, 12345, 12345)

    workspace = start(repo.path)
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")

    assert workspace.commit("b")


def test_a_folder_that_is_no_repository_is_an_error_with_the_remedy(tmp_path: Path, start: Open) -> None:
    (tmp_path / "plain").mkdir()

    with pytest.raises(EnvironmentFault, match="git init"):
        start(tmp_path / "plain")


def test_places_without_a_working_tree_are_errors(repo: Repo, tmp_path: Path, start: Open) -> None:
    bare = Repo(tmp_path / "bare.git", "--bare")

    with pytest.raises(EnvironmentFault, match="bare"):
        start(bare.path)
    with pytest.raises(EnvironmentFault, match="git directory"):
        start(repo.path / ".git")
    with pytest.raises(EnvironmentFault, match="not a folder"):
        start(tmp_path / "missing")
    with pytest.raises(EnvironmentFault, match="not a folder"):
        start(repo.path / "README.md")


def test_a_configuration_that_points_the_working_tree_elsewhere_is_refused(
    repo: Repo, tmp_path: Path, start: Open
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    repo.git("config", "core.worktree", str(victim))

    with pytest.raises(EnvironmentFault, match=r"core\.worktree"):
        start(repo.path, in_place=True)


def test_a_damaged_repository_is_an_environment_fault_in_gits_words(repo: Repo, start: Open) -> None:
    (repo.path / ".git/config").write_text("[broken\n", encoding="utf-8")

    with pytest.raises(EnvironmentFault, match="config"):
        start(repo.path)


def test_a_state_folder_inside_the_repository_is_refused(repo: Repo) -> None:
    with pytest.raises(EnvironmentFault, match="ARCHWRIGHT_STATE_DIR"):
        Workspace.open(WorkspaceSettings(repo=repo.path, slug="x", state_dir=repo.path / ".state"))

    assert not (repo.path / ".state").exists()


def test_no_git_on_the_path_is_an_environment_fault(
    repo: Repo, start: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EnvironmentFault, match="not installed"):
        start(repo.path)


def test_another_process_opens_the_workspace_as_it_was_left(repo: Repo, start: Open, tmp_path: Path) -> None:
    first = start(repo.path / "app")
    (first.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    tree = first.snapshot()

    second = Workspace.reopen(tmp_path / "state0")

    assert (second.root, second.focus, second.branch) == (first.root, first.focus, first.branch)
    assert (second.base_tree, second.base_commit, second.notes) == (
        first.base_tree,
        first.base_commit,
        first.notes,
    )
    second.restore(second.base_tree)
    assert not (second.root / "b.py").exists()
    second.restore(tree)
    assert second.commit("b")


def test_reopening_what_is_not_there_is_an_environment_fault(repo: Repo, start: Open, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="no workspace"):
        Workspace.reopen(tmp_path / "nothing")
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage/workspace.json").write_text('{"root": 1}', encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="no workspace"):
        Workspace.reopen(tmp_path / "garbage")
    start(repo.path).close(keep_branch=True)
    with pytest.raises(EnvironmentFault, match="gone"):
        Workspace.reopen(tmp_path / "state0")


def test_what_the_model_does_to_git_does_not_change_where_the_result_goes(repo: Repo, start: Open) -> None:
    workspace = start(repo.path)
    inside = Repo(workspace.root, files=None)
    inside.git("checkout", "-q", "-b", "elsewhere")
    (workspace.root / "b.py").write_text("b = 1\n", encoding="utf-8")
    inside.commit("by the model itself")
    (workspace.root / "c.py").write_text("c = 1\n", encoding="utf-8")
    (workspace.root / ".git").unlink()
    tree = workspace.snapshot()
    workspace.restore(tree)

    commit = workspace.commit("ours")
    workspace.close(keep_branch=True)

    assert repo.git("rev-parse", "archwright/add-tags") == commit
    assert repo.git("diff", "--name-only", "main", "archwright/add-tags") == "b.py\nc.py"
    assert not workspace.root.exists()
    assert "sample" not in repo.git("worktree", "list", "--porcelain").partition("\n")[2]


def test_a_repository_made_inside_the_worktree_is_committed_as_files(repo: Repo, start: Open) -> None:
    workspace = start(repo.path)
    Repo(workspace.root / "web", files={"index.js": "export {}\n"})
    Repo(workspace.root / "unborn").write({"a.py": "a = 1\n"})

    workspace.commit("made by a generator")

    assert repo.git("diff", "--name-only", "main", "archwright/add-tags") == "unborn/a.py\nweb/index.js"
    assert any("web/.git was removed" in note for note in workspace.notes)


def test_caches_are_not_committed_when_nothing_ignores_them(repo: Repo, start: Open) -> None:
    workspace = start(repo.path)
    for name in ("node_modules/x/index.js", ".venv/bin/python", "app/__pycache__/main.pyc", "debug.log"):
        (workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.root / name).write_text("cache", encoding="utf-8")

    assert workspace.files() == [".gitignore", "README.md", "app/main.py"]
    assert workspace.commit("nothing") is None


def test_ignore_rules_of_the_user_hold_in_the_worktree(repo: Repo, start: Open, tmp_path: Path) -> None:
    (tmp_path / "home/.config/git").mkdir(parents=True)
    (tmp_path / "home/.config/git/ignore").write_text("*.swp\n", encoding="utf-8")
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/exclude").write_text("notes.txt\n", encoding="utf-8")
    workspace = start(repo.path)
    for name in ("a.swp", "notes.txt"):
        (workspace.root / name).write_text("private", encoding="utf-8")

    assert workspace.changed(workspace.base_tree) == []
    assert workspace.commit("nothing") is None


def test_a_path_that_leaves_the_workspace_is_refused(repo: Repo, start: Open, tmp_path: Path) -> None:
    workspace = start(repo.path)
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    (workspace.root / "out").symlink_to(tmp_path)
    (workspace.root / "loop").symlink_to("loop")
    (workspace.root / "in").symlink_to("app")

    for path in (
        "../x",
        "app/../../x",
        "/etc/passwd",
        "out/secret",
        "out",
        ".git",
        "app/.GIT/config",
        "a\0b",
    ):
        with pytest.raises(ToolRefused):
            workspace.resolve(path)
    assert workspace.resolve("in/main.py") == workspace.root / "app/main.py"
    assert workspace.resolve("new/deep/x.py") == workspace.root / "new/deep/x.py"
    assert workspace.resolve(str(workspace.root / "README.md")) == workspace.root / "README.md"
    assert workspace.resolve(".") == workspace.root
