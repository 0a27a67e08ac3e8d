from typing import Literal

from library.filters import BookFilter
from library.schemas.fields import (
    Answer,
    Copies,
    IdCursor,
    Isbn,
    Limit,
    PageOut,
    Query,
    Request,
    Search,
    Title,
)


class BookIn(Request):
    title: Title
    isbn: Isbn | None = None
    copies: Copies


class BookQuery(Query):
    search: Search | None = None
    in_stock: Literal["true", "false"] | None = None
    limit: Limit = 20
    cursor: IdCursor | None = None

    @property
    def filter(self) -> BookFilter:
        in_stock = None if self.in_stock is None else self.in_stock == "true"
        return BookFilter(search=self.search, in_stock=in_stock)


class BookOut(Answer):
    id: int
    title: str
    isbn: str | None
    copies: int
    available: int


BookPage = PageOut[BookOut]
