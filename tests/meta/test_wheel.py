"""The wheel holds what the repository holds: nothing forgotten by an ignore rule, nothing picked up."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.support.installing import build_wheel
from tests.support.sources import ROOT, SHIPPED, tracked

HIDDEN = tuple(f"evals/{name}/" for name in ("behaviour", "contracts", "field", "floor", "ground", "references"))
"""Hidden tests and solutions: agents that they measure may be installed beside them."""


def test_the_wheel_holds_exactly_the_tracked_files_of_the_shipped_folders(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path)

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
        scripts = {name.rpartition(".data/")[2] for name in archive.namelist() if ".data/" in name}
        launcher = next(info for info in archive.infolist() if info.filename.endswith("scripts/archwright"))
    shipped = [name for name in tracked() if name.split("/")[0] in SHIPPED and not name.startswith(HIDDEN)]
    own = {f"_archwright/{name}" for name in shipped} | {"archwright.py"}

    assert sorted(own - packed) == [], "forgotten (ignored by git, or a name that hatch drops)"
    assert sorted(packed - own) == [], "picked up, but not tracked"
    assert scripts == {"scripts/archwright"}
    assert (launcher.external_attr >> 16) & 0o111 == 0o111


def test_what_is_needed_at_run_time_is_declared(tmp_path: Path) -> None:
    with zipfile.ZipFile(build_wheel(tmp_path)) as archive:
        entry = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(entry).decode()
        names = archive.namelist()

    assert "Requires-Python: <3.14,>=3.11" in metadata
    assert not any(name.endswith("entry_points.txt") for name in names), "a pip script runs the target's sitecustomize"
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[0] in metadata
