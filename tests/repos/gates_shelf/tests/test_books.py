def test_there_are_no_books_at_first(client):
    assert client.get("/books").json() == []


def test_a_book_that_was_added_is_listed(client):
    added = client.post("/books", json={"title": "Emma", "author": "Austen"})

    assert added.status_code == 201
    assert client.get("/books").json() == [{"title": "Emma", "author": "Austen"}]
