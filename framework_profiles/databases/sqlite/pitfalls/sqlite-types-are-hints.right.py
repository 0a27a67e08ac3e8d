import sqlite3


def main(url):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("CREATE TABLE books (pages INTEGER) STRICT")
    connection.execute("INSERT INTO books VALUES ('many')")
    return connection.execute("SELECT typeof(pages) FROM books").fetchone()[0]
