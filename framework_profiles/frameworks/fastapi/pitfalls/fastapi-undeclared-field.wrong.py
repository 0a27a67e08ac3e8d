from pydantic import BaseModel


class BookIn(BaseModel):
    title: str


def main():
    book = BookIn(title="Emma")
    book.slug = book.title.lower()
    return book.model_dump()
