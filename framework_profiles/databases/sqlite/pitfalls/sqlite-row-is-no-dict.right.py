import sqlite3


def main(url):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT 'Emma' AS title, 2 AS copies").fetchone()
    return dict(row)
