from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, func, select

books = Table("books", MetaData(), Column("id", Integer, primary_key=True))


def count_in_other_thread(engine):
    books.create(engine)
    with ThreadPoolExecutor(1) as pool:  # as a handler that runs in the thread pool
        return pool.submit(count, engine).result()


def count(engine):
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(books))


def main():
    return count_in_other_thread(create_engine("sqlite://"))
