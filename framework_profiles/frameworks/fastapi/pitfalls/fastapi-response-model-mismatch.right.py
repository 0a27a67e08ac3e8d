from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Book(BaseModel):
    title: str


class BookList(BaseModel):
    books: list[Book]
    count: int


app = FastAPI()


@app.get("/books")
def list_books() -> BookList:
    return BookList(books=[Book(title="Emma")], count=1)


def main():
    return TestClient(app).get("/books").json()
