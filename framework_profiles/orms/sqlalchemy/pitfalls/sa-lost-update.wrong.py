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
    with sessions() as first, sessions() as second:
        one = first.get(Book, 1).stock
        other = second.get(Book, 1).stock
        second.rollback()  # the reads of two requests lie before both writes
        first.get(Book, 1).stock = one - 1
        first.commit()
        second.get(Book, 1).stock = other - 1
        second.commit()
    with sessions() as session:
        return session.get(Book, 1).stock
