from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Book(BaseModel):
    title: str


app = FastAPI()


@app.get("/books", response_model=list[Book])
def list_books():
    return {"books": [{"title": "Emma"}], "count": 1}


def main():
    return TestClient(app).get("/books").json()
