class Books:
    def titles(self):
        return ["Emma"]


class BookService:
    def __init__(self, books):
        self.books = books

    def titles(self):
        return self.books.titles()


def book_service():
    return BookService(Books())


def main():
    return book_service().titles()
