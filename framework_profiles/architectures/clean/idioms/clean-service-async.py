# +++
# id = "clean-service-async"
# title = "service: rules of the business over repositories, no HTTP, no session"
# applies-to = ["clean+async"]
# layers = ["services"]
# path = "services/books.py"
# estimate = 10
# +++
from collections.abc import Mapping

from app.errors import NotFound
from app.models import Book
from app.repositories.authors import AuthorRepository
from app.repositories.books import BookRepository


class BookService:
    def __init__(self, books: BookRepository, authors: AuthorRepository) -> None:
        self._books = books
        self._authors = authors

    async def page(self, term: str | None, limit: int, offset: int) -> tuple[list[Book], int]:
        return await self._books.page(term, limit, offset)

    async def get(self, book_id: int) -> Book:
        book = await self._books.get(book_id)
        if book is None:
            raise NotFound("book", book_id)
        return book

    async def create(self, title: str, author_name: str) -> Book:
        author = await self._authors.get_or_add(author_name)
        return await self._books.save(Book(title=title, author=author))

    async def update(self, book_id: int, changes: Mapping[str, object]) -> Book:
        return await self._books.save(await self.get(book_id), changes)

    async def delete(self, book_id: int) -> None:
        await self._books.delete(await self.get(book_id))
