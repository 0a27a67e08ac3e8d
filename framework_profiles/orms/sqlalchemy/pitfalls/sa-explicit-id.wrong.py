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
        for title in ("Emma", "Persuasion"):
            session.add(Book(id=0, title=title))
            session.flush()
        return session.scalars(select(Book.id)).all()
