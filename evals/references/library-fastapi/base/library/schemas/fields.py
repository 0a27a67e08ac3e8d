"""The kinds of values that the contract knows, and what requests and answers have in common."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from library import cursors
from library.cursors import LARGEST_ID, DayKey, IdKey, Page
from library.instants import parse_day, show_instant

_INTEGER = re.compile("-?[0-9]{1,10}")


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
_NOT_BLANK = r"[^ \t\n\r]"
Value = TypeVar("Value")
Omittable = Annotated[Value | None, BeforeValidator(_not_null)]
"""May be left out, which None stands for, and must not be null."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, _Storable]
Name = Annotated[str, Field(max_length=100, pattern=_NOT_BLANK), _Storable]
Title = Annotated[str, Field(max_length=200, pattern=_NOT_BLANK), _Storable]
Email = Annotated[str, Field(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$")]
Password = Annotated[str, Field(pattern="^[ -~]{8,72}$")]
Isbn = Annotated[str, Field(pattern="^[0-9]{13}$")]
Copies = Annotated[int, Field(ge=1, le=100)]
Day = Annotated[date, BeforeValidator(parse_day)]

QueryId = Annotated[Id, BeforeValidator(_from_digits)]
Search = Annotated[str, Field(min_length=1, max_length=100), _Storable]
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_from_digits)]
IdCursor = Annotated[IdKey, BeforeValidator(cursors.read_id)]
DayCursor = Annotated[DayKey, BeforeValidator(cursors.read_day)]

Instant = Annotated[datetime, PlainSerializer(show_instant)]


class Request(BaseModel):
    """What is asked: nothing is converted, nothing unknown let through."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(Request):
    """The parameters behind the question mark."""


class Answer(BaseModel):
    """What is shown, read from the attributes of a model."""

    model_config = ConfigDict(from_attributes=True)


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
