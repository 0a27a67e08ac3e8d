"""What lists can be narrowed down to. None asks for nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BookFilter:
    search: str | None = None
    in_stock: bool | None = None


@dataclass(frozen=True)
class LoanFilter:
    user_id: int | None = None
    book_id: int | None = None
    is_open: bool | None = None
    visible_to: int | None = None
    """The only user whose loans may be seen, whatever else is asked for."""
