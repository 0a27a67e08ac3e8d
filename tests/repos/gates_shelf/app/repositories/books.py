from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.models import Author, Book


class BookRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self) -> list[Book]:
        query = select(Book).options(selectinload(Book.author)).order_by(Book.id)
        return list(await self._session.scalars(query))

    async def add(self, title: str, author_name: str) -> Book:
        author = await self._session.scalar(select(Author).where(Author.name == author_name))
        if author is None:
            author = Author(name=author_name)
            self._session.add(author)
        book = Book(title=title, author=author)
        self._session.add(book)
        await self._session.commit()
        return book
