"""Requests as the schemas want them."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from clinic.errors import Invalid
from clinic.schemas.fields import Query, Request
from clinic.schemas.parsing import values_of, wrong_fields

View = Callable[..., ResponseReturnValue]


def valid(
    of: Callable[[int], object] | None = None, **schemas: type[Request]
) -> Callable[[View], View]:
    """Read parts of a request by their schemas, and give them to the view by name.

    What is wrong in any of them is told in one refusal.

    Args:
        of: reads the thing in the path: when it is missing, that is told first. It is asked for
            only when something is wrong, so that a good request pays nothing for it.
        schemas: by the name of the part: body, query or headers.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def validated(**path: int) -> ResponseReturnValue:
            parts: dict[str, Request] = {}
            wrong: dict[str, str] = {}
            for part, schema in schemas.items():
                try:
                    parts[part] = READERS[part](schema)
                except ValidationError as error:
                    wrong |= wrong_fields(error, part)
            if wrong:
                if of is not None:
                    of(*path.values())
                raise Invalid(wrong)
            return view(**path, **parts)

        return validated

    return decorate


def _body(schema: type[Request]) -> Request:
    # Whatever its type is said to be. Of malformed JSON None is left, which is no object either.
    return schema.model_validate(request.get_json(force=True, silent=True))


def _query(schema: type[Query]) -> Query:
    return schema.model_validate(values_of(schema, request.args.items(multi=True)))


def _headers(schema: type[Request]) -> Request:
    names = [field.alias or name for name, field in schema.model_fields.items()]
    given = {name: request.headers[name] for name in names if name in request.headers}
    return schema.model_validate(given)


READERS: Mapping[str, Callable[[Any], Request]] = {
    "body": _body,
    "query": _query,
    "headers": _headers,
}
