from dataclasses import replace
from datetime import date

from library import clock
from library.cursors import DayKey, Page
from library.errors import Conflict, Invalid, NotFound
from library.fees import late_fee
from library.filters import LoanFilter
from library.models import Book, Loan, User
from library.unit_of_work import UnitOfWork, Work

MOST_OPEN_LOANS = 3


class LoanService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def lend(self, book_id: int, user_id: int, due_on: date) -> Loan:
        async with self._work() as work:
            # Who wants the same book, or lends to the same user, waits here. Always in this order:
            # none wait in a circle.
            book = await work.books.lock(book_id)
            user = await work.users.lock(user_id)
            if book is None or user is None:
                found = {"book_id": book, "user_id": user}
                raise Invalid(
                    {name: "belongs to nothing" for name, thing in found.items() if thing is None}
                )
            await _judge(work, book, user)
            loan = Loan(
                book=book,
                user=user,
                due_on=due_on,
                returned_on=None,
                fee_cents=0,
                created_at=clock.now(),
            )
            await work.loans.save(loan)
        return loan

    async def list(
        self, user: User, wanted: LoanFilter, after: DayKey | None, limit: int
    ) -> Page[Loan]:
        """Librarians see the loans of all, members their own."""
        if user.role != "librarian":
            wanted = replace(wanted, visible_to=user.id)
        async with self._work.reading() as work:
            return await work.loans.list(wanted, after, limit)

    async def read(self, loan_id: int) -> Loan:
        async with self._work.reading() as work:
            return _found(await work.loans.get(loan_id))

    async def give_back(self, loan_id: int, returned_on: date | None) -> Loan:
        """Today when no day is told; late returns cost a fee."""
        async with self._work() as work:
            loan = _found(await work.loans.lock(loan_id))
            if not loan.is_open:
                raise Conflict("already_returned", f"The loan was returned on {loan.returned_on}.")
            loan.returned_on = returned_on or clock.today()
            loan.fee_cents = late_fee(loan.due_on, loan.returned_on)
            await work.loans.save(loan)
        return loan


async def _judge(work: UnitOfWork, book: Book, user: User) -> None:
    if await work.loans.is_lent(book.id, user.id):
        raise Conflict("already_lent", "The user has a copy of this book.")
    if await work.loans.count_lent(book.id) >= book.copies:
        raise Conflict("no_copy_left", "All copies are lent.")
    if await work.loans.count_borrowed(user.id) >= MOST_OPEN_LOANS:
        raise Conflict("limit_reached", f"The user has {MOST_OPEN_LOANS} books already.")


def _found(loan: Loan | None) -> Loan:
    if loan is None:
        raise NotFound("loan")
    return loan
