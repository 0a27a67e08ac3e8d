"""Refusals as answers, in one place."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from library.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidCredentials,
    NotFound,
    Refusal,
    Unauthorized,
)
from library.schemas.parsing import refusal

STATUS: dict[type[Refusal], int] = {
    Unauthorized: 401,
    InvalidCredentials: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
}


async def on_refusal(_: Request, error: Refusal) -> JSONResponse:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid):
        told["fields"] = [
            {"field": field, "message": message} for field, message in error.fields.items()
        ]
    return JSONResponse({"error": told}, status_code=STATUS[type(error)])


async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    return await on_refusal(request, refusal(error.errors()))


async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework refuses before any of our code runs."""
    return await on_refusal(request, NotFound("path"))
