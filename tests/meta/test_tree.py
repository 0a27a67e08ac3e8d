"""What lies in the repository, and what must not."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

import pytest

from tests.support.sources import ROOT, SHIPPED, suite, text, tracked

PYTHON_ROOTS = {*SHIPPED, "archwright.py", "tests"}
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_the_list_of_root_packages_is_pinned() -> None:
    # A new root folder would be outside of every contract in .importlinter, unseen.
    found = {name.split("/")[0] for name in tracked() if name.endswith(".py")}

    assert found == PYTHON_ROOTS


def test_the_contracts_and_the_wheel_know_the_same_root_packages() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    wheel = tomllib.loads(text("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert set(contracts["importlinter"]["root_packages"].split()) == set(SHIPPED)
    assert set(wheel["only-include"]) == {*SHIPPED, "archwright.py"}
    assert wheel["sources"] == {name: f"_archwright/{name}" for name in SHIPPED}


def test_every_package_folder_has_an_init_file() -> None:
    # mypy and import-linter look for them; data folders and folders of examples hold no module of ours.
    folders = {name.rpartition("/")[0] for name in tracked() if name.endswith(".py") and name.split("/")[0] in SHIPPED}
    examples = re.compile(r"/(idioms|pitfalls)(/|$)|agent/demo/sample|evals/(references|contracts|floor/\w+/reference)")
    missing = [folder for folder in folders if not examples.search(folder) and f"{folder}/__init__.py" not in tracked()]

    assert not missing, "\n".join(sorted(missing))


def test_tests_are_no_packages() -> None:
    # tests/tools/__init__.py would shadow tools in both import modes of pytest.
    assert [name for name in suite() if name.endswith("__init__.py")] == []


def test_the_gate_of_the_repository_is_make_test() -> None:
    assert text(".ci/run").rstrip().endswith("exec make test")
    assert {"setup", "demo", "test", "check", "bench", "lock"} <= set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))


def machine_paths() -> re.Pattern[str]:
    """What names a place on the machine that the checkout lies on, or on those it was written on."""
    here = [path for path in (ROOT, Path.home()) if len(path.parts) > 2]
    known = (
        r"/root/",
        r"/home/\w+/",
        r"/Users/\w+/",
        r"/work/(?:main|shared|plan)\b",
        *(re.escape(str(p)) for p in here),
    )
    return re.compile(rf"(?<![\w.$~}}/-])(?:{'|'.join(known)})")


MACHINE_PATH = machine_paths()
_HOST = r"https?://[^/\s\"']*\.[^\s\"']*"
REGISTRY = re.compile(
    rf"index-url[=\s]+{_HOST}|--trusted-host[=\s]+\w+\.|{_HOST}/simple\b|files\.pythonhosted|registry\.npmjs|"
    rf"\"resolved\":\s*\"{_HOST}|\bregistry\s*=\s*{_HOST}|_authToken=\w",
)
RULE_FILES = ("tests/meta/test_tree.py",)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found: list[str] = []
    for name in tracked():
        try:
            lines = text(name).splitlines()
        except UnicodeDecodeError:
            continue
        numbered = [(number, line) for number, line in enumerate(lines, 1) if pattern.search(line)]
        # RFC 2606: hosts under .example are nobody's.
        found += [f"{name}:{number}: {line.strip()[:100]}" for number, line in numbered if ".example" not in line]
    return [line for line in found if not line.startswith(RULE_FILES)]


@pytest.mark.parametrize(
    ("kind", "pattern"), [("machine path", MACHINE_PATH), ("registry address", REGISTRY)], ids=["path", "registry"]
)
def test_no_tracked_file_holds_an_address_of_this_machine(kind: str, pattern: re.Pattern[str]) -> None:
    found = [
        line
        for line in lines_with(pattern)
        if not any(line.startswith(f"{allowed}:") for allowed in ALLOWED_ADDRESSES[kind])
    ]

    assert not found, "\n".join([f"{kind} in:", *found])


ALLOWED_ADDRESSES: dict[str, tuple[str, ...]] = {
    "machine path": (),
    "registry address": (),
}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: Path) -> None:
    content = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", content).strip())

    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s;]+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]
    assert "://" not in content


def test_both_locks_are_there_and_agree() -> None:
    pins = [
        dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", lock.read_text(encoding="utf-8")))
        for lock in LOCKS
    ]

    assert [lock.name for lock in LOCKS] == ["dev.lock", "run.lock"]
    dev, run = pins
    assert {name: dev.get(name) for name in run} == run
