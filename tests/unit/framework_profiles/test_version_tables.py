"""The tables of versions in the profiles can be read, and each row has its source beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from framework_profiles.loader import HOME, load_all
from framework_profiles.parsing import ProfileError, read_framework
from tools.verify.declared import read_demand
from tools.verify.versions import with_versions

PROFILES = with_versions(load_all())


def test_every_range_can_be_read_and_allows_something() -> None:
    texts = [(p.runtime, t) for p in PROFILES for i in p.incompatible for t in (i.one, i.other)]
    texts += [(p.runtime, r.since) for p in PROFILES for r in p.removed]

    empty = [text for runtime, text in texts if not read_demand(text, runtime).allowed]

    assert len(texts) > 100
    assert empty == []


def test_every_removed_part_names_something_to_look_for() -> None:
    silent = [r.since for p in PROFILES for r in p.removed if not (r.names or r.calls or r.written)]

    assert silent == []


def test_conditions_on_a_call_come_with_calls() -> None:
    assert [r.since for p in PROFILES for r in p.removed if (r.keyword or r.text) and not r.calls] == []


def test_every_text_condition_is_a_regular_expression() -> None:
    patterns = [re.compile(r.text) for p in PROFILES for r in p.removed if r.text]

    assert len(patterns) >= 3


def test_every_row_has_its_source_beside_it() -> None:
    rows = [
        line
        for path in HOME.glob("*/*/profile.toml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("[[incompatible]]", "[[removed]]"))
    ]

    assert len(rows) > 100
    assert [row for row in rows if "#" not in row] == []


@pytest.mark.parametrize("table", ["incompatible = 1", "removed = {}", '[[removed]]\nsinse = "x >=1"'])
def test_a_wrong_table_is_told(table: str, tmp_path: Path) -> None:
    folder = tmp_path / "flask"
    folder.mkdir()
    folder.joinpath("profile.toml").write_text(f'name = "flask"\ntitle = "x"\nmarks = {{}}\n{table}\n')

    with pytest.raises(ProfileError):
        read_framework(folder)


@pytest.mark.parametrize("text", ["", "flask ==x.y", "flask @ git+x"])
def test_what_is_no_demand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a distribution"):
        read_demand(text, "python")
