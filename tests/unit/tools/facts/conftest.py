from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tools.facts.index import Index
from tools.facts.model import Project

MakeProject = Callable[[Mapping[str, str]], Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Writes the files given as path -> text and gives the project that the index reads from them."""

    def make(files: Mapping[str, str]) -> Project:
        root = tmp_path / "repo"
        for path, text in files.items():
            full = root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text, encoding="utf-8")
        return Index(None).load(root)

    return make
