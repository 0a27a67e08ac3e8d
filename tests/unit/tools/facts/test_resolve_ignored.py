from __future__ import annotations

from pathlib import Path

import pytest

from tools.facts.resolve_ignored import Ignored

CASES: list[tuple[str, dict[str, str], str, bool]] = [
    ("name_anywhere", {".gitignore": "secret.py\n"}, "a/b/secret.py", True),
    ("other_name", {".gitignore": "secret.py\n"}, "a/b/secrets.py", False),
    ("anchored", {".gitignore": "/lib\n"}, "lib/a.js", True),
    ("anchored_not_deeper", {".gitignore": "/lib\n"}, "src/lib/a.js", False),
    ("slash_in_the_middle_anchors", {".gitignore": "web/out\n"}, "x/web/out/a.js", False),
    ("folder_only", {".gitignore": "lib/\n"}, "lib", False),
    ("below_a_folder", {".gitignore": "lib/\n"}, "packages/x/lib/a/b.ts", True),
    ("star_stays_in_a_folder", {".gitignore": "gen/*.ts\n"}, "gen/a/b.ts", False),
    ("star", {".gitignore": "gen/*.ts\n"}, "gen/a.ts", True),
    ("stars_in_front", {".gitignore": "**/gen/x.ts\n"}, "a/b/gen/x.ts", True),
    ("stars_in_the_middle", {".gitignore": "/packages/**/lib\n"}, "packages/a/b/lib/x.js", True),
    ("stars_for_nothing", {".gitignore": "/packages/**/lib\n"}, "packages/lib/x.js", True),
    ("stars_behind", {".gitignore": "gen/**\n"}, "gen/a/b.ts", True),
    ("question_mark", {".gitignore": "a?.py\n"}, "ab.py", True),
    ("set_of_letters", {".gitignore": "*.py[cod]\n"}, "a.pyc", True),
    ("set_without", {".gitignore": "a[!b].py\n"}, "ab.py", False),
    ("brought_back", {".gitignore": "*.py\n!keep.py\n"}, "keep.py", False),
    ("the_last_line_counts", {".gitignore": "!keep.py\n*.py\n"}, "keep.py", True),
    ("a_folder_left_out_brings_nothing_back", {".gitignore": "gen/\n!gen/keep.py\n"}, "gen/keep.py", True),
    ("comment", {".gitignore": "# secret.py\n"}, "# secret.py", False),
    ("escaped", {".gitignore": "\\#x.py\n"}, "#x.py", True),
    ("spaces_at_the_end", {".gitignore": "secret.py  \n"}, "secret.py", True),
    ("deeper_file", {"a/.gitignore": "/x.py\n"}, "a/x.py", True),
    ("deeper_file_counts_from_its_folder", {"a/.gitignore": "/x.py\n"}, "x.py", False),
    ("deeper_file_has_the_last_word", {".gitignore": "x.py\n", "a/.gitignore": "!x.py\n"}, "a/x.py", False),
    ("broken_pattern", {".gitignore": "[z-a].py\nx.py\n"}, "x.py", True),
]


@pytest.mark.parametrize(("files", "path", "left_out"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_paths_are_left_out_as_git_does(tmp_path: Path, files: dict[str, str], path: str, left_out: bool) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert Ignored(tmp_path, frozenset(files)).covers(path) is left_out


def test_a_pattern_for_folders_covers_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("lib/\n", encoding="utf-8")

    assert Ignored(tmp_path, frozenset({".gitignore"})).covers("lib", is_folder=True)
