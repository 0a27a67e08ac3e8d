from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from library.cursors import DayKey, Page
from library.filters import LoanFilter
from library.models import ONE_OPEN_LOAN, Loan
from library.repositories.base import Repository, conflict_when_broken


class LoanRepository(Repository[Loan]):
    async def save(self, loan: Loan) -> None:
        message = "The user has a copy of this book."
        with conflict_when_broken(ONE_OPEN_LOAN, "already_lent", message):
            await super().save(loan)

    async def get(self, loan_id: int) -> Loan | None:
        return await self._session.scalar(_complete().where(Loan.id == loan_id))

    async def lock(self, loan_id: int) -> Loan | None:
        """As get, and nobody else returns the loan until the end of the transaction."""
        query = _complete().where(Loan.id == loan_id).with_for_update(of=Loan)
        return await self._session.scalar(query)

    async def is_lent(self, book_id: int, user_id: int) -> bool:
        """Whether the user has a copy of the book."""
        return await self._count_open(Loan.book_id == book_id, Loan.user_id == user_id) > 0

    async def count_lent(self, book_id: int) -> int:
        """How many copies of the book are lent."""
        return await self._count_open(Loan.book_id == book_id)

    async def count_borrowed(self, user_id: int) -> int:
        """How many books the user has."""
        return await self._count_open(Loan.user_id == user_id)

    async def list(self, wanted: LoanFilter, after: DayKey | None, limit: int) -> Page[Loan]:
        return await self._page(_matching(wanted), (Loan.due_on, Loan.id), after, limit)

    async def _count_open(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Loan).where(Loan.is_open, *conditions)
        return await self._session.scalar(query) or 0


def _complete() -> Select[Loan]:
    return select(Loan).options(
        joinedload(Loan.book, innerjoin=True), joinedload(Loan.user, innerjoin=True)
    )


def _matching(wanted: LoanFilter) -> Select[Loan]:
    query = _complete()
    if wanted.user_id is not None:
        query = query.where(Loan.user_id == wanted.user_id)
    if wanted.book_id is not None:
        query = query.where(Loan.book_id == wanted.book_id)
    if wanted.is_open is not None:
        query = query.where(Loan.is_open if wanted.is_open else ~Loan.is_open)
    if wanted.visible_to is not None:
        query = query.where(Loan.user_id == wanted.visible_to)
    return query
