from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.field.__main__ import main
from evals.field.census import census
from evals.field.checking import Checked
from evals.field.running import Ran
from evals.field.table import Row, document, measure, table
from tools.shell import Shell, ShellSettings

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["httpx"]\n',
    "shop/__init__.py": "",
    "shop/main.py": "import json\nimport importlib\nimport httpx\nfrom shop import stock\nfrom shop.nowhere import x\n"
    "other = importlib.import_module(json.loads('1'))\n",
    "shop/stock.py": "from .main import other\n",
    "shop/services/stock.py": "from shop import stock\n",
    "web/package.json": '{"name": "web"}',
    "web/a.js": "import b from './b'\nimport style from './style.css'\nimport React from 'react'\n",
    "web/b.js": "import x from './lost'\nimport thing from '~/thing'\n",
    "web/style.css": "a {}\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_imports_are_counted_by_where_they_lead(repository: Path) -> None:
    edges = census(repository, None)["edges"]

    assert edges["missing"] + edges["foreign_by_name"] == 3, edges
    assert (edges["resolved"], edges["unknown"]) == (5, 1)
    assert "shop/main.py:5: shop.nowhere" in edges["examples"]["missing"]
    assert edges["external"] == 4  # json, importlib, httpx, react


def test_a_package_of_the_repository_that_is_called_external_is_told(repository: Path) -> None:
    # Declared, and only a folder without __init__.py under a folder that is none of the packages.
    (repository / "shop/__init__.py").unlink()
    (repository / "tools/odd").mkdir(parents=True)
    (repository / "tools/odd/__init__.py").write_text("", encoding="utf-8")
    (repository / "shop/main.py").write_text("import odd.missing\n", encoding="utf-8")
    (repository / "pyproject.toml").write_text('[project]\nname = "s"\ndependencies = ["odd"]\n', encoding="utf-8")

    edges = census(repository, None)["edges"]

    assert edges["foreign_by_name"] + edges["missing"] >= 1
    assert any("odd.missing" in one for some in edges["examples"].values() for one in some)


def test_files_and_layers_are_counted(repository: Path) -> None:
    found = census(repository, None, ["architecture=clean"])

    assert (found["files"], found["lines"]) == (6, 13)
    assert found["layered"]["in_force"]["layers"]["services"] == 1
    assert found["unread"] == {}


def test_a_repository_is_measured_from_an_empty_cache_and_again(repository: Path, tmp_path: Path) -> None:
    (repository / "shop/binary.py").write_bytes(b"\0\0")
    with Shell(ShellSettings(root=tmp_path, sandbox=False)) as shell:
        row = measure(shell, repository, tmp_path / "place")

    assert row.troubles == []
    assert row.silent == []
    assert list(row.facts["unread"]) == ["shop/binary.py"]
    assert row.facts["files"] == len(row.present) - 1
    assert list((tmp_path / "place/cache").iterdir())
    assert min(row.cold.ran.seconds, row.cold.ran.processor, row.cold.ran.memory) > 0
    assert "shop  " in table([row])
    shown = json.loads(json.dumps(document([row])))["rows"][0]
    assert shown["not_checked"]["shop/binary.py"]
    assert {found["rule"] for found in shown["findings"]} >= {"import-unresolved"}


def ran(code: int | None = 0, output: str = "", errors: str = "") -> Ran:
    return Ran(exit_code=code, output=output, errors=errors, seconds=1.0, processor=1.0, memory=10)


def row(**changes: Any) -> Row:
    fine = Checked(ran=ran(), document={"summary": {"files": 1}, "findings": [], "not_checked": []})
    return Row(**{"name": "a", "cold": fine, "warm": fine, **changes})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (ran(None), "ended after 1 s"),
        (ran(3, errors="one\nboom: two\n"), "exit code 3: boom: two"),
        (ran(-11), "exit code -11: nothing"),
        (ran(0, output="no json"), "exit code 0: no json"),
    ],
)
def test_a_crash_is_a_row_that_says_how_it_ended(given: Ran, said: str) -> None:
    crashed = row(cold=Checked(ran=given, document={}))

    assert crashed.cold.crash == said
    assert "crash" in table([crashed, row()])
    assert document([crashed])["rows"][0]["crash"] == said


def test_a_file_that_is_nowhere_named_is_silent() -> None:
    facts = {"source_files": ["a.py", "b.py"], "unread": {"b.py": "too large"}, "files": 1}
    found = row(facts=facts, present=frozenset({"a.py", "b.py", "c.py"}))

    assert found.silent == ["b.py", "c.py"], "b.py was not read, and the check does not say so"


def test_the_share_is_of_what_has_the_shape_and_at_worst_of_all_that_may_be_ours() -> None:
    edges = {"resolved": 90, "missing": 10, "unknown": 5, "foreign_by_name": 15, "external": 500}
    layered = {"in_force": {"code_files": 1}, "asked": {"code_files": 2}}
    facts = {"files": 1, "lines": 9, "code_files": 4, "layered": layered, "edges": edges}
    shown = table([row(facts=facts), row(name="empty")]).splitlines()

    assert shown[1].split()[6:14] == ["25.0", "50.0", "90", "10", "5", "15", "90.0", "75.0"]
    assert "resolved: 90.0 %, at worst 75.0 % (goal 98%); below it: a" in "\n".join(shown)


def test_a_folder_that_is_not_there_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "/no/such/folder"]) == 2
    assert "/no/such/folder" in capsys.readouterr().err


def test_a_repository_that_no_seeds_know_is_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", str(repository)]) == 2
    assert "shop" in capsys.readouterr().err
