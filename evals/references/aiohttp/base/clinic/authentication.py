"""Who is asking, and who may."""

from functools import wraps

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from clinic.errors import Forbidden, Unauthorized
from clinic.keys import SERVICES, USER


def public(handler: Handler) -> Handler:
    """Ask for no token here."""
    handler.is_public = True  # type: ignore[attr-defined]
    return handler


@web.middleware
async def require_login(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out whose token it is, who is the user of the request from then on."""
    # Not `handler`: that has the middlewares further in wrapped around it.
    if not getattr(request.match_info.handler, "is_public", False):
        request[USER] = await request.app[SERVICES].accounts.me(_token(request))
    return await handler(request)


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    return token


def managers_only(handler: Handler) -> Handler:
    """Refuse everybody else."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        if request[USER].role != "manager":
            raise Forbidden
        return await handler(request)

    return guarded
