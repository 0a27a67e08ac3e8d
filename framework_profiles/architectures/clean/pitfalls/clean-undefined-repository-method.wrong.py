class Books:
    def get(self, book_id):
        return {1: "Emma"}.get(book_id)


def title_of(books, book_id):
    return books.get_by_id(book_id)


def main():
    return title_of(Books(), 1)
