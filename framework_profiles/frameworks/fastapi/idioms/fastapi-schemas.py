# +++
# id = "fastapi-schemas"
# title = "request and response bodies"
# applies-to = ["fastapi"]
# layers = ["routes", "infrastructure"]
# path = "schemas.py"
# estimate = 9
# +++
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Schema(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AuthorOut(Schema):
    id: int
    name: str


class BookOut(Schema):
    id: int
    title: str
    created_at: datetime
    author: AuthorOut


class BookPage(Schema):
    books: list[BookOut]
    total: int


class BookIn(Schema):
    title: Title
    author: Title


class BookPatch(Schema):
    title: Title = ""  # absent: kept, see model_dump(exclude_unset=True); null is refused
