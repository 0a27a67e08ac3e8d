from typing import Annotated

from fastapi import APIRouter

from library.dependencies import AllServices, librarians_only, logged_in, query_of
from library.routes.base import Route
from library.schemas.books import BookIn, BookOut, BookPage, BookQuery

router = APIRouter(route_class=Route, prefix="/books", dependencies=[logged_in])


@router.post("", status_code=201, dependencies=[librarians_only])
async def create_book(body: BookIn, services: AllServices) -> BookOut:
    book = await services.books.create(body.title, body.isbn, body.copies)
    return BookOut.model_validate(book)


@router.get("")
async def list_books(
    query: Annotated[BookQuery, query_of(BookQuery)], services: AllServices
) -> BookPage:
    page = await services.books.list(query.filter, query.cursor, query.limit)
    return BookPage.of(page)
