from typing import Annotated

from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Book(BaseModel):
    title: str


app = FastAPI()


@app.post("/books")
def create_book(book: Annotated[Book, Body(embed=True)]):
    return book


def main():
    return TestClient(app).post("/books", json={"book": {"title": "Emma"}}).status_code
