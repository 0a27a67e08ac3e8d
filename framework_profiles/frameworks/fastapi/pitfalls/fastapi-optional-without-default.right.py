from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Book(BaseModel):
    title: str
    subtitle: str | None = None


app = FastAPI()


@app.post("/books")
def create_book(book: Book):
    return book


def main():
    return TestClient(app).post("/books", json={"title": "Emma"}).status_code
