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
        session.add_all([Book(id=1, title="Emma", stock=0), Book(id=2, title="Emma II", stock=5)])
        session.flush()
        query = select(Book.id).where(Book.shelf is None or Book.stock > 1).order_by(Book.id)
        return session.scalars(query).all()
