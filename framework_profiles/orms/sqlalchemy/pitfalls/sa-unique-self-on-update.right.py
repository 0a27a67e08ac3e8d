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
        book = Book(title="Emma")
        session.add(book)
        session.flush()
        taken = session.scalar(select(Book.id).where(Book.title == "Emma", Book.id != book.id))
        return "taken" if taken else "saved"
