from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)


class Loan(Base):
    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))


def lend_what_is_not_there(engine):
    Base.metadata.create_all(engine)
    with sessionmaker(engine).begin() as session:
        session.add(Loan(book_id=999))
    return "orphan stored"


def main(url):
    engine = create_engine(url)
    return lend_what_is_not_there(engine)
