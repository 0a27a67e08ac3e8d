from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient

done = []


@asynccontextmanager
async def lifespan(app):
    yield


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def create_tables():
    done.append("tables")


def main():
    with TestClient(app):
        return done
