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


class Books:
    def __init__(self, session):
        self.session = session

    def add(self, title):
        self.session.add(Book(title=title))
        self.session.flush()


def import_all(books, titles):
    for title in titles:
        if not title:
            raise ValueError("a book needs a title")
        books.add(title)


def main(url):
    sessions = opened(url)
    try:
        with sessions.begin() as session:
            import_all(Books(session), ["Emma", ""])
    except ValueError:
        pass
    with sessions() as session:
        return len(session.scalars(select(Book)).all())
