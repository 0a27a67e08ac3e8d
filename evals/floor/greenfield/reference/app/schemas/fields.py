"""The kinds of values that the specification knows, and the bases of bodies and answers."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from app.paging import LARGEST

INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
NO_ROW = 0


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


def _storable(text: str) -> str:
    text.encode()  # raises for halves of surrogate pairs
    if "\0" in text:
        raise ValueError("the character U+0000 is not allowed")
    return text


def _known(number: int) -> int:
    """An id beyond what a row can have is replaced by one that no row has."""
    return number if 0 < number <= LARGEST else NO_ROW


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    match = INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not an RFC 3339 instant with an offset")
    day, time, offset = match.groups()
    try:
        return datetime.fromisoformat(f"{day}T{time}{offset.upper()}").astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _email(text: str) -> str:
    name, at, host = text.partition("@")
    if not name or not at or "@" in host or "." not in host:
        raise ValueError("not an email address")
    return text


Id = Annotated[int, AfterValidator(_known)]
Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_storable),
]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_storable), AfterValidator(_email)
]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_storable)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_storable)]
Cents = Annotated[int, Field(ge=0, le=100_000_000)]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(
        lambda value: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str
    ),
]
Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(str(value)))]
