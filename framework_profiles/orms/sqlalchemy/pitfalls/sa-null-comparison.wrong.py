from sqlalchemy import exists
from sqlalchemy.orm import aliased

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


def stocked(url):
    sessions = opened(url)
    with sessions.begin() as session:
        session.add_all([Book(id=1, title="Emma"), Book(id=2, title="Lady Susan", shelf="B"), Book(id=3, title="Mansfield Park", shelf="A")])
    return sessions


def main(url):
    with stocked(url)() as session:
        elsewhere = session.scalars(select(Book.id).where(Book.shelf != "A").order_by(Book.id)).all()
        other = aliased(Book)
        query = select(Book.id).where(Book.title.not_in(select(other.shelf))).where(Book.id == 1)
        return elsewhere, session.scalars(query).all()
