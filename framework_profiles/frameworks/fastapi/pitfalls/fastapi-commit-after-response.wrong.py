from fastapi import Depends, FastAPI

events = []


async def get_session():
    yield
    events.append("commit")


app = FastAPI()


@app.post("/books", status_code=201)
async def create_book(session=Depends(get_session)):
    return {}


async def main():
    status = []

    async def send(message):
        if message["type"] == "http.response.start":
            status.append(message["status"])
            events.append("response")

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/books", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    committed_first = events == ["commit", "response"]
    return status[0], "committed before response" if committed_first else "response sent before commit"
