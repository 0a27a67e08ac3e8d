from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient


@asynccontextmanager
async def lifespan(app):
    app.state.sessions = object()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/books")
def list_books(request: Request):
    assert request.app.state.sessions
    return []


def main():
    with TestClient(app) as client:
        return client.get("/books").status_code
