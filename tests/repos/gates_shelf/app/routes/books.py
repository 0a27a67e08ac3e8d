from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.dependencies import book_service
from app.services.books import BookService

router = APIRouter(prefix="/books")
Service = Annotated[BookService, Depends(book_service)]


class NewBook(BaseModel):
    title: str
    author: str


@router.get("")
async def list_books(service: Service) -> list[dict]:
    return await service.list()


@router.post("", status_code=201)
async def add_book(book: NewBook, service: Service) -> dict:
    return await service.add(book.title, book.author)
