from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.pool import StaticPool

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
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return count_in_other_thread(engine)
