from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/books")
def list_books(caller: Annotated[object | None, Depends(HTTPBearer())] = None):
    return []


def main():
    return TestClient(app).get("/books").status_code
