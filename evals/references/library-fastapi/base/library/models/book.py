from sqlalchemy import CheckConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, validates

from library.models.base import Base
from library.models.loan import Loan
from library.text import fold

ONE_BOOK_PER_ISBN = UniqueConstraint("isbn")


class Book(Base):
    __tablename__ = "books"
    __table_args__ = (ONE_BOOK_PER_ISBN, CheckConstraint("copies > 0", name="copies"))

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    title_folded: Mapped[str]
    isbn: Mapped[str | None]
    copies: Mapped[int] = mapped_column()

    available: Mapped[int] = column_property(
        copies
        - select(func.count())
        .where(Loan.book_id == id, Loan.is_open)
        .correlate_except(Loan)
        .scalar_subquery(),
        deferred=True,
        raiseload=True,
    )
    """Counted by the database, and only when a query asks for it."""

    @validates("title")
    def _fold_title(self, _: str, title: str) -> str:
        self.title_folded = fold(title)
        return title
