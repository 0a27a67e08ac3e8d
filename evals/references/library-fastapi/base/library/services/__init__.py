from dataclasses import dataclass

from library.services.accounts import AccountService
from library.services.books import BookService
from library.services.loans import LoanService
from library.services.reports import ReportService


@dataclass(frozen=True)
class Services:
    """All that the application can do."""

    accounts: AccountService
    books: BookService
    loans: LoanService
    reports: ReportService
