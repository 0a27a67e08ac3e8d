from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from library.cursors import IdKey, Page
from library.filters import BookFilter
from library.models import ONE_BOOK_PER_ISBN, Book
from library.repositories.base import Repository, conflict_when_broken
from library.text import fold


class BookRepository(Repository[Book]):
    async def save(self, book: Book) -> None:
        message = "Another book has this ISBN."
        with conflict_when_broken(ONE_BOOK_PER_ISBN, "isbn_taken", message):
            await super().save(book)
        await self._session.refresh(book, ["available"])

    async def lock(self, book_id: int) -> Book | None:
        """The row alone; nobody else lends the book until the end of the transaction."""
        return await self._session.scalar(select(Book).where(Book.id == book_id).with_for_update())

    async def list(self, wanted: BookFilter, after: IdKey | None, limit: int) -> Page[Book]:
        return await self._page(_matching(wanted), (Book.id,), after, limit)


def _matching(wanted: BookFilter) -> Select[Book]:
    query = select(Book).options(undefer(Book.available))
    if wanted.search is not None:
        query = query.where(Book.title_folded.contains(fold(wanted.search), autoescape=True))
    if wanted.in_stock is not None:
        query = query.where(Book.available > 0 if wanted.in_stock else Book.available == 0)
    return query
