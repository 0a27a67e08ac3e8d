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
    with opened(url)() as session:
        session.add_all(Book(id=n, title=f"Book {n}", stock=stock) for n, stock in ((1, 1), (2, 7), (3, 7), (4, 9)))
        session.flush()
        seen, last = [], 0
        while page := session.scalars(select(Book).where(Book.stock > last).order_by(Book.stock).limit(2)).all():
            seen += [book.id for book in page]
            last = page[-1].stock
        return seen
