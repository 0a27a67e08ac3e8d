from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient


def get_session():
    try:
        yield
    except Exception:
        pass  # rolled back, then forgotten


app = FastAPI()


@app.get("/books/1")
def read_book(session=Depends(get_session)):
    raise HTTPException(404)


def main():
    return TestClient(app, raise_server_exceptions=False).get("/books/1").status_code
