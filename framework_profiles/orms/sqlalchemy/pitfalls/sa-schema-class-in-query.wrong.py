from pydantic import BaseModel
from sqlalchemy import select


class Book(BaseModel):
    id: int


def main():
    return str(select(Book))
