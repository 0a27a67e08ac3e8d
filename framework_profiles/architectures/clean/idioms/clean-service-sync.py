# +++
# id = "clean-service-sync"
# title = "service: rules of the business over repositories, no HTTP, no session"
# applies-to = ["clean+sync"]
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

    def page(self, term: str | None, limit: int, offset: int) -> tuple[list[Book], int]:
        return self._books.page(term, limit, offset)

    def get(self, book_id: int) -> Book:
        book = self._books.get(book_id)
        if book is None:
            raise NotFound("book", book_id)
        return book

    def create(self, title: str, author_name: str) -> Book:
        author = self._authors.get_or_add(author_name)
        return self._books.save(Book(title=title, author=author))

    def update(self, book_id: int, changes: Mapping[str, object]) -> Book:
        return self._books.save(self.get(book_id), changes)

    def delete(self, book_id: int) -> None:
        self._books.delete(self.get(book_id))
