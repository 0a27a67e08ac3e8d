from pathlib import Path

import pytest

from tools.errors import ToolError, ToolRefused
from tools.look import look

LONG = "import os\n\n\nclass Repo:\n    def get(self, key):\n        return key\n" + "# filler\n" * 400


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "short.py").write_text("x = 1\n")
    (tmp_path / "long.py").write_text(LONG)
    (tmp_path / "notes.md").write_text("words about Repo\n")
    return tmp_path


def test_small_files_are_shown_whole_and_long_ones_outlined(root: Path):
    shown = look(root, ["short.py", "long.py"])
    assert "=== short.py\nx = 1" in shown
    assert "class Repo" in shown
    assert "# filler" not in shown


def test_a_symbol_is_found_in_whichever_file_has_it(root: Path):
    assert "def get(self, key):" in look(root, ["short.py", "notes.md", "long.py"], symbol="Repo.get")


def test_lines_of_one_file_can_be_asked_for(root: Path):
    assert look(root, ["long.py"], symbol="4-5").splitlines()[1:] == ["4 class Repo:", "5     def get(self, key):"]


def test_a_missing_file_is_named_and_does_not_hide_the_others(root: Path):
    shown = look(root, ["gone.py", "short.py"])
    assert "gone.py: there is no such file" in shown
    assert "x = 1" in shown


def test_an_unknown_symbol_says_how_to_go_on(root: Path):
    with pytest.raises(ToolError, match="find"):
        look(root, ["short.py", "long.py"], symbol="Nothing")


def test_a_path_out_of_the_workspace_is_refused(root: Path):
    with pytest.raises(ToolRefused):
        look(root, ["../secret"])


def test_an_answer_is_capped_and_says_so(root: Path):
    (root / "huge.txt").write_text("y" * 60_000)
    shown = look(root, ["huge.txt"])
    assert len(shown) < 25_000
    assert "more characters" in shown
