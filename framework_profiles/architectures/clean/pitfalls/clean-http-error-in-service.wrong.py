from fastapi import HTTPException


class BookNotFound(Exception):
    pass


def find_book(book_id):
    raise HTTPException(404, "no such book")


def main():
    try:  # the nightly job uses the same service
        return find_book(1)
    except BookNotFound:
        return "skipped"
