from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from library.database import only_where
from library.models.base import Base
from library.models.user import User

if TYPE_CHECKING:
    from library.models.book import Book


class Loan(Base):
    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    due_on: Mapped[date]
    returned_on: Mapped[date | None]
    fee_cents: Mapped[int]
    created_at: Mapped[datetime]

    book: Mapped["Book"] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")

    @hybrid_property
    def is_open(self) -> bool:
        return self.returned_on is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.returned_on.is_(None)


ONE_OPEN_LOAN = Index(
    "uq_loans_open", Loan.book_id, Loan.user_id, unique=True, **only_where(Loan.is_open)
)
Index(None, Loan.due_on, Loan.id)
