from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Schema(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class Book(Schema):
    page_count: int


app = FastAPI()


@app.get("/book")
def read_book() -> Book:
    return Book(page_count=320)


def main():
    assert Book.model_validate({"pageCount": 1}) == Book(page_count=1)
    return TestClient(app).get("/book").json()
