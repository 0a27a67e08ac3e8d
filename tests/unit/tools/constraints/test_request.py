"""The words of a request: what they name for certain, and nothing else."""

from __future__ import annotations

import pytest

from tools.constraints.compile import from_text, from_words

NAMED = {
    "Use FastAPI with SQLAlchemy (async) and PostgreSQL. Follow clean architecture.": [
        "architecture=clean", "framework=fastapi", "database=postgres", "orm=sqlalchemy",
    ],
    "Do not use an ORM.": ["orm=none"],
    "Write it without an ORM; raw SQL only.": ["orm=none"],
    "Store data in a SQLite database file at ./data.db": ["database=sqlite"],
    "Use Postgres instead of SQLite.": ["database=postgres"],
    "Tests run on SQLite. The database is PostgreSQL 16.": ["database=postgres"],
    "Database: sqlite\nORM: none\nFramework: Express": ["framework=express", "database=sqlite", "orm=none"],
    "Build it in Express.js with Sequelize.": ["framework=express", "orm=sequelize"],
    "Use layers: routes -> services -> repositories -> models": ["architecture=clean"],
    "- **Database**: PostgreSQL\n- **ORM**: `sqlalchemy`": ["database=postgres", "orm=sqlalchemy"],
    "All data access must go through Prisma.": ["orm=prisma"],
}  # fmt: skip
DOUBTFUL = [
    "SQLite or Postgres, whichever is easier",
    "Use Postgres/SQLite",
    "Either use SQLite or PostgreSQL.",
    "Migrate from MySQL",
    "Should we use Postgres?",
    "> use Django\nAdd an endpoint.",
    "```\nuse postgres\n```\nAdd an endpoint.",
    'The old page says "use MongoDB".',
    "Ask for express consent of the user, then express the total in cents.",
    "Write clean code.",
    "Don't use SQLAlchemy.",
    "If you use Postgres, use JSONB.",
    "Use a database such as Postgres.",
    "We might move to Postgres later.",
    "Add an endpoint that lists articles.",
    "",
    "Never use Flask here.",
    "Use Postgres. The database is SQLite.",
    "Do not follow clean architecture here.",
]


@pytest.mark.parametrize("text", NAMED, ids=lambda t: t[:40])
def test_what_is_named_becomes_a_constraint(text: str) -> None:
    assert sorted(c.id for c in from_text(text)) == sorted(NAMED[text])


@pytest.mark.parametrize("text", DOUBTFUL, ids=lambda t: t[:40] or "empty")
def test_what_may_be_a_remark_an_alternative_or_a_question_becomes_none(text: str) -> None:
    assert from_text(text) == []


def test_the_source_is_the_line_that_says_so() -> None:
    found = from_text("Add tags.\n\nUse PostgreSQL.", "instructions", "AGENTS.md")

    assert [(c.source.origin, c.source.path, c.source.line, c.source.text) for c in found] == [
        ("instructions", "AGENTS.md", 3, "Use PostgreSQL.")
    ]


def test_a_model_s_reading_counts_only_with_a_quote_that_stands_there() -> None:
    sources = [("request", "", "Add tags.\nKeep everything in the   layered\nstructure we have.")]

    real = from_words("architecture", "clean", "Keep everything in the layered structure", sources)
    invented = from_words("orm", "sqlalchemy", "use SQLAlchemy", sources)
    vague = from_words("style", "be brief", "Add tags.", sources)

    assert real is not None
    assert (real.id, real.binding, real.source.line) == ("architecture=clean", "stated", 2)
    assert invented is None
    assert vague is not None
    assert vague.binding == "advisory"
