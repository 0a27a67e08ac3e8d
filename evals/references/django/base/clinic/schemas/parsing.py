"""From what was sent to values, or to the names of the fields that are wrong."""

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from clinic.schemas.fields import Query


def values_of(
    schema: type[Query], lists: Iterable[tuple[str, Sequence[str]]]
) -> dict[str, str | Sequence[str]]:
    """The parameters of a query by name.

    One that is given twice is a list, which no field takes but those that may be.
    """
    return {
        name: texts if name in schema.repeatable or len(texts) > 1 else texts[0]
        for name, texts in lists
    }


def wrong_fields(error: ValidationError, part: str) -> dict[str, str]:
    """What is wrong, by field; with something else than an object, the whole part is."""
    fields: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        fields.setdefault(str(each["loc"][0]) if each["loc"] else part, each["msg"])
    return fields
