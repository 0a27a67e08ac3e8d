from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient

done = []


@asynccontextmanager
async def lifespan(app):
    done.append("tables")
    done.append("cache")
    yield


app = FastAPI(lifespan=lifespan)


def main():
    with TestClient(app):
        return done
