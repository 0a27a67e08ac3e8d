from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text


def constraints_after(url, upgrade):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL)"))
        upgrade(Operations(MigrationContext.configure(connection)))
    return [constraint["name"] for constraint in inspect(engine).get_unique_constraints("books")]


def upgrade(op):
    with op.batch_alter_table("books") as batch:
        batch.create_unique_constraint("uq_books_title", ["title"])


def main(url):
    return constraints_after(url, upgrade)
