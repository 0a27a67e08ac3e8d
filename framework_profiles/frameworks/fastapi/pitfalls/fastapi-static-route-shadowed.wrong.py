from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/books/{book_id}")
def read_book(book_id: int):
    return {"id": book_id}


@app.get("/books/latest")
def latest_books():
    return []


def main():
    return TestClient(app).get("/books/latest").status_code
