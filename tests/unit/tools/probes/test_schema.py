"""Migrations on empty databases, and models against the tables that exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tools.findings import Status
from tools.probes import schema
from tools.probes.databases import fixed_files, prepare, set_aside
from tools.probes.running import Wanted, probe

MIGRATION = "migrations/versions/0001_authors_and_books.py"


@pytest.fixture
def look(shelf):
    """Apply the migrations and compare, as the schema rung does."""

    def go():
        context = shelf.context()
        prepared = prepare(context, shelf.target, "main")
        runtime = shelf.runtime(prepared.env(shelf.target))
        applied = schema.migrate(runtime, 60.0)
        if not applied.ok:
            return list(applied.findings)
        how = schema.Comparison(migrated=True)
        return [*applied.findings, *schema.compare(context, runtime, prepared.url, how).findings]

    return go


def places(findings, severity="error"):
    return [(f.rule, f.path, f.message) for f in findings if f.severity == severity]


def test_a_model_without_a_table_is_a_missing_migration(shelf, look):
    shelf.write(
        "app/tags.py",
        "from sqlalchemy.orm import Mapped, mapped_column\n\nfrom app.db import Base\n\n\n"
        'class Tag(Base):\n    __tablename__ = "tags"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n',
    )

    (finding,) = look()

    assert (finding.rule, finding.path, finding.line) == ("missing-migration", "app/tags.py", 6)
    assert "op.create_table('tags', sa.Column('id', sa.Integer(), primary_key=True" in finding.hint


def test_nullability_and_dropped_columns_are_compared(shelf, look):
    shelf.edit("app/models.py", "    title: Mapped[str] =", "    title: Mapped[str | None] =")
    shelf.edit(MIGRATION, '"author_id", sa.Integer(),', '"author_id", sa.Integer(),')
    shelf.edit(
        MIGRATION,
        '        sa.Column("title", sa.String(200), nullable=False),\n',
        '        sa.Column("title", sa.String(200), nullable=False),\n'
        '        sa.Column("isbn", sa.String(20), nullable=False),\n'
        '        sa.Column("notes", sa.String(20)),\n',
    )

    findings = look()

    assert places(findings) == [
        (
            "missing-migration",
            "app/models.py",
            "column books.title may be empty in model Book but is NOT NULL in the table",
        ),
        (
            "unknown-column",
            "app/models.py",
            "column books.isbn is required by the table but model Book does not have it",
        ),
    ]
    assert [message for _, _, message in places(findings, "warning")] == [
        "column books.notes exists but model Book does not have it"
    ]


def test_types_and_constraints_that_differ_are_warnings(shelf, look):
    shelf.edit(MIGRATION, "sa.String(200), nullable=False", "sa.Integer(), nullable=False")
    shelf.edit(MIGRATION, "nullable=False, unique=True", "nullable=False")

    findings = look()

    assert places(findings) == []
    messages = [message for _, _, message in places(findings, "warning")]
    assert any("type of books.title differs" in message for message in messages)
    assert any("unique constraint on authors(name)" in message for message in messages)


def test_models_that_do_not_fit_together_are_named_with_their_class(shelf, look):
    shelf.edit("app/models.py", 'relationship(back_populates="books")', 'relationship(back_populates="novels")')

    (finding,) = look()

    assert (finding.rule, finding.path) == ("model-mapping", "app/models.py")
    assert "novels" in finding.message


def test_a_migration_that_raises_points_to_its_line(shelf, look):
    shelf.edit(MIGRATION, 'sa.ForeignKey("authors.id")', "sa.ForeignKye('authors.id')")

    (finding,) = look()

    assert (finding.rule, finding.path, finding.line) == ("migration-fails", MIGRATION, 18)


def test_two_heads_are_told_apart_from_other_failures(shelf, look):
    for name in ("0002", "0003"):
        shelf.write(
            f"migrations/versions/{name}.py",
            f'revision = "{name}"\ndown_revision = "0001"\n\n\ndef upgrade():\n    pass\n',
        )

    (finding,) = look()

    assert finding.rule == "several-heads"
    assert "down_revision" in finding.hint


def by_start(bench):
    """The target without migrations, which may make its tables when it starts."""
    bench.target = replace(bench.target, migrate=None)
    context = bench.context()
    return probe(context, bench.target, Wanted(tests="not asked for"))


CREATE = (
    "from contextlib import asynccontextmanager\n\nfrom app.db import Base, engine\n\n\n@asynccontextmanager\n"
    "async def lifespan(app):\n    async with engine.begin() as connection:\n"
    "        await connection.run_sync(Base.metadata.create_all)\n    yield\n\n\napp = FastAPI(lifespan=lifespan)\n"
)


def test_tables_that_the_start_creates_are_compared(shelf):
    shelf.edit("app/main.py", "app = FastAPI()\n", CREATE)

    rung = by_start(shelf).schema

    assert (rung.status, rung.reason) == (Status.GREEN, "2 tables compared with their models")


def test_old_models_without_tables_cannot_be_judged(shelf):
    rung = by_start(shelf).schema

    assert rung.status is Status.NOT_CHECKED
    assert "does not create its tables" in rung.reason


def test_new_models_whose_tables_nobody_creates_are_red(shelf):
    shelf.base = {}

    rung = by_start(shelf).schema

    assert [finding.rule for finding in rung.findings] == ["schema-not-created"]


def test_a_fixed_sqlite_file_is_put_back_as_it_was(shelf):
    shelf.target = replace(shelf.target, env={})
    shelf.edit("app/main.py", "app = FastAPI()\n", CREATE)
    (shelf.root / "shelf.db").write_bytes(b"precious")
    shelf.keep_as_base()

    rung = by_start(shelf).schema

    assert fixed_files(shelf.context(), shelf.target) == [shelf.root / "shelf.db"]
    assert rung.status is Status.GREEN
    assert (shelf.root / "shelf.db").read_bytes() == b"precious"


def test_files_that_were_not_there_are_gone_afterwards(tmp_path):
    file = tmp_path / "app.db"

    with set_aside([file], tmp_path / "kept"):
        file.write_bytes(b"new")

    assert not file.exists()


def test_a_repository_without_models_is_not_checked(empty):
    empty.write("app.py", "print('hello')\n")

    looked = schema.compare(empty.context(), empty.runtime(), None, schema.Comparison(migrated=False))

    assert (looked.checked, looked.reason) == (False, "the repository has no models that can be compared")
