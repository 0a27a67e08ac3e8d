# +++
# id = "fastapi-routes-sync"
# title = "routes: HTTP in, service call, schema out"
# applies-to = ["fastapi+sync"]
# layers = ["routes"]
# path = "routes/books.py"
# estimate = 14
# +++
from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.dependencies import BookServiceDep
from app.schemas import BookIn, BookOut, BookPage, BookPatch

router = APIRouter(prefix="/books", tags=["books"])
BookId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("")
def list_books(
    service: BookServiceDep, q: str | None = None, limit: Limit = 20, offset: Offset = 0
) -> BookPage:
    books, total = service.page(q, limit, offset)
    return BookPage(books=[BookOut.model_validate(book) for book in books], total=total)


@router.post("", status_code=201)
def create_book(body: BookIn, service: BookServiceDep) -> BookOut:
    return BookOut.model_validate(service.create(body.title, body.author))


@router.get("/{book_id}")  # literal paths go above this one
def read_book(book_id: BookId, service: BookServiceDep) -> BookOut:
    return BookOut.model_validate(service.get(book_id))


@router.patch("/{book_id}")
def update_book(book_id: BookId, body: BookPatch, service: BookServiceDep) -> BookOut:
    return BookOut.model_validate(service.update(book_id, body.model_dump(exclude_unset=True)))


@router.delete("/{book_id}", status_code=204)
def delete_book(book_id: BookId, service: BookServiceDep) -> None:
    service.delete(book_id)
