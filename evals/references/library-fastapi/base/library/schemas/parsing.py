"""From what was sent to values, or to the names of the fields that are wrong."""

from collections.abc import Iterable, Mapping
from typing import Any

from library.errors import Invalid


def values_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """The parameters of a query by name; one that is given twice is a list, which none may be."""
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in given.items()}


def refusal(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Tell the errors of pydantic as the contract does.

    Args:
        errors: the location of each starts with the part of the request: body or query.
    """
    fields: dict[str, str] = {}
    for error in errors:
        part, *path = error["loc"]
        fields.setdefault(str(path[0]) if path else part, error["msg"])
    return Invalid(fields)
