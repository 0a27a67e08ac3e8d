"""`archwright detect` and `archwright constraints` as a person meets them: text, documents, files, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from agent.cli import main
from framework_profiles.loader import load_all
from tests.support.command import Command, Result
from tests.support.scripted_model import ScriptedModel
from tests.support.sources import ROOT
from tools.constraints.file import parse
from tools.verify.registry import rule_ids

Run = Callable[..., Result]
REPOS = ROOT / "tests/repos"


@pytest.fixture
def here(tmp_path: Path, cache_folder: Path, monkeypatch, capfd) -> Run:
    command = Command(tmp_path / "state", cache_folder)

    def run(*arguments: str, at: Path) -> Result:
        monkeypatch.chdir(at)
        with monkeypatch.context() as patched:
            patched.setattr(os, "environ", command.environment({}))
            code = main(list(arguments))
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return Result(code, said.out, said.err, ScriptedModel(()))

    return run


@pytest.fixture
def python(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPOS / "python_clean", tmp_path / "shelf"))


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    root = tmp_path / "house"
    shutil.copytree(REPOS / "python_clean", root / "api")
    shutil.copytree(REPOS / "node_clean", root / "web")
    return root


def fingerprint(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_detect_names_each_application_of_a_repository_with_evidence(here: Run, monorepo: Path) -> None:
    before = fingerprint(monorepo)

    said = here("detect", at=monorepo)

    assert said.code == 0
    python, node = said.out.split("\n\n")
    for words in ("(api)", "fastapi", "sqlalchemy", "postgres", "clean", "requirements.txt:1", "FastAPI("):
        assert words in python
    for words in ("(web)", "express", "sequelize", "package.json:", "npm"):
        assert words in node
    assert fingerprint(monorepo) == before


def test_detect_as_a_document_holds_the_same_and_more(here: Run, monorepo: Path) -> None:
    document = json.loads(here("detect", "--json", at=monorepo).out)

    assert document["schema_version"] == 1
    told = {one["root"]: one for one in document["applications"]}
    assert {root: one["stack"]["framework"]["name"] for root, one in told.items()} == {
        "api": "fastapi",
        "web": "express",
    }
    api = told["api"]
    assert api["kind"] == "application"
    assert [layer["name"] for layer in api["layers"]] == ["routes", "services", "repositories", "models"]
    assert all(layer["files"] for layer in api["layers"])
    assert api["roots"][0]["path"] == "api/app/main.py"
    assert {"install", "start", "test"} <= {command["what"] for command in api["commands"]}
    for part in ("framework", "orm", "database", "architecture", "runtime"):
        assert 0 < api["stack"][part]["confidence"] <= 1
        assert api["stack"][part]["evidence"]


def test_what_the_file_excludes_is_no_application_of_the_repository(here: Run, monorepo: Path) -> None:
    (monorepo / "archwright.toml").write_text('[constraints]\nexclude = ["web/**"]\n')

    document = json.loads(here("detect", "--json", at=monorepo).out)
    (monorepo / "archwright.toml").write_text("[constraints\n")
    broken = json.loads(here("detect", "--json", at=monorepo).out)

    assert [one["root"] for one in document["applications"]] == ["api"]
    assert [one["root"] for one in broken["applications"]] == ["api", "web"]


def test_detect_of_a_folder_without_code_says_what_was_looked_for(here: Run, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/README.md").write_text("# We use FastAPI and Postgres\n")

    said = here("detect", at=tmp_path / "notes")

    assert (said.code, json.loads(here("detect", "--json", at=tmp_path / "notes").out)["applications"]) == (0, [])
    assert "pyproject.toml" in said.out
    assert "fastapi" not in said.out.lower()


def test_init_writes_what_holds_and_check_finds_nothing_with_it(here: Run, python: Path) -> None:
    said = here("constraints", "init", at=python)

    text = (python / "archwright.toml").read_text(encoding="utf-8")
    assert said.code == 0, said.err
    assert "`archwright check` finds nothing with it." in said.out
    stated = {c.kind: c.value for c in parse(text, "archwright.toml", load_all(), rule_ids())}
    assert stated.items() >= {"framework": "fastapi", "orm": "sqlalchemy", "database": "postgres"}.items()
    assert not any(Draft202012Validator(_schema(here, python)).iter_errors(tomllib.loads(text)))
    checked = here("check", "--json", at=python)
    assert (checked.code, json.loads(checked.out)["findings"]) == (0, [])


def _schema(here: Run, at: Path) -> dict[str, object]:
    found = json.loads(here("constraints", "schema", at=at).out)
    assert isinstance(found, dict)
    return found


def test_a_dry_run_prints_the_file_and_writes_none(here: Run, python: Path) -> None:
    before = fingerprint(python)

    said = here("constraints", "init", "--dry-run", at=python)

    assert (said.code, fingerprint(python)) == (0, before)
    assert tomllib.loads(said.out)["constraints"]["framework"] == "fastapi"
    assert "constraints stated" in said.err


def test_a_file_that_is_there_is_kept_unless_forced_and_does_not_sway_the_new_one(here: Run, python: Path) -> None:
    (python / "archwright.toml").write_text('[constraints]\ndatabase = "sqlite"\n')

    refused = here("constraints", "init", at=python)
    kept = (python / "archwright.toml").read_text()
    forced = here("constraints", "init", "--force", at=python)

    assert (refused.code, refused.out, kept) == (2, "", '[constraints]\ndatabase = "sqlite"\n')
    assert "--dry-run" in refused.err
    assert forced.code == 0
    assert 'database = "postgres"' in (python / "archwright.toml").read_text()


def test_what_remains_is_counted_and_the_baseline_is_named(here: Run, python: Path) -> None:
    (python / "app/services/extra.py").write_text("import nowhere_declared\n")

    said = here("constraints", "init", at=python)

    assert "has 1 finding with it: 1 undeclared-dependency." in said.out
    assert "archwright baseline create" in said.out


def test_init_of_a_monorepo_states_nothing_that_only_one_application_has(here: Run, monorepo: Path) -> None:
    text = here("constraints", "init", "--dry-run", at=monorepo).out

    assert "#   api: fastapi, sqlalchemy, postgres" in text
    assert "#   web: express, sequelize, postgres" in text
    constraints = tomllib.loads(text)["constraints"]
    assert constraints.get("database") == "postgres"
    assert not {"framework", "orm"} & set(constraints)


def test_show_tells_origins_rules_and_contradictions(here: Run, python: Path) -> None:
    (python / "archwright.toml").write_text('[constraints]\ndatabase = "sqlite"\nadvisory = ["Be kind."]\n')
    flags = ("--constraint", "database=postgres")

    said = here("constraints", "show", *flags, at=python)
    document = json.loads(here("constraints", "show", "--json", *flags, at=python).out)

    for words in ("Said on the command line:", "database=postgres", "wrong-database", "Contradictions:", "Be kind."):
        assert words in said.out
    assert said.out.index("command line") < said.out.index("by habit") < said.out.index("Advice")
    assert document["schema_version"] == 1
    assert document["contradictions"][0]["dropped"]["source"]["line"] == 2


def test_flags_alone_make_rules_without_any_file(here: Run, python: Path) -> None:
    kept = ("--constraint", "architecture=clean", "--constraint", "database=postgres", "--constraint", "orm=sqlalchemy")
    wrong = ("--constraint", "database=sqlite", "--constraint", "orm=peewee")

    right, broken = here("check", *kept, at=python), here("check", "--json", *wrong, at=python)

    assert right.code == 0, right.out
    assert broken.code == 1
    assert {"wrong-database", "wrong-orm"} <= {f["rule"] for f in json.loads(broken.out)["findings"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("constraints",), ("show", "init", "schema")),
        (("constraints", "int"), ("init",)),
        (("constraints", "init", "--repo", "missing"), ("missing",)),
        (("constraints", "show", "--constraint", "database=papyrus"), ("papyrus", "postgres", "sqlite")),
        (("constraints", "show", "--constraint", "databse=postgres"), ("KIND=VALUE", "database")),
        (("detect", "--format", "x"), ("No such option",)),
    ],
)
def test_wrong_words_end_with_2_and_name_the_choices(here: Run, python: Path, arguments, words) -> None:
    said = here(*arguments, at=python)

    assert said.code == 2
    assert [word for word in words if word not in said.out + said.err] == []


@pytest.mark.parametrize(
    "arguments", [("detect",), ("constraints", "show"), ("constraints", "init"), ("constraints", "schema")]
)
def test_each_command_shows_an_example(here: Run, python: Path, arguments: tuple[str, ...]) -> None:
    said = here(*arguments, "--help", at=python)

    assert said.code == 0
    assert f"Example: archwright {' '.join(arguments)}" in said.out


@pytest.mark.parametrize("arguments", [("detect",), ("constraints", "init")])
def test_an_interruption_ends_with_130_and_leaves_nothing(here, python, monkeypatch, arguments) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.detect.detect", interrupt)
    before = fingerprint(python)

    said = here(*arguments, at=python)

    assert (said.code, said.out, fingerprint(python)) == (130, "", before)
    assert "interrupted" in said.err
