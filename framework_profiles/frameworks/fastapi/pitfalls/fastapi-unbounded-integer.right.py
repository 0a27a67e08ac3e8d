import sqlite3
from typing import Annotated

from fastapi import FastAPI, Path
from fastapi.testclient import TestClient


def main(url):
    app = FastAPI()

    @app.get("/books/{book_id}")
    def read_book(book_id: Annotated[int, Path(ge=1, le=2**31 - 1)]):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return connection.execute("SELECT ? AS id", (book_id,)).fetchone()

    return TestClient(app, raise_server_exceptions=False).get("/books/99999999999999999999").status_code
