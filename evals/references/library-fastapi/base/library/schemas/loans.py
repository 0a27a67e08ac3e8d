from datetime import date
from typing import Literal

from library.filters import LoanFilter
from library.schemas.fields import (
    Answer,
    Day,
    DayCursor,
    Id,
    Instant,
    Limit,
    Omittable,
    PageOut,
    Query,
    QueryId,
    Request,
)
from library.schemas.users import Borrower


class LoanIn(Request):
    book_id: Id
    user_id: Id
    due_on: Day


class ReturnIn(Request):
    returned_on: Omittable[Day] = None


class LoanQuery(Query):
    user_id: QueryId | None = None
    book_id: QueryId | None = None
    status: Literal["open", "returned"] | None = None
    limit: Limit = 20
    cursor: DayCursor | None = None

    @property
    def filter(self) -> LoanFilter:
        is_open = None if self.status is None else self.status == "open"
        return LoanFilter(user_id=self.user_id, book_id=self.book_id, is_open=is_open)


class BookRef(Answer):
    id: int
    title: str


class LoanOut(Answer):
    id: int
    book: BookRef
    user: Borrower
    due_on: date
    returned_on: date | None
    fee_cents: int
    created_at: Instant


LoanPage = PageOut[LoanOut]
