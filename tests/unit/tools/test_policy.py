from __future__ import annotations

import pytest

from tools.policy import DatabaseAddress, Grants, classify, database_addresses

INSTALLS = [
    "pip install x",
    "pip3.11 -q install .",
    "python -m pip install -r requirements.txt",
    ".venv/bin/python3 -m pip install -e .",
    ".venv/bin/pip install x && pytest",
    "cd api && npm ci",
    "npm --prefix web install",
    "npm i zod",
    "yarn",
    "yarn workspace api add zod",
    "pnpm --filter api add zod",
    "pnpm dlx create-thing",
    "uv pip install x",
    "uv pip sync requirements.txt",
    "uv sync --frozen",
    "uvx thing",
    "poetry -C api add x",
    "pdm add x",
    "pipenv install",
    "FOO=1 timeout 60 uv pip install x",
    "sudo -E pip install x",
    "bash -lc 'pip install z'",
    "bash -c 'cd x && bash -c \"npm ci\"'",
    "if true; then npm i; fi",
    "x=$(pip download y)",
    "(cd api; pip install x) | tail -3",
    "ls\npip install x",
    "pip install \\\n  x",
    "cat > R.md <<'EOF'\ntext\nEOF\npip install y",
]
ORDINARY = [
    "",
    "ls -la",
    "pip list",
    "pip show install",
    "npm test",
    "npm run install-db",
    "npx prisma generate",
    "yarn test",
    "uv run pytest",
    "poetry run pytest",
    "echo 'pip install x'",
    "grep -rn 'npm install' README.md",
    "cat > README.md <<'EOF'\npip install x\nnpm ci\nEOF\nls",
    'git commit -m "it\'s done; pip install"',
    "echo it's unbalanced",
    "python manage.py install",
]
DESTRUCTIVE = [
    "psql -h prod -c 'drop table x'",
    "psql --host=prod app -c 'TRUNCATE users'",
    "psql -hprod <<EOF\ndelete from users;\nEOF",
    "PGHOST=prod psql -c 'update users set name = 1'",
    "psql 'postgresql://u:p@prod/app' -c 'DROP DATABASE app'",
    "cat <<EOF | psql postgresql://u@prod/app\ndrop table x;\nEOF",
    "dropdb -h prod app",
    "DATABASE_URL=postgres://u:p@prod/app alembic downgrade base",
    "python - <<E\nimport psycopg; psycopg.connect('postgresql://a@prod/c').execute('drop table x')\nE",
    "mysql -h prod -e 'alter table x drop column y'",
    "redis-cli -h prod FLUSHALL",
    "mongosh mongodb://prod/app --eval 'db.dropDatabase()'",
    "npx some-orm db push --force-reset --url postgresql://u@prod/app",
]
HARMLESS = [
    "psql -h prod -c 'select 1'",
    "echo 'drop table x' > migration.sql",
    "cat > settings.ini <<'EOF'\nurl=postgresql://u@prod/app\n-- drop table x\nEOF\nls",
    "alembic downgrade base",
    "sqlite3 app.db 'drop table x'",
]


@pytest.mark.parametrize("command", INSTALLS)
def test_an_install_command_is_recognised(command: str) -> None:
    assert classify(command).kind == "install"


@pytest.mark.parametrize("command", ORDINARY)
def test_an_ordinary_command_is_run(command: str) -> None:
    assert classify(command).kind == "run"


@pytest.mark.parametrize("command", DESTRUCTIVE)
def test_harm_to_a_foreign_database_is_refused_by_name_and_without_its_password(command: str) -> None:
    verdict = classify(command, contained=True)

    assert verdict.kind == "refuse"
    assert "prod:" in verdict.reason
    assert "--grant-database" in verdict.reason
    assert "u:p" not in verdict.reason


@pytest.mark.parametrize("command", HARMLESS)
def test_what_harms_no_foreign_database_is_run(command: str) -> None:
    assert classify(command).kind == "run"


@pytest.mark.parametrize(
    "command", ["dropdb app", "psql -p 5433 -c 'drop table x'", "psql postgresql://u@127.0.0.1/a -c 'truncate x'"]
)
def test_this_machine_is_foreign_unless_a_sandbox_contains_the_command(command: str) -> None:
    assert classify(command).kind == "refuse"
    assert classify(command, contained=True).kind == "run"


def test_a_granted_database_may_be_changed() -> None:
    grants = Grants(["postgresql://u:p@prod:5432/app"])

    assert classify("psql postgres://other@prod/app -c 'drop table x'", grants).kind == "run"
    assert classify("psql postgres://other@prod/other -c 'drop table x'", grants).kind == "refuse"
    assert classify("dropdb -h prod2 app", grants).kind == "refuse"


@pytest.mark.parametrize(
    ("granted", "wanted", "allowed"),
    [
        ("postgresql://h/a", "postgres+asyncpg://u:p@h:5432/a", True),
        ("postgresql://h", "postgresql://h/any", True),
        ("postgresql://localhost/a", "postgresql://127.0.0.1/a", True),
        ("postgresql://h/a", "postgresql://h:5433/a", False),
        ("postgresql://h/a", "postgresql://h/b", False),
        ("postgresql://h/a", "mysql://h:5432/a", False),
        ("mysql://h/a", "mariadb+pymysql://h/a", True),
    ],
)
def test_a_grant_covers_one_database_on_one_server(granted: str, wanted: str, allowed: bool) -> None:
    (address,) = database_addresses(wanted)

    assert Grants([granted]).allows(address) is allowed


def test_a_grant_that_is_no_database_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="https"):
        Grants(["https://example.org/"])


def test_addresses_are_read_out_of_running_text() -> None:
    text = (
        "Use Postgres at postgresql+asyncpg://app:s%40crt@db.internal:5433/conduit. Cache in `redis://localhost`, "
        "(mysql://h/x) once more postgresql+asyncpg://app:s%40crt@db.internal:5433/conduit, but neither "
        "https://example.org/postgres nor sqlite:///app.db nor postgresql:///socket-only."
    )

    first, second, third = database_addresses(text)

    assert first == DatabaseAddress(
        scheme="postgresql",
        host="db.internal",
        port=5433,
        name="conduit",
        role="app",
        password="s@crt",
        url="postgresql+asyncpg://app:s%40crt@db.internal:5433/conduit",
    )
    assert (second.scheme, second.host, second.port) == ("redis", "localhost", 6379)
    assert (third.scheme, third.name) == ("mysql", "x")
