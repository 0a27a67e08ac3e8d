# +++
# id = "fastapi-tests"
# title = "tests through HTTP, read back after each write"
# applies-to = ["fastapi"]
# layers = ["tests"]
# path = "../tests/test_books.py"
# estimate = 6
# +++
from fastapi.testclient import TestClient


def test_a_created_book_is_found_again(client: TestClient) -> None:
    created = client.post("/api/books", json={"title": "Emma", "author": "Jane"})
    assert created.status_code == 201

    found = client.get("/api/books", params={"q": "emm"}).json()

    assert found == {"books": [created.json()], "total": 1}


def test_the_same_title_of_an_author_is_a_conflict(client: TestClient) -> None:
    assert client.post("/api/books", json={"title": "Emma", "author": "Jane"}).status_code == 201

    assert client.post("/api/books", json={"title": "Emma", "author": "Jane"}).status_code == 409
    assert client.get("/api/books").json()["total"] == 1


def test_an_unknown_book_is_not_found(client: TestClient) -> None:
    assert client.get("/api/books/999").status_code == 404
