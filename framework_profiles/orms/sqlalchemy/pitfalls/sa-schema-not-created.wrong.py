from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


def import_models():
    class Book(Base):
        __tablename__ = "books"

        id: Mapped[int] = mapped_column(primary_key=True)

    return Book


def main(url):
    engine = create_engine(url)
    Base.metadata.create_all(engine)  # before anything imported the models
    Book = import_models()
    with sessionmaker(engine)() as session:
        return session.scalars(select(Book)).all()
