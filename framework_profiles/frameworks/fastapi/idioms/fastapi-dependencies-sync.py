# +++
# id = "fastapi-dependencies-sync"
# title = "session per request, committed before the response is sent"
# applies-to = ["fastapi+sqlalchemy+sync"]
# layers = ["root"]
# path = "dependencies.py"
# estimate = 16
# +++
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.repositories.authors import AuthorRepository
from app.repositories.books import BookRepository
from app.services.books import BookService


def get_session(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.begin() as session:  # commits, or rolls back on an error
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def get_book_service(session: SessionDep) -> BookService:
    return BookService(BookRepository(session), AuthorRepository(session))


BookServiceDep = Annotated[BookService, Depends(get_book_service)]
