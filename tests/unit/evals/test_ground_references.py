"""Reference applications as folders: manifests, assembling, traces of the database that a tree is not for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evals.ground.references import BadReference, Reference, assemble, choose, load, load_all, traces
from tests.support.sources import ROOT
from tests.unit.evals.ground_toys import node_toy, python_toy, write

REFERENCES = load_all()
MANIFEST = """
    language = "node"
    framework = "Koa"
    databases = ["sqlite", "postgres"]
    start = ["node", "src/main.js"]
"""


@pytest.fixture
def koa(tmp_path: Path) -> Path:
    files = {
        "reference.toml": MANIFEST,
        "base/src/main.js": "base",
        "base/src/__pycache__/x.pyc": "",
        "base/storage.js": "base",
        "overlays/sqlite/storage.js": "overlay",
        "overlays/postgres/src/pool.js": "overlay",
    }
    return write(tmp_path / "koa", files)


def test_a_tree_is_the_base_with_the_overlay_on_top(koa: Path, tmp_path: Path) -> None:
    assemble(load(koa), "sqlite", tmp_path / "tree")

    found = {path.relative_to(tmp_path / "tree").as_posix() for path in (tmp_path / "tree").rglob("*.*")}
    assert found == {"src/main.js", "storage.js"}
    assert (tmp_path / "tree/storage.js").read_text() == "overlay"


def test_what_a_manifest_leaves_out_has_a_default(koa: Path) -> None:
    reference = load(koa)

    assert (reference.contract, reference.install, reference.health) == ("clinic", "package-lock.json", "/health")
    assert (reference.name, reference.build, reference.prepare, reference.test) == ("koa", (), (), ())
    assert reference.address("sqlite:////tmp/x") == "sqlite:////tmp/x"


def test_a_folder_of_this_repository_may_stand_for_the_base(koa: Path, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", {"src/main.js": "there", "storage.js": "there"})
    write(koa, {"reference.toml": f'{MANIFEST}    tree = "{elsewhere}"\n'})
    shutil.rmtree(koa / "overlays/postgres")
    reference = load(koa)

    assemble(reference, "sqlite", tmp_path / "one")
    assemble(reference, "postgres", tmp_path / "two")

    assert (tmp_path / "one/src/main.js").read_text() == "there"
    assert (tmp_path / "one/storage.js").read_text() == "overlay"
    assert (tmp_path / "two/storage.js").read_text() == "there"


def test_an_address_has_the_scheme_that_the_application_wants(koa: Path) -> None:
    write(koa, {"reference.toml": f'{MANIFEST}    scheme = "postgresql+asyncpg"\n'})

    assert load(koa).address("postgresql://u:p@h:1/n") == "postgresql+asyncpg://u:p@h:1/n"


def test_the_sample_of_the_demo_is_a_reference() -> None:
    (toolshed,) = [reference for reference in REFERENCES if reference.name == "toolshed"]

    assert toolshed.base == ROOT / "agent/demo/sample"
    assert (toolshed.contract, toolshed.databases) == ("", ("postgres",))


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (MANIFEST + 'colour = "red"', "unknown key colour"),
        (MANIFEST.replace("node", "cobol"), "language is one of python, node"),
        (MANIFEST.replace('"postgres"', '"oracle"'), "no such database: oracle"),
        (MANIFEST + 'tree = "no/such/folder"', "there is no folder .*no/such/folder"),
        (MANIFEST + 'contract = ""', "without a contract it needs tests of its own"),
        (MANIFEST.replace('start = ["node", "src/main.js"]', ""), "start is missing"),
        ("language = ", "reference.toml"),
    ],
)
def test_a_manifest_that_cannot_be_says_so(koa: Path, manifest: str, told: str) -> None:
    write(koa, {"reference.toml": manifest})

    with pytest.raises(BadReference, match=told):
        load(koa)


def test_a_declared_database_has_an_overlay(koa: Path) -> None:
    (koa / "overlays/postgres/src/pool.js").unlink()
    (koa / "overlays/postgres/src").rmdir()
    (koa / "overlays/postgres").rmdir()

    with pytest.raises(BadReference, match="overlays/postgres is missing"):
        load(koa)


def test_rows_are_chosen_by_row_reference_database_and_language(koa: Path) -> None:
    references = [load(koa), load(python_toy(koa.parent))]

    def names(*only: str) -> list[str]:
        return [f"{reference.name}-{database}" for reference, database in choose(references, only)]

    assert names() == ["koa-sqlite", "koa-postgres", "notes-sqlite"]
    assert names("koa-postgres") == ["koa-postgres"]
    assert names("sqlite") == ["koa-sqlite", "notes-sqlite"]
    assert names("python", "koa-sqlite") == ["koa-sqlite", "notes-sqlite"]
    with pytest.raises(BadReference, match="koa-mysql is no reference.*koa-sqlite, koa-postgres"):
        names("koa-mysql")


@pytest.mark.parametrize(
    ("database", "name", "text"),
    [
        ("postgres", "requirements.txt", "aiosqlite==0.22.1"),
        ("postgres", "app/engine.py", 'url = "sqlite+aiosqlite://"'),
        ("postgres", "app/sqlite.py", ""),
        ("postgres", "app/engine.py", 'connection.execute("PRAGMA foreign_keys=ON")'),
        ("sqlite", "requirements.txt", "asyncpg==0.31.0"),
        ("sqlite", "app/models.py", "from sqlalchemy.dialects.postgresql import JSONB"),
        ("sqlite", "package.json", '{"dependencies": {"pg": "^8"}}'),
        ("sqlite", "src/lock.js", "select pg_advisory_xact_lock(1)"),
        ("sqlite", "README.md", "listens on 5432"),
        ("sqlite", "package-lock.json", json.dumps({"packages": {"": {"dependencies": {"pg-hstore": "^2"}}}})),
    ],
)
def test_a_trace_of_the_other_database_is_found(tmp_path: Path, database: str, name: str, text: str) -> None:
    write(tmp_path, {name: text, "ok.py": "page = 'pgx'"})

    assert [trace.partition(":")[0] for trace in traces(tmp_path, database)] == [name]


def test_what_a_library_could_work_with_is_no_trace(tmp_path: Path) -> None:
    sequelize = {"dependencies": {"pg-connection-string": "^2"}, "peerDependenciesMeta": {"pg": {"optional": True}}}
    lock = {"packages": {"": {"dependencies": {"sequelize": "^6"}}, "node_modules/sequelize": sequelize}}
    write(tmp_path, {"package-lock.json": json.dumps(lock)})

    assert traces(tmp_path, "sqlite") == []


def test_the_toys_are_references(tmp_path: Path) -> None:
    python_toy(tmp_path)
    node_toy(tmp_path)

    assert [reference.name for reference in load_all(tmp_path)] == ["nodenotes", "notes"]


@pytest.mark.parametrize(
    ("reference", "database"),
    [pytest.param(*row, id=f"{row[0].name}-{row[1]}") for row in choose(REFERENCES, ())],
)
def test_an_assembled_reference_has_no_trace_of_the_other_database(
    tmp_path: Path, reference: Reference, database: str
) -> None:
    assemble(reference, database, tmp_path)

    assert traces(tmp_path, database) == []


@pytest.mark.parametrize(
    ("reference", "database"),
    [pytest.param(*row, id=f"{row[0].name}-{row[1]}") for row in choose(REFERENCES, ())],
)
def test_the_packages_of_a_reference_are_pinned_and_name_no_address(
    tmp_path: Path, reference: Reference, database: str
) -> None:
    assemble(reference, database, tmp_path)
    text = (tmp_path / reference.install).read_text(encoding="utf-8")

    if reference.language == "python":
        pins = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert pins
        assert all("==" in line for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
    else:
        packages = json.loads(text)["packages"].items()
        assert not [name for name, told in packages if "resolved" in told]
        assert not [name for name, told in packages if name and "integrity" not in told]
