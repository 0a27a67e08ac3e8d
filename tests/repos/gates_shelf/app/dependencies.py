from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import get_session
from app.repositories.books import BookRepository
from app.services.books import BookService


def book_service(session: Annotated[AsyncSession, Depends(get_session)]) -> BookService:
    return BookService(BookRepository(session))
