from pydantic import BaseModel, ConfigDict


class Book:
    title = "Emma"


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str


def main():
    return BookOut.model_validate(Book()).title
