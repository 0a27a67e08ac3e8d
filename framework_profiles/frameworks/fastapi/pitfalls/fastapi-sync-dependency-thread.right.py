import sqlite3

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient


def main(url):
    path = url.removeprefix("sqlite:///")

    def get_connection():
        connection = sqlite3.connect(path, check_same_thread=False)
        yield connection
        connection.close()

    app = FastAPI()

    @app.get("/books")
    def list_books(connection=Depends(get_connection)):
        return connection.execute("SELECT 1").fetchone()

    return TestClient(app).get("/books").json()
