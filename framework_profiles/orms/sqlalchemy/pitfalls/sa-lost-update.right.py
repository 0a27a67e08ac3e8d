from sqlalchemy import update

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    stock: Mapped[int] = mapped_column(default=1)
    shelf: Mapped[str | None]


def opened(url):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    return sessionmaker(engine)


def main(url):
    sessions = opened(url)
    with sessions.begin() as session:
        session.add(Book(id=1, title="Emma", stock=10))
    take = update(Book).where(Book.id == 1, Book.stock > 0).values(stock=Book.stock - 1)
    with sessions() as first, sessions() as second:
        first.get(Book, 1)
        second.get(Book, 1)
        second.rollback()
        assert first.execute(take).rowcount == 1
        first.commit()
        assert second.execute(take).rowcount == 1
        second.commit()
    with sessions() as session:
        return session.get(Book, 1).stock
