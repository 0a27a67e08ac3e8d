import sqlite3
from pathlib import Path


def main(url):
    path = Path(url.removeprefix("sqlite:///")).parent / "data" / "books.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path).execute("SELECT 1").fetchone()[0]
