"""The kinds of values that the contract knows; REST framework's own fields convert too much."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from clinic import cursors
from clinic.cursors import LARGEST_ID
from clinic.instants import parse_day, parse_instant

_DIGITS = re.compile("-?[0-9]{1,10}")
_NOT_BLANK = RegexValidator(r"[^ \t\n\r]", "must not be blank")
_FIRST_BIRTH_DATE = date(1900, 1, 1)


class Text(serializers.CharField):
    """Text as it is: nothing else becomes text, nothing is trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Pattern(Text):
    pattern: str

    def __init__(self, **kwargs: Any) -> None:
        form = RegexValidator(rf"\A(?:{self.pattern})\Z", "is not of the right form")
        super().__init__(validators=[form], **kwargs)


class Name(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, validators=[_NOT_BLANK], **kwargs)


class Email(Pattern):
    pattern = r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)


class Password(Pattern):
    pattern = r"[ -~]{8,72}"


class Word(Pattern):
    pattern = r"[a-z0-9-]{1,30}"


class IdempotencyKey(Pattern):
    pattern = r"[!-~]{1,64}"


class Integer(serializers.IntegerField):
    def to_internal_value(self, data: object) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Id(Integer):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class FromDigits(Integer):
    """Integers in a query are text."""

    def to_internal_value(self, data: object) -> int:
        if not isinstance(data, str) or not _DIGITS.fullmatch(data):
            self.fail("invalid")
        return int(data)


class IdInQuery(FromDigits):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class Read(serializers.Field):
    """What a function makes of a value; its ValueError says what is wrong."""

    default_error_messages = {"invalid": "{reason}"}
    read: Callable[[object], Any]

    def to_internal_value(self, data: object) -> Any:
        try:
            return type(self).read(data)
        except ValueError as error:
            self.fail("invalid", reason=str(error))


class Instant(Read):
    read = staticmethod(parse_instant)


class Day(Read):
    read = staticmethod(parse_day)


class BirthDate(Read):
    read = staticmethod(partial(parse_day, first=_FIRST_BIRTH_DATE))


class IdCursor(Read):
    read = staticmethod(cursors.read_id)


class InstantCursor(Read):
    read = staticmethod(cursors.read_instant)
