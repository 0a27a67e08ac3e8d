from datetime import UTC, datetime

from sqlalchemy import DateTime, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


def is_due_after_reload(url, column_type):
    class Base(DeclarativeBase):
        pass

    class Loan(Base):
        __tablename__ = "loans"

        id: Mapped[int] = mapped_column(primary_key=True)
        due: Mapped[datetime] = mapped_column(column_type)

    engine = create_engine(url)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        session.add(Loan(id=1, due=datetime(2020, 1, 1, tzinfo=UTC)))
    with sessions() as session:
        return session.get(Loan, 1).due < datetime.now(UTC)


def main(url):
    return is_due_after_reload(url, DateTime(timezone=True))
