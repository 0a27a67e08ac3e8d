from library.models.base import Base
from library.models.book import ONE_BOOK_PER_ISBN, Book
from library.models.loan import ONE_OPEN_LOAN, Loan
from library.models.user import ONE_USER_PER_EMAIL, Role, User

__all__ = [
    "ONE_BOOK_PER_ISBN",
    "ONE_OPEN_LOAN",
    "ONE_USER_PER_EMAIL",
    "Base",
    "Book",
    "Loan",
    "Role",
    "User",
]
