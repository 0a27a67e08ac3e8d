from uuid import uuid4

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: str(uuid4()))


def main(url):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with sessionmaker(engine)() as session:
        for _ in range(2):
            session.add(Order())
            session.flush()
            session.expunge_all()
        return session.scalar(select(func.count()).select_from(Order))
