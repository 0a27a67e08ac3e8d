# +++
# id = "fastapi-dependencies-async"
# title = "session per request, committed before the response is sent"
# applies-to = ["fastapi+sqlalchemy+async"]
# layers = ["root"]
# path = "dependencies.py"
# estimate = 16
# +++
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.repositories.authors import AuthorRepository
from app.repositories.books import BookRepository
from app.services.books import BookService


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions.begin() as session:  # commits, or rolls back on an error
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


def get_book_service(session: SessionDep) -> BookService:
    return BookService(BookRepository(session), AuthorRepository(session))


BookServiceDep = Annotated[BookService, Depends(get_book_service)]
