import sqlite3
from threading import Thread


def add_copy(path):
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("BEGIN IMMEDIATE")
    copies = connection.execute("SELECT copies FROM books").fetchone()[0]
    connection.execute("UPDATE books SET copies = ?", (copies + 1,))
    connection.execute("COMMIT")
    connection.close()


def main(url):
    path = url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE books (copies INTEGER)")
    connection.execute("INSERT INTO books VALUES (0)")
    writers = [Thread(target=add_copy, args=(path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return connection.execute("SELECT copies FROM books").fetchone()[0]
