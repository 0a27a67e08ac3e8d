class Books:
    def titles(self):
        return ["Emma"]


class BookService:
    def __init__(self, books=None):
        self.books = books

    def titles(self):
        return self.books.titles()


def main():
    return BookService().titles()
