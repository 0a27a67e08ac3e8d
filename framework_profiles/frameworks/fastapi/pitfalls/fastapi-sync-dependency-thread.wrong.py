import sqlite3

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient


def main(url):
    path = url.removeprefix("sqlite:///")

    async def get_connection():  # runs on the event loop's thread
        connection = sqlite3.connect(path)
        yield connection
        connection.close()

    app = FastAPI()

    @app.get("/books")
    def list_books(connection=Depends(get_connection)):  # runs in the pool
        return connection.execute("SELECT 1").fetchone()

    return TestClient(app).get("/books").json()
