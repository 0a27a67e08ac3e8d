from typing import Annotated

from pydantic import Field

from clinic.schemas.fields import (
    Answer,
    IdCursor,
    Limit,
    Name,
    PageOut,
    Query,
    Request,
    Word,
)


class PractitionerIn(Request):
    name: Name
    specialties: Annotated[list[Word], Field(max_length=10)] = []


class PractitionerQuery(Query):
    specialty: Word | None = None
    limit: Limit = 20
    cursor: IdCursor | None = None


class PractitionerOut(Answer):
    id: int
    name: str
    specialties: list[str]


PractitionerPage = PageOut[PractitionerOut]
