"""Refusals as answers, in one place."""

from aiohttp import web
from aiohttp.typedefs import Handler

from clinic.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidCredentials,
    NotFound,
    Refusal,
    Unauthorized,
)

STATUS: dict[type[Refusal], int] = {
    Unauthorized: 401,
    InvalidCredentials: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
}


@web.middleware
async def refused(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost: whatever refuses a request further in comes back to here."""
    try:
        return await handler(request)
    except Refusal as error:
        return on_refusal(error)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return on_refusal(NotFound("path"))


def on_refusal(error: Refusal) -> web.Response:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid):
        told["fields"] = [
            {"field": field, "message": message} for field, message in error.fields.items()
        ]
    return web.json_response({"error": told}, status=STATUS[type(error)])
