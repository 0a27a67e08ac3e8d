from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Book(BaseModel):
    page_count: int


app = FastAPI()


@app.get("/book")
def read_book() -> Book:
    return Book(page_count=320)


def main():
    return TestClient(app).get("/book").json()
