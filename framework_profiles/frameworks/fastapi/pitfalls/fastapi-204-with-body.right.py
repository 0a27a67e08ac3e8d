from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI()


@app.delete("/books/{book_id}", status_code=204)
def delete_book(book_id: int) -> None:
    return None


def main():
    answer = TestClient(app).delete("/books/1")
    return answer.status_code, answer.content
