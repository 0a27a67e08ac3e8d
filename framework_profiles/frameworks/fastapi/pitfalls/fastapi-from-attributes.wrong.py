from pydantic import BaseModel


class Book:
    title = "Emma"


class BookOut(BaseModel):
    title: str


def main():
    return BookOut.model_validate(Book()).title
