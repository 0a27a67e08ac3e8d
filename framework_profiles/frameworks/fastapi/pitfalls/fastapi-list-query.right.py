from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/books")
def list_books(tag: Annotated[list[str], Query()] = []):
    return tag


def main():
    answer = TestClient(app).get("/books?tag=new&tag=used")
    return answer.json() if answer.status_code == 200 else answer.status_code
