"""The kinds of values that the contract knows, and what requests and answers have in common."""

import re
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from clinic import cursors
from clinic.cursors import LARGEST_ID, IdKey, InstantKey, Page
from clinic.instants import parse_day, parse_instant, show_instant

_INTEGER = re.compile("-?[0-9]{1,10}")
_FIRST_BIRTH_DATE = date(1900, 1, 1)


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


def _from_digits(text: object) -> object:
    """Integers in a query are text; what does not look like one is left for the type to refuse."""
    return int(text) if isinstance(text, str) and _INTEGER.fullmatch(text) else text


def _not_null(value: object) -> object:
    if value is None:
        raise ValueError("must not be null")
    return value


_Storable = AfterValidator(_without_nul)
Value = TypeVar("Value")
Omittable = Annotated[Value | None, BeforeValidator(_not_null)]
"""May be left out, which None stands for, and must not be null."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, _Storable]
Name = Annotated[str, Field(max_length=100, pattern=r"[^ \t\n\r]"), _Storable]
Email = Annotated[str, Field(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$")]
Password = Annotated[str, Field(pattern="^[ -~]{8,72}$")]
Word = Annotated[str, Field(pattern="^[a-z0-9-]{1,30}$")]
Note = Annotated[str, Field(max_length=2000), _Storable]
BirthDate = Annotated[date, BeforeValidator(partial(parse_day, first=_FIRST_BIRTH_DATE))]
Day = Annotated[date, BeforeValidator(parse_day)]
InstantIn = Annotated[datetime, BeforeValidator(parse_instant)]
Price = Annotated[int, Field(ge=0, le=100_000_000)]
TaxBp = Annotated[int, Field(ge=0, le=10_000)]
Quantity = Annotated[int, Field(ge=1, le=1000)]
Amount = Annotated[int, Field(ge=1, le=1_000_000_000_000)]
IdempotencyKey = Annotated[str, Field(pattern="^[!-~]{1,64}$")]

QueryId = Annotated[Id, BeforeValidator(_from_digits)]
Search = Annotated[str, Field(min_length=1, max_length=100), _Storable]
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_from_digits)]
IdCursor = Annotated[IdKey, BeforeValidator(cursors.read_id)]
InstantCursor = Annotated[InstantKey, BeforeValidator(cursors.read_instant)]

Instant = Annotated[datetime, PlainSerializer(show_instant)]


class Request(BaseModel):
    """What is asked: nothing is converted, nothing unknown let through."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(Request):
    """The parameters behind the question mark."""

    repeatable: ClassVar[frozenset[str]] = frozenset()


class Patch(Request):
    """Every field may be left out, and keeps its value then."""

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class Answer(BaseModel):
    """What is shown, read from the attributes of a model."""

    model_config = ConfigDict(from_attributes=True)


class Ref(Answer):
    id: int
    name: str


Item = TypeVar("Item", bound=Answer)


class PageOut(Answer, Generic[Item]):
    items: list[Item]
    next_cursor: str | None
    total: int

    @classmethod
    def of(cls, page: Page[Any]) -> "PageOut[Item]":
        next_cursor = None if page.next is None else cursors.write(page.next)
        return cls.model_validate(
            {"items": page.items, "next_cursor": next_cursor, "total": page.total}
        )
