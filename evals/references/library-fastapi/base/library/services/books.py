from library.cursors import IdKey, Page
from library.filters import BookFilter
from library.models import Book
from library.unit_of_work import Work


class BookService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def create(self, title: str, isbn: str | None, copies: int) -> Book:
        async with self._work() as work:
            book = Book(title=title, isbn=isbn, copies=copies)
            await work.books.save(book)
        return book

    async def list(self, wanted: BookFilter, after: IdKey | None, limit: int) -> Page[Book]:
        async with self._work.reading() as work:
            return await work.books.list(wanted, after, limit)
