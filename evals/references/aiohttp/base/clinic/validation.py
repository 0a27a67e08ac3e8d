"""Requests as the schemas want them."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from clinic.cursors import LARGEST_ID
from clinic.errors import Invalid, NotFound
from clinic.schemas.fields import Query, Request
from clinic.schemas.parsing import values_of, wrong_fields

View = Callable[..., Awaitable[web.StreamResponse]]

_ID = re.compile("[0-9]{1,10}")
_ENOUGH = 20


def valid(
    of: Callable[[web.Request], Awaitable[object]] | None = None, **schemas: type[Request]
) -> Callable[[View], Handler]:
    """Read parts of a request by their schemas, and give them to the view by name.

    What is wrong in any of them is told in one refusal.

    Args:
        of: reads the thing in the path: when it is missing, that is told first. It is asked for
            only when something is wrong, so that a good request pays nothing for it.
        schemas: by the name of the part: body, query or headers.
    """

    def decorate(view: View) -> Handler:
        @wraps(view)
        async def validated(request: web.Request) -> web.StreamResponse:
            parts: dict[str, Request] = {}
            wrong: dict[str, str] = {}
            for part, schema in schemas.items():
                try:
                    parts[part] = schema.model_validate(await READERS[part](request, schema))
                except ValidationError as error:
                    wrong |= wrong_fields(error, part)
            if wrong:
                if of is not None:
                    await of(request)
                raise Invalid(wrong)
            return await view(request, **parts)

        return validated

    return decorate


def id_in_path(request: web.Request) -> int:
    """The only id that a path has; NotFound when it is something else, or too large for one."""
    (text,) = request.match_info.values()
    if not _ID.fullmatch(text) or not 1 <= int(text) <= LARGEST_ID:
        raise NotFound("path")
    return int(text)


def _parse_int(digits: str) -> int:
    """The integer. Python takes no thousand digits; the first are far above every maximum too."""
    return int(digits[:_ENOUGH])


_loads = partial(json.loads, parse_int=_parse_int)


async def _body(request: web.Request, _: type[Request]) -> object:
    """None of malformed JSON, which is no object either."""
    try:
        return await request.json(loads=_loads)
    except (ValueError, RecursionError):
        return None


async def _query(request: web.Request, schema: type[Query]) -> object:
    return values_of(schema, request.query.items())


async def _headers(request: web.Request, schema: type[Request]) -> object:
    names = [field.alias or name for name, field in schema.model_fields.items()]
    return {name: request.headers[name] for name in names if name in request.headers}


READERS: Mapping[str, Callable[[web.Request, Any], Awaitable[object]]] = {
    "body": _body,
    "query": _query,
    "headers": _headers,
}
