# +++
# id = "sa-repository-async"
# title = "repository: every query; flushes, never commits"
# applies-to = ["sqlalchemy+async"]
# layers = ["repositories"]
# path = "repositories/books.py"
# estimate = 18
# +++
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import Conflict
from app.models import Book


class BookRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, book_id: int) -> Book | None:
        query = select(Book).where(Book.id == book_id).options(joinedload(Book.author))
        return await self._session.scalar(query)

    async def page(self, term: str | None, limit: int, offset: int) -> tuple[list[Book], int]:
        wanted = [Book.title.icontains(term, autoescape=True)] if term else []
        total = await self._session.scalar(select(func.count()).select_from(Book).where(*wanted))
        query = select(Book).where(*wanted).options(joinedload(Book.author))
        query = query.order_by(Book.created_at.desc(), Book.id.desc()).limit(limit).offset(offset)
        return list(await self._session.scalars(query)), total or 0

    async def save(self, book: Book, changes: Mapping[str, object] = {}) -> Book:
        try:
            async with self._session.begin_nested():  # a failed flush undoes only this
                for name, value in changes.items():
                    setattr(book, name, value)
                self._session.add(book)
        except IntegrityError as error:
            raise Conflict("this author already has a book of that title") from error
        return book

    async def delete(self, book: Book) -> None:
        await self._session.delete(book)
        await self._session.flush()
