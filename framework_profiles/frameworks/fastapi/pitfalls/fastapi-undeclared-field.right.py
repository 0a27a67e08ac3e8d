from pydantic import BaseModel


class BookIn(BaseModel):
    title: str


def main():
    book = BookIn(title="Emma")
    return {**book.model_dump(), "slug": book.title.lower()}
