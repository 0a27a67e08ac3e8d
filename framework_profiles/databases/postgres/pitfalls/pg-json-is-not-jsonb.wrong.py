from sqlalchemy import JSON, Column, MetaData, Table, create_engine, func, insert, select


def distinct_details(url, column_type):
    books = Table("books", MetaData(), Column("details", column_type))
    with create_engine(url).connect() as connection:
        books.create(connection)
        connection.execute(insert(books), [{"details": {"colour": "red"}}, {"details": {"colour": "red"}}])
        return connection.scalar(select(func.count()).select_from(select(books.c.details).distinct().subquery()))


def main(url):
    return distinct_details(url, JSON())
