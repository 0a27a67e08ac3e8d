from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship()


def shelf(url):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        session.add(Book(title="Emma", author=Author(name="Jane")))
    return sessions


def main(url):
    sessions = shelf(url)
    sent = []

    def get_session():
        with sessions() as session:
            yield session

    def confirm(book_id: int):
        with sessions() as session:
            book = session.get_one(Book, book_id)
            sent.append(f"{book.title} by {book.author.name}")

    app = FastAPI()

    @app.post("/orders")
    def order(tasks: BackgroundTasks, session: Annotated[Session, Depends(get_session, scope="function")]):
        book = session.scalars(select(Book)).one()
        tasks.add_task(confirm, book.id)

    TestClient(app).post("/orders")
    return sent
