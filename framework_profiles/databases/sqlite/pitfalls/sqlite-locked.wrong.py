import sqlite3


def main(url):
    path = url.removeprefix("sqlite:///")
    first, second = (sqlite3.connect(path, isolation_level=None, timeout=5) for _ in range(2))
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE books (copies INTEGER)")
    first.execute("INSERT INTO books VALUES (0)")
    second.execute("BEGIN")
    second.execute("SELECT copies FROM books").fetchone()
    first.execute("UPDATE books SET copies = copies + 1")  # another request writes in between
    second.execute("UPDATE books SET copies = copies + 1")
    second.execute("COMMIT")
    return first.execute("SELECT copies FROM books").fetchone()[0]
