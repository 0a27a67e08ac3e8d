from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from clinic.filters import PatientFilter
from clinic.schemas.fields import (
    Answer,
    BirthDate,
    Email,
    Instant,
    InstantCursor,
    Limit,
    Name,
    Note,
    Omittable,
    PageOut,
    Patch,
    Query,
    Request,
    Search,
    Word,
)

Tags = Annotated[list[Word], Field(max_length=20)]


class PatientIn(Request):
    name: Name
    email: Email | None = None
    birth_date: BirthDate | None = None
    note: Note | None = None
    tags: Tags = []


class PatientPatch(Patch):
    name: Omittable[Name] = None
    email: Email | None = None
    birth_date: BirthDate | None = None
    note: Note | None = None
    tags: Omittable[Tags] = None


class PatientQuery(Query):
    repeatable: ClassVar[frozenset[str]] = frozenset({"tag"})

    search: Search | None = None
    tag: list[Word] = []
    match: Literal["any", "all"] = "any"
    limit: Limit = 20
    cursor: InstantCursor | None = None

    @property
    def filter(self) -> PatientFilter:
        return PatientFilter(search=self.search, tags=self.tag, all_tags=self.match == "all")


class PatientOut(Answer):
    id: int
    name: str
    email: str | None
    birth_date: date | None
    note: str | None
    tags: list[str]
    created_at: Instant


PatientPage = PageOut[PatientOut]
