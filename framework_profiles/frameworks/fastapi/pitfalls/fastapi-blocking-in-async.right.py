import threading
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI()
started, other_was_served = threading.Event(), threading.Event()


@app.get("/slow")
def slow():
    started.set()
    return other_was_served.wait(10)


@app.get("/other")
async def other():
    other_was_served.set()


def main():
    with TestClient(app) as client, ThreadPoolExecutor(2) as pool:
        slow_answer = pool.submit(client.get, "/slow")
        started.wait(10)
        client.get("/other")
        return "served at the same time" if slow_answer.result().json() else "every other request waited"
