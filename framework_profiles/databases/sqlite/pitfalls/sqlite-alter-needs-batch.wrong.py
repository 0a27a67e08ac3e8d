from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text


def constraints_after(url, upgrade):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL)"))
        upgrade(Operations(MigrationContext.configure(connection)))
    return [constraint["name"] for constraint in inspect(engine).get_unique_constraints("books")]


def main(url):
    return constraints_after(url, lambda op: op.create_unique_constraint("uq_books_title", "books", ["title"]))
