import sqlite3
from pathlib import Path


def main(url):
    path = Path(url.removeprefix("sqlite:///")).parent / "data" / "books.sqlite"
    return sqlite3.connect(path).execute("SELECT 1").fetchone()[0]
