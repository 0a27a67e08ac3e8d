from sqlalchemy.ext.mutable import MutableDict

from sqlalchemy import JSON, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


def stored_after_change(url, column_type):
    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"

        id: Mapped[int] = mapped_column(primary_key=True)
        details = mapped_column(column_type, default=dict)

    engine = create_engine(url)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        session.add(Book(id=1, details={}))
    with sessions.begin() as session:
        book = session.get(Book, 1)
        book.details["colour"] = "red"
    with sessions() as session:
        return dict(session.get(Book, 1).details)


def main(url):
    return stored_after_change(url, MutableDict.as_mutable(JSON))
