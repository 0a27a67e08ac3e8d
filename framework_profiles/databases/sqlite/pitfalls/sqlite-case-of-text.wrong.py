import sqlite3


def main(url):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("CREATE TABLE readers (email TEXT UNIQUE)")
    for email in ("Ada@x.org", "ada@x.org"):
        connection.execute("INSERT INTO readers VALUES (?)", (email,))
    return connection.execute("SELECT count(*) FROM readers").fetchone()[0]
