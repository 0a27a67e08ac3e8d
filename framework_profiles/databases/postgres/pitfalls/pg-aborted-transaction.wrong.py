from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError


def main(url):
    with create_engine(url).connect() as connection:
        connection.execute(text("CREATE TEMP TABLE books (title text UNIQUE)"))
        for title in ("Emma", "Emma", "Persuasion"):
            try:
                connection.execute(text("INSERT INTO books VALUES (:title)"), {"title": title})
            except IntegrityError:
                pass
        return connection.scalar(text("SELECT count(*) FROM books"))
