"""From what was sent to values, or to the names of the fields that are wrong."""

from collections.abc import Iterable

from pydantic import ValidationError

from clinic.schemas.fields import Query


def values_of(schema: type[Query], pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """The parameters of a query by name.

    One that is given twice is a list, which no field takes but those that may be.
    """
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    return {
        name: texts if name in schema.repeatable or len(texts) > 1 else texts[0]
        for name, texts in given.items()
    }


def wrong_fields(error: ValidationError, part: str) -> dict[str, str]:
    """What is wrong, by field; with something else than an object, the whole part is."""
    fields: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        fields.setdefault(str(each["loc"][0]) if each["loc"] else part, each["msg"])
    return fields
