class BookNotFound(Exception):
    pass


def find_book(book_id):
    raise BookNotFound(book_id)


def main():
    try:
        return find_book(1)
    except BookNotFound:
        return "skipped"
